//! Flows in Chromium, which checks cookies and redirects against a real browser.

use std::time::{Duration, SystemTime};

use axum_clerk::{
    Clock, InstanceType,
    InstanceType::{Development, Production},
    api::User,
    emulator::ClerkEmulator,
};
use fantoccini::{Client, Locator};

use crate::{
    app,
    chromedriver::in_chromium,
    support::{INSTANCE_TYPES, create_ada, expire_session_tokens},
};

/// What the app under test shows without a session.
const SIGNED_OUT: &str = "user: none";

#[tokio::test]
async fn quickstart_works_in_development() {
    in_chromium(|browser| quickstart(browser, Development, "localhost")).await;
}

#[tokio::test]
async fn quickstart_works_in_production() {
    in_chromium(|browser| quickstart(browser, Production, "127.0.0.1")).await;
}

async fn quickstart(browser: Client, instance_type: InstanceType, host: &str) {
    let (clerk, ada) = emulator(instance_type).await;
    let app = app::serve(host, clerk.config()).await;
    let handshakes = || clerk.requests("/v1/client/handshake");

    browser.goto(&app).await.unwrap();
    wait_for_text(&browser, SIGNED_OUT).await;
    click(&browser, "#sign-in").await;
    click(&browser, &format!("button[value={}]", ada.id)).await;
    wait_for_text(&browser, &ada.id).await;
    assert_eq!(browser.current_url().await.unwrap().as_str(), format!("{app}/"));

    let before = handshakes();
    browser.refresh().await.unwrap();
    expire_session_tokens(&clerk);
    browser.refresh().await.unwrap();
    wait_for_text(&browser, &ada.id).await;
    assert_eq!(handshakes(), before, "an expired token is refreshed without a handshake");

    clerk.clock().advance(Duration::from_secs(15 * 60));
    browser.refresh().await.unwrap();
    wait_for_text(&browser, "fva: [16,-1]").await;
    click(&browser, "#reverify").await;
    click(&browser, "button").await;
    wait_for_text(&browser, "fva: [0,-1]").await;

    // Redirects of one click must not count for the next, which here follows without delay.
    browser.delete_cookie("__clerk_redirect_count").await.unwrap();
    click(&browser, "#sign-out").await;
    click(&browser, "button").await;
    wait_for_text(&browser, SIGNED_OUT).await;
    browser.goto(&app).await.unwrap();
    wait_for_text(&browser, SIGNED_OUT).await;
}

#[cfg(feature = "proxy")]
#[tokio::test]
async fn sign_in_works_through_the_proxy() {
    for instance_type in INSTANCE_TYPES {
        in_chromium(|browser| proxied(browser, instance_type)).await;
    }
}

#[cfg(feature = "proxy")]
async fn proxied(browser: Client, instance_type: InstanceType) {
    let (clerk, ada) = emulator(instance_type).await;
    let app = app::serve_with_proxy("localhost", crate::proxied::config(&clerk)).await;

    browser.goto(&app).await.unwrap();
    wait_for_text(&browser, SIGNED_OUT).await;
    click(&browser, "#sign-in").await;
    click(&browser, &format!("button[value={}]", ada.id)).await;
    wait_for_text(&browser, &ada.id).await;
    assert_eq!(browser.current_url().await.unwrap().as_str(), format!("{app}/"));

    expire_session_tokens(&clerk);
    browser.refresh().await.unwrap();
    wait_for_text(&browser, &ada.id).await;

    browser.delete_cookie("__clerk_redirect_count").await.unwrap();
    click(&browser, "#sign-out").await;
    click(&browser, "button").await;
    wait_for_text(&browser, SIGNED_OUT).await;
    browser.goto(&app).await.unwrap();
    wait_for_text(&browser, SIGNED_OUT).await;
}

#[tokio::test]
async fn session_is_synced_to_a_satellite_on_another_host() {
    for instance_type in INSTANCE_TYPES {
        in_chromium(|browser| satellite(browser, instance_type)).await;
    }
}

async fn satellite(browser: Client, instance_type: InstanceType) {
    let (clerk, ada) = emulator(instance_type).await;
    let config =
        clerk.satellite_config_builder("localhost").satellite_auto_sync(true).build().unwrap();
    let primary = app::serve("127.0.0.1", clerk.config()).await;
    let satellite = app::serve("localhost", config).await;

    browser.goto(&primary).await.unwrap();
    click(&browser, "#sign-in").await;
    click(&browser, &format!("button[value={}]", ada.id)).await;
    wait_for_text(&browser, &ada.id).await;

    browser.goto(&satellite).await.unwrap();
    wait_for_text(&browser, &ada.id).await;
    assert_eq!(browser.current_url().await.unwrap().host_str(), Some("localhost"));
}

/// Starts an emulator with Ada as a user, on a manual clock that starts at the current time, which
/// Chromium uses for the expiry of cookies.
async fn emulator(instance_type: InstanceType) -> (ClerkEmulator, User) {
    let clock = Clock::manual(SystemTime::now());
    let builder =
        ClerkEmulator::builder().clock(clock).instance_type(instance_type).satellite("localhost");
    let clerk = builder.start().await.unwrap();
    let ada = create_ada(&clerk);
    (clerk, ada)
}

async fn click(browser: &Client, selector: &str) {
    let element = browser.wait().for_element(Locator::Css(selector)).await.unwrap();
    element.click().await.unwrap();
}

/// Waits until a paragraph of the page contains a text.
async fn wait_for_text(browser: &Client, text: &str) {
    let paragraph = format!("//p[contains(., '{text}')]");
    if let Err(error) = browser.wait().for_element(Locator::XPath(&paragraph)).await {
        let page = browser.source().await.unwrap_or_default();
        panic!("\"{text}\" not found: {error}\n{page}");
    }
}
