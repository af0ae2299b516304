//! A primary app at `127.0.0.1` and its satellite at `localhost`, which share no cookies.

use axum_clerk::{
    InstanceType,
    InstanceType::{Development, Production},
    api::User,
    emulator::ClerkEmulator,
};

use crate::{
    app,
    browser::{Browser, Page},
    support::{
        INSTANCE_TYPES, Scenario, assert_signed_in, assert_signed_out, emulator,
        expire_session_tokens, sign_in,
    },
};

struct SatelliteScenario {
    clerk: ClerkEmulator,
    ada: User,
    browser: Browser,
    primary: String,
    satellite: String,
}

impl SatelliteScenario {
    async fn start(instance_type: InstanceType, auto_sync: bool) -> Self {
        let Scenario { clerk, ada, browser, app: primary } =
            Scenario::start(emulator(instance_type).satellite("localhost")).await;
        let config =
            clerk.satellite_config_builder("localhost").satellite_auto_sync(auto_sync).build();
        let satellite = app::serve("localhost", config.unwrap()).await;
        Self { clerk, ada, browser, primary, satellite }
    }

    /// Opens the primary app and signs Ada in. Returns the page that the app shows afterwards.
    async fn sign_in_to_primary(&mut self) -> Page {
        let home = self.browser.open(&self.primary).await;
        sign_in(&mut self.browser, &home, &self.ada).await
    }

    /// Opens a page of the satellite.
    async fn open(&mut self) -> Page {
        self.browser.open(format!("{}/page", self.satellite)).await
    }
}

#[tokio::test]
async fn session_of_the_primary_is_synced_to_the_satellite() {
    for instance_type in INSTANCE_TYPES {
        let mut scenario = SatelliteScenario::start(instance_type, true).await;
        assert_signed_in(&scenario.sign_in_to_primary().await, &scenario.ada);

        assert_signed_in(&scenario.open().await, &scenario.ada);
        expire_session_tokens(&scenario.clerk);
        let page = scenario.open().await;
        assert_signed_in(&page, &scenario.ada);
        assert!(page.redirects().is_empty(), "refreshed without redirects: {page:?}");
    }
}

#[tokio::test]
async fn sign_in_for_the_satellite_returns_to_the_satellite() {
    for (instance_type, auto_sync) in
        [(Development, true), (Development, false), (Production, true), (Production, false)]
    {
        let mut scenario = SatelliteScenario::start(instance_type, auto_sync).await;
        let page = scenario.open().await;
        assert_signed_out(&page);
        assert_eq!(page.redirects().is_empty(), !auto_sync, "{page:?}");

        let page = sign_in(&mut scenario.browser, &page, &scenario.ada).await;
        assert_signed_in(&page, &scenario.ada);
        let expected = format!("{}/page", scenario.satellite);
        assert!(page.url.as_str().starts_with(&expected), "{}", page.url);
        if instance_type == Production {
            assert_signed_in(&scenario.browser.open(&scenario.primary).await, &scenario.ada);
        }
    }
}

#[tokio::test]
async fn sign_out_at_the_primary_ends_the_satellite_session() {
    for instance_type in INSTANCE_TYPES {
        let mut scenario = SatelliteScenario::start(instance_type, true).await;
        let home = scenario.sign_in_to_primary().await;
        assert_signed_in(&scenario.browser.open(&scenario.satellite).await, &scenario.ada);

        let portal = scenario.browser.click(&home, "sign-out").await;
        assert_signed_out(&scenario.browser.submit(&portal, &[]).await);
        expire_session_tokens(&scenario.clerk);
        assert_signed_out(&scenario.browser.open(&scenario.satellite).await);
    }
}

#[tokio::test]
async fn link_from_the_satellite_to_the_primary_stays_signed_in() {
    for instance_type in INSTANCE_TYPES {
        let mut scenario = SatelliteScenario::start(instance_type, true).await;
        scenario.sign_in_to_primary().await;
        assert_signed_in(&scenario.browser.open(&scenario.satellite).await, &scenario.ada);
        let page = scenario.browser.follow_link(&scenario.satellite, &scenario.primary).await;
        assert_signed_in(&page, &scenario.ada);
    }
}

#[tokio::test]
async fn primary_sign_in_page_syncs_development_satellites() {
    let mut scenario = SatelliteScenario::start(Development, true).await;
    let config = scenario.clerk.satellite_config_builder("localhost").satellite_auto_sync(true);
    let sign_in_url = format!("{}/login", scenario.primary);
    let satellite = app::serve("localhost", config.sign_in_url(sign_in_url).build().unwrap()).await;
    scenario.sign_in_to_primary().await;
    let page = scenario.browser.open(&satellite).await;
    assert_signed_in(&page, &scenario.ada);
    assert!(page.redirects().contains(&"/login"), "{page:?}");
}

#[tokio::test]
async fn sync_with_unknown_satellites_is_rejected() {
    let clerk = emulator(Production).start().await.unwrap();
    let mut browser = Browser::new(clerk.clock());
    let url = clerk.url();
    for target in ["http://localhost:1/v1/client/handshake", url] {
        let page = browser.open(format!("{url}/v1/client/sync?redirect_url={target}")).await;
        assert_eq!(page.status, 422, "{target}");
    }
    let page =
        browser.open(format!("{url}/v1/client/link?__clerk_token=none&redirect_url={url}")).await;
    assert_eq!(page.status, 404);
}
