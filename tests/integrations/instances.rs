//! Several instances in one application, and instances without a secret key.

use std::collections::HashMap;

use axum::{Json, Router, routing};
use axum_clerk::{Clerk, ClerkAuth, ClerkConfig, ClerkConfigBuilder, ClerkLayer, require_auth};
use http::{StatusCode, request::Parts};
use serde_json::{Value, json};

use super::{
    serve,
    support::{DAY, app, emulator, get, post, sign_in},
};

/// Returns an app with an instance for each path.
fn app_of_two(instances: HashMap<&'static str, Clerk>) -> Router {
    let by_path = move |parts: &Parts| instances.get(parts.uri.path()).cloned();
    Router::new()
        .route(
            "/{instance}",
            routing::any(async |auth: ClerkAuth| auth.user_id().unwrap_or_default().to_owned())
                .layer(require_auth()),
        )
        .layer(ClerkLayer::resolve(by_path))
}

#[tokio::test]
async fn requests_are_authenticated_by_the_resolved_instance() {
    let (one, other) = (emulator().await, emulator().await);
    let app = app_of_two(HashMap::from([
        ("/one", Clerk::new(one.config())),
        ("/other", Clerk::new(other.config())),
    ]));
    let (session_of_one, session_of_other) = (sign_in(&one), sign_in(&other));
    for (path, session, status) in [
        ("/one", &session_of_one, 200),
        ("/other", &session_of_other, 200),
        ("/one", &session_of_other, 401),
        ("/other", &session_of_one, 401),
        ("/unknown", &session_of_one, 421),
    ] {
        // The second request finds the token in the cache of its instance, if it is valid there.
        for _ in 0..2 {
            let request = get(path).bearer(session.token());
            assert_eq!(request.send(&app).await.status, status, "{path}");
        }
    }
    assert_eq!(get("/").send(&app).await.status, StatusCode::MISDIRECTED_REQUEST);
}

/// Returns a configuration with nothing but a publishable key, whose Frontend API is at a URL.
fn public(publishable_key: &str, url: &str) -> ClerkConfigBuilder {
    ClerkConfig::builder().publishable_key(publishable_key).proxy_url(url)
}

/// Serves the keys as the Frontend API does.
async fn serve_keys(keys: Vec<Value>) -> String {
    let keys = json!({ "keys": keys });
    let handler = async move || Json(keys);
    serve(Router::new().route("/.well-known/jwks.json", routing::get(handler))).await
}

#[tokio::test]
async fn publishable_key_alone_verifies_session_tokens() {
    let clerk = emulator().await;
    let keys = Clerk::new(clerk.config()).jwks().get().await.unwrap().keys;
    let url = serve_keys(keys).await;
    let config = public(clerk.publishable_key(), &url).clock(clerk.clock().clone());
    let app = app(config.build().unwrap());
    let session = sign_in(&clerk).expires_in(2 * DAY);
    assert_eq!(get("/guarded").bearer(session.token()).send(&app).await.status, 200);
    assert_eq!(post("/guarded").cookies(session.cookies()).send(&app).await.status, 200);
    let other = sign_in(&emulator().await).token();
    assert_eq!(get("/guarded").bearer(other).send(&app).await.status, 401);
}

#[tokio::test]
async fn unavailable_published_keys_are_an_outage() {
    let clerk = emulator().await;
    let token = sign_in(&clerk).token();
    let oversized = Router::new()
        .route("/.well-known/jwks.json", routing::get(async || vec![b' '; 1024 * 1024]));
    let moved = Router::new().route(
        "/.well-known/jwks.json",
        routing::get(async || axum::response::Redirect::temporary("https://evil.example")),
    );
    for url in [
        serve(Router::new()).await,
        serve(oversized).await,
        serve(moved).await,
        serve_keys(Vec::new()).await,
        "http://127.0.0.1:1".to_owned(),
    ] {
        let config = public(clerk.publishable_key(), &url).clock(clerk.clock().clone());
        let response = get("/guarded").bearer(&token).send(&app(config.build().unwrap())).await;
        assert_eq!(response.status, 503, "{url}");
        assert_eq!(response.reason(), "jwk-remote-failed-to-load");
    }
}
