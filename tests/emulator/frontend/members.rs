//! The members of organizations, and their invitations.

use axum_clerk::api::CreateOrganization;
use http::Method;
use serde_json::{Value, json};

use super::clerk_js::{ClerkJs, EMAIL, create_ada, create_user, last_message, text};
use crate::support::{emulator, get, id};

/// The items of a list, with or without their total number.
fn items(list: &Value) -> Vec<Value> {
    list.get("data").unwrap_or(list).as_array().unwrap().clone()
}

#[tokio::test]
async fn members_are_added_changed_and_removed() {
    let clerk = emulator().await;
    let (ada, grace) = (create_ada(&clerk), create_user(&clerk, "grace@example.com"));
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    let admin = ClerkJs::signed_in(&clerk, EMAIL).await;
    let member = ClerkJs::signed_in(&clerk, "grace@example.com").await;
    let path = format!("/organizations/{}/memberships", acme.id);
    let fields = [("user_id", grace.id.as_str()), ("role", "org:member")];
    let added = admin.post(&path, &fields).await;
    assert_eq!(added["public_user_data"]["user_id"], grace.id.as_str());
    let again = admin.call(Method::POST, &path, &fields).await;
    assert_eq!(again.status_and_code(), (400, "already_a_member_in_organization"));
    let touch = format!("/client/sessions/{}/touch", member.session_id);
    member.post(&touch, &[("active_organization_id", &acme.id)]).await;

    let all = admin.get(&format!("{path}?paginated=true&limit=1")).await;
    assert_eq!((items(&all).len(), &all["total_count"]), (1, &json!(2)));
    for query in ["query=grace", "role=org:member", "query=GRACE%40&role=org:member"] {
        let found = items(&admin.get(&format!("{path}?{query}")).await);
        assert_eq!(found.len(), 1, "{query}");
        assert_eq!(found[0]["public_user_data"]["user_id"], grace.id.as_str());
    }
    let own = format!("{path}/{}", grace.id);
    let promoted = admin.patch(&own, &[("role", "org:admin")]).await;
    assert_eq!(promoted["role"], "org:admin");
    let role = member.claims().await.organization().unwrap().role().map(str::to_owned);
    assert_eq!(role.as_deref(), Some("org:admin"), "the member's next token has the role");
    let unknown = admin.call(Method::PATCH, &own, &[("role", "org:king")]).await;
    assert!((400..423).contains(&unknown.status), "{}", unknown.body);
    admin.delete(&own).await;
    assert!(member.claims().await.organization().is_none());
    assert_eq!(member.get("/me").await["organization_memberships"], json!([]));
    let last = admin.call(Method::DELETE, &format!("{path}/{}", ada.id), &[]).await;
    assert_eq!(last.status_and_code(), (400, "organization_minimum_permissions_needed"));
}

#[tokio::test]
async fn members_leave_except_the_last_admin() {
    let clerk = emulator().await;
    let (ada, grace) = (create_ada(&clerk), create_user(&clerk, "grace@example.com"));
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    clerk.add_member(&acme.id, &grace.id, "org:member", []);
    let member = ClerkJs::signed_in(&clerk, "grace@example.com").await;
    let path = format!("/me/organization_memberships/{}", acme.id);
    assert_eq!(member.delete(&path).await["deleted"], true);
    assert_eq!(member.call(Method::DELETE, &path, &[]).await.status, 404);
    let admin = ClerkJs::signed_in(&clerk, EMAIL).await;
    let last = admin.call(Method::DELETE, &path, &[]).await;
    assert_eq!(last.status_and_code(), (400, "organization_minimum_permissions_needed"));
    let count = get(&clerk, &format!("/organizations/{}/memberships", acme.id)).await;
    assert_eq!(count["total_count"], 1);
}

#[tokio::test]
async fn invitations_are_sent_revoked_and_accepted() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    create_user(&clerk, "grace@example.com");
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    let admin = ClerkJs::signed_in(&clerk, EMAIL).await;
    let path = format!("/organizations/{}/invitations", acme.id);
    let role = ("role", "org:member");
    let invited = admin.post(&path, &[("email_address", "grace@example.com"), role]).await;
    assert_eq!((&invited["status"], &invited["role"]), (&json!("pending"), &json!("org:member")));
    let message = last_message(&clerk);
    assert_eq!(message.to, "grace@example.com");
    assert!(message.url.unwrap().starts_with(clerk.url()));
    let again = [("email_address", "grace@example.com"), role];
    let rejected = admin.call(Method::POST, &path, &again).await;
    assert_eq!(rejected.status_and_code(), (400, "organization_invitation_not_unique"));
    let bulk = [("email_address", "a@example.com"), ("email_address", "b@example.com"), role];
    assert_eq!(items(&admin.post(&format!("{path}/bulk"), &bulk).await).len(), 2);
    let pending = items(&admin.get(&format!("{path}/pending")).await);
    assert_eq!(pending.len(), 3);
    let other = pending.iter().find(|own| own["email_address"] == "a@example.com").unwrap();
    let revoked = admin.post(&format!("{path}/{}/revoke", id(other)), &[]).await;
    assert_eq!(revoked["status"], "revoked");
    let found = items(&admin.get(&format!("{path}?status=revoked&status=accepted")).await);
    assert_eq!(found.len(), 1);

    let member = ClerkJs::signed_in(&clerk, "grace@example.com").await;
    let own = member.get("/me/organization_invitations?status=pending").await;
    assert_eq!(own["total_count"], 1);
    assert_eq!(own["data"][0]["public_organization_data"]["name"], "Acme");
    let accept = format!("/me/organization_invitations/{}/accept", id(&invited));
    assert_eq!(member.post(&accept, &[]).await["status"], "accepted");
    let me = member.get("/me").await;
    assert_eq!(me["organization_memberships"][0]["role"], "org:member");
    let again = member.call(Method::POST, &accept, &[]).await;
    assert_eq!(again.status_and_code(), (400, "organization_invitation_already_accepted"));
}

#[tokio::test]
async fn invitations_need_a_verified_address() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    create_user(&clerk, "mallory@example.com");
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    let admin = ClerkJs::signed_in(&clerk, EMAIL).await;
    let path = format!("/organizations/{}/invitations", acme.id);
    let fields = [("email_address", "ceo@corp.example"), ("role", "org:admin")];
    let invited = admin.post(&path, &fields).await;
    let mallory = ClerkJs::signed_in(&clerk, "mallory@example.com").await;
    mallory.post("/me/email_addresses", &[("email_address", "ceo@corp.example")]).await;
    assert_eq!(mallory.get("/me/organization_invitations").await["total_count"], 0);
    let accept = format!("/me/organization_invitations/{}/accept", text(&invited, "id"));
    assert_eq!(mallory.call(Method::POST, &accept, &[]).await.status, 404);
    assert_eq!(mallory.get("/me").await["organization_memberships"], json!([]));
}

#[tokio::test]
async fn full_organization_takes_no_more_members() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    let acme = clerk.create_organization(
        CreateOrganization::new("Acme").created_by(&ada.id).max_allowed_memberships(1),
    );
    let admin = ClerkJs::signed_in(&clerk, EMAIL).await;
    let path = format!("/organizations/{}/invitations", acme.id);
    let fields = [("email_address", "grace@example.com"), ("role", "org:member")];
    let rejected = admin.call(Method::POST, &path, &fields).await;
    assert_eq!(rejected.status_and_code(), (403, "organization_membership_quota_exceeded"));
}
