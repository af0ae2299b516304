//! Reverification, with the methods of clerk-js.

use std::time::Duration;

use fantoccini::Client;
use serde_json::json;

use crate::{
    version::Version,
    visit::{PASSWORD, Visit},
};

flows!(password_reverifies_the_session);

async fn password_reverifies_the_session(version: Version, browser: Client) {
    let visit = Visit::start_with_manual_clock(version, browser).await;
    visit.sign_in().await;
    assert_eq!(visit.request("DELETE", "/api/account").await.0, 200);
    visit.advance(Duration::from_secs(11 * 60)).await;
    visit.js("await Clerk.session.getToken()", json!([])).await;
    let (status, hint) = visit.request("DELETE", "/api/account").await;
    assert_eq!(status, 403);
    assert_eq!(hint["clerk_error"]["reason"], "reverification-error");

    let script = "
        await Clerk.session.startVerification({ level: 'first_factor' });
        const attempt = { strategy: 'password', password: args[0] };
        const { status } = await Clerk.session.attemptFirstFactorVerification(attempt);
        await Clerk.session.getToken({ skipCache: true });
        return status";
    let error = visit.try_js(script, json!(["wrong password"])).await.unwrap_err();
    assert!(error.contains("form_password_incorrect"), "{error}");
    assert_eq!(visit.request("DELETE", "/api/account").await.0, 403);
    assert_eq!(visit.js(script, json!([PASSWORD])).await, "complete");
    assert_eq!(visit.request("DELETE", "/api/account").await.0, 200);
}
