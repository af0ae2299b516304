//! Injected faults.

use std::time::{Duration, Instant};

use axum_clerk::{Clerk, api::CreateUser};
use http::{Method, StatusCode};
use serde_json::Value;

use crate::support::{HTTP, START, call, claims, emulator, get};

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

#[tokio::test]
async fn connections_are_dropped_without_a_response() {
    let clerk = emulator().await;
    clerk.drop_connections("/v1/users", 1);
    let url = format!("{}/v1/users", clerk.url());
    let client = reqwest::Client::new();
    let post = || client.post(&url).bearer_auth(clerk.secret_key()).json(&Value::Null).send();
    let error = post().await.unwrap_err();
    assert!(error.is_request() && !error.is_timeout(), "{error:?}");
    assert_eq!(get(&clerk, "/users").await, Value::from([(); 0]), "no user was created");
    assert_eq!(clerk.requests("/v1/users"), 2);
}

#[tokio::test]
async fn stale_jwks_lacks_new_keys_and_lists_withdrawn_ones() {
    let clerk = emulator().await;
    let kids = async || -> Vec<String> {
        let jwks = get(&clerk, "/jwks").await;
        let keys = jwks["keys"].as_array().unwrap().iter();
        keys.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    };
    let old = clerk.key_id();
    clerk.serve_stale_jwks();
    clerk.rotate_keys();
    clerk.withdraw_old_keys();
    assert_eq!(kids().await, [old]);
    clerk.serve_current_jwks();
    assert_eq!(kids().await, [clerk.key_id()]);
}

#[tokio::test]
async fn clock_of_clerk_can_run_ahead_and_behind() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let session = clerk.sign_in(&ada.id);
    let auth = Clerk::new(clerk.config());
    let hour = Duration::from_secs(60 * 60);
    clerk.run_ahead(hour);
    let token = session.token();
    assert_eq!(claims(&clerk, &token)["iat"], START + 3600);
    let error = auth.verify_token(&token).await.unwrap_err();
    assert_eq!(error.reason(), "token-not-active-yet");
    clerk.run_behind(hour);
    let error = auth.verify_token(&session.token()).await.unwrap_err();
    assert_eq!(error.reason(), "token-expired");
    clerk.run_ahead(Duration::ZERO);
    auth.verify_token(&session.token()).await.unwrap();
}
