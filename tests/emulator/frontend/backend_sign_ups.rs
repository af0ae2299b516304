//! Sign-ups that browsers start, as the Backend API shows and changes them.

use std::time::Duration;

use axum_clerk::api::{CreateUser, SignUpStatus, UpdateSignUp};
use http::Method;
use serde_json::{Value, json};

use super::clerk_js::{CODE, ClerkJs, EMAIL, PASSWORD, text};
use crate::support::{api, emulator, get, patch, rejection};

#[tokio::test]
async fn sign_up_passes_its_external_id_on() {
    let clerk = emulator().await;
    let browser = ClerkJs::load(&clerk).await;
    let fields = [("email_address", EMAIL), ("password", PASSWORD), ("first_name", "Ada")];
    let sign_up = browser.post("/client/sign_ups", &fields).await;
    let path = format!("/sign_ups/{}", text(&sign_up, "id"));
    let shown = get(&clerk, &path).await;
    assert_eq!(shown["status"], "missing_requirements");
    assert_eq!(shown["unverified_fields"], json!(["email_address"]));
    assert_eq!((&shown["custom_action"], &shown["external_id"]), (&json!(false), &Value::Null));

    let change = json!({ "external_id": "guest_1", "custom_action": true });
    let changed = patch(&clerk, &path, change).await;
    assert_eq!(
        (&changed["custom_action"], &changed["external_id"]),
        (&json!(true), &json!("guest_1"))
    );
    assert_eq!(get(&clerk, &path).await, changed);

    let in_browser = format!("/client{path}");
    browser
        .post(&format!("{in_browser}/prepare_verification"), &[("strategy", "email_code")])
        .await;
    let attempt = [("strategy", "email_code"), ("code", CODE)];
    browser.post(&format!("{in_browser}/attempt_verification"), &attempt).await;
    let complete = get(&clerk, &path).await;
    assert_eq!(complete["status"], "complete");
    let user = get(&clerk, &format!("/users/{}", text(&complete, "created_user_id"))).await;
    assert_eq!(user["external_id"], "guest_1");
    let rejected = rejection(&clerk, Method::PATCH, &path, json!({ "external_id": null })).await;
    assert_eq!(rejected.status_and_code(), (403, "sign_up_cannot_be_updated"));
}

#[tokio::test]
async fn abandoned_and_invalid_sign_ups_cannot_be_updated() {
    let clerk = emulator().await;
    clerk.create_user(CreateUser::default().external_id("taken"));
    let browser = ClerkJs::load(&clerk).await;
    let sign_up = browser.post("/client/sign_ups", &[("email_address", EMAIL)]).await;
    let path = format!("/sign_ups/{}", text(&sign_up, "id"));
    for (body, param) in [
        (json!({ "external_id": "taken" }), "external_id"),
        (json!({ "custom_action": "yes" }), "custom_action"),
        (json!({ "email_address": "a@example.com" }), "email_address"),
    ] {
        let rejected = rejection(&clerk, Method::PATCH, &path, body.clone()).await;
        assert_eq!(rejected.status_and_param(), (422, param), "{body}");
    }
    let client = api(&clerk);
    let (sign_ups, id) = (client.sign_ups(), text(&sign_up, "id"));
    let changed =
        sign_ups.update(&id, &UpdateSignUp::default().external_id("guest_1")).await.unwrap();
    assert_eq!(changed.external_id.as_deref(), Some("guest_1"));

    clerk.clock().advance(Duration::from_secs(24 * 60 * 60));
    assert_eq!(sign_ups.get(&id).await.unwrap().status, SignUpStatus::Abandoned);
    let rejected = rejection(&clerk, Method::PATCH, &path, json!({})).await;
    assert_eq!(rejected.status_and_code(), (403, "sign_up_cannot_be_updated"));
    for method in [Method::GET, Method::PATCH] {
        assert_eq!(rejection(&clerk, method, "/sign_ups/none", Value::Null).await.status, 404);
    }
}
