//! The domains of organizations, and the users whom they enroll.

use axum_clerk::{api::CreateOrganization, emulator::ClerkEmulator};
use http::Method;
use serde_json::{Value, json};

use super::clerk_js::{CODE, ClerkJs, EMAIL, create_ada, create_user, last_message};
use crate::support::{emulator, get, id, patch};

/// Creates an organization, and signs in its admin. Returns its path too.
async fn with_admin(clerk: &ClerkEmulator) -> (ClerkJs<'_>, String) {
    let ada = create_ada(clerk);
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    (ClerkJs::signed_in(clerk, EMAIL).await, format!("/organizations/{}", acme.id))
}

/// Adds a verified domain with an enrollment mode, and returns its path.
async fn add_domain(admin: &ClerkJs<'_>, organization: &str, mode: &str) -> String {
    let fields = [("name", "corp.example"), ("enrollment_mode", mode)];
    let domain = admin.post(&format!("{organization}/domains"), &fields).await;
    assert_eq!(domain["enrollment_mode"], mode);
    let path = format!("{organization}/domains/{}", id(&domain));
    let affiliation = [("affiliation_email_address", "admin@corp.example")];
    let prepare = format!("{path}/prepare_affiliation_verification");
    admin.post(&prepare, &affiliation).await;
    let attempt = format!("{path}/attempt_affiliation_verification");
    admin.post(&attempt, &[("code", CODE)]).await;
    path
}

#[tokio::test]
async fn domain_is_verified_by_a_code_to_an_address_at_it() {
    let clerk = emulator().await;
    let (admin, organization) = with_admin(&clerk).await;
    let root = format!("{organization}/domains");
    let domain = admin.post(&root, &[("name", "Corp.example")]).await;
    assert_eq!((&domain["name"], &domain["verification"]), (&json!("corp.example"), &Value::Null));
    let path = format!("{root}/{}", id(&domain));
    let prepare = format!("{path}/prepare_affiliation_verification");
    let elsewhere = [("affiliation_email_address", "ada@example.com")];
    let rejected = admin.call(Method::POST, &prepare, &elsewhere).await;
    assert_eq!(rejected.error(), (422, "form_param_value_invalid", "affiliation_email_address"));
    let attempt = format!("{path}/attempt_affiliation_verification");
    let early = admin.call(Method::POST, &attempt, &[("code", CODE)]).await;
    assert_eq!(early.status_and_code(), (400, "verification_missing"));
    admin.post(&prepare, &[("affiliation_email_address", "it@corp.example")]).await;
    assert_eq!(last_message(&clerk).to, "it@corp.example");
    let wrong = admin.call(Method::POST, &attempt, &[("code", "0")]).await;
    assert_eq!(wrong.error(), (422, "form_code_incorrect", "code"));
    let verified = admin.post(&attempt, &[("code", CODE)]).await;
    assert_eq!(verified["verification"]["status"], "verified");
    assert_eq!(admin.get(&path).await["name"], "corp.example");
    assert_eq!(admin.get(&format!("{root}?verified=true")).await["total_count"], 1);
    assert_eq!(admin.get(&format!("{root}?verified=false")).await["total_count"], 0);
    assert_eq!(get(&clerk, &root).await["data"][0]["affiliation_email_address"], "it@corp.example");
    assert_eq!(admin.delete(&path).await["deleted"], true);
    assert_eq!(admin.call(Method::GET, &path, &[]).await.status, 404);
}

#[tokio::test]
async fn ownership_is_verified_by_a_dns_record() {
    let clerk = emulator().await;
    let (admin, organization) = with_admin(&clerk).await;
    let root = format!("{organization}/domains");
    let names = [("names", "a.example"), ("names", "b.example"), ("names", "nonsense")];
    let created = admin.post(&format!("{root}/bulk"), &names).await;
    let domains = created["data"].as_array().unwrap();
    assert_eq!((domains.len(), created["errors"].as_array().unwrap().len()), (2, 1));
    let path = format!("{root}/{}", id(&domains[0]));
    let prepared = admin.post(&format!("{path}/prepare_ownership_verification"), &[]).await;
    assert_eq!(prepared["ownership_verification"]["status"], "unverified");
    let verified = admin.post(&format!("{path}/attempt_ownership_verification"), &[]).await;
    assert_eq!(verified["ownership_verification"]["status"], "verified");
    let ids =
        [("organization_domain_ids", id(&domains[1])), ("organization_domain_ids", "orgdmn_none")];
    for step in ["prepare", "attempt"] {
        let bulk = format!("{root}/{step}_ownership_verification/bulk");
        let answer = admin.post(&bulk, &ids).await;
        assert_eq!(answer["data"].as_array().unwrap().len(), 1, "{answer}");
        assert_eq!(answer["errors"].as_array().unwrap().len(), 1, "{answer}");
    }
}

