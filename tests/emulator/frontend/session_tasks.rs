//! Session tasks: what users must do before their session becomes active.

use axum_clerk::{StatusClaim, api::CreateOrganization};
use http::Method;
use serde_json::{Value, json};

use super::clerk_js::{ClerkJs, EMAIL, PASSWORD, create_ada, text};
use crate::support::{emulator, get, post};

/// Signs in, and asserts that the session is pending with this task.
async fn signed_in_with_task<'a>(
    clerk: &'a axum_clerk::emulator::ClerkEmulator,
    task: &str,
) -> ClerkJs<'a> {
    let browser = ClerkJs::signed_in(clerk, EMAIL).await;
    let session = browser.session().await;
    assert_eq!(session["status"], "pending");
    assert_eq!(session["tasks"], json!([{ "key": task }]));
    assert_eq!(browser.claims().await.session_status(), Some(StatusClaim::Pending));
    browser
}

async fn assert_active(browser: &ClerkJs<'_>) {
    let session = browser.session().await;
    assert_eq!((&session["status"], session.get("tasks")), (&json!("active"), None));
    assert_eq!(browser.claims().await.session_status(), Some(StatusClaim::Active));
    let of_backend = get(browser.clerk, &format!("/sessions/{}", browser.session_id)).await;
    assert_eq!(of_backend["status"], "active");
}

#[tokio::test]
async fn choosing_an_organization_activates_the_session() {
    let clerk = emulator().await;
    clerk.update_user_settings(|settings| settings.choose_organization = true);
    let ada = create_ada(&clerk);
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    let browser = signed_in_with_task(&clerk, "choose-organization").await;
    let active = browser.get("/me/sessions/active").await;
    assert_eq!(active[0]["tasks"], json!([{ "key": "choose-organization" }]));
    let touch = format!("/client/sessions/{}/touch", browser.session_id);
    browser.post(&touch, &[]).await;
    assert_eq!(browser.session().await["status"], "pending");
    browser.post(&touch, &[("active_organization_id", &acme.id)]).await;
    assert_active(&browser).await;
}

#[tokio::test]
async fn new_organization_can_be_chosen() {
    let clerk = emulator().await;
    clerk.update_user_settings(|settings| settings.choose_organization = true);
    create_ada(&clerk);
    let browser = signed_in_with_task(&clerk, "choose-organization").await;
    let defaults = browser.get("/me/organization_creation_defaults").await;
    assert_eq!(defaults["form"]["name"], Value::Null);
    let acme = browser.post("/organizations", &[("name", "Acme")]).await;
    let touch = format!("/client/sessions/{}/touch", browser.session_id);
    browser.post(&touch, &[("active_organization_id", &text(&acme, "id"))]).await;
    assert_active(&browser).await;
}

#[tokio::test]
async fn compromised_password_must_be_changed() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    post(&clerk, &format!("/users/{}/password/set_compromised", ada.id), Value::Null).await;
    let browser = signed_in_with_task(&clerk, "reset-password").await;
    let fields = [("new_password", "battery staple"), ("current_password", PASSWORD)];
    browser.post("/me/change_password", &fields).await;
    assert_active(&browser).await;
}

#[tokio::test]
async fn required_second_factor_must_be_set_up() {
    let clerk = emulator().await;
    clerk.update_user_settings(|settings| settings.require_second_factor = true);
    create_ada(&clerk);
    let browser = signed_in_with_task(&clerk, "setup-mfa").await;
    let secret = text(&browser.post("/me/totp", &[]).await, "secret");
    let code = super::second_factors::code(&secret);
    browser.post("/me/totp/attempt_verification", &[("code", &code)]).await;
    assert_active(&browser).await;
}

#[tokio::test]
async fn pending_sessions_cannot_manage_api_keys() {
    let clerk = emulator().await;
    clerk.update_user_settings(|settings| settings.choose_organization = true);
    let ada = create_ada(&clerk);
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let token = browser.token().await;
    let body = json!({ "name": "My key", "subject": ada.id });
    let rejected = browser.call_api_keys(Method::POST, "", body, &token).await;
    assert_eq!(rejected.status_and_code(), (401, "signed_out"));
}
