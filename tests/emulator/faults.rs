//! Injected faults.

use std::time::{Duration, Instant};

use http::{Method, StatusCode};
use serde_json::Value;

use crate::support::{HTTP, call, emulator, get};

#[tokio::test]
async fn requests_to_a_path_fail_a_number_of_times() {
    let clerk = emulator().await;
    clerk.fail("/v1/users", StatusCode::SERVICE_UNAVAILABLE, 2);
    for expected in [503, 503, 200] {
        let request = HTTP.get(format!("{}/v1/users?limit=1", clerk.url()));
        let response = request.bearer_auth(clerk.secret_key()).send().await.unwrap();
        assert_eq!(response.status(), expected);
        if expected == 503 {
            let body: Value = response.json().await.unwrap();
            assert_eq!(body["errors"][0]["code"], "fault_injected");
        }
        assert_eq!(call(&clerk, Method::GET, "/jwks", Value::Null).await.0, 200);
    }
    assert_eq!(clerk.requests("/v1/users"), 3, "failed requests count");
}

#[tokio::test]
async fn requests_to_a_path_are_delayed() {
    let clerk = emulator().await;
    let delay = Duration::from_millis(200);
    clerk.delay("/v1/users", delay, 1);
    for is_delayed in [true, false] {
        let start = Instant::now();
        get(&clerk, "/users").await;
        assert!(!is_delayed || start.elapsed() >= delay);
    }
    clerk.fail("/v1/users", StatusCode::TOO_MANY_REQUESTS, 0);
    get(&clerk, "/users").await;
}