#[tokio::test]
async fn domain_invites_users_automatically() {
    let clerk = emulator().await;
    let (admin, organization) = with_admin(&clerk).await;
    let path = add_domain(&admin, &organization, "automatic_invitation").await;
    create_user(&clerk, "grace@corp.example");
    create_user(&clerk, "mallory@elsewhere.example");
    let grace = ClerkJs::signed_in(&clerk, "grace@corp.example").await;
    let invited = grace.get("/me/organization_invitations?status=pending").await;
    assert_eq!(invited["total_count"], 1);
    assert_eq!(grace.get("/me/organization_invitations").await["total_count"], 1, "once");
    assert_eq!(admin.get(&path).await["total_pending_invitations"], 1);
    let accept = format!("/me/organization_invitations/{}/accept", id(&invited["data"][0]));
    grace.post(&accept, &[]).await;
    assert_eq!(admin.get(&organization).await["members_count"], 2);

    let mallory = ClerkJs::signed_in(&clerk, "mallory@elsewhere.example").await;
    mallory.post("/me/email_addresses", &[("email_address", "m@corp.example")]).await;
    let none = mallory.get("/me/organization_invitations").await;
    assert_eq!(none["total_count"], 0, "the address is not verified");
}

#[tokio::test]
async fn domain_suggests_itself_and_admins_decide() {
    let clerk = emulator().await;
    let (admin, organization) = with_admin(&clerk).await;
    let path = add_domain(&admin, &organization, "automatic_suggestion").await;
    for (name, decision, members) in [("grace", "accept", 2), ("eve", "reject", 2)] {
        let email_address = format!("{name}@corp.example");
        create_user(&clerk, &email_address);
        let user = ClerkJs::signed_in(&clerk, &email_address).await;
        let suggestions = user.get("/me/organization_suggestions?status=pending").await;
        assert_eq!(suggestions["total_count"], 1);
        assert_eq!(suggestions["data"][0]["public_organization_data"]["name"], "Acme");
        assert_eq!(admin.get(&path).await["total_pending_suggestions"], 1);
        let accept = format!("/me/organization_suggestions/{}/accept", id(&suggestions["data"][0]));
        assert_eq!(user.post(&accept, &[]).await["status"], "accepted");
        assert_eq!(user.call(Method::POST, &accept, &[]).await.status, 400);
        assert_eq!(user.get("/me").await["organization_memberships"], json!([]));

        let requests = format!("{organization}/membership_requests");
        let pending = admin.get(&format!("{requests}?status=pending")).await;
        assert_eq!(pending["total_count"], 1);
        assert_eq!(pending["data"][0]["public_user_data"]["identifier"], email_address.as_str());
        let decide = format!("{requests}/{}/{decision}", id(&pending["data"][0]));
        assert_eq!(admin.post(&decide, &[]).await["status"], format!("{decision}ed"));
        assert_eq!(admin.call(Method::POST, &decide, &[]).await.status, 400);
        assert_eq!(admin.get(&organization).await["members_count"], members);
        let me = user.get("/me").await;
        let joined = usize::from(decision == "accept");
        assert_eq!(me["organization_memberships"].as_array().unwrap().len(), joined);
    }
}

#[tokio::test]
async fn suggestion_of_another_user_cannot_be_accepted() {
    let clerk = emulator().await;
    let (admin, organization) = with_admin(&clerk).await;
    add_domain(&admin, &organization, "automatic_suggestion").await;
    create_user(&clerk, "grace@corp.example");
    create_user(&clerk, "mallory@elsewhere.example");
    let grace = ClerkJs::signed_in(&clerk, "grace@corp.example").await;
    let mallory = ClerkJs::signed_in(&clerk, "mallory@elsewhere.example").await;
    let suggestions = grace.get("/me/organization_suggestions").await;
    let accept = format!("/me/organization_suggestions/{}/accept", id(&suggestions["data"][0]));
    assert_eq!(mallory.call(Method::POST, &accept, &[]).await.status, 404);
    assert_eq!(mallory.get("/me/organization_suggestions").await["total_count"], 0);
}

#[tokio::test]
async fn changed_enrollment_mode_withdraws_pending_enrollments() {
    let clerk = emulator().await;
    let (admin, organization) = with_admin(&clerk).await;
    let path = add_domain(&admin, &organization, "automatic_invitation").await;
    create_user(&clerk, "grace@corp.example");
    let grace = ClerkJs::signed_in(&clerk, "grace@corp.example").await;
    assert_eq!(grace.get("/me/organization_invitations").await["total_count"], 1);
    let update = format!("{path}/update_enrollment_mode");
    let fields = [("enrollment_mode", "manual_invitation"), ("delete_pending", "true")];
    assert_eq!(admin.post(&update, &fields).await["enrollment_mode"], "manual_invitation");
    assert_eq!(grace.get("/me/organization_invitations").await["total_count"], 0);
    let invalid = admin.call(Method::POST, &update, &[("enrollment_mode", "x")]).await;
    assert_eq!(invalid.error(), (422, "form_param_value_invalid", "enrollment_mode"));
    patch(&clerk, "/instance/organization_settings", json!({ "domains_enabled": false })).await;
    let fields = [("name", "other.example")];
    let off = admin.call(Method::POST, &format!("{organization}/domains"), &fields).await;
    assert_eq!(off.status_and_code(), (403, "organization_domains_not_enabled"));
}
