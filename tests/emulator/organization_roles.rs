//! Permissions and roles over HTTP.

use std::{slice, time::Duration};

use axum_clerk::{
    api::{
        CreateOrganization, CreateOrganizationPermission, CreateOrganizationRole, CreateUser,
        ListOrganizationPermissions, ListOrganizationRoles, Patch, UpdateOrganizationPermission,
        UpdateOrganizationRole,
    },
    emulator::ClerkEmulator,
};
use http::Method;
use serde_json::{Value, json};

use crate::support::{
    START, api, call, claims, delete, emulator, get, id, ids, patch, post, rejection,
};

/// The keys of a list of roles or permissions.
fn keys(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|item| item["key"].as_str().unwrap()).collect()
}

/// Looks up the ID of a role or permission by its key.
async fn id_of(clerk: &ClerkEmulator, list: &str, key: &str) -> String {
    let page = get(clerk, &format!("/{list}?query={key}")).await;
    id(&page["data"][0]).to_owned()
}

#[tokio::test]
async fn system_permissions_and_default_roles_exist_from_the_start() {
    let clerk = emulator().await;
    let permissions = get(&clerk, "/organization_permissions?order_by=key&limit=20").await;
    assert_eq!(
        keys(&permissions["data"]),
        [
            "org:sys_api_keys:manage",
            "org:sys_api_keys:read",
            "org:sys_billing:manage",
            "org:sys_billing:read",
            "org:sys_domains:manage",
            "org:sys_domains:read",
            "org:sys_entconns:manage",
            "org:sys_memberships:manage",
            "org:sys_memberships:read",
            "org:sys_profile:delete",
            "org:sys_profile:manage",
        ]
    );
    let roles = get(&clerk, "/organization_roles?order_by=key").await;
    assert_eq!(keys(&roles["data"]), ["org:admin", "org:member"]);
    assert_eq!(roles["data"][0]["permissions"].as_array().unwrap().len(), 11);
    assert_eq!(roles["data"][0]["is_creator_eligible"], true);
    assert_eq!(
        keys(&roles["data"][1]["permissions"]),
        ["org:sys_memberships:read", "org:sys_billing:read"]
    );
    assert_eq!(roles["data"][1]["is_creator_eligible"], false);

    let system = id(&permissions["data"][0]);
    for method in [Method::PATCH, Method::DELETE] {
        let path = format!("/organization_permissions/{system}");
        let rejected = rejection(&clerk, method, &path, json!({ "name": "Custom" })).await;
        assert_eq!(
            rejected.status_and_code(),
            (403, "organization_system_permission_not_modifiable")
        );
    }
}

