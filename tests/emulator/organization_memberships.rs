//! Members of organizations over HTTP.

use std::{slice, time::Duration};

use axum_clerk::{
    api::{
        CreateOrganization, CreateOrganizationMembership, CreateUser,
        ListAllOrganizationMemberships, ListOrganizationMemberships, Organization, Paging,
        UpdateOrganizationMembershipMetadata, User,
    },
    emulator::ClerkEmulator,
};
use http::Method;
use serde_json::{Value, json};

use crate::support::{START, api, call, claims, delete, emulator, get, patch, post, rejection};

/// Creates an organization and its creator, Ada.
fn create_acme(clerk: &ClerkEmulator) -> (Organization, User) {
    let ada = CreateUser::default().first_name("Ada").last_name("King").username("ada");
    let ada = clerk.create_user(ada.email_address(["ada@example.com"]));
    (clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id)), ada)
}

/// The user IDs of a page of memberships.
fn user_ids(page: &Value) -> Vec<&str> {
    let memberships = page["data"].as_array().unwrap().iter();
    memberships
        .map(|membership| membership["public_user_data"]["user_id"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn membership_is_created_updated_and_deleted() {
    let clerk = emulator().await;
    let (acme, ada) = create_acme(&clerk);
    let grace =
        clerk.create_user(CreateUser::default().first_name("Grace").phone_number(["+15555550100"]));
    let api = api(&clerk);
    let memberships = api.organization_memberships();

    let new = CreateOrganizationMembership::new(&grace.id, "org:member")
        .public_metadata(json!({ "a": 1 }));
    let created = memberships.create(&acme.id, &new).await.unwrap();
    assert!(created.id.starts_with("orgmem_"));
    assert_eq!(
        (created.role.as_str(), created.role_name.as_deref()),
        ("org:member", Some("Member"))
    );
    assert_eq!(created.permissions, ["org:sys_memberships:read", "org:sys_billing:read"]);
    assert_eq!(created.organization, acme);
    let user = created.public_user_data.as_ref().unwrap();
    assert_eq!(
        (user.user_id.as_str(), user.first_name.as_deref()),
        (grace.id.as_str(), Some("Grace"))
    );
    assert_eq!(user.identifier.as_deref(), Some("+15555550100"));
    assert_eq!(*created.public_metadata, json!({ "a": 1 }));
    assert_eq!(*created.private_metadata, json!({}));

    clerk.clock().advance(Duration::from_secs(1));
    let updated = memberships.update(&acme.id, &grace.id, "org:admin").await.unwrap();
    assert_eq!((&updated.id, updated.role.as_str()), (&created.id, "org:admin"));
    assert_eq!(updated.permissions.len(), 11);
    assert_eq!(updated.updated_at.as_millis() as u64, START * 1000 + 1000);
    let change = UpdateOrganizationMembershipMetadata::default()
        .public_metadata(json!({ "a": null, "b": 2 }));
    let merged = memberships.update_metadata(&acme.id, &grace.id, &change).await.unwrap();
    assert_eq!(
        (&*merged.public_metadata, &*merged.private_metadata),
        (&json!({ "b": 2 }), &json!({}))
    );

    let page = memberships.list(&acme.id, &ListOrganizationMemberships::default()).await.unwrap();
    assert_eq!(page.data.len(), 2);
    assert_eq!(page.data[0], merged, "the newest comes first");
    assert_eq!(
        page.data[1].public_user_data.as_ref().unwrap().identifier.as_deref(),
        Some("ada@example.com")
    );
    let all =
        memberships.list_all(&ListAllOrganizationMemberships::default().limit(1)).await.unwrap();
    assert_eq!((all.data, all.total_count), (vec![merged.clone()], 2));
    let of_user =
        api.users().organization_memberships(&grace.id, &Paging::default()).await.unwrap();
    assert_eq!(of_user.data, slice::from_ref(&merged));

    let session = clerk.sign_in(&grace.id).organization(&acme.id);
    assert_eq!(memberships.delete(&acme.id, &grace.id).await.unwrap(), merged);
    assert_eq!(
        user_ids(&get(&clerk, &format!("/organizations/{}/memberships", acme.id)).await),
        [&ada.id]
    );
    assert!(claims(&clerk, &session.token()).get("o").is_none());
    let session = get(&clerk, &format!("/sessions/{}", session.id())).await;
    assert_eq!(session["last_active_organization_id"], Value::Null);
}

#[tokio::test]
async fn memberships_are_filtered_ordered_and_paged() {
    let clerk = emulator().await;
    let (acme, ada) = create_acme(&clerk);
    clerk.clock().advance(Duration::from_secs(10));
    let grace = CreateUser::default()
        .first_name("Grace")
        .last_name("Hopper")
        .phone_number(["+15555550100"]);
    let grace = clerk.create_user(grace);
    let alan = clerk.create_user(CreateUser::default().first_name("Alan").web3_wallet(["0xa1"]));
    let other = clerk.create_organization(CreateOrganization::new("Other").created_by(&alan.id));
    clerk.add_member(&acme.id, &grace.id, "org:member", []);
    clerk.add_member(&acme.id, &alan.id, "org:guest", []);
    let _ = clerk.sign_in(&grace.id);
    let (ada, grace, alan) = (ada.id.as_str(), grace.id.as_str(), alan.id.as_str());
    let now = (START + 10) * 1000;
    for (query, expected) in [
        (String::new(), vec![alan, grace, ada]),
        ("role=org:member&role=org:guest".into(), vec![alan, grace]),
        ("role=org:none".into(), vec![]),
        (format!("user_id={ada}&user_id=%2B{grace}"), vec![grace, ada]),
        (format!("user_id=-{ada}"), vec![alan, grace]),
        ("email_address=ada@example.com".into(), vec![ada]),
        ("phone_number=%2B15555550100".into(), vec![grace]),
        ("username=ada".into(), vec![ada]),
        ("web3_wallet=0xa1".into(), vec![alan]),
        ("query=hopp".into(), vec![grace]),
        ("email_address_query=EXAMPLE".into(), vec![ada]),
        ("phone_number_query=555".into(), vec![grace]),
        ("username_query=AD".into(), vec![ada]),
        ("name_query=alan".into(), vec![alan]),
        (format!("last_active_at_after={}", now - 1), vec![grace]),
        (format!("last_active_at_before={now}"), vec![]),
        (format!("created_at_before={now}"), vec![ada]),
        (format!("created_at_after={}", now - 1), vec![alan, grace]),
        ("role=org:member&name_query=alan".into(), vec![]),
        ("order_by=created_at".into(), vec![ada, grace, alan]),
        ("order_by=first_name".into(), vec![ada, alan, grace]),
        ("order_by=-first_name".into(), vec![grace, alan, ada]),
        ("order_by=-phone_number&limit=1".into(), vec![grace]),
        ("limit=1&offset=1".into(), vec![grace]),
    ] {
        let page = get(&clerk, &format!("/organizations/{}/memberships?{query}", acme.id)).await;
        assert_eq!(user_ids(&page), expected, "{query}");
        let total = if query.contains("limit") { 3 } else { expected.len() };
        assert_eq!(page["total_count"], total, "{query}");
    }
    let page = get(&clerk, "/organization_memberships?order_by=email_address&offset=3").await;
    assert_eq!((user_ids(&page), &page["total_count"]), (vec![ada], &json!(4)));
    let page = get(&clerk, &format!("/users/{alan}/organization_memberships")).await;
    let organizations: Vec<&Value> = page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|membership| &membership["organization"]["id"])
        .collect();
    assert_eq!(organizations, [&json!(acme.id), &json!(other.id)]);
    for path in [
        format!("/organizations/{}/memberships?order_by=role", acme.id),
        "/organization_memberships?limit=0".into(),
    ] {
        assert_eq!(call(&clerk, Method::GET, &path, Value::Null).await.0, 422, "{path}");
    }
    for path in ["/organizations/org_none/memberships", "/users/user_none/organization_memberships"]
    {
        assert_eq!(call(&clerk, Method::GET, path, Value::Null).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn invalid_memberships_are_rejected() {
    let clerk = emulator().await;
    let (acme, ada) = create_acme(&clerk);
    let grace = clerk.create_user(CreateUser::default()).id;
    let path = format!("/organizations/{}/memberships", acme.id);
    let member = |user: &str, role: &str| json!({ "user_id": user, "role": role });
    for (body, status, code, param) in [
        (json!({ "role": "org:member" }), 422, "form_param_missing", "user_id"),
        (json!({ "user_id": grace }), 422, "form_param_missing", "role"),
        (member("user_none", "org:member"), 404, "resource_not_found", ""),
        (member(&grace, "org:none"), 404, "resource_not_found", "role"),
        (member(&ada.id, "org:member"), 400, "already_a_member_in_organization", ""),
        (
            json!({ "user_id": grace, "role": "org:member", "public_metadata": [] }),
            422,
            "form_param_format_invalid",
            "public_metadata",
        ),
        (json!({ "user_id": grace, "role": "org:member", "x": 1 }), 422, "form_param_unknown", "x"),
    ] {
        let rejected = rejection(&clerk, Method::POST, &path, body.clone()).await;
        assert_eq!(rejected.parts(), (status, code, param), "{body}");
    }
    for (method, path, body) in [
        (
            Method::POST,
            "/organizations/org_none/memberships".to_owned(),
            member(&grace, "org:member"),
        ),
        (Method::PATCH, format!("{path}/{grace}"), json!({ "role": "org:member" })),
        (Method::PATCH, format!("{path}/{}", ada.id), json!({ "role": "org:none" })),
        (Method::PATCH, format!("{path}/{grace}/metadata"), json!({})),
        (Method::DELETE, format!("{path}/{grace}"), Value::Null),
    ] {
        let rejected = rejection(&clerk, method, &path, body).await;
        assert_eq!(rejected.status_and_code(), (404, "resource_not_found"), "{path}");
    }
    assert_eq!(user_ids(&get(&clerk, &path).await), [&ada.id]);
}

#[tokio::test]
async fn membership_limit_counts_members_and_pending_invitations() {
    let clerk = emulator().await;
    let acme =
        clerk.create_organization(CreateOrganization::new("Acme").max_allowed_memberships(2));
    let path = format!("/organizations/{}/memberships", acme.id);
    let member =
        || json!({ "user_id": clerk.create_user(CreateUser::default()).id, "role": "org:member" });
    post(&clerk, &path, member()).await;
    let body = json!({ "email_address": "a@example.com", "role": "org:member" });
    post(&clerk, &format!("/organizations/{}/invitations", acme.id), body).await;
    let rejected = rejection(&clerk, Method::POST, &path, member()).await;
    assert_eq!(
        rejected.status_and_code(),
        (403, "organization_membership_quota_exceeded"),
        "a pending invitation counts"
    );
    clerk.clock().advance(Duration::from_secs(31 * 24 * 60 * 60));
    post(&clerk, &path, member()).await;
    assert_eq!(rejection(&clerk, Method::POST, &path, member()).await.status, 403);
    let unlimited = json!({ "max_allowed_memberships": 0 });
    patch(&clerk, &format!("/organizations/{}", acme.id), unlimited).await;
    post(&clerk, &path, member()).await;
}

#[tokio::test]
async fn last_member_with_elevated_permissions_keeps_them() {
    let clerk = emulator().await;
    let (acme, ada) = create_acme(&clerk);
    let grace = clerk.create_user(CreateUser::default()).id;
    clerk.add_member(&acme.id, &grace, "org:member", []);
    let path = |user: &str| format!("/organizations/{}/memberships/{user}", acme.id);
    for (method, body) in
        [(Method::DELETE, Value::Null), (Method::PATCH, json!({ "role": "org:member" }))]
    {
        let rejected = rejection(&clerk, method, &path(&ada.id), body).await;
        assert_eq!(rejected.status_and_code(), (400, "organization_minimum_permissions_needed"));
    }
    let elevated =
        ["org:sys_memberships:manage", "org:sys_memberships:read", "org:sys_profile:delete"];
    clerk.add_member(&acme.id, &grace, "org:member", elevated);
    patch(&clerk, &path(&ada.id), json!({ "role": "org:member" })).await;
    delete(&clerk, &path(&ada.id)).await;
}

#[tokio::test]
async fn adding_a_member_again_replaces_the_role() {
    let clerk = emulator().await;
    let (acme, ada) = create_acme(&clerk);
    let path = format!("/organizations/{}/memberships", acme.id);
    let before = get(&clerk, &path).await["data"][0].clone();
    clerk.add_member("acme", &ada.id, "org:new_role", ["org:billing:read"]);
    let after = get(&clerk, &path).await;
    assert_eq!(after["total_count"], 1);
    assert_eq!(after["data"][0]["id"], before["id"]);
    assert_eq!(after["data"][0]["role"], "org:new_role");
    assert_eq!(after["data"][0]["permissions"], json!(["org:billing:read"]));
    assert_eq!(get(&clerk, "/organization_roles?query=new_role").await["total_count"], 1);
}

#[tokio::test]
async fn deleting_a_user_deletes_their_memberships() {
    let clerk = emulator().await;
    let (acme, ada) = create_acme(&clerk);
    delete(&clerk, &format!("/users/{}", ada.id)).await;
    for path in
        [format!("/organizations/{}/memberships", acme.id), "/organization_memberships".into()]
    {
        assert_eq!(get(&clerk, &path).await["total_count"], 0, "{path}");
    }
}
