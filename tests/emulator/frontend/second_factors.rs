//! Second factors: authenticator apps, backup codes and phone numbers.

use axum_clerk::emulator::ClerkEmulator;
use http::Method;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use super::clerk_js::{CODE, ClerkJs, EMAIL, PASSWORD, create_ada, strategies, text};
use crate::support::{START, emulator, get, id};

/// The current code of an authenticator app.
pub(super) fn code(secret: &str) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    Builder::new().with_secret(secret).build_noncompliant().generate(START).to_string()
}

/// Adds an authenticator app to a user, and returns its secret and the backup codes.
async fn add_app(browser: &ClerkJs<'_>) -> (String, Vec<String>) {
    let totp = browser.post("/me/totp", &[]).await;
    assert_eq!(totp["verified"], false);
    let secret = text(&totp, "secret");
    let uri = text(&totp, "uri");
    assert!(uri.starts_with("otpauth://totp/Emulated%20app:"), "{uri}");
    let wrong = browser.call(Method::POST, "/me/totp/attempt_verification", &[("code", "0")]).await;
    assert_eq!(wrong.error(), (422, "form_code_incorrect", "code"));
    let verified = browser.post("/me/totp/attempt_verification", &[("code", &code(&secret))]).await;
    assert_eq!((&verified["verified"], &verified["secret"]), (&json!(true), &Value::Null));
    (secret, serde_json::from_value(verified["backup_codes"].clone()).unwrap())
}

/// Signs in with the password, and returns the path of the sign-in.
async fn enter_password(browser: &ClerkJs<'_>) -> String {
    let fields = [("strategy", "password"), ("identifier", EMAIL), ("password", PASSWORD)];
    let sign_in = browser.post("/client/sign_ins", &fields).await;
    assert_eq!(sign_in["status"], "needs_second_factor", "{sign_in}");
    assert_eq!(sign_in["created_session_id"], Value::Null);
    format!("/client/sign_ins/{}", text(&sign_in, "id"))
}

async fn with_app(clerk: &ClerkEmulator) -> (String, Vec<String>) {
    create_ada(clerk);
    add_app(&ClerkJs::signed_in(clerk, EMAIL).await).await
}

#[tokio::test]
async fn authenticator_app_and_backup_code_complete_the_sign_in() {
    let clerk = emulator().await;
    let (secret, backup_codes) = with_app(&clerk).await;
    assert_eq!(backup_codes.len(), 10);
    for (strategy, code) in [("totp", code(&secret)), ("backup_code", backup_codes[0].clone())] {
        let mut browser = ClerkJs::load(&clerk).await;
        let path = enter_password(&browser).await;
        let sign_in = browser.get(&path).await;
        assert_eq!(strategies(&sign_in["supported_second_factors"]), ["totp", "backup_code"]);
        let attempt = format!("{path}/attempt_second_factor");
        let wrong = browser
            .call(Method::POST, &attempt, &[("strategy", strategy), ("code", "wrong")])
            .await;
        assert_eq!(wrong.error(), (422, "form_code_incorrect", "code"));
        let complete =
            browser.post(&attempt, &[("strategy", strategy), ("code", code.as_str())]).await;
        assert_eq!(complete["status"], "complete");
        browser.session_id = text(&complete, "created_session_id");
        let ages = browser.session().await["factor_verification_age"].clone();
        assert_eq!(ages, json!([0, 0]));
        assert!(browser.claims().await.factor_ages().is_some());
    }
    let browser = ClerkJs::load(&clerk).await;
    let path = format!("{}/attempt_second_factor", enter_password(&browser).await);
    let used = [("strategy", "backup_code"), ("code", backup_codes[0].as_str())];
    assert_eq!(browser.call(Method::POST, &path, &used).await.status, 422, "used up");
}

#[tokio::test]
async fn factors_count_only_at_their_level() {
    let clerk = emulator().await;
    let (secret, backup_codes) = with_app(&clerk).await;
    let browser = ClerkJs::load(&clerk).await;
    let sign_in = browser.post("/client/sign_ins", &[("identifier", EMAIL)]).await;
    let path = format!("/client/sign_ins/{}/attempt_first_factor", text(&sign_in, "id"));
    for (strategy, code) in [("totp", code(&secret)), ("backup_code", backup_codes[0].clone())] {
        let fields = [("strategy", strategy), ("code", code.as_str())];
        let rejected = browser.call(Method::POST, &path, &fields).await;
        assert_eq!(rejected.error(), (422, "strategy_for_user_invalid", "strategy"));
    }
    let path = enter_password(&browser).await;
    for (step, fields) in [
        ("attempt", [("strategy", "password"), ("password", PASSWORD)]),
        ("attempt", [("strategy", "email_code"), ("code", CODE)]),
        ("prepare", [("strategy", "email_code"), ("code", "")]),
    ] {
        let path = format!("{path}/{step}_second_factor");
        let rejected = browser.call(Method::POST, &path, &fields).await;
        assert_eq!(rejected.status, 422, "{fields:?}: {}", rejected.body);
    }
    assert_eq!(browser.client().await["sessions"], json!([]));
}

