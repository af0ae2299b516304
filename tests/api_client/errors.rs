//! API and decode errors.

use std::error::Error as _;

use axum::{
    Json,
    response::{Html, IntoResponse},
};
use axum_clerk::api::{CreateUser, Error, ListUsers};
use http::{Method, StatusCode};
use serde_json::json;

use super::server::{MockServer, SECRET_KEY, api_error};

#[tokio::test]
async fn api_error_exposes_codes_and_trace_id() {
    let server = MockServer::start(|_| {
        let error = json!({
            "errors": [{
                "code": "resource_not_found",
                "message": "not found",
                "long_message": "No user was found",
                "meta": { "param_name": "user_id" },
            }],
            "clerk_trace_id": "abc123",
        });
        (StatusCode::NOT_FOUND, Json(error)).into_response()
    })
    .await;
    let error = api_error(server.client.users().get("user_1").await);
    assert!(error.is_not_found() && !error.is_rate_limited());
    assert_eq!(error.code(), Some("resource_not_found"));
    assert_eq!(error.errors[0].meta["param_name"], "user_id");
    assert_eq!(error.trace_id.as_deref(), Some("abc123"));
    assert_eq!(
        error.to_string(),
        "Clerk responded to GET /users/{user_id} with 404 Not Found: \
         No user was found (resource_not_found) [trace abc123]"
    );
}

#[tokio::test]
async fn invalid_secret_key_has_its_own_error_code() {
    let server = MockServer::start(|_| {
        let error =
            json!({ "errors": [{ "code": "clerk_key_invalid", "message": "The key is invalid" }] });
        (StatusCode::UNAUTHORIZED, Json(error)).into_response()
    })
    .await;
    let error = api_error(server.client.jwks().get().await);
    assert_eq!((error.status, error.code()), (StatusCode::UNAUTHORIZED, Some("clerk_key_invalid")));
}

#[tokio::test]
async fn html_error_page_keeps_its_status_and_trace_id() {
    let page = |_| {
        (StatusCode::FORBIDDEN, [("cf-ray", "1234-LHR")], Html("<h1>Forbidden</h1>"))
            .into_response()
    };
    let error = api_error(MockServer::start(page).await.client.users().get("user_1").await);
    assert_eq!((error.status, error.code()), (StatusCode::FORBIDDEN, None));
    assert_eq!(error.trace_id.as_deref(), Some("1234-LHR"));
}

#[tokio::test]
async fn invalid_json_is_a_decode_error() {
    for body in
        [r#"{ "id": "user_"#, "<h1>Welcome</h1>", "", "[]", r#"{ "id": "user_1" } trailing"#]
    {
        let server = MockServer::start(move |_| body.into_response()).await;
        let error = server.client.users().get("user_1").await.unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{body:?}: {error:?}");
        server.only_request();
    }
}

#[tokio::test]
async fn decode_error_does_not_repeat_a_long_response() {
    let long = "é".repeat(100_000);
    let server = MockServer::responding_with(
        json!({ "id": "user_1", "email_addresses": [{ "verification": long }] }),
    )
    .await;
    let error = server.client.users().get("user_1").await.unwrap_err();
    assert!(error.to_string().contains("email_addresses[0]"), "{error}");
    assert!(format!("{error} {error:?}").len() < 2_000);
}

#[tokio::test]
async fn debug_output_and_errors_contain_no_secrets() {
    let server = MockServer::failing(StatusCode::UNAUTHORIZED).await;
    let unreachable = server.client.with_base_url("http://127.0.0.1:1/".parse().unwrap());
    let user = CreateUser::default().password("swordfish").backup_codes(["swordfish"]);
    let request = server.client.request(Method::POST, "/users").json(&user);
    let mut output = format!("{:?} {user:?} {request:?}", server.client);
    for error in [
        server.client.users().get("user_1").await.unwrap_err(),
        unreachable.users().list(&ListUsers::default().query("swordfish")).await.unwrap_err(),
        server.client.with_secret_key(format!("{SECRET_KEY}\n")).jwks().get().await.unwrap_err(),
    ] {
        output += &format!(" {error} {error:?}");
        let mut source = error.source();
        while let Some(error) = source {
            output += &format!(" {error}");
            source = error.source();
        }
    }
    assert!(!output.contains("c2VjcmV0") && !output.contains("swordfish"), "{output}");
}
