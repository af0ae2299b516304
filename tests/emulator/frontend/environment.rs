//! The instance's settings.

use axum_clerk::emulator::{Requirement, SignUpMode};
use http::Method;
use serde_json::json;

use super::clerk_js::ClerkJs;
use crate::support::{emulator, patch, production_emulator};

#[tokio::test]
async fn environment_describes_a_new_instance() {
    let clerk = emulator().await;
    let browser = ClerkJs::load(&clerk).await;
    let environment = browser.get("/environment").await;
    assert_eq!(environment["display_config"]["instance_environment_type"], "development");
    assert_eq!(environment["auth_config"]["single_session_mode"], true);
    let attributes = &environment["user_settings"]["attributes"];
    assert_eq!(attributes["email_address"]["required"], true);
    assert_eq!(attributes["email_address"]["used_for_first_factor"], true);
    assert_eq!(attributes["email_address"]["verifications"], json!(["email_code"]));
    assert_eq!(attributes["password"]["required"], true);
    assert_eq!(attributes["username"]["enabled"], false);
    assert_eq!(environment["organization_settings"]["enabled"], true);
    assert_eq!(environment["user_settings"]["sign_up"]["mode"], "public");
}

#[tokio::test]
async fn environment_is_the_same_for_the_patch_of_clerk_js() {
    let clerk = production_emulator().await;
    let browser = ClerkJs { clerk: &clerk, dev_browser: String::new(), session_id: String::new() };
    let patched = browser.call(Method::PATCH, "/environment", &[("origin", "http://x")]).await;
    assert_eq!(patched.body, browser.get("/environment").await);
    assert_eq!(patched.body["display_config"]["instance_environment_type"], "production");
}

#[tokio::test]
async fn user_settings_show_in_the_environment() {
    let clerk = emulator().await;
    clerk.update_user_settings(|settings| {
        settings.application_name = "Shop".into();
        settings.email_address = Requirement::Off;
        settings.phone_number = Requirement::Required;
        settings.username = Requirement::Optional;
        settings.password = Requirement::Off;
        settings.sign_up_mode = SignUpMode::Waitlist;
        settings.legal_consent = true;
        settings.multiple_sessions = true;
        settings.require_second_factor = true;
        settings.choose_organization = true;
    });
    let environment = ClerkJs::load(&clerk).await.get("/environment").await;
    let (users, auth) = (&environment["user_settings"], &environment["auth_config"]);
    assert_eq!(environment["display_config"]["application_name"], "Shop");
    assert_eq!(environment["display_config"]["preferred_sign_in_strategy"], "otp");
    assert_eq!(users["attributes"]["email_address"]["enabled"], false);
    assert_eq!(users["attributes"]["email_address"]["used_for_first_factor"], false);
    assert_eq!(users["attributes"]["phone_number"]["required"], true);
    assert_eq!(users["attributes"]["phone_number"]["second_factors"], json!(["phone_code"]));
    assert_eq!(users["attributes"]["username"]["required"], false);
    assert_eq!(users["attributes"]["username"]["used_for_first_factor"], true);
    assert_eq!(users["sign_up"]["mode"], "waitlist");
    assert_eq!(users["sign_up"]["legal_consent_enabled"], true);
    assert_eq!(users["sign_in"]["second_factor"]["required"], true);
    assert_eq!(auth["single_session_mode"], false);
    assert_eq!(auth["identification_strategies"], json!(["phone_number", "username"]));
}

#[tokio::test]
async fn settings_of_the_backend_api_show_in_the_environment() {
    let clerk = emulator().await;
    patch(&clerk, "/instance/restrictions", json!({ "allowlist": true })).await;
    patch(&clerk, "/instance/organization_settings", json!({ "max_allowed_memberships": 7 })).await;
    let environment = ClerkJs::load(&clerk).await.get("/environment").await;
    assert_eq!(environment["user_settings"]["restrictions"]["allowlist"]["enabled"], true);
    assert_eq!(environment["organization_settings"]["max_allowed_memberships"], 7);
}

#[tokio::test]
async fn health_and_account_portal_are_public() {
    let clerk = emulator().await;
    let browser = ClerkJs::load(&clerk).await;
    assert_eq!(browser.get("/health").await, json!({ "status": "healthy" }));
    let portal = browser.get("/account_portal").await;
    assert_eq!((&portal["enabled"], &portal["allowed"]), (&json!(true), &json!(true)));
}
