//! Clients: browsers with their sessions.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use super::clerk_js::{ClerkJs, EMAIL, create_ada, create_user, text, verify};
use crate::support::{START, emulator, get, ids};

#[tokio::test]
async fn new_dev_browsers_have_no_sessions() {
    let clerk = emulator().await;
    let browser = ClerkJs::load(&clerk).await;
    let client = browser.client().await;
    assert_eq!(client["object"], "client");
    assert_eq!((&client["sessions"], &client["sign_in"]), (&json!([]), &Value::Null));
    assert_eq!(client["last_active_session_id"], Value::Null);
    let other = ClerkJs::load(&clerk).await;
    assert_ne!(other.client().await["id"], client["id"]);
}

#[tokio::test]
async fn unknown_browsers_get_a_client_when_they_change_something() {
    let clerk = emulator().await;
    let browser =
        ClerkJs { clerk: &clerk, dev_browser: "dvb_forged".into(), session_id: String::new() };
    let retrieved = browser.call(Method::GET, "/client", &[]).await;
    assert_eq!(retrieved.body, json!({ "response": null, "client": null }));
    assert!(!retrieved.headers.contains_key("set-cookie"));
    for method in [Method::PUT, Method::POST] {
        let created = browser.call(method, "/client", &[]).await;
        assert!(created.headers["set-cookie"].to_str().unwrap().contains("=dvb_"));
        assert_eq!(created.body["response"]["object"], "client");
        assert!(!created.headers["set-cookie"].to_str().unwrap().contains("forged"));
    }
}

#[tokio::test]
async fn client_contains_the_session_with_a_valid_token() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let client = browser.client().await;
    assert_eq!(client["last_active_session_id"], browser.session_id.as_str());
    assert_eq!(client["last_authentication_strategy"], "password");
    assert_eq!((&client["sign_in"], &client["sign_up"]), (&Value::Null, &Value::Null));
    let session = &client["sessions"][0];
    assert_eq!(session["status"], "active");
    assert_eq!(session["user"]["id"], ada.id.as_str());
    assert_eq!(session["public_user_data"]["identifier"], EMAIL);
    assert_eq!(session["factor_verification_age"], json!([0, -1]));
    let claims = verify(&clerk, session["last_active_token"]["jwt"].as_str().unwrap()).await;
    assert_eq!(claims.user_id(), ada.id);
    assert_eq!(claims.authorized_party(), Some(super::clerk_js::ORIGIN));

    let of_backend = get(&clerk, &format!("/clients/{}", text(&client, "id"))).await;
    assert_eq!(of_backend["session_ids"], json!([browser.session_id]));
}

/// clerk-js writes `updated_at` into `__client_uat`. If it were later than the token's `iat`, the
/// app would start a handshake at each request.
#[tokio::test]
async fn client_is_never_newer_than_its_tokens() {
    let clerk = emulator().await;
    create_ada(&clerk);
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    for _ in 0..3 {
        clerk.clock().advance(Duration::from_secs(100));
        let path = format!("/client/sessions/{}/touch", browser.session_id);
        browser.post(&path, &[]).await;
        let updated_at = browser.client().await["updated_at"].as_i64().unwrap() / 1000;
        let iat = browser.claims().await.issued_at().unwrap().as_millis() / 1000;
        assert!(updated_at <= iat, "{updated_at} {iat}");
    }
    assert_eq!(browser.client().await["updated_at"], START * 1000);
}

#[tokio::test]
async fn sign_out_ends_all_sessions_of_the_browser() {
    for path in ["/client/sessions", "/client"] {
        let clerk = emulator().await;
        let ada = create_ada(&clerk);
        clerk.update_user_settings(|settings| settings.multiple_sessions = true);
        create_user(&clerk, "grace@example.com");
        let mut browser = ClerkJs::signed_in(&clerk, EMAIL).await;
        let other = ClerkJs::signed_in(&clerk, EMAIL).await;
        let first = browser.session_id.clone();
        browser.session_id =
            text(&sign_in(&browser, "grace@example.com").await, "created_session_id");
        assert_eq!(browser.client().await["sessions"].as_array().unwrap().len(), 2);

        let signed_out = browser.call(Method::DELETE, path, &[]).await;
        assert_eq!(signed_out.body["response"]["sessions"], json!([]), "{path}");
        assert_eq!(browser.client().await["sessions"], json!([]));
        assert_eq!(browser.call(Method::GET, "/me", &[]).await.status, 401);
        for id in [&first, &browser.session_id] {
            assert_eq!(get(&clerk, &format!("/sessions/{id}")).await["status"], "removed");
        }
        assert_eq!(other.claims().await.user_id(), ada.id, "the other browser is signed in");
    }
}

async fn sign_in(browser: &ClerkJs<'_>, email_address: &str) -> Value {
    let fields = [
        ("strategy", "password"),
        ("identifier", email_address),
        ("password", super::clerk_js::PASSWORD),
    ];
    browser.post("/client/sign_ins", &fields).await
}

#[tokio::test]
async fn second_user_replaces_the_first_in_single_session_mode() {
    let clerk = emulator().await;
    create_ada(&clerk);
    let grace = create_user(&clerk, "grace@example.com");
    let mut browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let first = browser.session_id.clone();
    browser.session_id = text(&sign_in(&browser, "grace@example.com").await, "created_session_id");
    assert_eq!(ids(&browser.client().await["sessions"]), [browser.session_id.as_str()]);
    assert_eq!(browser.claims().await.user_id(), grace.id);
    assert_eq!(get(&clerk, &format!("/sessions/{first}")).await["status"], "replaced");
}

#[tokio::test]
async fn several_users_can_share_a_browser() {
    let clerk = emulator().await;
    clerk.update_user_settings(|settings| settings.multiple_sessions = true);
    let ada = create_ada(&clerk);
    let grace = create_user(&clerk, "grace@example.com");
    let mut browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let first = browser.session_id.clone();
    browser.session_id = text(&sign_in(&browser, "grace@example.com").await, "created_session_id");
    assert_eq!(browser.get("/me").await["id"], grace.id.as_str());
    assert_eq!(browser.client().await["last_active_session_id"], browser.session_id.as_str());
    let second = std::mem::replace(&mut browser.session_id, first.clone());
    assert_eq!(browser.get("/me").await["id"], ada.id.as_str(), "named by _clerk_session_id");
    browser.post(&format!("/client/sessions/{first}/touch"), &[]).await;
    assert_eq!(browser.client().await["last_active_session_id"], first.as_str());

    browser.post(&format!("/client/sessions/{first}/remove"), &[]).await;
    assert_eq!(ids(&browser.client().await["sessions"]), [second.as_str()]);
    assert_eq!(browser.client().await["last_active_session_id"], second.as_str());
    let again = text(&sign_in(&browser, "grace@example.com").await, "created_session_id");
    assert_eq!(ids(&browser.client().await["sessions"]), [again.as_str()], "one session per user");
}
