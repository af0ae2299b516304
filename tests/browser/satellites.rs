//! A primary app at 127.0.0.1 and its satellite at localhost, which share no cookies.

use axum_clerk::{
    InstanceType,
    InstanceType::{Development, Production},
    emulator::ClerkEmulator,
};

use super::{
    BOTH, Browser, ada, app, assert_signed_in, assert_signed_out, emulator, pass_a_minute, sign_in,
};

struct World {
    clerk: ClerkEmulator,
    primary: String,
    satellite: String,
}

async fn world(instance_type: InstanceType, auto_sync: bool) -> World {
    let clerk = emulator(instance_type).satellite("localhost").start().await.unwrap();
    let config = clerk.satellite_config_builder("localhost").satellite_auto_sync(auto_sync).build();
    World {
        primary: app::serve("127.0.0.1", clerk.config()).await,
        satellite: app::serve("localhost", config.unwrap()).await,
        clerk,
    }
}

#[tokio::test]
async fn who_is_signed_in_at_the_primary_is_so_at_the_satellite() {
    for instance_type in BOTH {
        let World { clerk, primary, satellite } = world(instance_type, true).await;
        let (ada, mut browser) = (ada(&clerk), Browser::new(clerk.clock()));
        let home = browser.open(&primary).await;
        assert_signed_in(&sign_in(&mut browser, &home, &ada).await, &ada);

        assert_signed_in(&browser.open(format!("{satellite}/page")).await, &ada);
        pass_a_minute(&clerk);
        let page = browser.open(format!("{satellite}/page")).await;
        assert_signed_in(&page, &ada);
        assert!(page.way().is_empty(), "refreshed without noticing: {page:?}");
    }
}

#[tokio::test]
async fn signing_in_at_the_primary_for_the_satellite_leads_back_to_it() {
    for (instance_type, auto_sync) in
        [(Development, true), (Development, false), (Production, true), (Production, false)]
    {
        let World { clerk, primary, satellite } = world(instance_type, auto_sync).await;
        let (ada, mut browser) = (ada(&clerk), Browser::new(clerk.clock()));
        let page = browser.open(format!("{satellite}/page")).await;
        assert_signed_out(&page);
        assert_eq!(page.way().is_empty(), !auto_sync, "{page:?}");

        let page = sign_in(&mut browser, &page, &ada).await;
        assert_signed_in(&page, &ada);
        assert!(page.url.as_str().starts_with(&format!("{satellite}/page")), "{}", page.url);
        if instance_type == Production {
            assert_signed_in(&browser.open(&primary).await, &ada);
        }
    }
}

#[tokio::test]
async fn signing_out_at_the_primary_ends_the_session_at_the_satellite() {
    for instance_type in BOTH {
        let World { clerk, primary, satellite } = world(instance_type, true).await;
        let (ada, mut browser) = (ada(&clerk), Browser::new(clerk.clock()));
        let home = browser.open(&primary).await;
        let home = sign_in(&mut browser, &home, &ada).await;
        assert_signed_in(&browser.open(&satellite).await, &ada);

        let portal = browser.click(&home, "sign-out").await;
        assert_signed_out(&browser.submit(&portal, &[]).await);
        pass_a_minute(&clerk);
        assert_signed_out(&browser.open(&satellite).await);
    }
}

#[tokio::test]
async fn a_page_of_the_satellite_leads_to_the_primary_and_stays_signed_in() {
    for instance_type in BOTH {
        let World { clerk, primary, satellite } = world(instance_type, true).await;
        let (ada, mut browser) = (ada(&clerk), Browser::new(clerk.clock()));
        let home = browser.open(&primary).await;
        sign_in(&mut browser, &home, &ada).await;
        assert_signed_in(&browser.open(&satellite).await, &ada);
        let page = browser.follow_from(&satellite, &primary).await;
        assert_signed_in(&page, &ada);
    }
}

#[tokio::test]
async fn the_primarys_own_page_answers_a_satellite_in_development() {
    let World { clerk, primary, .. } = world(Development, true).await;
    let config = clerk.satellite_config_builder("localhost").satellite_auto_sync(true);
    let satellite =
        app::serve("localhost", config.sign_in_url(format!("{primary}/login")).build().unwrap())
            .await;
    let (ada, mut browser) = (ada(&clerk), Browser::new(clerk.clock()));
    let home = browser.open(&primary).await;
    sign_in(&mut browser, &home, &ada).await;
    let page = browser.open(&satellite).await;
    assert_signed_in(&page, &ada);
    assert!(page.way().contains(&"/login"), "{page:?}");
}

#[tokio::test]
async fn what_is_no_satellite_is_told_nothing() {
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
