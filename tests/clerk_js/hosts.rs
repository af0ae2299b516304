//! Apps at different hosts, with and without the handshake that identifies the browser.

use axum_clerk::{InstanceType, emulator::ClerkEmulator};
use fantoccini::Client;
use serde_json::json;

use crate::{
    version::Version,
    visit::{EMAIL, PASSWORD, SIGN_IN, Visit},
};

flows!(
    app_at_localhost_keeps_the_session_after_reloads,
    app_at_the_loopback_address_keeps_the_session_after_reloads,
    page_without_a_handshake_gets_a_dev_browser,
    production_app_shares_cookies_with_the_emulator,
);

async fn app_at_localhost_keeps_the_session_after_reloads(version: Version, browser: Client) {
    stays_signed_in("localhost", "/", version, browser).await;
}

async fn app_at_the_loopback_address_keeps_the_session_after_reloads(
    version: Version,
    browser: Client,
) {
    stays_signed_in("127.0.0.1", "/", version, browser).await;
}

async fn page_without_a_handshake_gets_a_dev_browser(version: Version, browser: Client) {
    let visit = stays_signed_in("localhost", "/static", version, browser).await;
    assert_eq!(visit.clerk.requests("/v1/dev_browser"), 1);
}

async fn production_app_shares_cookies_with_the_emulator(version: Version, browser: Client) {
    let emulator = ClerkEmulator::builder().instance_type(InstanceType::Production);
    let visit = Visit::start_at("127.0.0.1", emulator, version, browser).await;
    visit.open("/").await;
    visit.js(SIGN_IN, json!([EMAIL, PASSWORD])).await;
    visit.assert_signed_in(&visit.ada).await;
    visit.open("/").await;
    visit.wait_until("Clerk.session").await;
    visit.assert_signed_in(&visit.ada).await;
}

async fn stays_signed_in(host: &str, path: &str, version: Version, browser: Client) -> Visit {
    let visit = Visit::start_at(host, ClerkEmulator::builder(), version, browser).await;
    visit.open(path).await;
    visit.js(SIGN_IN, json!([EMAIL, PASSWORD])).await;
    visit.assert_signed_in(&visit.ada).await;
    visit.open(path).await;
    visit.wait_until("Clerk.session").await;
    visit.assert_signed_in(&visit.ada).await;
    // A document, which Chromium requests with a navigation.
    visit.tab.goto(&format!("{}/page", visit.app)).await.unwrap();
    visit.wait_for_text(&format!("user: {}", visit.ada.id)).await;
    visit
}
