//! Retries.

use std::time::Duration;

use axum::{Json, response::IntoResponse};
use axum_clerk::api::{CreateUser, RetryPolicy, UpdateUser};
use http::StatusCode;
use serde_json::json;

use super::server::{MockServer, api_error};

#[tokio::test]
async fn idempotent_request_is_retried_on_429_and_5xx() {
    for status in [429, 500, 502, 503, 504] {
        let status = StatusCode::from_u16(status).unwrap();
        let server = MockServer::start(move |n| match n {
            0 | 1 => status.into_response(),
            _ => Json(json!({ "id": "user_1", "deleted": true, "object": "user" })).into_response(),
        })
        .await;
        assert!(server.client.users().delete("user_1").await.unwrap().deleted);
        assert_eq!(server.requests().len(), 3);
    }
}

#[tokio::test]
async fn last_error_is_returned_after_the_final_attempt() {
    let server = MockServer::failing(StatusCode::BAD_GATEWAY).await;
    assert_eq!(
        api_error(server.client.users().get("user_1").await).status,
        StatusCode::BAD_GATEWAY
    );
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn client_error_is_not_retried() {
    let server = MockServer::failing(StatusCode::UNPROCESSABLE_ENTITY).await;
    api_error(server.client.users().get("user_1").await);
    server.only_request();
}

#[tokio::test]
async fn non_idempotent_request_is_retried_only_if_enabled() {
    let server = MockServer::failing(StatusCode::SERVICE_UNAVAILABLE).await;
    api_error(server.client.users().create(&CreateUser::default()).await);
    server.only_request();
    api_error(server.client.users().update("user_1", &UpdateUser::default()).await);
    assert_eq!(server.requests().len(), 2);

    let retrying = server
        .client
        .with_retry(RetryPolicy::default().min_delay(Duration::ZERO).all_methods(true));
    api_error(retrying.users().create(&CreateUser::default().first_name("Ada")).await);
    let requests = server.requests();
    assert_eq!(requests.len(), 5);
    assert!(requests[2..].iter().all(|request| request.body == r#"{"first_name":"Ada"}"#));
}

#[tokio::test]
async fn read_only_post_request_is_retried() {
    let server = MockServer::failing(StatusCode::SERVICE_UNAVAILABLE).await;
    api_error(server.client.api_keys().verify("ak_secret").await);
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn retries_can_be_disabled_for_one_request() {
    let server = MockServer::failing(StatusCode::SERVICE_UNAVAILABLE).await;
    api_error(server.client.with_retry(RetryPolicy::none()).jwks().get().await);
    server.only_request();
    api_error(server.client.jwks().get().await);
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn retry_after_beyond_the_maximum_delay_stops_retries() {
    let rate_limited =
        |_| (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "3600")]).into_response();
    let server = MockServer::start(rate_limited).await;
    let error = api_error(server.client.users().get("user_1").await);
    assert!(error.is_rate_limited());
    assert_eq!(error.retry_after, Some(Duration::from_secs(3600)));
    server.only_request();
}
