//! Invitations to organizations over HTTP.

use std::time::Duration;

use axum_clerk::{
    api::{
        CreateOrganization, CreateOrganizationInvitation, CreateUser, InvitationStatus,
        ListAllOrganizationInvitations, ListOrganizationInvitations,
        ListUserOrganizationInvitations, Organization, Paging, RevokeOrganizationInvitation,
    },
    emulator::ClerkEmulator,
};
use http::Method;
use serde_json::{Value, json};

use crate::support::{
    START, api, call, claims, delete, emulator, get, id, ids, patch, post, rejection,
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn create_acme(clerk: &ClerkEmulator) -> Organization {
    clerk.create_organization(CreateOrganization::new("Acme"))
}

/// Creates an invitation and returns its ID.
async fn invite(clerk: &ClerkEmulator, organization: &Organization, email_address: &str) -> String {
    let body = json!({ "email_address": email_address, "role": "org:member" });
    let path = format!("/organizations/{}/invitations", organization.id);
    id(&post(clerk, &path, body).await).to_owned()
}

#[tokio::test]
async fn invitation_is_created_read_and_revoked() {
    let clerk = emulator().await;
    let ada = clerk
        .create_user(CreateUser::default().first_name("Ada").email_address(["ada@example.com"]));
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    let api = api(&clerk);
    let invitations = api.organization_invitations();
    let new = CreateOrganizationInvitation::new("Grace@example.com", "org:member")
        .inviter_user_id(&ada.id)
        .public_metadata(json!({ "a": 1 }))
        .redirect_url("https://example.com/welcome")
        .expires_in_days(2)
        .notify(false);
    let created = invitations.create(&acme.id, &new).await.unwrap();
    assert!(created.id.starts_with("orginv_"));
    assert_eq!(created.email_address, "grace@example.com");
    assert_eq!((created.role.as_str(), created.role_name.as_str()), ("org:member", "Member"));
    assert_eq!(created.status, Some(InvitationStatus::Pending));
    assert_eq!(created.organization_id.as_ref(), Some(&acme.id));
    let inviter = created.public_inviter_data.as_ref().unwrap();
    assert_eq!(
        (&inviter.user_id, inviter.identifier.as_deref()),
        (&ada.id, Some("ada@example.com"))
    );
    assert_eq!(created.expires_at.unwrap().as_millis() as u64, (START + 2 * DAY.as_secs()) * 1000);
    assert_eq!(invitations.get(&acme.id, &created.id).await.unwrap(), created);

    let path = format!("/organizations/{}/invitations/{}", acme.id, created.id);
    let url = get(&clerk, &path).await["url"].as_str().unwrap().to_owned();
    let ticket = url.strip_prefix(&format!("{}/v1/tickets/accept?ticket=", clerk.url())).unwrap();
    let expires_at = START + 2 * DAY.as_secs();
    assert_eq!(
        claims(&clerk, ticket),
        json!({
            "iss": clerk.url(),
            "exp": expires_at,
            "sid": created.id,
            "st": "organization_invitation",
            "rurl": "https://example.com/welcome",
        })
    );

    let by = RevokeOrganizationInvitation::default().requesting_user_id(&ada.id);
    let revoked = invitations.revoke(&acme.id, &created.id, &by).await.unwrap();
    assert_eq!(revoked.status, Some(InvitationStatus::Revoked));
    assert_eq!(invitations.get(&acme.id, &created.id).await.unwrap(), revoked);
    let rejected = rejection(&clerk, Method::POST, &format!("{path}/revoke"), Value::Null).await;
    assert_eq!(rejected.status_and_code(), (404, "organization_invitation_not_pending"));
    invite(&clerk, &acme, "grace@example.com").await;

    delete(&clerk, &format!("/users/{}", ada.id)).await;
    assert_eq!(get(&clerk, &path).await["public_inviter_data"], Value::Null);
}

#[tokio::test]
async fn revoked_and_expired_invitations_are_not_pending() {
    let clerk = emulator().await;
    let acme = create_acme(&clerk);
    let path = format!("/organizations/{}/invitations", acme.id);
    let revoked = invite(&clerk, &acme, "a@example.com").await;
    post(&clerk, &format!("{path}/{revoked}/revoke"), json!({ "requesting_user_id": null })).await;
    let body =
        json!({ "email_address": "b@example.com", "role": "org:member", "expires_in_days": 1 });
    let short = id(&post(&clerk, &path, body).await).to_owned();
    clerk.clock().advance(DAY - Duration::from_millis(1));
    let long = invite(&clerk, &acme, "c@example.com").await;
    let list =
        async |query: &str| ids(&get(&clerk, &format!("{path}{query}")).await["data"]).join(" ");
    assert_eq!(list("?status=pending").await, format!("{long} {short}"));
    clerk.clock().advance(Duration::from_millis(1));
    assert_eq!(list("?status=pending").await, long);
    assert_eq!(list("/pending").await, long);
    assert_eq!(list("?status=expired").await, short);
    assert_eq!(list("?status=revoked").await, revoked);
    assert_eq!(list("?status=revoked&status=expired").await, format!("{short} {revoked}"));
    assert_eq!(get(&clerk, &format!("{path}/{short}")).await["status"], "expired");
    let rejected =
        rejection(&clerk, Method::POST, &format!("{path}/{short}/revoke"), Value::Null).await;
    assert_eq!(rejected.status, 404);
    invite(&clerk, &acme, "b@example.com").await;
}

#[tokio::test]
async fn invitations_are_listed_by_organization_by_user_and_overall() {
    let clerk = emulator().await;
    let api = api(&clerk);
    let (acme, other) =
        (create_acme(&clerk), clerk.create_organization(CreateOrganization::new("Other")));
    let grace = clerk.create_user(CreateUser::default().email_address(["grace@example.com"]));
    let first = invite(&clerk, &acme, "grace@example.com").await;
    clerk.clock().advance(Duration::from_secs(1));
    let second = invite(&clerk, &acme, "alan@example.com").await;
    let third = invite(&clerk, &other, "grace@example.com").await;
    let (first, second, third) = (first.as_str(), second.as_str(), third.as_str());
    let in_acme = format!("/organizations/{}/invitations", acme.id);
    let of_grace = format!("/users/{}/organization_invitations", grace.id);
    for (path, expected) in [
        (in_acme.clone(), vec![second, first]),
        (format!("{in_acme}?email_address=GRACE@example.com"), vec![first]),
        (format!("{in_acme}?email_address=grace"), vec![]),
        (format!("{in_acme}?order_by=created_at"), vec![first, second]),
        (format!("{in_acme}?order_by=-email_address"), vec![first, second]),
        (format!("{in_acme}?limit=1&offset=1"), vec![first]),
        (format!("{in_acme}/pending"), vec![second, first]),
        (format!("{in_acme}/pending?limit=1"), vec![second]),
        ("/organization_invitations".into(), vec![third, second, first]),
        ("/organization_invitations?query=ALAN".into(), vec![second]),
        ("/organization_invitations?status=accepted".into(), vec![]),
        ("/organization_invitations?order_by=email_address&limit=1".into(), vec![second]),
        (of_grace.clone(), vec![third, first]),
        (format!("{of_grace}?status=revoked"), vec![]),
        (format!("{of_grace}?offset=1"), vec![first]),
    ] {
        assert_eq!(ids(&get(&clerk, &path).await["data"]), expected, "{path}");
    }
    for (path, status) in [
        (format!("{in_acme}?status=open"), 422),
        (format!("{in_acme}?order_by=status"), 422),
        ("/organizations/org_none/invitations".into(), 404),
        ("/organizations/org_none/invitations/pending".into(), 404),
        ("/users/user_none/organization_invitations".into(), 404),
        (format!("/organizations/{}/invitations/{first}", other.id), 404),
    ] {
        assert_eq!(call(&clerk, Method::GET, &path, Value::Null).await.0, status, "{path}");
    }

    let invitations = api.organization_invitations();
    let by_address = ListOrganizationInvitations::default().email_address("alan@example.com");
    assert_eq!(invitations.list(&acme.id, &by_address).await.unwrap().data[0].id, second);
    #[expect(deprecated, reason = "covers the deprecated method")]
    let pending = invitations.list_pending(&acme.id, &Paging::default()).await.unwrap();
    assert_eq!(pending.total_count, 2);
    let all = invitations.list_all(&ListAllOrganizationInvitations::default()).await.unwrap();
    assert_eq!(all.data[0].public_organization_data.as_ref().unwrap().name, "Other");
    let own = ListUserOrganizationInvitations::default().status(InvitationStatus::Pending);
    let own = api.users().organization_invitations(&grace.id, &own).await.unwrap();
    assert_eq!(own.data[1].public_organization_data.as_ref().unwrap().id, acme.id);
}

#[tokio::test]
async fn bulk_invitations_are_all_created_or_none() {
    let clerk = emulator().await;
    let acme = create_acme(&clerk);
    let path = format!("/organizations/{}/invitations", acme.id);
    let bulk = format!("{path}/bulk");
    let invitation = |name: &str| {
        let email_address = format!("{name}@example.com");
        json!({ "email_address": email_address, "role": "org:member" })
    };
    let eleven: Vec<Value> = (0..11).map(|n| invitation(&n.to_string())).collect();
    for (body, status, code) in [
        (json!([]), 422, "form_param_missing"),
        (json!({}), 400, "request_body_invalid"),
        (json!([1]), 400, "request_body_invalid"),
        (json!(eleven), 400, "bulk_size_exceeded"),
        (json!([invitation("a"), invitation("A")]), 400, "organization_invitation_not_unique"),
        (json!([invitation("a"), { "email_address": "b@example.com" }]), 422, "form_param_missing"),
        (
            json!([invitation("a"), { "email_address": "b", "role": "org:member" }]),
            422,
            "form_param_format_invalid",
        ),
    ] {
        let rejected = rejection(&clerk, Method::POST, &bulk, body.clone()).await;
        assert_eq!(rejected.status_and_code(), (status, code), "{body}");
    }
    assert_eq!(get(&clerk, &path).await["total_count"], 0);
    let new = ["a", "b"].map(|name| {
        CreateOrganizationInvitation::new(format!("{name}@example.com"), "org:admin")
            .expires_in_days(365)
    });
    let page = api(&clerk).organization_invitations().bulk_create(&acme.id, &new).await.unwrap();
    assert_eq!((page.data[1].email_address.as_str(), page.total_count), ("b@example.com", 2));
    assert_eq!(get(&clerk, &path).await["total_count"], 2);
}

#[tokio::test]
async fn invalid_invitations_are_rejected() {
    let clerk = emulator().await;
    let acme = create_acme(&clerk);
    let member = clerk.create_user(CreateUser::default().email_address(["m@example.com"])).id;
    let unknown_user = "user_none";
    clerk.add_member(&acme.id, &member, "org:member", []);
    let pending = invite(&clerk, &acme, "a@example.com").await;
    let path = format!("/organizations/{}/invitations", acme.id);
    let with = |name: &str, value: Value| {
        let mut body = json!({ "email_address": "b@example.com", "role": "org:member" });
        body[name] = value;
        body
    };
    for (body, status, code, param) in [
        (json!({ "role": "org:member" }), 422, "form_param_missing", "email_address"),
        (json!({ "email_address": "b@example.com" }), 422, "form_param_missing", "role"),
        (with("email_address", json!("b")), 422, "form_param_format_invalid", "email_address"),
        (with("role", json!("org:none")), 404, "resource_not_found", "role"),
        (with("expires_in_days", json!(0)), 422, "form_param_value_invalid", "expires_in_days"),
        (with("expires_in_days", json!(366)), 422, "form_param_value_invalid", "expires_in_days"),
        (with("redirect_url", json!("welcome")), 422, "form_param_format_invalid", "redirect_url"),
        (with("private_metadata", json!(1)), 422, "form_param_format_invalid", "private_metadata"),
        (with("inviter_user_id", json!(unknown_user)), 403, "not_a_member_in_organization", ""),
        (with("inviter_user_id", json!(member)), 403, "missing_organization_permission", ""),
        (
            with("email_address", json!("A@example.com")),
            400,
            "organization_invitation_not_unique",
            "",
        ),
        (
            with("email_address", json!("M@example.com")),
            400,
            "already_a_member_in_organization",
            "",
        ),
        (with("shoe_size", json!(39)), 422, "form_param_unknown", "shoe_size"),
    ] {
        let rejected = rejection(&clerk, Method::POST, &path, body.clone()).await;
        assert_eq!(rejected.parts(), (status, code, param), "{body}");
    }
    let revoke = format!("{path}/{pending}/revoke");
    for (user, code) in [
        (unknown_user, "not_a_member_in_organization"),
        (&member, "missing_organization_permission"),
    ] {
        let by = json!({ "requesting_user_id": user });
        let rejected = rejection(&clerk, Method::POST, &revoke, by).await;
        assert_eq!(rejected.status_and_code(), (403, code));
    }
    assert_eq!(ids(&get(&clerk, &format!("{path}?status=pending")).await["data"]), [pending]);

    let full = json!({ "max_allowed_memberships": 2 });
    patch(&clerk, &format!("/organizations/{}", acme.id), full).await;
    let rejected = rejection(&clerk, Method::POST, &path, with("role", json!("org:member"))).await;
    assert_eq!(rejected.status_and_code(), (403, "organization_membership_quota_exceeded"));
}

#[tokio::test]
async fn accepting_an_invitation_creates_a_membership() {
    let clerk = emulator().await;
    let acme = create_acme(&clerk);
    let path = format!("/organizations/{}/invitations", acme.id);
    let body = json!({
        "email_address": "grace@example.com", "role": "org:admin",
        "public_metadata": { "a": 1 }, "private_metadata": { "b": 2 },
    });
    let id = id(&post(&clerk, &path, body).await).to_owned();
    let grace = clerk.create_user(CreateUser::default().email_address(["Grace@example.com"]));
    clerk.accept_organization_invitation(&id, &grace.id);
    assert_eq!(get(&clerk, &format!("{path}/{id}")).await["status"], "accepted");
    let members = get(&clerk, &format!("/users/{}/organization_memberships", grace.id)).await;
    assert_eq!(members["data"][0]["role"], "org:admin");
    assert_eq!(members["data"][0]["public_metadata"], json!({ "a": 1 }));
    assert_eq!(members["data"][0]["private_metadata"], json!({ "b": 2 }));
}

#[tokio::test]
#[should_panic(expected = "organization_invitation_identification_not_exist")]
async fn users_cannot_accept_invitations_of_others() {
    let clerk = emulator().await;
    let id = invite(&clerk, &create_acme(&clerk), "grace@example.com").await;
    clerk.accept_organization_invitation(&id, &clerk.create_user(CreateUser::default()).id);
}

#[tokio::test]
#[should_panic(expected = "organization_invitation_already_accepted")]
async fn invitation_can_be_accepted_only_once() {
    let clerk = emulator().await;
    let id = invite(&clerk, &create_acme(&clerk), "grace@example.com").await;
    let grace = clerk.create_user(CreateUser::default().email_address(["grace@example.com"]));
    clerk.accept_organization_invitation(&id, &grace.id);
    clerk.accept_organization_invitation(&id, &grace.id);
}
