//! Verifications of email addresses and phone numbers over HTTP.

use std::time::Duration;

use axum_clerk::api::CreateUser;
use http::Method;
use serde_json::{Value, json};

use super::{START, emulator, get, post, refusal};

#[tokio::test]
async fn a_code_verifies_what_it_was_sent_to() {
    let clerk = emulator().await;
    let user_id = clerk.create_user(CreateUser::default().email_address(["ada@example.com"])).id;
    for (list, name, identifier, strategy, channel) in [
        ("email_addresses", "email_address", "new@example.com", "email_code", Value::Null),
        ("phone_numbers", "phone_number", "+15555550100", "phone_code", json!("sms")),
    ] {
        let created =
            post(&clerk, &format!("/{list}"), json!({ "user_id": user_id, name: identifier }))
                .await;
        let path = format!("/{list}/{}", created["id"].as_str().unwrap());
        let prepared = post(&clerk, &format!("{path}/prepare_verification"), Value::Null).await;
        assert_eq!((&prepared["status"], &prepared["attempts"]), (&json!("unverified"), &json!(0)));
        assert_eq!((&prepared["strategy"], &prepared["channel"]), (&json!(strategy), &channel));
        assert_eq!(get(&clerk, &path).await, created, "nothing is verified yet");

        let attempt = format!("{path}/attempt_verification");
        let with = |code: &str| json!({ "verification_id": prepared["id"], "code": code });
        let wrong = post(&clerk, &attempt, with("000000")).await;
        assert_eq!((&wrong["status"], &wrong["attempts"]), (&json!("unverified"), &json!(1)));
        let right = post(&clerk, &attempt, with("424242")).await;
        assert_eq!((&right["status"], &right["attempts"]), (&json!("verified"), &json!(2)));
        let shown = get(&clerk, &path).await["verification"].clone();
        assert_eq!((&shown["status"], &shown["strategy"]), (&json!("verified"), &json!(strategy)));
        let again = refusal(&clerk, Method::POST, &attempt, with("424242")).await;
        assert_eq!((again.0, again.1.as_str()), (400, "verification_already_verified"));
    }
}

#[tokio::test]
async fn a_code_is_good_for_ten_minutes_and_three_attempts() {
    let clerk = emulator().await;
    let user_id = clerk.create_user(CreateUser::default().email_address(["ada@example.com"])).id;
    let body = json!({ "user_id": user_id, "email_address": "new@example.com" });
    let created = post(&clerk, "/email_addresses", body).await;
    let path = format!("/email_addresses/{}", created["id"].as_str().unwrap());
    let attempt = format!("{path}/attempt_verification");
    let with = |verification: &Value, code: &str| json!({ "verification_id": verification["id"], "code": code });

    let tried = post(&clerk, &format!("{path}/prepare_verification"), Value::Null).await;
    for (code, status) in
        [("1", "unverified"), ("2", "unverified"), ("3", "failed"), ("424242", "failed")]
    {
        assert_eq!(post(&clerk, &attempt, with(&tried, code)).await["status"], status, "{code}");
    }
    let late = post(&clerk, &format!("{path}/prepare_verification"), Value::Null).await;
    assert_eq!(late["expire_at"], (START + 600) * 1000);
    clerk.clock().advance(Duration::from_secs(600));
    let expired = post(&clerk, &attempt, with(&late, "424242")).await;
    assert_eq!((&expired["status"], &expired["attempts"]), (&json!("expired"), &json!(0)));
    assert_eq!(get(&clerk, &path).await["verification"], Value::Null);

    let first = clerk.user(&user_id).primary_email_address_id.unwrap();
    let elsewhere = format!("/email_addresses/{first}/attempt_verification");
    for (path, body, status, code) in [
        (&elsewhere, with(&late, "424242"), 404, "resource_not_found"),
        (
            &attempt,
            json!({ "verification_id": "ver_none", "code": "1" }),
            404,
            "resource_not_found",
        ),
        (&attempt, json!({ "code": "1" }), 422, "form_param_missing"),
    ] {
        let refused = refusal(&clerk, Method::POST, path, body).await;
        assert_eq!((refused.0, refused.1.as_str()), (status, code));
    }
}
