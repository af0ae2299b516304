//! Flows in which the browser only talks to the app, which proxies the Frontend API.

use axum_clerk::{ClerkConfig, InstanceType::Production, emulator::ClerkEmulator};

use crate::{
    app,
    browser::Browser,
    support::{
        INSTANCE_TYPES, assert_signed_in, assert_signed_out, create_ada, emulator,
        expire_session_tokens,
    },
};

/// The configuration of an app that proxies the emulator, the pages of its portal included.
pub(crate) fn config(clerk: &ClerkEmulator) -> ClerkConfig {
    clerk
        .config_builder()
        .proxy_url("/__clerk")
        .frontend_api_url(clerk.url())
        .sign_in_url("/__clerk/sign-in")
        .sign_up_url("/__clerk/sign-up")
        .sign_out_url("/__clerk/sign-out")
        .build()
        .unwrap()
}

#[tokio::test]
async fn browser_signs_in_and_out_through_the_proxy() {
    for instance_type in INSTANCE_TYPES {
        let clerk = emulator(instance_type).satellite("localhost").start().await.unwrap();
        let ada = create_ada(&clerk);
        let app = app::serve_with_proxy("localhost", config(&clerk)).await;
        let mut browser = Browser::new(clerk.clock());

        let home = browser.open(&app).await;
        assert_signed_out(&home);
        let portal = browser.click(&home, "sign-in").await;
        assert_eq!((portal.status.as_u16(), portal.url.path()), (200, "/__clerk/sign-in"));
        let home = browser.submit(&portal, &[("user_id", &ada.id)]).await;
        assert_signed_in(&home, &ada);
        let visited = home.visited.iter().map(|url| url.origin().ascii_serialization());
        assert!(visited.into_iter().all(|origin| origin == app), "only the app: {home:?}");
        assert!(home.redirects().contains(&"/__clerk/v1/client/handshake"), "{home:?}");
        assert!(clerk.requests("/v1/client/handshake") > 0);

        expire_session_tokens(&clerk);
        assert_signed_in(&browser.open(&app).await, &ada);

        let home = browser.open(&app).await;
        let portal = browser.click(&home, "sign-out").await;
        let home = browser.submit(&portal, &[]).await;
        assert_signed_out(&home);
        assert_signed_out(&browser.open(&app).await);
    }
}

#[tokio::test]
async fn browsers_do_not_share_cookies_through_the_proxy() {
    let clerk = emulator(Production).satellite("localhost").start().await.unwrap();
    let ada = create_ada(&clerk);
    let app = app::serve_with_proxy("localhost", config(&clerk)).await;
    let mut browser = Browser::new(clerk.clock());
    let home = browser.open(&app).await;
    let portal = browser.click(&home, "sign-in").await;
    assert_signed_in(&browser.submit(&portal, &[("user_id", &ada.id)]).await, &ada);

    let mut stranger = Browser::new(clerk.clock());
    assert_signed_out(&stranger.open(&app).await);
    let page = stranger.open(format!("{app}/__clerk/sign-out?redirect_url={app}")).await;
    assert_signed_out(&page);
}
