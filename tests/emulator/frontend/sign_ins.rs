//! Sign-ins by each first factor.

use std::time::Duration;

use axum_clerk::api::CreateUser;
use http::Method;
use serde_json::{Value, json};

use super::clerk_js::{
    CODE, ClerkJs, EMAIL, PASSWORD, create_ada, create_user, last_message, strategies, text,
};
use crate::support::{call, emulator, get, post};

/// Starts a sign-in and returns its path.
pub(super) async fn start(browser: &ClerkJs<'_>, identifier: &str) -> String {
    let sign_in = browser.post("/client/sign_ins", &[("identifier", identifier)]).await;
    assert_eq!(sign_in["status"], "needs_first_factor", "{sign_in}");
    format!("/client/sign_ins/{}", text(&sign_in, "id"))
}

async fn attempt(browser: &ClerkJs<'_>, path: &str, strategy: &str, code: &str) -> (u16, Value) {
    let path = format!("{path}/attempt_first_factor");
    let answer = browser.call(Method::POST, &path, &[("strategy", strategy), ("code", code)]).await;
    let body =
        if answer.status == 200 { &answer.body["response"] } else { &answer.body["errors"][0] };
    (answer.status, body.clone())
}

#[tokio::test]
async fn password_signs_in_by_any_identifier() {
    let clerk = emulator().await;
    let ada = CreateUser::default().email_address([EMAIL]).phone_number(["+15555550100"]);
    let ada = clerk.create_user(ada.username("ada_l").password(PASSWORD));
    for identifier in [EMAIL, "ADA@Example.com", "+15555550100", "ada_l", "Ada_L"] {
        let mut browser = ClerkJs::load(&clerk).await;
        let path = start(&browser, identifier).await;
        assert_eq!(browser.get(&path).await, browser.client().await["sign_in"]);
        let attempted = browser
            .post(
                &format!("{path}/attempt_first_factor"),
                &[("strategy", "password"), ("password", PASSWORD)],
            )
            .await;
        assert_eq!(attempted["status"], "complete", "{identifier}");
        browser.session_id = text(&attempted, "created_session_id");
        assert_eq!(browser.claims().await.user_id(), ada.id);
        let (status, again) = attempt(&browser, &path, "password", "").await;
        assert_eq!((status, &again["code"]), (400, &json!("sign_in_already_complete")));
    }
}

#[tokio::test]
async fn wrong_passwords_and_identifiers_name_the_parameter() {
    let clerk = emulator().await;
    create_ada(&clerk);
    let browser = ClerkJs::load(&clerk).await;
    for (identifier, password, expected) in [
        (EMAIL, "wrong horse", (422, "form_password_incorrect", "password")),
        (EMAIL, "", (422, "form_password_incorrect", "password")),
        ("nobody@example.com", PASSWORD, (422, "form_identifier_not_found", "identifier")),
        ("", PASSWORD, (422, "form_param_missing", "identifier")),
    ] {
        let fields = [("strategy", "password"), ("identifier", identifier), ("password", password)];
        let rejected = browser.call(Method::POST, "/client/sign_ins", &fields).await;
        assert_eq!(rejected.error(), expected, "{identifier} {password}");
    }
    assert_eq!(browser.client().await["sessions"], json!([]));
    let path = format!("{}/attempt_first_factor", start(&browser, EMAIL).await);
    for (fields, code, param) in [
        (&[][..], "form_param_missing", "strategy"),
        (&[("strategy", "password")], "form_param_missing", "password"),
        (&[("strategy", "phone_code"), ("code", CODE)], "strategy_for_user_invalid", "strategy"),
        (&[("strategy", "nonsense")], "strategy_for_user_invalid", "strategy"),
    ] {
        let rejected = browser.call(Method::POST, &path, fields).await;
        assert_eq!(rejected.error(), (422, code, param), "{fields:?}");
    }
}

#[tokio::test]
async fn factors_depend_on_the_user() {
    let clerk = emulator().await;
    create_ada(&clerk);
    clerk.create_user(CreateUser::default().phone_number(["+15555550100"]));
    let browser = ClerkJs::load(&clerk).await;
    for (identifier, expected) in [
        (EMAIL, &["password", "email_code", "reset_password_email_code"][..]),
        ("+15555550100", &["phone_code"]),
    ] {
        let sign_in = browser.post("/client/sign_ins", &[("identifier", identifier)]).await;
        let mut found = strategies(&sign_in["supported_first_factors"]);
        found.retain(|strategy| !strategy.ends_with("_link") && *strategy != "passkey");
        assert_eq!(found, expected);
        assert_eq!(sign_in["user_data"]["has_image"], false);
    }
}

