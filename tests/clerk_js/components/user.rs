//! `<UserButton/>` and `<UserProfile/>`.

use fantoccini::Client;
use serde_json::json;

use crate::{
    version::Version,
    visit::{EMAIL, SIGN_IN, Visit},
};

flows!(
    user_button_signs_out,
    profile_changes_the_name,
    profile_adds_and_verifies_an_email_address,
    profile_changes_the_password,
    profile_sets_up_an_authenticator_app,
    profile_deletes_the_account,
);

/// Opens the profile of a user who is signed in.
async fn open_profile(version: Version, browser: Client) -> Visit {
    let visit = Visit::start(version, browser).await;
    visit.sign_in().await;
    visit.mount("UserProfile").await;
    visit
}

async fn user_button_signs_out(version: Version, browser: Client) {
    let visit = Visit::start(version, browser).await;
    visit.sign_in().await;
    visit.mount("UserButton").await;
    visit.click("//*[contains(@class, 'cl-userButtonTrigger')]").await;
    visit.press("Sign out").await;
    visit.wait_until("Clerk.loaded && !Clerk.session").await;
    visit.assert_signed_out().await;
}

async fn profile_changes_the_name(version: Version, browser: Client) {
    let visit = open_profile(version, browser).await;
    visit.press("Update profile").await;
    visit.fill("firstName", "Augusta").await;
    visit.press("Save").await;
    visit.wait_for_user(|user| user["name"] == "Augusta").await;
}

async fn profile_adds_and_verifies_an_email_address(version: Version, browser: Client) {
    let visit = open_profile(version, browser).await;
    visit.press("Add email address").await;
    visit.fill("emailAddress", "countess@example.com").await;
    visit.press("Add").await;
    let code = visit.wait_for_code("countess@example.com").await;
    visit.type_code(&code).await;
    let expected = json!(["ada@example.com", "countess@example.com"]);
    visit.wait_for_user(|user| user["verified"] == expected).await;
}

async fn profile_changes_the_password(version: Version, browser: Client) {
    let visit = open_profile(version, browser).await;
    visit.press("Security").await;
    visit.press("Update password").await;
    visit.fill("newPassword", "another password").await;
    visit.fill("confirmPassword", "another password").await;
    visit.press("Save").await;
    let path = "/v1/me/change_password";
    visit.wait(async || visit.clerk.requests(path) > 0).await;
    visit.wait_until("!document.querySelector('input[name=newPassword]')").await;
    visit.js("await Clerk.signOut({ redirectUrl: '/' })", json!([])).await;
    visit.open("/").await;
    visit.js(SIGN_IN, json!([EMAIL, "another password"])).await;
    visit.assert_signed_in(&visit.ada).await;
}

async fn profile_sets_up_an_authenticator_app(version: Version, browser: Client) {
    let visit = open_profile(version, browser).await;
    visit.press("Security").await;
    visit.press("Add two-step verification").await;
    visit.press("Authenticator application").await;
    visit.press("Can’t scan QR code?").await;
    let secret = "[...document.querySelectorAll('input')].map(({ value }) => value)
        .find((value) => /^[A-Z2-7]{32}$/.test(value))";
    visit.wait_until(secret).await;
    let secret = visit.js(&format!("return {secret}"), json!([])).await;
    visit.press("Continue").await;
    visit.type_code(&visit.totp_of(secret.as_str().unwrap())).await;
    visit.wait_for_user(|user| user["two_factor_enabled"] == true).await;
}

async fn profile_deletes_the_account(version: Version, browser: Client) {
    let visit = open_profile(version, browser).await;
    visit.press("Security").await;
    visit.press("Delete account").await;
    visit.fill("deleteConfirmation", "Delete account").await;
    visit.click("(//button[normalize-space(.)='Delete account'])[last()]").await;
    visit.wait_until("Clerk.loaded && !Clerk.session").await;
    visit.assert_signed_out().await;
    visit.api().users().get(&visit.ada.id).await.unwrap_err();
}
