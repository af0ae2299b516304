//! The user's profile, metadata, image, password and account.

use axum_clerk::{api::CreateOrganization, emulator::Requirement};
use http::Method;
use serde_json::{Value, json};

use super::clerk_js::{ClerkJs, EMAIL, PASSWORD, create_ada, create_user};
use crate::support::{PNG_URL, call, emulator, get, patch, post};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

#[tokio::test]
async fn changes_of_the_profile_show_everywhere() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    // Nothing listens there.
    clerk.deliver_webhooks_to("http://127.0.0.1:1/");
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let fields = [("first_name", "Augusta"), ("last_name", "King"), ("username", "augusta")];
    let answer = browser.call(Method::PATCH, "/me", &fields).await;
    assert_eq!(answer.body["client"]["sessions"][0]["user"], answer.body["response"]);
    assert_eq!(browser.get("/me").await["first_name"], "Augusta");
    let user = get(&clerk, &format!("/users/{}", ada.id)).await;
    assert_eq!((&user["last_name"], &user["username"]), (&json!("King"), &json!("augusta")));
    assert!(clerk.sent_webhooks().iter().any(|sent| sent.event_type == "user.updated"));

    patch(&clerk, &format!("/users/{}", ada.id), json!({ "last_name": "Lovelace" })).await;
    assert_eq!(browser.get("/me").await["last_name"], "Lovelace");
    create_user(&clerk, "grace@example.com");
    let other = ClerkJs::signed_in(&clerk, "grace@example.com").await;
    let taken = other.call(Method::PATCH, "/me", &[("username", "augusta")]).await;
    assert_eq!(taken.error(), (422, "form_identifier_exists", "username"));
}

#[tokio::test]
async fn users_change_only_their_unsafe_metadata() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    let metadata = json!({ "public_metadata": { "plan": "pro" }, "private_metadata": { "x": 1 } });
    patch(&clerk, &format!("/users/{}/metadata", ada.id), metadata).await;
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    for (value, expected) in
        [(r#"{"a":1,"b":2}"#, json!({ "a": 1, "b": 2 })), (r#"{"a":null}"#, json!({ "b": 2 }))]
    {
        let updated = browser.patch("/me/metadata", &[("unsafe_metadata", value)]).await;
        assert_eq!(updated["unsafe_metadata"], expected);
    }
    let replaced = browser.patch("/me", &[("unsafe_metadata", r#"{"c":3}"#)]).await;
    assert_eq!(replaced["unsafe_metadata"], json!({ "c": 3 }));
    browser.call(Method::PATCH, "/me", &[("public_metadata", r#"{"plan":"max"}"#)]).await;
    let me = browser.get("/me").await;
    assert_eq!(me["public_metadata"], json!({ "plan": "pro" }));
    assert!(!me.to_string().contains("private_metadata"), "{me}");
    let invalid = browser.call(Method::PATCH, "/me/metadata", &[("unsafe_metadata", "1")]).await;
    assert_eq!(invalid.error(), (422, "form_param_format_invalid", "unsafe_metadata"));
}

#[tokio::test]
async fn image_is_set_and_removed() {
    let clerk = emulator().await;
    create_ada(&clerk);
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let set = browser.upload(Method::POST, "/me/profile_image", PNG).await.resource();
    assert_eq!(set["public_url"], PNG_URL);
    assert_eq!(browser.get("/me").await["image_url"], PNG_URL);
    let invalid = browser.upload(Method::POST, "/me/profile_image", b"<svg/>").await;
    assert!((400..423).contains(&invalid.status), "{}", invalid.body);
    assert_eq!(browser.delete("/me/profile_image").await["deleted"], true);
    assert_eq!(browser.get("/me").await["has_image"], false);
    let again = browser.call(Method::DELETE, "/me/profile_image", &[]).await;
    assert_eq!(again.status_and_code(), (404, "image_not_found"));
}

#[tokio::test]
async fn password_is_changed_with_the_current_one() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let elsewhere = ClerkJs::signed_in(&clerk, EMAIL).await;
    let new = ("new_password", "battery staple");
    let wrong = [new, ("current_password", "wrong horse")];
    let rejected = browser.call(Method::POST, "/me/change_password", &wrong).await;
    assert_eq!(rejected.error(), (422, "form_password_incorrect", "current_password"));
    let short = [("new_password", "short"), ("current_password", PASSWORD)];
    let rejected = browser.call(Method::POST, "/me/change_password", &short).await;
    assert_eq!(rejected.error(), (422, "form_password_length_too_short", "new_password"));
    let fields = [new, ("current_password", PASSWORD), ("sign_out_of_other_sessions", "true")];
    browser.post("/me/change_password", &fields).await;
    assert_eq!(browser.get("/me").await["password_enabled"], true);
    assert_eq!(elsewhere.call(Method::GET, "/me", &[]).await.status, 401);
    let verify = format!("/users/{}/verify_password", ada.id);
    post(&clerk, &verify, json!({ "password": "battery staple" })).await;
}

#[tokio::test]
async fn password_is_removed_unless_it_is_required() {
    let clerk = emulator().await;
    create_ada(&clerk);
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let fields = [("current_password", PASSWORD)];
    let required = browser.call(Method::POST, "/me/remove_password", &fields).await;
    assert_eq!(required.status, 403);
    clerk.update_user_settings(|settings| settings.password = Requirement::Optional);
    let removed = browser.post("/me/remove_password", &fields).await;
    assert_eq!(removed["password_enabled"], false);
    let set = browser.post("/me/change_password", &[("new_password", PASSWORD)]).await;
    assert_eq!(set["password_enabled"], true);
}

#[tokio::test]
async fn deleted_account_is_gone_everywhere() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    patch(&clerk, &format!("/users/{}", ada.id), json!({ "delete_self_enabled": false })).await;
    let rejected = browser.call(Method::DELETE, "/me", &[]).await;
    assert_eq!(rejected.status, 403);
    patch(&clerk, &format!("/users/{}", ada.id), json!({ "delete_self_enabled": true })).await;
    let deleted = browser.call(Method::DELETE, "/me", &[]).await;
    assert_eq!(deleted.body["response"]["deleted"], true);
    assert_eq!(deleted.body["client"]["sessions"], json!([]));
    assert_eq!(call(&clerk, Method::GET, &format!("/users/{}", ada.id), Value::Null).await.0, 404);
    let members = get(&clerk, &format!("/organizations/{}/memberships", acme.id)).await;
    assert_eq!(members["total_count"], 0);
}