#[tokio::test]
async fn permission_is_created_updated_and_deleted() {
    let clerk = emulator().await;
    let api = api(&clerk);
    let new = CreateOrganizationPermission::new("Read bills", "org:billing:read")
        .description("All of them");
    let created = api.organization_permissions().create(&new).await.unwrap();
    assert_eq!((created.key.as_str(), created.r#type.as_str()), ("org:billing:read", "user"));
    assert_eq!(created.description, "All of them");
    assert_eq!(api.organization_permissions().get(&created.id).await.unwrap(), created);
    let by_name = ListOrganizationPermissions::default().query("BILLS");
    assert_eq!(
        api.organization_permissions().list(&by_name).await.unwrap().data,
        slice::from_ref(&created)
    );

    clerk.clock().advance(Duration::from_secs(1));
    let change = UpdateOrganizationPermission::default().key("org:bills:read");
    let changed = api.organization_permissions().update(&created.id, &change).await.unwrap();
    assert_eq!((changed.key.as_str(), &changed.name), ("org:bills:read", &created.name));
    assert_eq!(changed.updated_at.as_millis() as u64, START * 1000 + 1000);

    post(&clerk, "/organization_permissions", json!({ "name": "Write", "key": "org:bills:write" }))
        .await;
    for (body, code, param) in [
        (json!({ "key": "org:a:b" }), "form_param_missing", "name"),
        (json!({ "name": "A" }), "form_param_missing", "key"),
        (json!({ "name": "", "key": "org:a:b" }), "form_param_missing", "name"),
        (json!({ "name": "A", "key": "org:a" }), "form_param_format_invalid", "key"),
        (json!({ "name": "A", "key": "org:a:b:c" }), "form_param_format_invalid", "key"),
        (json!({ "name": "A", "key": "org:a:" }), "form_param_format_invalid", "key"),
        (json!({ "name": "A", "key": "org:A:b" }), "form_param_format_invalid", "key"),
        (json!({ "name": "A", "key": "a:b:c" }), "form_param_format_invalid", "key"),
        (json!({ "name": "A", "key": "org:sys_a:b" }), "form_param_value_invalid", "key"),
        (json!({ "name": "A", "key": "org:bills:read" }), "form_identifier_exists", "key"),
        (json!({ "name": "A", "key": "org:a:b", "type": "system" }), "form_param_unknown", "type"),
    ] {
        let rejected =
            rejection(&clerk, Method::POST, "/organization_permissions", body.clone()).await;
        assert_eq!(rejected.parts(), (422, code, param), "{body}");
    }
    let path = format!("/organization_permissions/{}", created.id);
    let rejected =
        rejection(&clerk, Method::PATCH, &path, json!({ "key": "org:bills:write" })).await;
    assert_eq!(rejected.parts(), (422, "form_identifier_exists", "key"));
    let page = get(&clerk, "/organization_permissions?query=org:bills&order_by=-key").await;
    assert_eq!(
        keys(&page["data"]),
        ["org:bills:write", "org:bills:read"],
        "rejected requests change nothing"
    );

    assert!(api.organization_permissions().delete(&created.id).await.unwrap().deleted);
    assert_eq!(call(&clerk, Method::GET, &path, Value::Null).await.0, 404);
}

#[tokio::test]
async fn role_is_created_updated_and_deleted() {
    let clerk = emulator().await;
    let api = api(&clerk);
    let roles = api.organization_roles();
    let bill = CreateOrganizationPermission::new("Read bills", "org:billing:read");
    let bill = api.organization_permissions().create(&bill).await.unwrap();
    let new = CreateOrganizationRole::new("Treasurer", "org:treasurer")
        .description("Manages the money")
        .permissions([&bill.id])
        .include_in_initial_role_set(true);
    let created = roles.create(&new).await.unwrap();
    assert_eq!(created.permissions, slice::from_ref(&bill));
    assert!(!created.is_creator_eligible);
    assert_eq!(roles.get(&created.id).await.unwrap(), created);
    let page = roles.list(&ListOrganizationRoles::default().query("treas")).await.unwrap();
    assert_eq!(page.data, slice::from_ref(&created));

    let change = UpdateOrganizationRole::default()
        .key("org:bursar")
        .description(Patch::Clear)
        .permissions([""; 0]);
    let changed = roles.update(&created.id, &change).await.unwrap();
    assert_eq!((changed.key.as_str(), changed.description.as_deref()), ("org:bursar", None));
    assert_eq!(changed.name, "Treasurer");

    let read_members = id_of(&clerk, "organization_permissions", "org:sys_memberships:read").await;
    let assigned = roles.assign_permission(&created.id, &read_members).await.unwrap();
    assert_eq!(assigned.permissions[0].id, read_members);
    let path = format!("/organization_roles/{}/permissions/{read_members}", created.id);
    let rejected = rejection(&clerk, Method::POST, &path, Value::Null).await;
    assert_eq!(
        rejected.status_and_code(),
        (409, "organization_role_permission_association_exists")
    );
    assert!(
        roles.remove_permission(&created.id, &read_members).await.unwrap().permissions.is_empty()
    );
    let rejected = rejection(&clerk, Method::DELETE, &path, Value::Null).await;
    assert_eq!(
        rejected.status_and_code(),
        (404, "organization_role_permission_association_not_found")
    );
    for path in [
        format!("/organization_roles/{}/permissions/perm_none", created.id),
        "/organization_roles/no".into(),
    ] {
        assert_eq!(call(&clerk, Method::DELETE, &path, Value::Null).await.0, 404, "{path}");
    }

    assert!(roles.delete(&created.id).await.unwrap().deleted);
    assert_eq!(
        keys(&get(&clerk, "/organization_roles").await["data"]),
        ["org:admin", "org:member"]
    );
}

#[tokio::test]
async fn invalid_roles_are_rejected() {
    let clerk = emulator().await;
    for (body, status, code, param) in [
        (json!({ "key": "org:a" }), 422, "form_param_missing", "name"),
        (json!({ "name": "A" }), 422, "form_param_missing", "key"),
        (json!({ "name": "A", "key": "a" }), 422, "form_param_format_invalid", "key"),
        (json!({ "name": "A", "key": "org:a:b" }), 422, "form_param_format_invalid", "key"),
        (json!({ "name": "A", "key": "org:A" }), 422, "form_param_format_invalid", "key"),
        (json!({ "name": "A", "key": "org:admin" }), 422, "form_identifier_exists", "key"),
        (
            json!({ "name": "A", "key": "org:a", "permissions": "b" }),
            422,
            "form_param_format_invalid",
            "permissions",
        ),
        (
            json!({ "name": "A", "key": "org:a", "permissions": ["perm_none"] }),
            404,
            "resource_not_found",
            "",
        ),
        (
            json!({ "name": "A", "key": "org:a", "color": "red" }),
            422,
            "form_param_unknown",
            "color",
        ),
    ] {
        let rejected = rejection(&clerk, Method::POST, "/organization_roles", body.clone()).await;
        assert_eq!(rejected.parts(), (status, code, param), "{body}");
    }
    for n in 0..8 {
        let body = json!({ "name": "A", "key": format!("org:role_{n}") });
        post(&clerk, "/organization_roles", body).await;
    }
    let rejected = rejection(
        &clerk,
        Method::POST,
        "/organization_roles",
        json!({ "name": "A", "key": "org:a" }),
    );
    let rejected = rejected.await;
    assert_eq!(rejected.status_and_code(), (403, "organization_instance_roles_quota_exceeded"));
    assert_eq!(get(&clerk, "/organization_roles").await["total_count"], 10);
    assert_eq!(
        call(&clerk, Method::GET, "/organization_roles?order_by=color", Value::Null).await.0,
        422
    );
}

#[tokio::test]
async fn roles_in_use_cannot_be_deleted() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    clerk.add_member(&acme.id, &ada.id, "org:admin", []);
    for key in ["org:guest", "org:visitor"] {
        post(&clerk, "/organization_roles", json!({ "name": "A", "key": key })).await;
    }
    let guest = clerk.create_user(CreateUser::default());
    clerk.add_member(&acme.id, &guest.id, "org:guest", []);
    let invitations = format!("/organizations/{}/invitations", acme.id);
    let body = json!({ "email_address": "a@example.com", "role": "org:visitor" });
    let invitation = post(&clerk, &invitations, body).await;
    for (key, code) in [
        ("org:admin", "organization_role_default_creator_role"),
        ("org:member", "organization_role_domain_default_role"),
        ("org:guest", "organization_role_assigned_members"),
        ("org:visitor", "organization_role_exists_in_invitations"),
    ] {
        let path =
            format!("/organization_roles/{}", id_of(&clerk, "organization_roles", key).await);
        let rejected = rejection(&clerk, Method::DELETE, &path, Value::Null).await;
        assert_eq!(rejected.status_and_code(), (422, code), "{key}");
    }
    let admin = id_of(&clerk, "organization_roles", "org:admin").await;
    let delete_permission =
        id_of(&clerk, "organization_permissions", "org:sys_profile:delete").await;
    for (method, path) in [
        (Method::DELETE, format!("/organization_roles/{admin}/permissions/{delete_permission}")),
        (Method::PATCH, format!("/organization_roles/{admin}")),
    ] {
        let rejected = rejection(&clerk, method, &path, json!({ "permissions": [] })).await;
        assert_eq!(
            rejected.status_and_code(),
            (422, "organization_missing_creator_role_permissions")
        );
    }

    let revoke = format!("{invitations}/{}/revoke", id(&invitation));
    post(&clerk, &revoke, Value::Null).await;
    let members = format!("/organizations/{}/memberships/{}", acme.id, guest.id);
    delete(&clerk, &members).await;
    for key in ["org:guest", "org:visitor"] {
        let path =
            format!("/organization_roles/{}", id_of(&clerk, "organization_roles", key).await);
        delete(&clerk, &path).await;
    }
    assert_eq!(get(&clerk, "/organization_roles").await["total_count"], 2);
}

#[tokio::test]
async fn role_changes_apply_to_members_and_their_tokens() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    clerk.add_member(&acme.id, &ada.id, "org:treasurer", ["org:reports:read"]);
    let session = clerk.sign_in(&ada.id).organization(&acme.id);
    let role = id_of(&clerk, "organization_roles", "org:treasurer").await;
    assert_eq!(
        ids(&get(&clerk, "/organization_permissions?query=org:reports:read").await["data"]).len(),
        1,
        "granted permissions are created"
    );

    let bill = json!({ "name": "Bills", "key": "org:billing:read" });
    let bill = id(&post(&clerk, "/organization_permissions", bill).await).to_owned();
    let change = json!({ "name": "Bursar", "key": "org:bursar", "permissions": [bill] });
    patch(&clerk, &format!("/organization_roles/{role}"), change).await;
    let members = format!("/organizations/{}/memberships", acme.id);
    let member = get(&clerk, &members).await["data"][0].clone();
    assert_eq!((&member["role"], &member["role_name"]), (&json!("org:bursar"), &json!("Bursar")));
    assert_eq!(member["permissions"], json!(["org:reports:read", "org:billing:read"]));
    let new_claims = claims(&clerk, &session.token());
    assert_eq!(new_claims["o"]["rol"], "bursar");
    assert_eq!(new_claims["fea"], "o:reports,o:billing");

    delete(&clerk, &format!("/organization_permissions/{bill}")).await;
    assert_eq!(get(&clerk, &members).await["data"][0]["permissions"], json!(["org:reports:read"]));
    assert_eq!(claims(&clerk, &session.token())["fea"], "o:reports");
}