#[tokio::test]
async fn sent_codes_sign_in() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    let grace = clerk.create_user(CreateUser::default().phone_number(["+15555550100"]));
    for (identifier, strategy, user_id) in
        [(EMAIL, "email_code", &ada.id), ("+15555550100", "phone_code", &grace.id)]
    {
        let mut browser = ClerkJs::load(&clerk).await;
        let path = start(&browser, identifier).await;
        let (status, error) = attempt(&browser, &path, strategy, CODE).await;
        assert_eq!((status, &error["code"]), (400, &json!("verification_missing")));
        let prepared =
            browser.post(&format!("{path}/prepare_first_factor"), &[("strategy", strategy)]).await;
        assert_eq!(prepared["first_factor_verification"]["status"], "unverified");
        assert_eq!(prepared["first_factor_verification"]["strategy"], strategy);
        let message = last_message(&clerk);
        assert_eq!((message.to.as_str(), message.code.as_deref()), (identifier, Some(CODE)));
        let (status, error) = attempt(&browser, &path, strategy, "000000").await;
        assert_eq!((status, &error["code"]), (422, &json!("form_code_incorrect")));
        assert_eq!(error["meta"]["param_name"], "code");
        let (_, complete) = attempt(&browser, &path, strategy, CODE).await;
        assert_eq!(complete["first_factor_verification"]["status"], "verified");
        browser.session_id = text(&complete, "created_session_id");
        assert_eq!(browser.claims().await.user_id(), user_id);
        assert_eq!(browser.client().await["last_authentication_strategy"], strategy);
    }
}

#[tokio::test]
async fn late_codes_and_too_many_wrong_codes_are_rejected() {
    let clerk = emulator().await;
    create_ada(&clerk);
    let browser = ClerkJs::load(&clerk).await;
    let path = start(&browser, EMAIL).await;
    let prepare = format!("{path}/prepare_first_factor");
    browser.post(&prepare, &[("strategy", "email_code")]).await;
    clerk.clock().advance(Duration::from_secs(600));
    let (status, error) = attempt(&browser, &path, "email_code", CODE).await;
    assert_eq!((status, &error["code"]), (400, &json!("verification_expired")));

    browser.post(&prepare, &[("strategy", "email_code")]).await;
    for _ in 0..3 {
        assert_eq!(attempt(&browser, &path, "email_code", "000000").await.0, 422);
    }
    let (status, error) = attempt(&browser, &path, "email_code", CODE).await;
    assert_eq!((status, &error["code"]), (400, &json!("verification_failed")));
    browser.post(&prepare, &[("strategy", "email_code")]).await;
    assert_eq!(attempt(&browser, &path, "email_code", CODE).await.0, 200);
}

#[tokio::test]
async fn sign_ins_are_abandoned_after_a_day() {
    let clerk = emulator().await;
    create_ada(&clerk);
    let browser = ClerkJs::load(&clerk).await;
    let path = start(&browser, EMAIL).await;
    clerk.clock().advance(Duration::from_secs(24 * 60 * 60));
    assert_eq!(browser.get(&path).await["status"], "abandoned");
    assert_eq!(attempt(&browser, &path, "password", "").await.0, 404);
}

#[tokio::test]
async fn banned_and_locked_users_cannot_sign_in() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    let browser = ClerkJs::load(&clerk).await;
    let fields = [("strategy", "password"), ("identifier", EMAIL), ("password", PASSWORD)];
    for (lock, unlock, code) in [("ban", "unban", "user_banned"), ("lock", "unlock", "user_locked")]
    {
        post(&clerk, &format!("/users/{}/{lock}", ada.id), Value::Null).await;
        let rejected = browser.call(Method::POST, "/client/sign_ins", &fields).await;
        assert_eq!(rejected.status_and_code(), (403, code));
        post(&clerk, &format!("/users/{}/{unlock}", ada.id), Value::Null).await;
        assert_eq!(browser.call(Method::POST, "/client/sign_ins", &fields).await.status, 200);
    }
}

#[tokio::test]
async fn failed_attempts_lock_the_user_for_an_hour() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    let browser = ClerkJs::load(&clerk).await;
    let wrong = [("strategy", "password"), ("identifier", EMAIL), ("password", "wrong horse")];
    for _ in 0..99 {
        assert_eq!(browser.call(Method::POST, "/client/sign_ins", &wrong).await.status, 422);
    }
    let remaining = || async {
        get(&clerk, &format!("/users/{}", ada.id)).await["verification_attempts_remaining"].clone()
    };
    assert_eq!(remaining().await, 1);
    ClerkJs::signed_in(&clerk, EMAIL).await;
    assert_eq!(remaining().await, 100, "success resets the count");
    for _ in 0..100 {
        browser.call(Method::POST, "/client/sign_ins", &wrong).await;
    }
    let right = [("strategy", "password"), ("identifier", EMAIL), ("password", PASSWORD)];
    let rejected = browser.call(Method::POST, "/client/sign_ins", &right).await;
    assert_eq!(rejected.status_and_code(), (403, "user_locked"));
    clerk.clock().advance(Duration::from_secs(3600));
    assert_eq!(browser.call(Method::POST, "/client/sign_ins", &wrong).await.status, 422);
    ClerkJs::signed_in(&clerk, EMAIL).await;
}

