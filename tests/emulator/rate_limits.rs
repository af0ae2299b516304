//! The rate limits of the Backend API.

use std::time::{Duration, SystemTime};

use axum_clerk::{Clock, emulator::ClerkEmulator};
use http::Method;
use reqwest::Response;
use serde_json::Value;

use crate::support::{HTTP, START, call, emulator, get};

async fn limited_emulator() -> ClerkEmulator {
    let clock = Clock::manual(SystemTime::UNIX_EPOCH + Duration::from_secs(START));
    ClerkEmulator::builder().clock(clock).rate_limits(true).start().await.unwrap()
}

async fn list_users(clerk: &ClerkEmulator, key: &str) -> Response {
    let request = HTTP.get(format!("{}/v1/users", clerk.url()));
    request.bearer_auth(key).send().await.unwrap()
}

#[tokio::test]
async fn requests_beyond_the_limit_are_rejected_until_it_is_over() {
    let clerk = limited_emulator().await;
    for _ in 0..100 {
        get(&clerk, "/users").await;
    }
    clerk.clock().advance(Duration::from_millis(1_500));
    let limited = list_users(&clerk, clerk.secret_key()).await;
    assert_eq!(limited.status(), 429);
    assert_eq!(limited.headers()["retry-after"], "9");
    let body: Value = limited.json().await.unwrap();
    assert_eq!(body["errors"][0]["code"], "too_many_requests");

    get(&clerk, "/jwks").await;
    assert_eq!(list_users(&clerk, "sk_test_other").await.status(), 401);
    clerk.clock().advance(Duration::from_secs(9));
    get(&clerk, "/users").await;
}

#[tokio::test]
async fn requests_with_other_keys_do_not_count() {
    let clerk = limited_emulator().await;
    for _ in 0..101 {
        assert_eq!(list_users(&clerk, "sk_test_other").await.status(), 401);
    }
    get(&clerk, "/users").await;
}

#[tokio::test]
async fn limits_are_off_by_default() {
    let clerk = emulator().await;
    for _ in 0..101 {
        assert_eq!(call(&clerk, Method::GET, "/users/count", Value::Null).await.0, 200);
    }
}
