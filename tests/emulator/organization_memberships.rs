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

use super::{START, api, call, claims, emulator, get, post, refusal, succeed};

/// An organization with its creator, Ada.
fn acme(clerk: &ClerkEmulator) -> (Organization, User) {
    let ada = CreateUser::default().first_name("Ada").last_name("King").username("ada");
    let ada = clerk.create_user(ada.email_address(["ada@example.com"]));
    (clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id)), ada)
}

fn users(page: &Value) -> Vec<&str> {
    let memberships = page["data"].as_array().unwrap().iter();
    memberships.map(|one| one["public_user_data"]["user_id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_membership_is_created_changed_and_deleted() {
    let clerk = emulator().await;
    let (acme, ada) = acme(&clerk);
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
    assert_eq!(updated.permissions.len(), 9);
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
    assert_eq!(page.data[0], merged, "the newest first");
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
        users(&get(&clerk, &format!("/organizations/{}/memberships", acme.id)).await),
        [&ada.id]
    );
    assert!(claims(&clerk, &session.token()).get("o").is_none());
    let session = get(&clerk, &format!("/sessions/{}", session.id())).await;
    assert_eq!(session["last_active_organization_id"], Value::Null);
}

#[tokio::test]
async fn memberships_are_filtered_ordered_and_paged() {
    let clerk = emulator().await;
    let (acme, ada) = acme(&clerk);
    clerk.clock().advance(Duration::from_secs(10));
    let grace = CreateUser::default()
        .first_name("Grace")
        .last_name("Hopper")
        .phone_number(["+15555550100"]);
    let grace = clerk.create_user(grace);
    let alan = clerk.create_user(CreateUser::default().first_name("Alan").web3_wallet(["0xa1"]));
    let other = clerk.create_organization(CreateOrganization::new("Other").created_by(&alan.id));
    clerk.add_member(&acme.id, &grace.id, "org:member", [""; 0]);
    clerk.add_member(&acme.id, &alan.id, "org:guest", [""; 0]);
    let _ = clerk.sign_in(&grace.id);
    let (a, g, t) = (ada.id.as_str(), grace.id.as_str(), alan.id.as_str());
    let now = (START + 10) * 1000;
    for (query, expected) in [
        (String::new(), vec![t, g, a]),
        ("role=org:member&role=org:guest".into(), vec![t, g]),
        ("role=org:none".into(), vec![]),
        (format!("user_id={a}&user_id=%2B{g}"), vec![g, a]),
        (format!("user_id=-{a}"), vec![t, g]),
        ("email_address=ada@example.com".into(), vec![a]),
        ("phone_number=%2B15555550100".into(), vec![g]),
        ("username=ada".into(), vec![a]),
        ("web3_wallet=0xa1".into(), vec![t]),
        ("query=hopp".into(), vec![g]),
        ("email_address_query=EXAMPLE".into(), vec![a]),
        ("phone_number_query=555".into(), vec![g]),
        ("username_query=AD".into(), vec![a]),
        ("name_query=alan".into(), vec![t]),
        (format!("last_active_at_after={}", now - 1), vec![g]),
        (format!("last_active_at_before={now}"), vec![]),
        (format!("created_at_before={now}"), vec![a]),
        (format!("created_at_after={}", now - 1), vec![t, g]),
        ("role=org:member&name_query=alan".into(), vec![]),
        ("order_by=created_at".into(), vec![a, g, t]),
        ("order_by=first_name".into(), vec![a, t, g]),
        ("order_by=-first_name".into(), vec![g, t, a]),
        ("order_by=-phone_number&limit=1".into(), vec![g]),
        ("limit=1&offset=1".into(), vec![g]),
    ] {
        let page = get(&clerk, &format!("/organizations/{}/memberships?{query}", acme.id)).await;
        assert_eq!(users(&page), expected, "{query}");
        let total = if query.contains("limit") { 3 } else { expected.len() };
        assert_eq!(page["total_count"], total, "{query}");
    }
    let page = get(&clerk, "/organization_memberships?order_by=email_address&offset=3").await;
    assert_eq!((users(&page), &page["total_count"]), (vec![a], &json!(4)));
    let page = get(&clerk, &format!("/users/{t}/organization_memberships")).await;
    let organizations: Vec<&Value> =
        page["data"].as_array().unwrap().iter().map(|one| &one["organization"]["id"]).collect();
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
async fn a_membership_that_clerk_would_refuse_is_refused() {
    let clerk = emulator().await;
    let (acme, ada) = acme(&clerk);
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
        let refused = refusal(&clerk, Method::POST, &path, body.clone()).await;
        assert_eq!(refused, (status, code.into(), param.into()), "{body}");
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
        let (status, code, _) = refusal(&clerk, method, &path, body).await;
        assert_eq!((status, code.as_str()), (404, "resource_not_found"), "{path}");
    }
    assert_eq!(users(&get(&clerk, &path).await), [&ada.id]);
}

#[tokio::test]
async fn an_organization_has_as_many_members_as_it_may_have() {
    let clerk = emulator().await;
    let acme =
        clerk.create_organization(CreateOrganization::new("Acme").max_allowed_memberships(2));
    let path = format!("/organizations/{}/memberships", acme.id);
    let member =
        || json!({ "user_id": clerk.create_user(CreateUser::default()).id, "role": "org:member" });
    post(&clerk, &path, member()).await;
    let body = json!({ "email_address": "a@example.com", "role": "org:member" });
    post(&clerk, &format!("/organizations/{}/invitations", acme.id), body).await;
    let (status, code, _) = refusal(&clerk, Method::POST, &path, member()).await;
    assert_eq!(
        (status, code.as_str()),
        (403, "organization_membership_quota_exceeded"),
        "one is invited"
    );
    clerk.clock().advance(Duration::from_secs(31 * 24 * 60 * 60));
    post(&clerk, &path, member()).await;
    assert_eq!(refusal(&clerk, Method::POST, &path, member()).await.0, 403);
    let unlimited = json!({ "max_allowed_memberships": 0 });
    succeed(&clerk, Method::PATCH, &format!("/organizations/{}", acme.id), unlimited).await;
    post(&clerk, &path, member()).await;
}

#[tokio::test]
async fn the_last_member_with_elevated_permissions_stays_one() {
    let clerk = emulator().await;
    let (acme, ada) = acme(&clerk);
    let grace = clerk.create_user(CreateUser::default()).id;
    clerk.add_member(&acme.id, &grace, "org:member", [""; 0]);
    let path = |user: &str| format!("/organizations/{}/memberships/{user}", acme.id);
    for (method, body) in
        [(Method::DELETE, Value::Null), (Method::PATCH, json!({ "role": "org:member" }))]
    {
        let (status, code, _) = refusal(&clerk, method, &path(&ada.id), body).await;
        assert_eq!((status, code.as_str()), (400, "organization_minimum_permissions_needed"));
    }
    let elevated =
        ["org:sys_memberships:manage", "org:sys_memberships:read", "org:sys_profile:delete"];
    clerk.add_member(&acme.id, &grace, "org:member", elevated);
    succeed(&clerk, Method::PATCH, &path(&ada.id), json!({ "role": "org:member" })).await;
    succeed(&clerk, Method::DELETE, &path(&ada.id), Value::Null).await;
}

#[tokio::test]
async fn a_member_added_twice_is_one_with_the_last_role() {
    let clerk = emulator().await;
    let (acme, ada) = acme(&clerk);
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
async fn a_deleted_user_is_no_member() {
    let clerk = emulator().await;
    let (acme, ada) = acme(&clerk);
    succeed(&clerk, Method::DELETE, &format!("/users/{}", ada.id), Value::Null).await;
    for path in
        [format!("/organizations/{}/memberships", acme.id), "/organization_memberships".into()]
    {
        assert_eq!(get(&clerk, &path).await["total_count"], 0, "{path}");
    }
}