#[tokio::test]
async fn forgotten_password_is_reset_by_a_code() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    let elsewhere = ClerkJs::signed_in(&clerk, EMAIL).await;
    let mut browser = ClerkJs::load(&clerk).await;
    let path = start(&browser, EMAIL).await;
    let reset = format!("{path}/reset_password");
    let fields = [("password", "battery staple"), ("sign_out_of_other_sessions", "true")];
    let early = browser.call(Method::POST, &reset, &fields).await;
    assert_eq!(early.status_and_code(), (400, "sign_in_reset_password_not_allowed"));
    let strategy = "reset_password_email_code";
    browser.post(&format!("{path}/prepare_first_factor"), &[("strategy", strategy)]).await;
    let (_, verified) = attempt(&browser, &path, strategy, CODE).await;
    assert_eq!(verified["status"], "needs_new_password");
    let short = browser.call(Method::POST, &reset, &[("password", "short")]).await;
    assert_eq!(short.error(), (422, "form_password_length_too_short", "password"));
    let complete = browser.post(&reset, &fields).await;
    assert_eq!(complete["status"], "complete");
    browser.session_id = text(&complete, "created_session_id");
    assert_eq!(browser.claims().await.user_id(), ada.id);
    assert_eq!(elsewhere.call(Method::GET, "/me", &[]).await.status, 401);
    let verify = format!("/users/{}/verify_password", ada.id);
    post(&clerk, &verify, json!({ "password": "battery staple" })).await;
}

#[tokio::test]
async fn ticket_signs_in_once() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    let token = post(&clerk, "/sign_in_tokens", json!({ "user_id": ada.id })).await;
    let ticket = text(&token, "token");
    let mut browser = ClerkJs::load(&clerk).await;
    let fields = [("strategy", "ticket"), ("ticket", ticket.as_str())];
    let sign_in = browser.post("/client/sign_ins", &fields).await;
    assert_eq!(sign_in["status"], "complete");
    assert_eq!(sign_in["first_factor_verification"]["strategy"], "ticket");
    browser.session_id = text(&sign_in, "created_session_id");
    assert_eq!(browser.claims().await.user_id(), ada.id);
    let again = browser.call(Method::POST, "/client/sign_ins", &fields).await;
    assert!((400..404).contains(&again.status), "{}", again.body);
    for (ticket, code) in [("a.b.c", "ticket_invalid_code"), ("", "ticket_invalid_code")] {
        let fields = [("strategy", "ticket"), ("ticket", ticket)];
        let rejected = browser.call(Method::POST, "/client/sign_ins", &fields).await;
        assert_eq!(rejected.status_and_code(), (400, code));
    }
    let missing = browser.call(Method::POST, "/client/sign_ins", &[("strategy", "ticket")]).await;
    assert_eq!(missing.error(), (422, "form_param_missing", "ticket"));
}

#[tokio::test]
async fn expired_and_revoked_tickets_are_rejected() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    let browser = ClerkJs::load(&clerk).await;
    let mut tickets = Vec::new();
    for _ in 0..2 {
        let body = json!({ "user_id": ada.id, "expires_in_seconds": 60 });
        tickets.push(post(&clerk, "/sign_in_tokens", body).await);
    }
    let revoke = format!("/sign_in_tokens/{}/revoke", text(&tickets[0], "id"));
    post(&clerk, &revoke, Value::Null).await;
    clerk.clock().advance(Duration::from_secs(61));
    for ticket in &tickets {
        let ticket = text(ticket, "token");
        let fields = [("strategy", "ticket"), ("ticket", ticket.as_str())];
        let rejected = browser.call(Method::POST, "/client/sign_ins", &fields).await;
        assert_eq!(rejected.status, 400, "{}", rejected.body);
    }
    assert_eq!(browser.client().await["sessions"], json!([]));
}

#[tokio::test]
async fn restrictions_apply_to_sign_ins_on_request() {
    let clerk = emulator().await;
    create_ada(&clerk);
    post(&clerk, "/blocklist_identifiers", json!({ "identifier": "*@example.com" })).await;
    let restrict = async |disabled: bool| {
        let body =
            json!({ "blocklist": true, "allowlist_blocklist_disabled_on_sign_in": disabled });
        call(&clerk, Method::PATCH, "/beta_features/instance_settings", body.clone()).await;
        call(&clerk, Method::PATCH, "/instance/restrictions", body).await;
    };
    restrict(true).await;
    ClerkJs::signed_in(&clerk, EMAIL).await;
    create_user(&clerk, "grace@elsewhere.example");
    ClerkJs::signed_in(&clerk, "grace@elsewhere.example").await;
}
