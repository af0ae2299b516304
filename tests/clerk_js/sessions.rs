//! Sessions and their tokens, in one tab and in two.

use std::time::Duration;

use fantoccini::Client;
use serde_json::{Value, json};

use crate::{
    version::Version,
    visit::{EMAIL, PASSWORD, SIGN_IN, Visit, create_user},
};

flows!(
    token_is_renewed_when_it_has_expired,
    token_is_renewed_in_the_background,
    renewal_waits_for_the_end_of_an_outage,
    app_accepts_new_keys_and_rejects_withdrawn_ones,
    signing_out_ends_the_session,
    signing_out_in_one_tab_signs_out_the_other,
    signing_in_in_one_tab_signs_in_the_other,
    two_users_are_signed_in_to_one_browser,
    session_revoked_by_the_backend_signs_out,
);

/// Beyond the lifetime of session tokens and the tolerated clock skew.
const EXPIRATION: Duration = Duration::from_secs(70);

/// Sends the token that clerk-js has as `Authorization`, and no cookies.
const ME_WITH_BEARER: &str = "
    const headers = { authorization: `Bearer ${await Clerk.session.getToken()}` };
    const response = await fetch('/api/me', { headers, credentials: 'omit' });
    return response.ok ? await response.json() : response.status";

async fn token_is_renewed_when_it_has_expired(version: Version, browser: Client) {
    let visit = Visit::start_with_manual_clock(version, browser).await;
    visit.sign_in().await;
    let before = visit.js(ME_WITH_BEARER, json!([])).await;
    assert_eq!(before["user"], visit.ada.id);
    visit.advance(EXPIRATION).await;
    let after = visit.js(ME_WITH_BEARER, json!([])).await;
    assert_eq!(after["user"], visit.ada.id);
    assert!(issued_at(&after) >= issued_at(&before) + 70, "{before} {after}");
}

async fn token_is_renewed_in_the_background(version: Version, browser: Client) {
    let visit = Visit::start_with_manual_clock(version, browser).await;
    let me = visit.sign_in().await;
    visit.advance(EXPIRATION).await;
    // The page requests nothing meanwhile.
    let path = format!("/v1/client/sessions/{}/tokens", me["session"].as_str().unwrap());
    let before = visit.clerk.requests(&path);
    visit.wait(async || visit.clerk.requests(&path) > before).await;
    let after = visit.wait_for_me(|after| issued_at(after) >= issued_at(&me) + 70).await;
    assert_eq!(after["user"], visit.ada.id);
}

async fn renewal_waits_for_the_end_of_an_outage(version: Version, browser: Client) {
    let visit = Visit::start_with_manual_clock(version, browser).await;
    visit.sign_in().await;
    visit.clerk.go_down();
    visit.assert_signed_in(&visit.ada).await;
    visit.advance(EXPIRATION).await;
    // Fails at first, and is repeated.
    let script = "window.failures = 0;
        const { fetch } = window;
        window.fetch = (...args) => fetch(...args).catch((error) => { failures += 1; throw error });
        window.renewed = Clerk.session.getToken();";
    visit.js(script, json!([])).await;
    visit.wait_until("failures > 0").await;
    visit.clerk.come_up();
    visit.wait_until("Clerk.session").await;
    let me = visit.js(&format!("await renewed; {ME_WITH_BEARER}"), json!([])).await;
    assert_eq!(me["user"], visit.ada.id);
    visit.assert_signed_in(&visit.ada).await;
}

async fn app_accepts_new_keys_and_rejects_withdrawn_ones(version: Version, browser: Client) {
    let visit = Visit::start_with_manual_clock(version, browser).await;
    visit.sign_in().await;
    let old = visit.js("return Clerk.session.getToken()", json!([])).await;
    visit.clerk.rotate_keys();
    visit.clerk.withdraw_old_keys();
    // The app requests unknown keys at most every ten seconds.
    visit.advance(Duration::from_secs(11)).await;
    visit.js("await Clerk.session.getToken({ skipCache: true })", json!([])).await;
    visit.assert_signed_in(&visit.ada).await;
    let script = "
        const headers = { authorization: `Bearer ${args[0]}` };
        return (await fetch('/api/me', { headers, credentials: 'omit' })).status";
    assert_eq!(visit.js(script, json!([old])).await, 401);
}

