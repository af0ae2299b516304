//! The API keys of users and organizations.

use std::time::Duration;

use axum_clerk::api::CreateOrganization;
use http::Method;
use serde_json::{Value, json};

use super::clerk_js::{ClerkJs, EMAIL, create_ada, create_user, text};
use crate::support::{START, authenticate, emulator, get, id};

#[tokio::test]
async fn key_is_created_used_updated_and_revoked() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let token = browser.token().await;
    let body = json!({ "name": "My key", "subject": ada.id, "description": "CI",
        "seconds_until_expiration": 3600 });
    let created = browser.call_api_keys(Method::POST, "", body.clone(), &token).await;
    assert_eq!(created.status, 201, "{}", created.body);
    let secret = text(&created.body, "secret");
    assert_eq!(created.body["created_by"], ada.id.as_str());
    assert!(authenticate(&clerk, &secret).await.is_some());
    let twice = browser.call_api_keys(Method::POST, "", body, &token).await;
    assert_eq!(twice.status, 409);

    let path = format!("/{}", id(&created.body));
    let update = json!({ "description": "CD" });
    let updated = browser.call_api_keys(Method::PATCH, &path, update, &token).await.resource();
    assert_eq!(updated["description"], "CD");
    let list = format!("?subject={}&query=key&limit=10", ada.id);
    let listed = browser.call_api_keys(Method::GET, &list, Value::Null, &token).await.resource();
    assert_eq!((id(&listed["data"][0]), &listed["total_count"]), (id(&updated), &json!(1)));
    assert!(!listed.to_string().contains(&secret), "{listed}");

    let revoke = format!("{path}/revoke");
    let body = json!({ "revocation_reason": "leaked" });
    let revoked = browser.call_api_keys(Method::POST, &revoke, body, &token).await.resource();
    assert_eq!(
        (&revoked["revoked"], &revoked["revocation_reason"]),
        (&json!(true), &json!("leaked"))
    );
    assert!(authenticate(&clerk, &secret).await.is_none());
    assert_eq!(get(&clerk, &format!("/api_keys{path}")).await["revoked"], true);
}

#[tokio::test]
async fn keys_of_others_are_out_of_reach() {
    let clerk = emulator().await;
    let (ada, grace) = (create_ada(&clerk), create_user(&clerk, "grace@example.com"));
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&grace.id));
    clerk.add_member(&acme.id, &ada.id, "org:member", []);
    let others = clerk.create_organization(CreateOrganization::new("Others"));
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let token = browser.token().await;
    for subject in [&grace.id, &acme.id, &others.id, "user_none", "nonsense", ""] {
        let list = format!("?subject={subject}");
        let listed = browser.call_api_keys(Method::GET, &list, Value::Null, &token).await;
        // Members can see the keys of their organization, but not manage them.
        assert!(subject == acme.id || (400..405).contains(&listed.status), "{subject}");
        let body = json!({ "name": "Stolen", "subject": subject });
        let created = browser.call_api_keys(Method::POST, "", body, &token).await;
        assert!((400..405).contains(&created.status), "{subject}: {}", created.body);
    }
    let admin = ClerkJs::signed_in(&clerk, "grace@example.com").await;
    let admin_token = admin.token().await;
    for subject in [&grace.id, &acme.id] {
        let body = json!({ "name": "Mine", "subject": subject });
        let key = admin.call_api_keys(Method::POST, "", body, &admin_token).await.resource();
        let path = format!("/{}", id(&key));
        let update = json!({ "description": "x" });
        for (method, path, body) in [
            (Method::PATCH, path.clone(), update),
            (Method::POST, format!("{path}/revoke"), json!({})),
        ] {
            let rejected = browser.call_api_keys(method, &path, body, &token).await;
            assert!((400..405).contains(&rejected.status), "{path}: {}", rejected.body);
        }
        let secret = key["secret"].as_str().unwrap();
        assert!(authenticate(&clerk, secret).await.is_some(), "still valid");
    }
    let unknown = browser.call_api_keys(Method::PATCH, "/ak_none", json!({}), &token).await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn users_cannot_choose_claims_scopes_or_the_creator() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let token = browser.token().await;
    for (name, value) in [
        ("scopes", json!(["admin"])),
        ("claims", json!({ "role": "admin" })),
        ("created_by", json!("user_other")),
        ("nonsense", json!(1)),
    ] {
        let body = json!({ "name": "My key", "subject": ada.id, name: value });
        let rejected = browser.call_api_keys(Method::POST, "", body, &token).await;
        assert_eq!(rejected.error(), (422, "form_param_unknown", name));
    }
}

#[tokio::test]
async fn only_valid_session_tokens_authenticate() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let other = emulator().await;
    let token = browser.token().await;
    clerk.create_jwt_template("plain", json!({}));
    let template = format!("/client/sessions/{}/tokens/plain", browser.session_id);
    let template = text(&browser.post(&template, &[]).await, "jwt");
    let header = json!({ "alg": "RS256", "typ": "JWT", "kid": clerk.key_id() });
    let forged = |claims: Value| clerk.sign_token(header.clone(), claims);
    let key = clerk.create_api_key(&ada.id).token();
    let access_token = clerk.create_oauth_access_token(&ada.id).jwt();
    let stranger = other.sign_in(&other.create_user(Default::default()).id).token();
    let path = format!("?subject={}", ada.id);
    let list = async |token: &str| {
        browser.call_api_keys(Method::GET, &path, Value::Null, token).await.status
    };
    assert_eq!(list(&token).await, 200);
    for bad in [
        String::new(),
        "a.b.c".into(),
        template,
        key,
        access_token,
        stranger,
        forged(json!({ "sid": "sess_none", "sub": ada.id, "exp": START + 60 })),
        forged(json!({ "sid": browser.session_id, "sub": ada.id })),
        forged(json!({ "sid": browser.session_id, "sub": ada.id, "exp": i64::MIN })),
        forged(json!({ "sid": "sess_none", "sub": ada.id, "exp": i64::MAX })),
        forged(json!([])),
    ] {
        assert_eq!(list(&bad).await, 401, "{bad}");
    }
    clerk.clock().advance(Duration::from_secs(61));
    assert_eq!(list(&token).await, 401, "expired");
    let token = browser.token().await;
    browser.delete("/client/sessions").await;
    assert_eq!(list(&token).await, 401, "signed out");
}
