//! The sessions of a client, and their tokens.

use std::time::Duration;

use axum_clerk::api::CreateOrganization;
use http::Method;
use serde_json::json;

use super::clerk_js::{ClerkJs, EMAIL, create_ada, create_user, text, verify};
use crate::support::{START, claims, emulator, get, post};

#[tokio::test]
async fn touch_activates_an_organization_or_the_personal_account() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let path = format!("/client/sessions/{}/touch", browser.session_id);
    let slug = acme.slug.clone().unwrap();
    for organization in [&acme.id, &slug] {
        let touched = browser
            .post(&path, &[("active_organization_id", organization), ("intent", "select_org")])
            .await;
        assert_eq!(touched["last_active_organization_id"], acme.id.as_str());
        let claims = browser.claims().await;
        assert_eq!(claims.organization().unwrap().id(), acme.id);
        assert_eq!(claims.organization().unwrap().role(), Some("org:admin"));
        browser.post(&path, &[("active_organization_id", "")]).await;
        assert!(browser.claims().await.organization().is_none());
    }
    browser.post(&path, &[("active_organization_id", &acme.id)]).await;
    browser.post(&path, &[("intent", "focus")]).await;
    assert!(browser.claims().await.organization().is_some(), "kept without the parameter");
    let of_backend = get(&clerk, &format!("/sessions/{}", browser.session_id)).await;
    assert_eq!(of_backend["last_active_organization_id"], acme.id.as_str());
}

#[tokio::test]
async fn tokens_for_an_organization_do_not_activate_it() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let path = format!("/client/sessions/{}/tokens", browser.session_id);
    let token = browser.post(&path, &[("organization_id", &acme.id)]).await;
    let claims = verify(&clerk, token["jwt"].as_str().unwrap()).await;
    assert_eq!(claims.organization().unwrap().id(), acme.id);
    assert!(browser.claims().await.organization().is_none(), "the session is unchanged");
    let touch = format!("/client/sessions/{}/touch", browser.session_id);
    browser.post(&touch, &[("active_organization_id", &acme.id)]).await;
    let token = browser.post(&path, &[("organization_id", "")]).await;
    assert!(verify(&clerk, token["jwt"].as_str().unwrap()).await.organization().is_none());
    let others = clerk.create_organization(CreateOrganization::new("Others"));
    for id in [others.id.as_str(), "org_none"] {
        assert_eq!(browser.call(Method::POST, &path, &[("organization_id", id)]).await.status, 404);
    }
}

#[tokio::test]
async fn tokens_are_renewed_after_they_expire() {
    let clerk = emulator().await;
    create_ada(&clerk);
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let issued = browser.claims().await;
    assert_eq!(issued.issued_at().unwrap().as_millis(), i64::try_from(START * 1000).unwrap());
    clerk.clock().advance(Duration::from_secs(90));
    let renewed = browser.claims().await;
    assert_eq!(renewed.session_id(), issued.session_id());
    assert!(renewed.issued_at() > issued.expires_at());
    clerk.rotate_keys();
    clerk.withdraw_old_keys();
    browser.claims().await;
}

#[tokio::test]
async fn template_tokens_have_the_template_s_claims() {
    let clerk = emulator().await;
    create_ada(&clerk);
    clerk.create_jwt_template("hasura", json!({ "email": "{{user.primary_email_address}}" }));
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let path = format!("/client/sessions/{}/tokens", browser.session_id);
    let token = browser.post(&format!("{path}/hasura"), &[]).await;
    assert_eq!(claims(&clerk, token["jwt"].as_str().unwrap())["email"], EMAIL);
    assert_eq!(browser.call(Method::POST, &format!("{path}/none"), &[]).await.status, 404);
}

#[tokio::test]
async fn ended_and_removed_sessions_sign_the_user_out() {
    let clerk = emulator().await;
    create_ada(&clerk);
    for (action, status) in [("end", "ended"), ("remove", "removed")] {
        let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
        let path = format!("/client/sessions/{}", browser.session_id);
        assert_eq!(browser.get(&path).await["status"], "active");
        let ended = browser.call(Method::POST, &format!("{path}/{action}"), &[]).await;
        assert_eq!(ended.body["response"]["status"], status);
        assert_eq!(ended.body["client"]["sessions"], json!([]));
        let of_backend = get(&clerk, &format!("/sessions/{}", browser.session_id)).await;
        assert_eq!(of_backend["status"], status);
        for again in [format!("{path}/{action}"), format!("{path}/tokens"), format!("{path}/touch")]
        {
            assert_eq!(browser.call(Method::POST, &again, &[]).await.status, 404, "{again}");
        }
        assert_eq!(browser.call(Method::GET, "/me", &[]).await.status, 401);
    }
}

#[tokio::test]
async fn session_revoked_by_the_backend_is_over_in_the_browser() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    post(&clerk, &format!("/sessions/{}/revoke", browser.session_id), json!(null)).await;
    assert_eq!(browser.client().await["sessions"], json!([]));
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    post(&clerk, &format!("/users/{}/ban", ada.id), json!(null)).await;
    assert_eq!(browser.call(Method::GET, "/me", &[]).await.status_and_code(), (401, "signed_out"));
}

#[tokio::test]
async fn sessions_expire_after_a_week() {
    let clerk = emulator().await;
    create_ada(&clerk);
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    clerk.clock().advance(Duration::from_secs(7 * 24 * 60 * 60 - 1));
    browser.claims().await;
    clerk.clock().advance(Duration::from_secs(1));
    let path = format!("/client/sessions/{}/tokens", browser.session_id);
    assert_eq!(browser.call(Method::POST, &path, &[]).await.status, 404);
    assert_eq!(browser.client().await["sessions"], json!([]));
}

#[tokio::test]
async fn users_see_and_revoke_their_sessions_on_other_devices() {
    let clerk = emulator().await;
    create_ada(&clerk);
    create_user(&clerk, "grace@example.com");
    let laptop = ClerkJs::signed_in(&clerk, EMAIL).await;
    let phone = ClerkJs::signed_in(&clerk, EMAIL).await;
    let grace = ClerkJs::signed_in(&clerk, "grace@example.com").await;
    let active = laptop.get("/me/sessions/active").await;
    assert_eq!(active.as_array().unwrap().len(), 2);
    assert!(active[0]["latest_activity"]["id"].is_string(), "{active}");
    let all = laptop.get("/me/sessions").await;
    assert_eq!(all.as_array().unwrap().len(), 2);
    assert!(!all.to_string().contains("eyJ"), "no tokens of other devices: {all}");

    let revoked = laptop.post(&format!("/me/sessions/{}/revoke", phone.session_id), &[]).await;
    assert_eq!(revoked["status"], "revoked");
    assert_eq!(phone.call(Method::GET, "/me", &[]).await.status, 401);
    assert_eq!(laptop.get("/me/sessions/active").await.as_array().unwrap().len(), 1);
    let path = format!("/me/sessions/{}/revoke", grace.session_id);
    assert_eq!(laptop.call(Method::POST, &path, &[]).await.status, 404);
    let me = grace.get("/me").await;
    assert_eq!(text(&me, "first_name"), "grace");
}