async fn signing_out_ends_the_session(version: Version, browser: Client) {
    let visit = Visit::start(version, browser).await;
    let me = visit.sign_in().await;
    visit.js("await Clerk.signOut({ redirectUrl: '/' })", json!([])).await;
    visit.wait_until("Clerk.loaded && !Clerk.session").await;
    visit.assert_signed_out().await;
    visit.open("/").await;
    visit.assert_signed_out().await;
    let session = visit.api().sessions().get(me["session"].as_str().unwrap()).await.unwrap();
    assert_eq!(session.status.as_str(), "removed");
}

async fn signing_out_in_one_tab_signs_out_the_other(version: Version, browser: Client) {
    let visit = Visit::start(version, browser).await;
    visit.sign_in().await;
    let first = visit.tab.window().await.unwrap();
    let second = visit.tab.new_window(true).await.unwrap().handle;
    visit.tab.switch_to_window(second).await.unwrap();
    visit.open("/").await;
    visit.assert_signed_in(&visit.ada).await;
    visit.js("await Clerk.signOut({ redirectUrl: '/' })", json!([])).await;
    visit.wait_until("Clerk.loaded && !Clerk.session").await;

    visit.tab.switch_to_window(first).await.unwrap();
    visit.wait_until("!Clerk.session").await;
    visit.assert_signed_out().await;
}

async fn signing_in_in_one_tab_signs_in_the_other(version: Version, browser: Client) {
    let visit = Visit::start(version, browser).await;
    visit.open("/").await;
    let first = visit.tab.window().await.unwrap();
    let second = visit.tab.new_window(true).await.unwrap().handle;
    visit.tab.switch_to_window(second).await.unwrap();
    visit.sign_in().await;

    visit.tab.switch_to_window(first).await.unwrap();
    visit.open("/").await;
    visit.wait_until("Clerk.session").await;
    visit.assert_signed_in(&visit.ada).await;
}

async fn two_users_are_signed_in_to_one_browser(version: Version, browser: Client) {
    let visit = Visit::start(version, browser).await;
    visit.clerk.update_user_settings(|settings| settings.multiple_sessions = true);
    let grace = create_user(&visit.clerk, "Grace", "grace@example.com");
    let first = visit.sign_in().await;
    visit.js(SIGN_IN, json!(["grace@example.com", PASSWORD])).await;
    let second = visit.assert_signed_in(&grace).await;
    assert_ne!(first["session"], second["session"]);

    visit.js("await Clerk.setActive({ session: args[0] })", json!([first["session"]])).await;
    visit.assert_signed_in(&visit.ada).await;
    visit.open("/").await;
    visit.assert_signed_in(&visit.ada).await;

    let script = "await Clerk.signOut({ sessionId: args[0], redirectUrl: '/' })";
    visit.js(script, json!([first["session"]])).await;
    visit.open("/").await;
    visit.js("await Clerk.setActive({ session: args[0] })", json!([second["session"]])).await;
    visit.assert_signed_in(&grace).await;
    let error = visit.try_js(SIGN_IN, json!([EMAIL, "wrong password"])).await.unwrap_err();
    assert!(error.contains("form_password_incorrect"), "{error}");
    visit.assert_signed_in(&grace).await;
}

async fn session_revoked_by_the_backend_signs_out(version: Version, browser: Client) {
    let visit = Visit::start_with_manual_clock(version, browser).await;
    let me = visit.sign_in().await;
    visit.api().sessions().revoke(me["session"].as_str().unwrap()).await.unwrap();
    visit.advance(EXPIRATION).await;
    visit.try_js("return Clerk.session.getToken()", json!([])).await.ok();
    visit.open("/").await;
    visit.assert_signed_out().await;
}

fn issued_at(me: &Value) -> i64 {
    me["token_issued_at"].as_i64().unwrap()
}
