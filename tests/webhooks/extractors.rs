//! The Axum extractors.

use axum::{Extension, Router, body::Body, extract::FromRef, response::Response, routing::post};
use axum_clerk::{
    Clerk, ClerkConfig, ClerkConfigBuilder, ClerkLayer,
    webhooks::{StateWebhook, Webhook},
};
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderMap, Request};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::{OTHER_SECRET, SECRET, headers, manual_clock, without_header};

const BODY: &str = r#"{"object":"event","type":"moon.landed","data":{}}"#;

fn config() -> ClerkConfigBuilder {
    ClerkConfig::builder().secret_key("sk_test_abc").clock(manual_clock())
}

fn config_with_secret() -> ClerkConfigBuilder {
    config().webhook_signing_secrets([SECRET])
}

fn app(config: ClerkConfigBuilder) -> Router {
    Router::new().route("/", post(receive)).layer(ClerkLayer::new(config.build().unwrap()))
}

async fn receive(Webhook(event): Webhook) -> String {
    event.event_type().to_owned()
}

async fn send(app: &Router, headers: HeaderMap, body: impl Into<Body>) -> Response {
    let mut request = Request::post("/").body(body.into()).unwrap();
    request.headers_mut().extend(headers);
    app.clone().oneshot(request).await.unwrap()
}

async fn rejection(app: &Router, headers: HeaderMap, body: impl Into<Body>) -> (u16, Value) {
    let response = send(app, headers, body).await;
    assert_eq!(response.headers()["content-type"], "application/json");
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap())
}

fn error(code: &str, message: &str) -> Value {
    json!({ "errors": [{ "code": code, "message": message }] })
}

#[derive(Clone)]
struct AppState(Clerk);

impl FromRef<AppState> for Clerk {
    fn from_ref(state: &AppState) -> Self {
        state.0.clone()
    }
}

#[tokio::test]
async fn secrets_come_from_layer_extension_or_state() {
    let clerk = Clerk::new(config_with_secret().build().unwrap());
    let with_extension = Router::new().route("/", post(receive)).layer(Extension(clerk.clone()));
    let receive = async |StateWebhook(event): StateWebhook| event.event_type().to_owned();
    let with_state = Router::new().route("/", post(receive)).with_state(AppState(clerk.clone()));
    let with_clerk_as_state = Router::new().route("/", post(receive)).with_state(clerk);
    for app in [app(config_with_secret()), with_extension, with_state, with_clerk_as_state] {
        let response = send(&app, headers(SECRET, BODY), BODY).await;
        assert_eq!(response.status(), 200);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(body, "moon.landed");
    }
}

#[tokio::test]
async fn missing_header_is_a_400_that_names_it() {
    let headers = without_header(headers(SECRET, BODY), "svix-signature");
    assert_eq!(
        rejection(&app(config_with_secret()), headers, BODY).await,
        (400, error("webhook-header-missing", "The header svix-signature is missing."))
    );
}

#[tokio::test]
async fn invalid_signature_is_a_400_without_the_reason() {
    let app = app(config_with_secret());
    let expected = (400, error("webhook-signature-invalid", "The signature is invalid."));
    assert_eq!(rejection(&app, headers(OTHER_SECRET, BODY), BODY).await, expected);
    assert_eq!(rejection(&app, headers(SECRET, BODY), "{}").await, expected);
    for timestamp in ["1", "soon"] {
        let mut headers = headers(SECRET, BODY);
        headers.insert("svix-timestamp", timestamp.parse().unwrap());
        assert_eq!(rejection(&app, headers, BODY).await, expected);
    }
}

#[tokio::test]
async fn body_over_the_limit_is_a_413() {
    let app = app(config_with_secret().webhook_body_limit(100));
    let body = |bytes: usize| format!("{BODY}{}", " ".repeat(bytes - BODY.len()));
    let largest = body(100);
    assert_eq!(send(&app, headers(SECRET, &largest), largest).await.status(), 200);

    let too_large = body(101);
    let expected = (413, error("webhook-too-large", "The body is too large."));
    let signed = headers(SECRET, &too_large);
    assert_eq!(rejection(&app, signed.clone(), too_large.clone()).await, expected);
    // Without a length that is known in advance.
    let chunks: Vec<_> =
        too_large.bytes().map(|byte| Ok::<_, std::io::Error>(Bytes::from(vec![byte]))).collect();
    let streamed = Body::from_stream(stream::iter(chunks));
    assert_eq!(rejection(&app, signed, streamed).await, expected);
}

#[tokio::test]
async fn default_limit_is_one_mebibyte() {
    let app = app(config_with_secret());
    let body = |bytes: usize| format!("{BODY}{}", " ".repeat(bytes - BODY.len()));
    for (bytes, status) in [(1024 * 1024, 200), (1024 * 1024 + 1, 413)] {
        let body = body(bytes);
        assert_eq!(send(&app, headers(SECRET, &body), body).await.status(), status);
    }
}

#[tokio::test]
async fn broken_body_is_a_400() {
    let broken = stream::iter([Err::<Bytes, _>(std::io::Error::other("reset"))]);
    assert_eq!(
        rejection(&app(config_with_secret()), headers(SECRET, BODY), Body::from_stream(broken))
            .await,
        (400, error("webhook-body-unreadable", "The body could not be received."))
    );
}

#[tokio::test]
async fn signed_body_that_is_no_event_is_a_400() {
    assert_eq!(
        rejection(&app(config_with_secret()), headers(SECRET, "[]"), "[]").await,
        (400, error("webhook-malformed", "The body is not a webhook event."))
    );
}

#[tokio::test]
async fn missing_secret_or_handle_is_a_500() {
    let expected = (500, error("internal-error", "Something went wrong."));
    assert_eq!(rejection(&app(config()), headers(SECRET, BODY), BODY).await, expected);
    let without_handle = Router::new().route("/", post(receive));
    assert_eq!(rejection(&without_handle, headers(SECRET, BODY), BODY).await, expected);
}