#[tokio::test]
async fn second_factor_is_rejected_before_the_first() {
    let clerk = emulator().await;
    let (secret, _) = with_app(&clerk).await;
    let browser = ClerkJs::load(&clerk).await;
    let sign_in = browser.post("/client/sign_ins", &[("identifier", EMAIL)]).await;
    let path = format!("/client/sign_ins/{}/attempt_second_factor", text(&sign_in, "id"));
    let fields = [("strategy", "totp"), ("code", &code(&secret))];
    assert_eq!(browser.call(Method::POST, &path, &fields).await.status, 400);
}

#[tokio::test]
async fn reset_of_the_password_needs_the_second_factor() {
    let clerk = emulator().await;
    with_app(&clerk).await;
    let browser = ClerkJs::load(&clerk).await;
    let sign_in = browser.post("/client/sign_ins", &[("identifier", EMAIL)]).await;
    let path = format!("/client/sign_ins/{}", text(&sign_in, "id"));
    let strategy = ("strategy", "reset_password_email_code");
    browser.post(&format!("{path}/prepare_first_factor"), &[strategy]).await;
    browser.post(&format!("{path}/attempt_first_factor"), &[strategy, ("code", CODE)]).await;
    let reset = format!("{path}/reset_password");
    let sign_in = browser.post(&reset, &[("password", "battery staple")]).await;
    assert_eq!(sign_in["status"], "needs_second_factor");
    assert_eq!(browser.client().await["sessions"], json!([]));
}

#[tokio::test]
async fn reserved_phone_number_is_a_second_factor() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let phone = browser.post("/me/phone_numbers", &[("phone_number", "+15555550100")]).await;
    let path = format!("/me/phone_numbers/{}", id(&phone));
    let reserve = [("reserved_for_second_factor", "true"), ("default_second_factor", "true")];
    assert_eq!(browser.call(Method::PATCH, &path, &reserve).await.status, 400, "not verified");
    browser.post(&format!("{path}/prepare_verification"), &[("strategy", "phone_code")]).await;
    browser.post(&format!("{path}/attempt_verification"), &[("code", CODE)]).await;
    let reserved = browser.patch(&path, &reserve).await;
    assert_eq!(reserved["default_second_factor"], true);
    assert!(clerk.user(&ada.id).two_factor_enabled);

    let mut browser = ClerkJs::load(&clerk).await;
    let path = enter_password(&browser).await;
    let prepare = format!("{path}/prepare_second_factor");
    browser.post(&prepare, &[("strategy", "phone_code")]).await;
    let attempt = format!("{path}/attempt_second_factor");
    let complete = browser.post(&attempt, &[("strategy", "phone_code"), ("code", CODE)]).await;
    browser.session_id = text(&complete, "created_session_id");
    assert_eq!(browser.claims().await.user_id(), ada.id);
}

#[tokio::test]
async fn backup_codes_are_replaced_and_the_app_is_removed() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let early = browser.call(Method::POST, "/me/backup_codes", &[]).await;
    assert_eq!(early.status_and_code(), (400, "backup_codes_not_available"));
    let (_, old) = add_app(&browser).await;
    let twice = browser.call(Method::POST, "/me/totp", &[]).await;
    assert_eq!(twice.status_and_code(), (400, "totp_already_enabled"));
    let new = browser.post("/me/backup_codes", &[]).await["codes"].clone();
    assert!(new.as_array().unwrap().iter().all(|code| !old.contains(&code.to_string())));
    let removed = browser.delete("/me/totp").await;
    assert_eq!((&removed["object"], &removed["deleted"]), (&json!("totp"), &json!(true)));
    let user = get(&clerk, &format!("/users/{}", ada.id)).await;
    assert_eq!(
        (&user["totp_enabled"], &user["backup_code_enabled"]),
        (&json!(false), &json!(false))
    );
}
