//! Network failures and misbehaving servers.

use std::{convert::Infallible, time::Duration};

use axum::{
    body::{Body, Bytes},
    response::IntoResponse,
};
use axum_clerk::api::{Client, Error, MAX_RESPONSE_BYTES, RetryPolicy, TransportError};
use futures_util::{StreamExt, stream};
use http::StatusCode;
use reqwest::redirect::Policy;
use serde_json::json;
use tokio::net::TcpListener;

use super::server::{MockServer, SECRET_KEY, api_error, client};

#[tokio::test]
async fn unreachable_server_is_a_connection_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(&listener);
    drop(listener);
    let error = client.users().get("user_1").await.unwrap_err();
    assert!(matches!(error, Error::Transport(TransportError::Connection { .. })), "{error:?}");
    assert_eq!(error.to_string(), "Clerk could not be reached for GET /users/{user_id}");
}

#[tokio::test]
async fn unresponsive_server_times_out() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(&silent).with_timeout(Duration::from_millis(20));
    let error = client.users().get("user_1").await.unwrap_err();
    assert!(matches!(error, Error::Transport(TransportError::Timeout { .. })), "{error:?}");
}

#[tokio::test]
async fn endless_body_times_out() {
    let server = MockServer::start(|_| {
        let start = stream::once(async { Ok::<_, Infallible>(Bytes::from_static(b"{")) });
        Body::from_stream(start.chain(stream::pending())).into_response()
    })
    .await;
    let client =
        server.client.with_timeout(Duration::from_millis(100)).with_retry(RetryPolicy::none());
    let error = client.users().get("user_1").await.unwrap_err();
    assert!(matches!(error, Error::Transport(TransportError::Timeout { .. })), "{error:?}");
}

#[tokio::test]
async fn oversized_body_is_rejected_while_it_is_read() {
    let server = MockServer::start(|_| {
        let chunk = Bytes::from(vec![b' '; MAX_RESPONSE_BYTES / 16]);
        Body::from_stream(stream::repeat(Ok::<_, Infallible>(chunk))).into_response()
    })
    .await;
    let error = server.client.users().get("user_1").await.unwrap_err();
    assert!(matches!(error, Error::Transport(TransportError::TooLarge { .. })), "{error:?}");
    server.only_request();
}

#[tokio::test]
async fn redirect_is_not_followed() {
    let target = MockServer::responding_with(json!({ "id": "user_1" })).await;
    let location = format!("{}/v1/users/user_1", target.url);
    let server = MockServer::start(move |_| {
        (StatusCode::FOUND, [("location", location.clone())]).into_response()
    })
    .await;
    assert_eq!(api_error(server.client.users().get("user_1").await).status, StatusCode::FOUND);
    assert!(target.requests().is_empty());

    let following = Client::from_http(|http| http.redirect(Policy::limited(10)))
        .unwrap()
        .with_base_url(server.url.parse().unwrap())
        .with_secret_key(SECRET_KEY);
    assert_eq!(api_error(following.users().get("user_1").await).status, StatusCode::FOUND);
    assert!(target.requests().is_empty());
}
