//! Sign-ups with each combination of settings.

use std::time::Duration;

use axum_clerk::{api::CreateUser, emulator::Requirement};
use http::Method;
use serde_json::{Value, json};

use super::clerk_js::{CODE, ClerkJs, EMAIL, PASSWORD, create_ada, last_message, text};
use crate::support::{emulator, get};

async fn create(browser: &ClerkJs<'_>, fields: &[(&str, &str)]) -> Value {
    browser.post("/client/sign_ups", fields).await
}

fn path(sign_up: &Value) -> String {
    format!("/client/sign_ups/{}", text(sign_up, "id"))
}

/// Verifies the email address of a sign-up.
async fn verify_email(browser: &ClerkJs<'_>, sign_up: &Value) -> Value {
    let (path, strategy) = (path(sign_up), ("strategy", "email_code"));
    browser.post(&format!("{path}/prepare_verification"), &[strategy]).await;
    browser.post(&format!("{path}/attempt_verification"), &[strategy, ("code", CODE)]).await
}

#[tokio::test]
async fn user_signs_up_with_an_email_address_and_a_password() {
    let clerk = emulator().await;
    let mut browser = ClerkJs::load(&clerk).await;
    let fields = [
        ("email_address", EMAIL),
        ("password", PASSWORD),
        ("first_name", "Ada"),
        ("unsafe_metadata", r#"{"theme":"dark"}"#),
    ];
    let sign_up = create(&browser, &fields).await;
    assert_eq!(sign_up["status"], "missing_requirements");
    assert_eq!(sign_up["required_fields"], json!(["email_address", "password"]));
    assert_eq!(sign_up["missing_fields"], json!([]));
    assert_eq!(sign_up["unverified_fields"], json!(["email_address"]));
    let verification = &sign_up["verifications"]["email_address"];
    assert_eq!(verification["next_action"], "needs_prepare");
    assert_eq!(verification["strategy"], Value::Null, "clerk-js 6 would skip the preparation");
    assert_eq!(browser.get(&path(&sign_up)).await, browser.client().await["sign_up"]);
    assert!(!sign_up.to_string().contains(PASSWORD));

    let complete = verify_email(&browser, &sign_up).await;
    assert_eq!(complete["status"], "complete");
    assert_eq!(last_message(&clerk).to, EMAIL);
    browser.session_id = text(&complete, "created_session_id");
    let user_id = text(&complete, "created_user_id");
    assert_eq!(browser.claims().await.user_id(), user_id);
    let user = get(&clerk, &format!("/users/{user_id}")).await;
    assert_eq!(user["email_addresses"][0]["verification"]["status"], "verified");
    assert_eq!(user["email_addresses"][0]["verification"]["strategy"], "email_code");
    assert_eq!((&user["first_name"], &user["password_enabled"]), (&json!("Ada"), &json!(true)));
    assert_eq!(user["unsafe_metadata"], json!({ "theme": "dark" }));
    assert_eq!(browser.client().await["sign_up"], Value::Null);
    ClerkJs::signed_in(&clerk, EMAIL).await;
}

#[tokio::test]
async fn missing_fields_can_be_added_later() {
    let clerk = emulator().await;
    let browser = ClerkJs::load(&clerk).await;
    let sign_up = create(&browser, &[]).await;
    assert_eq!(sign_up["missing_fields"], json!(["email_address", "password"]));
    let path = path(&sign_up);
    let prepare = format!("{path}/prepare_verification");
    let early = browser.call(Method::POST, &prepare, &[("strategy", "email_code")]).await;
    assert_eq!(early.error(), (422, "form_param_missing", "email_address"));
    let updated = browser.patch(&path, &[("email_address", EMAIL)]).await;
    assert_eq!(updated["missing_fields"], json!(["password"]));
    let verified = verify_email(&browser, &sign_up).await;
    assert_eq!(verified["status"], "missing_requirements");
    assert_eq!(verified["unverified_fields"], json!([]));
    let changed = browser.patch(&path, &[("email_address", "grace@example.com")]).await;
    assert_eq!(changed["unverified_fields"], json!(["email_address"]), "verified the old one");
    verify_email(&browser, &sign_up).await;
    let complete = browser.patch(&path, &[("password", PASSWORD)]).await;
    assert_eq!(complete["status"], "complete");
    let again = browser.call(Method::PATCH, &path, &[("first_name", "Ada")]).await;
    assert_eq!(again.status_and_code(), (400, "sign_up_already_complete"));
}

/// Every combination of requirements: the fields that are required, and no others, are missing, and
/// a sign-up with all fields that are not off completes.
#[tokio::test]
async fn all_combinations_of_requirements_complete() {
    use Requirement::{Off, Optional, Required};
    let clerk = emulator().await;
    let all = [Off, Optional, Required];
    let mut n = 0;
    for email_address in all {
        for phone_number in all {
            for username in all {
                for password in all {
                    n += 1;
                    // A user without any identifier cannot sign in.
                    if [email_address, phone_number, username].iter().all(|own| *own == Off) {
                        continue;
                    }
                    let last_name = all[n % 3];
                    clerk.update_user_settings(|settings| {
                        settings.email_address = email_address;
                        settings.phone_number = phone_number;
                        settings.username = username;
                        settings.password = password;
                        settings.last_name = last_name;
                    });
                    let (email, phone) = (format!("u{n}@example.com"), format!("+1555555{n:04}"));
                    let (user, browser) = (format!("user{n}"), ClerkJs::load(&clerk).await);
                    let fields = [
                        ("email_address", email.as_str(), email_address),
                        ("phone_number", phone.as_str(), phone_number),
                        ("username", user.as_str(), username),
                        ("password", PASSWORD, password),
                        ("last_name", "Lovelace", last_name),
                    ];
                    for (name, value, _) in fields.iter().filter(|(.., own)| *own == Off) {
                        let rejected =
                            browser.call(Method::POST, "/client/sign_ups", &[(name, value)]).await;
                        assert_eq!(rejected.error(), (422, "form_param_unknown", *name));
                    }
                    let given: Vec<_> = fields
                        .iter()
                        .filter(|(.., own)| *own != Off)
                        .map(|(name, value, _)| (*name, *value))
                        .collect();
                    let required: Vec<_> = fields
                        .iter()
                        .filter(|(.., own)| *own == Required)
                        .map(|(name, ..)| *name)
                        .collect();
                    let mut sign_up = create(&browser, &given).await;
                    assert_eq!(sign_up["required_fields"], json!(required), "{n}");
                    for (list, strategy) in
                        [(email_address, "email_code"), (phone_number, "phone_code")]
                    {
                        if list != Off {
                            let path = path(&sign_up);
                            let strategy = ("strategy", strategy);
                            browser
                                .post(&format!("{path}/prepare_verification"), &[strategy])
                                .await;
                            sign_up = browser
                                .post(
                                    &format!("{path}/attempt_verification"),
                                    &[strategy, ("code", CODE)],
                                )
                                .await;
                        }
                    }
                    assert_eq!(sign_up["status"], "complete", "{n}: {sign_up}");
                }
            }
        }
    }
}

#[tokio::test]
async fn invalid_fields_name_the_parameter() {
    let clerk = emulator().await;
    clerk.update_user_settings(|settings| {
        settings.phone_number = Requirement::Optional;
        settings.username = Requirement::Optional;
    });
    let taken = CreateUser::default().email_address([EMAIL]).phone_number(["+15555550100"]);
    clerk.create_user(taken.username("ada"));
    let browser = ClerkJs::load(&clerk).await;
    for (name, value, code) in [
        ("email_address", "nonsense", "form_param_format_invalid"),
        ("email_address", "ADA@example.com", "form_identifier_exists"),
        ("phone_number", "555", "form_param_format_invalid"),
        ("phone_number", "+15555550100", "form_identifier_exists"),
        ("username", "Ada", "form_identifier_exists"),
        ("username", "a b", "form_username_invalid_character"),
        ("password", "short", "form_password_length_too_short"),
        ("unsafe_metadata", "[]", "form_param_format_invalid"),
    ] {
        let rejected = browser.call(Method::POST, "/client/sign_ups", &[(name, value)]).await;
        assert_eq!(rejected.error(), (422, code, name), "{value}");
    }
    assert_eq!(browser.client().await["sign_up"], Value::Null);
}

#[tokio::test]
async fn wrong_and_late_codes_do_not_verify() {
    let clerk = emulator().await;
    let browser = ClerkJs::load(&clerk).await;
    let sign_up = create(&browser, &[("email_address", EMAIL), ("password", PASSWORD)]).await;
    let (prepare, attempt) = (
        format!("{}/prepare_verification", path(&sign_up)),
        format!("{}/attempt_verification", path(&sign_up)),
    );
    let strategy = ("strategy", "email_code");
    let early = browser.call(Method::POST, &attempt, &[strategy, ("code", CODE)]).await;
    assert_eq!(early.status_and_code(), (400, "verification_missing"));
    browser.post(&prepare, &[strategy]).await;
    for _ in 0..3 {
        let wrong = browser.call(Method::POST, &attempt, &[strategy, ("code", "1")]).await;
        assert_eq!(wrong.error(), (422, "form_code_incorrect", "code"));
    }
    let failed = browser.call(Method::POST, &attempt, &[strategy, ("code", CODE)]).await;
    assert_eq!(failed.status_and_code(), (400, "verification_failed"));
    browser.post(&prepare, &[strategy]).await;
    clerk.clock().advance(Duration::from_secs(600));
    let late = browser.call(Method::POST, &attempt, &[strategy, ("code", CODE)]).await;
    assert_eq!(late.status_and_code(), (400, "verification_expired"));
    let unknown = browser.call(Method::POST, &prepare, &[("strategy", "smoke_signal")]).await;
    assert_eq!(unknown.error(), (422, "form_param_value_invalid", "strategy"));
    clerk.clock().advance(Duration::from_secs(24 * 60 * 60));
    assert_eq!(browser.get(&path(&sign_up)).await["status"], "abandoned");
    assert_eq!(browser.call(Method::POST, &prepare, &[strategy]).await.status, 404);
}

#[tokio::test]
async fn address_taken_during_the_sign_up_is_rejected() {
    let clerk = emulator().await;
    let browser = ClerkJs::load(&clerk).await;
    let sign_up = create(&browser, &[("email_address", EMAIL), ("password", PASSWORD)]).await;
    let ada = create_ada(&clerk);
    let strategy = ("strategy", "email_code");
    browser.post(&format!("{}/prepare_verification", path(&sign_up)), &[strategy]).await;
    let attempt = format!("{}/attempt_verification", path(&sign_up));
    let rejected = browser.call(Method::POST, &attempt, &[strategy, ("code", CODE)]).await;
    assert_eq!(rejected.error(), (422, "form_identifier_exists", "email_address"));
    assert_eq!(get(&clerk, "/users/count").await["total_count"], 1);
    assert_eq!(clerk.user(&ada.id).id, ada.id);
}

#[tokio::test]
async fn legal_consent_is_required_and_recorded() {
    let clerk = emulator().await;
    clerk.update_user_settings(|settings| settings.legal_consent = true);
    let browser = ClerkJs::load(&clerk).await;
    let fields = [("email_address", EMAIL), ("password", PASSWORD), ("legal_accepted", "false")];
    let sign_up = create(&browser, &fields).await;
    assert_eq!(sign_up["missing_fields"], json!(["legal_accepted"]));
    verify_email(&browser, &sign_up).await;
    let complete = browser.patch(&path(&sign_up), &[("legal_accepted", "true")]).await;
    assert_eq!(complete["status"], "complete");
    let user = clerk.user(&text(&complete, "created_user_id"));
    assert!(user.legal_accepted_at.is_some());
}
