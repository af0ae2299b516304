//! The user's email addresses and phone numbers.

use http::Method;
use serde_json::{Value, json};

use super::clerk_js::{CODE, ClerkJs, EMAIL, create_ada, create_user, last_message};
use crate::support::{emulator, get, id};

#[tokio::test]
async fn identifications_are_added_verified_and_deleted() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    for (list, name, value, strategy) in [
        ("email_addresses", "email_address", "new@example.com", "email_code"),
        ("phone_numbers", "phone_number", "+15555550100", "phone_code"),
    ] {
        let root = format!("/me/{list}");
        let created = browser.post(&root, &[(name, value)]).await;
        assert_eq!((&created[name], &created["verification"]), (&json!(value), &Value::Null));
        let path = format!("{root}/{}", id(&created));
        let attempt = format!("{path}/attempt_verification");
        let early = browser.call(Method::POST, &attempt, &[("code", CODE)]).await;
        assert_eq!(early.status_and_code(), (400, "verification_missing"));
        let primary = format!("primary_{name}_id");
        let rejected = browser.call(Method::PATCH, "/me", &[(&primary, id(&created))]).await;
        assert_eq!(rejected.error(), (422, "form_verification_needed", primary.as_str()));
        let prepare = format!("{path}/prepare_verification");
        let prepared = browser.post(&prepare, &[("strategy", strategy)]).await;
        assert_eq!(prepared["verification"]["status"], "unverified");
        assert_eq!(last_message(&clerk).to, value);
        let wrong = browser.call(Method::POST, &attempt, &[("code", "0")]).await;
        assert_eq!(wrong.error(), (422, "form_code_incorrect", "code"));
        let verified = browser.post(&attempt, &[("code", CODE)]).await;
        assert_eq!(verified["verification"]["status"], "verified");
        assert_eq!(browser.get(&path).await, verified);
        let all = browser.get(&root).await;
        assert!(all.as_array().unwrap().contains(&verified));
        let me = browser.patch("/me", &[(&primary, id(&created))]).await;
        assert_eq!(me[&primary], id(&created));
        let user = get(&clerk, &format!("/users/{}", ada.id)).await;
        assert_eq!(user[&primary], id(&created));
        assert_eq!(browser.delete(&path).await["deleted"], true);
        assert_eq!(browser.call(Method::GET, &path, &[]).await.status, 404);
    }
    let me = browser.get("/me").await;
    let last = format!("/me/email_addresses/{}", id(&me["email_addresses"][0]));
    let rejected = browser.call(Method::DELETE, &last, &[]).await;
    assert_eq!(rejected.status_and_code(), (400, "identification_deletion_failed"));
}

#[tokio::test]
async fn invalid_and_taken_identifications_are_rejected() {
    let clerk = emulator().await;
    create_ada(&clerk);
    create_user(&clerk, "grace@example.com");
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    for (list, name, value, code) in [
        ("email_addresses", "email_address", "nonsense", "form_param_format_invalid"),
        ("email_addresses", "email_address", EMAIL, "form_identifier_exists"),
        ("email_addresses", "email_address", "Grace@example.com", "form_identifier_exists"),
        ("phone_numbers", "phone_number", "12", "form_param_format_invalid"),
    ] {
        let path = format!("/me/{list}");
        let rejected = browser.call(Method::POST, &path, &[(name, value)]).await;
        assert_eq!(rejected.error(), (422, code, name), "{value}");
    }
}
