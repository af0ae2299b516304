//! Reverification: users verify themselves again before sensitive changes.

use std::time::Duration;

use axum_clerk::api::CreateUser;
use http::Method;
use serde_json::{Value, json};

use super::clerk_js::{CODE, ClerkJs, EMAIL, PASSWORD, create_ada, strategies};
use crate::support::emulator;

fn verify(browser: &ClerkJs<'_>, step: &str) -> String {
    format!("/client/sessions/{}/verify{step}", browser.session_id)
}

#[tokio::test]
async fn sensitive_changes_need_a_recent_verification() {
    let clerk = emulator().await;
    create_ada(&clerk);
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    clerk.clock().advance(Duration::from_secs(601));
    for (method, path, fields) in [
        (Method::POST, "/me/email_addresses", &[("email_address", "new@example.com")][..]),
        (Method::POST, "/me/totp", &[]),
        (Method::DELETE, "/me", &[]),
    ] {
        let rejected = browser.call(method, path, fields).await;
        assert_eq!(rejected.status_and_code(), (403, "session_reverification_required"), "{path}");
        let meta = &rejected.body["errors"][0]["meta"];
        assert!(meta["reverification"].is_object(), "{meta}");
    }

    let started = browser.post(&verify(&browser, ""), &[("level", "first_factor")]).await;
    assert_eq!(started["status"], "needs_first_factor");
    let mut supported = strategies(&started["supported_first_factors"]);
    supported.retain(|strategy| matches!(*strategy, "password" | "email_code" | "phone_code"));
    assert_eq!(supported, ["password", "email_code"]);
    let attempt = verify(&browser, "/attempt_first_factor");
    let wrong = [("strategy", "password"), ("password", "wrong horse")];
    let rejected = browser.call(Method::POST, &attempt, &wrong).await;
    assert_eq!(rejected.error(), (422, "form_password_incorrect", "password"));
    let right = [("strategy", "password"), ("password", PASSWORD)];
    let complete = browser.post(&attempt, &right).await;
    assert_eq!(complete["status"], "complete");
    let ages = browser.session().await["factor_verification_age"].clone();
    assert_eq!(ages, json!([0, -1]));
    browser.post("/me/email_addresses", &[("email_address", "new@example.com")]).await;
}

#[tokio::test]
async fn code_and_second_factor_reverify() {
    let clerk = emulator().await;
    let ada = CreateUser::default().email_address([EMAIL]).password(PASSWORD);
    let ada = clerk.create_user(
        ada.backup_codes(["battery", "staple"]).totp_secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
    );
    let mut browser = ClerkJs::load(&clerk).await;
    let session = clerk.sign_in(&ada.id);
    let cookies = session.cookies();
    let dev_browser = cookies.split("; ").find_map(|one| one.strip_prefix("__clerk_db_jwt="));
    browser.dev_browser = dev_browser.unwrap().to_owned();
    browser.session_id = session.id().to_owned();
    clerk.clock().advance(Duration::from_secs(3600));

    let started = browser.post(&verify(&browser, ""), &[("level", "multi_factor")]).await;
    assert_eq!(started["status"], "needs_first_factor");
    let strategy = ("strategy", "email_code");
    let prepared = browser.post(&verify(&browser, "/prepare_first_factor"), &[strategy]).await;
    assert_eq!(prepared["first_factor_verification"]["status"], "unverified");
    let attempt = verify(&browser, "/attempt_first_factor");
    let first = browser.post(&attempt, &[strategy, ("code", CODE)]).await;
    assert_eq!(first["status"], "needs_second_factor");
    let attempt = verify(&browser, "/attempt_second_factor");
    let password = [("strategy", "password"), ("password", PASSWORD)];
    let rejected = browser.call(Method::POST, &attempt, &password).await;
    assert_eq!(rejected.error(), (422, "strategy_for_user_invalid", "strategy"));
    let second = browser.post(&attempt, &[("strategy", "backup_code"), ("code", "battery")]).await;
    assert_eq!(second["status"], "complete");
    let ages = browser.session().await["factor_verification_age"].clone();
    assert_eq!(ages, json!([0, 0]));
}

#[tokio::test]
async fn reverification_must_be_started() {
    let clerk = emulator().await;
    create_ada(&clerk);
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let right = [("strategy", "password"), ("password", PASSWORD)];
    let attempt = verify(&browser, "/attempt_first_factor");
    let rejected = browser.call(Method::POST, &attempt, &right).await;
    assert_eq!(rejected.status_and_code(), (400, "verification_missing"));
    for fields in [&[][..], &[("level", "nonsense")]] {
        let rejected = browser.call(Method::POST, &verify(&browser, ""), fields).await;
        assert_eq!((rejected.status, rejected.error().2), (422, "level"));
    }
    let prepare = verify(&browser, "/prepare_second_factor");
    browser.post(&verify(&browser, ""), &[("level", "second_factor")]).await;
    let rejected = browser.call(Method::POST, &prepare, &[("strategy", "phone_code")]).await;
    assert_eq!(rejected.error(), (422, "strategy_for_user_invalid", "strategy"));
    assert_eq!(browser.get("/me").await["two_factor_enabled"], Value::Bool(false));
}
