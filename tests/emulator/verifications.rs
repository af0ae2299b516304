//! Verifications of email addresses and phone numbers over HTTP.

use std::time::Duration;

use axum_clerk::api::CreateUser;
use http::Method;
use serde_json::{Value, json};

use crate::support::{START, emulator, get, id, post, rejection};

#[tokio::test]
async fn code_verifies_the_identification_it_was_sent_to() {
    let clerk = emulator().await;
    let user_id = clerk.create_user(CreateUser::default().email_address(["ada@example.com"])).id;
    for (list, name, identifier, strategy, channel) in [
        ("email_addresses", "email_address", "new@example.com", "email_code", Value::Null),
        ("phone_numbers", "phone_number", "+15555550100", "phone_code", json!("sms")),
    ] {
        let created =
            post(&clerk, &format!("/{list}"), json!({ "user_id": user_id, name: identifier }))
                .await;
        let path = format!("/{list}/{}", id(&created));
        let prepared = post(&clerk, &format!("{path}/prepare_verification"), Value::Null).await;
        assert_eq!((&prepared["status"], &prepared["attempts"]), (&json!("unverified"), &json!(0)));
        assert_eq!((&prepared["strategy"], &prepared["channel"]), (&json!(strategy), &channel));
        assert_eq!(get(&clerk, &path).await, created, "not verified yet");

        let attempt = format!("{path}/attempt_verification");
        let with_code = |code: &str| json!({ "verification_id": prepared["id"], "code": code });
        let wrong = post(&clerk, &attempt, with_code("000000")).await;
        assert_eq!((&wrong["status"], &wrong["attempts"]), (&json!("unverified"), &json!(1)));
        let right = post(&clerk, &attempt, with_code("424242")).await;
        assert_eq!((&right["status"], &right["attempts"]), (&json!("verified"), &json!(2)));
        let verification = get(&clerk, &path).await["verification"].clone();
        assert_eq!(
            (&verification["status"], &verification["strategy"]),
            (&json!("verified"), &json!(strategy))
        );
        let again = rejection(&clerk, Method::POST, &attempt, with_code("424242")).await;
        assert_eq!(again.status_and_code(), (400, "verification_already_verified"));
    }
}

#[tokio::test]
async fn code_is_valid_for_ten_minutes_and_three_attempts() {
    let clerk = emulator().await;
    let user_id = clerk.create_user(CreateUser::default().email_address(["ada@example.com"])).id;
    let body = json!({ "user_id": user_id, "email_address": "new@example.com" });
    let created = post(&clerk, "/email_addresses", body).await;
    let path = format!("/email_addresses/{}", id(&created));
    let attempt = format!("{path}/attempt_verification");
    let with_code = |verification: &Value, code: &str| {
        let verification_id = id(verification);
        json!({ "verification_id": verification_id, "code": code })
    };

    let exhausted = post(&clerk, &format!("{path}/prepare_verification"), Value::Null).await;
    for (code, status) in
        [("1", "unverified"), ("2", "unverified"), ("3", "failed"), ("424242", "failed")]
    {
        assert_eq!(
            post(&clerk, &attempt, with_code(&exhausted, code)).await["status"],
            status,
            "{code}"
        );
    }
    let expiring = post(&clerk, &format!("{path}/prepare_verification"), Value::Null).await;
    assert_eq!(expiring["expire_at"], (START + 600) * 1000);
    clerk.clock().advance(Duration::from_secs(600));
    let expired = post(&clerk, &attempt, with_code(&expiring, "424242")).await;
    assert_eq!((&expired["status"], &expired["attempts"]), (&json!("expired"), &json!(0)));
    assert_eq!(get(&clerk, &path).await["verification"], Value::Null);

    let first = clerk.user(&user_id).primary_email_address_id.unwrap();
    let elsewhere = format!("/email_addresses/{first}/attempt_verification");
    for (path, body, status, code) in [
        (&elsewhere, with_code(&expiring, "424242"), 404, "resource_not_found"),
        (
            &attempt,
            json!({ "verification_id": "ver_none", "code": "1" }),
            404,
            "resource_not_found",
        ),
        (&attempt, json!({ "code": "1" }), 422, "form_param_missing"),
    ] {
        let rejected = rejection(&clerk, Method::POST, path, body).await;
        assert_eq!(rejected.status_and_code(), (status, code));
    }
}
