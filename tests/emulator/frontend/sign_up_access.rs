//! Who may sign up: sign-up modes, invitations and restrictions.

use axum_clerk::{
    api::CreateOrganization,
    emulator::{ClerkEmulator, SignUpMode},
};
use http::Method;
use serde_json::{Value, json};
use url::Url;

use super::clerk_js::{CODE, ClerkJs, EMAIL, PASSWORD, create_ada, text};
use crate::support::{emulator, get, id, patch, post, visit};

/// Opens the link of an invitation, and returns the ticket that the app receives.
async fn ticket(clerk: &ClerkEmulator, invitation: &Value) -> String {
    let url = text(invitation, "url");
    let path = url.strip_prefix(clerk.url()).unwrap();
    let response = visit(clerk, path).await;
    let location = Url::parse(response.headers()["location"].to_str().unwrap()).unwrap();
    let mut query = location.query_pairs();
    query.find(|(name, _)| name == "__clerk_ticket").unwrap().1.into_owned()
}

async fn invite(clerk: &ClerkEmulator) -> Value {
    let body = json!({ "email_address": EMAIL, "public_metadata": { "plan": "pro" } });
    post(clerk, "/invitations", body).await
}

#[tokio::test]
async fn restricted_modes_admit_only_invited_users() {
    for (mode, code) in [
        (SignUpMode::Restricted, "sign_up_mode_restricted"),
        (SignUpMode::Waitlist, "sign_up_restricted_waitlist"),
    ] {
        let clerk = emulator().await;
        clerk.update_user_settings(|settings| settings.sign_up_mode = mode);
        let mut browser = ClerkJs::load(&clerk).await;
        let fields = [("email_address", EMAIL), ("password", PASSWORD)];
        let rejected = browser.call(Method::POST, "/client/sign_ups", &fields).await;
        assert_eq!(rejected.status_and_code(), (403, code));
        let invitation = invite(&clerk).await;
        let ticket = ticket(&clerk, &invitation).await;
        let fields = [("strategy", "ticket"), ("ticket", &ticket), ("password", PASSWORD)];
        let complete = browser.post("/client/sign_ups", &fields).await;
        assert_eq!(complete["status"], "complete", "the address is verified: {complete}");
        browser.session_id = text(&complete, "created_session_id");
        let me = browser.get("/me").await;
        assert_eq!(me["email_addresses"][0]["email_address"], EMAIL);
        assert_eq!(me["email_addresses"][0]["verification"]["strategy"], "ticket");
        assert_eq!(me["public_metadata"], json!({ "plan": "pro" }));
        assert_eq!(get(&clerk, "/invitations?status=accepted").await[0]["id"], id(&invitation));
        let again = browser.call(Method::POST, "/client/sign_ups", &fields).await;
        assert!((400..404).contains(&again.status), "used once: {}", again.body);
    }
}

#[tokio::test]
async fn invited_address_cannot_be_exchanged_for_another() {
    let clerk = emulator().await;
    clerk.update_user_settings(|settings| settings.sign_up_mode = SignUpMode::Restricted);
    let browser = ClerkJs::load(&clerk).await;
    let ticket = ticket(&clerk, &invite(&clerk).await).await;
    let mallory = ("email_address", "ceo@corp.example");
    let sign_up = browser.post("/client/sign_ups", &[("ticket", &ticket), mallory]).await;
    assert_eq!(sign_up["email_address"], EMAIL);
    let path = format!("/client/sign_ups/{}", text(&sign_up, "id"));
    let rejected = browser.call(Method::PATCH, &path, &[mallory, ("password", PASSWORD)]).await;
    assert_eq!(rejected.error(), (422, "form_param_value_invalid", "email_address"));
    let complete = browser.patch(&path, &[("email_address", EMAIL), ("password", PASSWORD)]).await;
    assert_eq!(complete["status"], "complete");
    let user = clerk.user(&text(&complete, "created_user_id"));
    assert_eq!(user.email_addresses[0].email_address, EMAIL);
}

