//! The reverification modal.

use std::time::Duration;

use fantoccini::Client;
use serde_json::json;

use crate::{
    version::Version,
    visit::{PASSWORD, Visit},
};

flows!(modal_reverifies_with_the_password);

async fn modal_reverifies_with_the_password(version: Version, browser: Client) {
    let visit = Visit::start_with_manual_clock(version, browser).await;
    visit.sign_in().await;
    visit.advance(Duration::from_secs(11 * 60)).await;
    visit.js("await Clerk.session.getToken()", json!([])).await;
    assert_eq!(visit.request("DELETE", "/api/account").await.0, 403);
    let script = "
        const afterVerification = () => { window.verified = true };
        Clerk.__internal_openReverification({ level: 'first_factor', afterVerification });";
    visit.js(script, json!([])).await;
    visit.fill("password", PASSWORD).await;
    visit.press("Continue").await;
    visit.wait_until("window.verified").await;
    assert_eq!(visit.request("DELETE", "/api/account").await.0, 200);
}
