//! Requests that are not proxied.

use std::time::Duration;

use axum::Router;
use axum_clerk::{Clerk, ClerkConfig, emulator::ClerkEmulator};
use tokio::net::TcpListener;

use super::{
    message::Message,
    support::{App, SECRET_KEY, config, proxy},
    upstream::Upstream,
};

#[track_caller]
fn assert_error(response: &Message, status: &str, code: &str) {
    assert_eq!((response.status(), response.code().as_str()), (status, code), "{response:?}");
    assert_eq!(response.header("content-type"), "application/json");
    assert_eq!(response.header("cache-control"), "no-store");
    assert!(!format!("{response:?}").contains(SECRET_KEY), "{response:?}");
}

#[tokio::test]
async fn missing_secret_key_is_a_configuration_error() {
    let clerk = ClerkEmulator::start().await.unwrap();
    let config = ClerkConfig::builder().jwt_key(clerk.jwt_key()).build().unwrap();
    let app = App::with_proxy(Clerk::new(config).frontend_api_proxy()).await;
    let response = app.get("/__clerk/v1", &[]).await;
    assert_error(&response, "500", "proxy_configuration_error");
}

#[tokio::test]
async fn other_paths_are_a_mismatch() {
    let upstream = Upstream::start().await;
    let app = App::serve(Router::new().fallback_service(proxy(config(&upstream)))).await;
    for target in ["/", "/v1", "/__clerk2/v1", "/__CLERK/v1", "/%5F_clerk/v1", "//__clerk/v1"] {
        assert_error(&app.get(target, &[]).await, "400", "proxy_path_mismatch");
    }
    assert_eq!(upstream.connections(), 0);
    assert_eq!(app.get("/__clerk/v1", &[]).await.status(), "200");
}

#[tokio::test]
async fn unreachable_upstream_is_a_bad_gateway() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let upstream = Upstream::start().await;
    let app = App::with_config(config(&upstream).frontend_api_url(&url)).await;
    let response = app.get("/__clerk/v1", &[]).await;
    assert_error(&response, "502", "proxy_request_failed");
    assert!(!response.text().contains(&url), "internals are not shown: {response:?}");
}

#[tokio::test]
async fn invalid_response_is_a_bad_gateway() {
    let upstream = Upstream::start().await;
    let app = App::start(&upstream).await;
    upstream.respond("nonsense\r\n\r\n");
    assert_error(&app.get("/__clerk/v1", &[]).await, "502", "proxy_request_failed");
}

#[tokio::test]
async fn silent_upstream_times_out() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let upstream = Upstream::start().await;
    let config =
        config(&upstream).frontend_api_url(format!("http://{}", silent.local_addr().unwrap()));
    let proxy = proxy(config).first_byte_timeout(Duration::from_millis(20));
    let app = App::with_proxy(proxy).await;
    assert_error(&app.get("/__clerk/v1", &[]).await, "502", "proxy_request_failed");
}

#[tokio::test]
async fn debug_output_contains_no_secrets() {
    let proxy = proxy(config(&Upstream::start().await));
    assert!(!format!("{proxy:?}").contains(SECRET_KEY));
}