#[tokio::test]
async fn invitation_revoked_during_the_sign_up_admits_nobody() {
    let clerk = emulator().await;
    clerk.update_user_settings(|settings| settings.sign_up_mode = SignUpMode::Restricted);
    let browser = ClerkJs::load(&clerk).await;
    let invitation = invite(&clerk).await;
    let ticket = ticket(&clerk, &invitation).await;
    let sign_up = browser.post("/client/sign_ups", &[("ticket", &ticket)]).await;
    post(&clerk, &format!("/invitations/{}/revoke", id(&invitation)), Value::Null).await;
    let path = format!("/client/sign_ups/{}", text(&sign_up, "id"));
    let rejected = browser.call(Method::PATCH, &path, &[("password", PASSWORD)]).await;
    assert!((400..404).contains(&rejected.status), "{}", rejected.body);
    assert_eq!(get(&clerk, "/users/count").await["total_count"], 0);
    assert_eq!(browser.client().await["sessions"], json!([]));
}

#[tokio::test]
async fn organization_invitation_makes_the_new_user_a_member() {
    let clerk = emulator().await;
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    let path = format!("/organizations/{}/invitations", acme.id);
    let body = json!({ "email_address": EMAIL, "role": "org:member" });
    let invitation = post(&clerk, &path, body).await;
    let ticket = ticket(&clerk, &invitation).await;
    let mut browser = ClerkJs::load(&clerk).await;
    let fields = [("strategy", "ticket"), ("ticket", &ticket), ("password", PASSWORD)];
    let complete = browser.post("/client/sign_ups", &fields).await;
    browser.session_id = text(&complete, "created_session_id");
    let me = browser.get("/me").await;
    assert_eq!(me["organization_memberships"][0]["organization"]["id"], acme.id.as_str());
}

#[tokio::test]
async fn organization_invitation_signs_an_existing_user_in() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    let path = format!("/organizations/{}/invitations", acme.id);
    let body = json!({ "email_address": EMAIL, "role": "org:admin" });
    let ticket = ticket(&clerk, &post(&clerk, &path, body).await).await;
    let browser = ClerkJs::load(&clerk).await;
    let fields = [("strategy", "ticket"), ("ticket", ticket.as_str())];
    let exists = browser.call(Method::POST, "/client/sign_ups", &fields).await;
    assert_eq!(exists.status_and_code(), (400, "invitation_account_exists"));
    let sign_in = browser.post("/client/sign_ins", &fields).await;
    assert_eq!(sign_in["status"], "complete");
    let members = get(&clerk, &format!("/organizations/{}/memberships", acme.id)).await;
    assert_eq!(members["data"][0]["public_user_data"]["user_id"], ada.id.as_str());
    assert_eq!(members["data"][0]["role"], "org:admin");
}

#[tokio::test]
async fn blocklist_allowlist_and_subaddresses_restrict_sign_ups() {
    let clerk = emulator().await;
    let browser = ClerkJs::load(&clerk).await;
    post(&clerk, "/blocklist_identifiers", json!({ "identifier": "*@spam.example" })).await;
    patch(&clerk, "/instance/restrictions", json!({ "blocklist": true })).await;
    let sign_up = async |email: &str| {
        let fields = [("email_address", email), ("password", PASSWORD)];
        browser.call(Method::POST, "/client/sign_ups", &fields).await
    };
    assert_eq!(sign_up("a@spam.example").await.status_and_code(), (403, "not_allowed_access"));
    assert_eq!(sign_up("a@ham.example").await.status, 200);
    post(&clerk, "/allowlist_identifiers", json!({ "identifier": "b@ham.example" })).await;
    patch(&clerk, "/instance/restrictions", json!({ "allowlist": true })).await;
    assert_eq!(sign_up("a@ham.example").await.status_and_code(), (403, "not_allowed_access"));
    assert_eq!(sign_up("b@ham.example").await.status, 200);
    create_ada(&clerk);
    let body = json!({ "allowlist": false, "block_email_subaddresses": true });
    patch(&clerk, "/instance/restrictions", body).await;
    assert_eq!(sign_up("ada+2@example.com").await.status_and_code(), (403, "not_allowed_access"));
    // A sign-up cannot evade the restrictions by a later change of the address.
    let started = sign_up("c@ham.example").await;
    let path = format!("/client/sign_ups/{}", text(&started.body["response"], "id"));
    let changed = browser.call(Method::PATCH, &path, &[("email_address", "x@spam.example")]).await;
    assert_eq!(changed.status_and_code(), (403, "not_allowed_access"));
    let strategy = ("strategy", "email_code");
    browser.post(&format!("{path}/prepare_verification"), &[strategy]).await;
    browser.post(&format!("{path}/attempt_verification"), &[strategy, ("code", CODE)]).await;
}
