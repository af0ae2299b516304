//! The proxy behind the layer and guards.

use axum::{Router, routing::get};
use axum_clerk::{
    Clerk, ClerkAuth, ClerkConfig, ClerkLayer, emulator::ClerkEmulator, require_auth,
};

use super::support::App;

/// What a browser sends to open a page.
const PAGE: [(&str, &str); 2] = [("Accept", "text/html"), ("Sec-Fetch-Dest", "document")];

async fn home(auth: ClerkAuth) -> String {
    auth.user_id().unwrap_or("anonymous").to_owned()
}

fn config(clerk: &ClerkEmulator) -> ClerkConfig {
    let config = clerk.config_builder().proxy_url("/__clerk").frontend_api_url(clerk.url());
    config.build().unwrap()
}

#[tokio::test]
async fn proxied_requests_are_neither_authenticated_nor_guarded() {
    let emulator = ClerkEmulator::start().await.unwrap();
    let clerk = Clerk::new(config(&emulator));
    let app = Router::new()
        .route("/", get(home))
        .nest_service("/__clerk", clerk.frontend_api_proxy())
        .layer(require_auth())
        .layer(ClerkLayer::new(clerk));
    let app = App::serve(app).await;

    let home = app.get("/", &PAGE).await;
    assert_eq!(home.status(), "307", "a new browser of a development instance");
    let handshake = home.header("location");
    let handshake = handshake.strip_prefix(&format!("http://{}", app.host)).unwrap();
    assert!(handshake.starts_with("/__clerk/v1/client/handshake?"), "{handshake}");

    let back = app.get(handshake, &PAGE).await;
    assert_eq!(back.status(), "307", "{back:?}");
    assert!(back.header("location").contains("__clerk_handshake_nonce="), "{back:?}");
    assert!(!back.has_header("x-clerk-auth-reason"), "the response is that of Clerk: {back:?}");
    assert_eq!(emulator.requests("/v1/client/handshake"), 1);

    assert_eq!(app.get("/__clerk/sign-in", &[]).await.status(), "200", "guards let it pass");
    for path in ["/", "/__clerk2", "/__clerk/../", "/__clerk/%2e%2e/x", "/__clerk/..%2f"] {
        assert_eq!(app.get(path, &[]).await.status(), "401", "{path}");
    }
}

#[tokio::test]
async fn path_of_a_proxy_elsewhere_is_guarded() {
    let emulator = ClerkEmulator::start().await.unwrap();
    let served = Clerk::new(config(&emulator));
    let _proxy_of_another_configuration = served.frontend_api_proxy();
    let app = Router::new()
        .fallback(home)
        .layer(require_auth())
        .layer(ClerkLayer::new(config(&emulator)));
    let app = App::serve(app).await;
    let response = app.get("/__clerk/v1/client", &[]).await;
    assert_eq!(response.status(), "401", "as if another server proxied it: {response:?}");
}
