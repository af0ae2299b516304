//! Role sets over HTTP.

use axum_clerk::{
    api::{
        AddRolesToRoleSet, CreateOrganization, CreateRoleSet, CreateUser, ListRoleSets,
        ReplaceRoleSet, RoleSetType, UpdateRoleSet,
    },
    emulator::ClerkEmulator,
};
use http::Method;
use serde_json::{Value, json};

use crate::support::{
    api, assert_invalid_query, delete, emulator, get, id, patch, post, rejection,
};

fn keys(roles: &Value) -> Vec<&str> {
    roles.as_array().unwrap().iter().map(|role| role["key"].as_str().unwrap()).collect()
}

/// Creates roles that are in no role set.
async fn create_roles<const N: usize>(clerk: &ClerkEmulator, keys: [&str; N]) -> [String; N] {
    let mut ids = [const { String::new() }; N];
    for (created, key) in ids.iter_mut().zip(keys) {
        let role = json!({ "name": key, "key": key, "include_in_initial_role_set": false });
        *created = id(&post(clerk, "/organization_roles", role).await).to_owned();
    }
    ids
}

/// Returns the parameters of a role set with the given roles.
fn new_role_set(name: &str, roles: &[&str]) -> Value {
    json!({
        "name": name,
        "roles": roles,
        "default_role_key": roles[0],
        "creator_role_key": "org:admin",
    })
}

#[tokio::test]
async fn role_set_is_created_updated_and_listed() {
    let clerk = emulator().await;
    let initial = get(&clerk, "/role_sets/role_set:default").await;
    assert_eq!(keys(&initial["roles"]), ["org:member", "org:admin"]);
    assert_eq!(initial["type"], "initial");
    assert_eq!(initial["creator_role"]["key"], "org:admin");

    create_roles(&clerk, ["org:teacher", "org:pupil"]).await;
    let mut new = new_role_set("Primary School", &["org:teacher", "org:admin"]);
    new["description"] = json!("For schools");
    let school = post(&clerk, "/role_sets", new.clone()).await;
    assert_eq!(
        (&school["key"], &school["type"]),
        (&json!("role_set:primary_school"), &json!("custom"))
    );
    assert_eq!(keys(&school["roles"]), ["org:teacher", "org:admin"]);
    assert_eq!(school["default_role"]["key"], "org:teacher");
    let other = post(&clerk, "/role_sets", new).await;
    assert_eq!(other["key"], "role_set:primary_school_2", "generated keys are unique");

    let path = format!("/role_sets/{}", id(&school));
    assert_eq!(get(&clerk, &path).await, school);
    let added = json!({ "role_keys": ["org:pupil"], "default_role_key": "org:pupil" });
    let added = post(&clerk, &format!("{path}/roles"), added).await;
    assert_eq!(keys(&added["roles"]), ["org:teacher", "org:admin", "org:pupil"]);
    assert_eq!(added["default_role"]["key"], "org:pupil");
    let change = json!({
        "name": "School",
        "key": "role_set:school",
        "description": null,
        "type": "initial",
        "default_role_key": "org:teacher",
    });
    let changed = patch(&clerk, &path, change).await;
    assert_eq!(
        (&changed["key"], &changed["description"], &changed["type"]),
        (&json!("role_set:school"), &Value::Null, &json!("initial"))
    );
    let initial = get(&clerk, "/role_sets/role_set:default").await;
    assert_eq!(initial["type"], "custom", "only one role set is the initial one");
    let settings = get(&clerk, "/instance/organization_settings").await;
    assert_eq!(settings["initial_role_set_key"], "role_set:school");
    assert_eq!(settings["domains_default_role"], "org:teacher");

    for (query, expected) in [
        ("", ["role_set:primary_school_2", "role_set:school", "role_set:default"].as_slice()),
        ("query=Primary S", &["role_set:primary_school_2"]),
        ("order_by=key", &["role_set:default", "role_set:primary_school_2", "role_set:school"]),
        ("limit=1&offset=1", &["role_set:school"]),
    ] {
        let page = get(&clerk, &format!("/role_sets?{query}")).await;
        assert_eq!(keys(&page["data"]), expected, "{query}");
    }
    assert_invalid_query(&clerk, "/role_sets?order_by=type", 422, "order_by").await;
}

#[tokio::test]
async fn members_have_only_roles_of_the_role_set() {
    let clerk = emulator().await;
    let [ada, grace] = [(); 2].map(|()| clerk.create_user(CreateUser::default()));
    create_roles(&clerk, ["org:teacher"]).await;
    post(&clerk, "/role_sets", new_role_set("School", &["org:teacher", "org:admin"])).await;
    let new = json!({ "name": "Acme", "role_set_key": "role_set:school", "created_by": ada.id });
    let school = post(&clerk, "/organizations", new).await;
    let acme = post(&clerk, "/organizations", json!({ "name": "Acme" })).await;
    assert_eq!(acme["role_set_key"], "role_set:default");

    let members = format!("/organizations/{}/memberships", id(&school));
    let member = json!({ "user_id": grace.id, "role": "org:member" });
    let rejected = rejection(&clerk, Method::POST, &members, member).await;
    assert_eq!(rejected.parts(), (422, "form_param_value_invalid", "role"));
    post(&clerk, &members, json!({ "user_id": grace.id, "role": "org:teacher" })).await;
    let role = json!({ "role": "org:member" });
    let path = format!("{members}/{}", grace.id);
    let rejected = rejection(&clerk, Method::PATCH, &path, role).await;
    assert_eq!(rejected.status_and_param(), (422, "role"));
    let invitation = json!({ "email_address": "a@example.com", "role": "org:member" });
    let invitations = format!("/organizations/{}/invitations", id(&school));
    let rejected = rejection(&clerk, Method::POST, &invitations, invitation).await;
    assert_eq!(rejected.status_and_param(), (422, "role"));

    let path = format!("/organizations/{}", id(&school));
    for key in ["role_set:default", "role_set:none"] {
        let change = json!({ "role_set_key": key });
        let rejected = rejection(&clerk, Method::PATCH, &path, change).await;
        assert_eq!(rejected.status_and_param(), (422, "role_set_key"), "{key}");
    }
    delete(&clerk, &format!("{members}/{}", grace.id)).await;
    let moved = patch(&clerk, &path, json!({ "role_set_key": "role_set:default" })).await;
    assert_eq!(moved["role_set_key"], "role_set:default", "all members have roles of it");
    let kept = patch(&clerk, &path, json!({ "role_set_key": null })).await;
    assert_eq!(kept["role_set_key"], "role_set:default");
}

#[tokio::test]
async fn replaced_role_passes_members_and_invitations_on() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    clerk.add_member(&acme.id, &ada.id, "org:guest", []);
    let invitation = json!({ "email_address": "a@example.com", "role": "org:guest" });
    post(&clerk, &format!("/organizations/{}/invitations", acme.id), invitation).await;
    let set = get(&clerk, "/role_sets/role_set:default").await;
    let guest = set["roles"].as_array().unwrap().iter().find(|role| role["key"] == "org:guest");
    let guest = guest.unwrap();
    assert_eq!((&guest["members_count"], &guest["has_members"]), (&json!(1), &json!(true)));

    let path = "/role_sets/role_set:default/roles/replace";
    for (role, to, status, param) in [
        ("org:none", "org:member", 404, "role_key"),
        ("org:guest", "org:none", 404, "to_role_key"),
        ("org:guest", "org:guest", 422, "to_role_key"),
    ] {
        let body = json!({ "role_key": role, "to_role_key": to });
        let rejected = rejection(&clerk, Method::POST, path, body).await;
        assert_eq!(rejected.status_and_param(), (status, param), "{role} by {to}");
    }
    let ineligible = json!({ "role_key": "org:admin", "to_role_key": "org:member" });
    let rejected = rejection(&clerk, Method::POST, path, ineligible).await;
    assert_eq!(rejected.status_and_code(), (422, "organization_missing_creator_role_permissions"));

    let body = json!({ "role_key": "org:guest", "to_role_key": "org:member" });
    let replaced = post(&clerk, path, body.clone()).await;
    assert_eq!(keys(&replaced["roles"]), ["org:member", "org:admin"]);
    let members = get(&clerk, &format!("/organizations/{}/memberships", acme.id)).await;
    assert_eq!(members["data"][0]["role"], "org:member");
    let invitations = get(&clerk, &format!("/organizations/{}/invitations", acme.id)).await;
    assert_eq!(invitations["data"][0]["role"], "org:member");
    assert_eq!(invitations["data"][0]["role_name"], "Member");
    let rejected = rejection(&clerk, Method::POST, path, body).await;
    assert_eq!(rejected.status_and_param(), (422, "role_key"), "it is not in the set any longer");

    let body = json!({ "role_key": "org:member", "to_role_key": "org:admin" });
    let replaced = post(&clerk, path, body).await;
    assert_eq!(replaced["default_role"]["key"], "org:admin");
}

#[tokio::test]
async fn replaced_role_set_passes_organizations_on() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    clerk.add_member(&acme.id, &ada.id, "org:member", []);
    create_roles(&clerk, ["org:teacher"]).await;
    post(&clerk, "/role_sets", new_role_set("School", &["org:teacher", "org:admin"])).await;
    let path = "/role_sets/role_set:default/replace";
    for (body, status, param) in [
        (json!({}), 422, "dest_role_set_key"),
        (json!({ "dest_role_set_key": "role_set:default" }), 422, "dest_role_set_key"),
        (json!({ "dest_role_set_key": "role_set:none" }), 404, ""),
        (json!({ "dest_role_set_key": "role_set:school" }), 422, "reassignment_mappings"),
        (
            json!({
                "dest_role_set_key": "role_set:school",
                "reassignment_mappings": { "org:member": "org:none" },
            }),
            404,
            "reassignment_mappings",
        ),
    ] {
        let rejected = rejection(&clerk, Method::POST, path, body.clone()).await;
        assert_eq!(rejected.status_and_param(), (status, param), "{body}");
    }
    let body = json!({
        "dest_role_set_key": "role_set:school",
        "reassignment_mappings": { "org:member": "org:teacher" },
    });
    assert_eq!(post(&clerk, path, body).await["deleted"], true);
    let rejected = rejection(&clerk, Method::GET, "/role_sets/role_set:default", Value::Null).await;
    assert_eq!(rejected.status_and_code(), (404, "resource_not_found"));
    let organization = get(&clerk, &format!("/organizations/{}", acme.id)).await;
    assert_eq!(organization["role_set_key"], "role_set:school");
    let members = get(&clerk, &format!("/organizations/{}/memberships", acme.id)).await;
    assert_eq!(members["data"][0]["role"], "org:teacher");
    let school = get(&clerk, "/role_sets/role_set:school").await;
    assert_eq!(school["type"], "initial", "it replaces the initial role set");
}

#[tokio::test]
async fn organizations_follow_renamed_role_set() {
    let clerk = emulator().await;
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    patch(&clerk, "/role_sets/role_set:default", json!({ "key": "role_set:first" })).await;
    let organization = get(&clerk, &format!("/organizations/{}", acme.id)).await;
    assert_eq!(organization["role_set_key"], "role_set:first");
}

#[tokio::test]
async fn deleted_role_leaves_role_sets() {
    let clerk = emulator().await;
    let [guest, host] = create_roles(&clerk, ["org:guest", "org:host"]).await;
    let set = new_role_set("Hotel", &["org:guest", "org:host", "org:admin"]);
    post(&clerk, "/role_sets", set).await;
    let path = format!("/organization_roles/{guest}");
    let rejected = rejection(&clerk, Method::DELETE, &path, Value::Null).await;
    assert_eq!(rejected.status_and_code(), (422, "organization_role_domain_default_role"));
    delete(&clerk, &format!("/organization_roles/{host}")).await;
    let set = get(&clerk, "/role_sets/role_set:hotel").await;
    assert_eq!(keys(&set["roles"]), ["org:guest", "org:admin"]);
}

#[tokio::test]
async fn invalid_role_sets_are_rejected() {
    let clerk = emulator().await;
    let with = |name: &str, value: Value| {
        let mut new = new_role_set("A", &["org:member", "org:admin"]);
        new[name] = value;
        new
    };
    for (body, status, param) in [
        (json!({}), 422, "name"),
        (with("name", json!("")), 422, "name"),
        (with("key", json!("school")), 422, "key"),
        (with("key", json!("role_set:")), 422, "key"),
        (with("key", json!("role_set:A")), 422, "key"),
        (with("key", json!("role_set:default")), 422, "key"),
        (with("type", json!("other")), 422, "type"),
        (with("roles", json!([])), 422, "roles"),
        (with("roles", json!(["org:admin", "org:admin"])), 422, "roles"),
        (with("roles", json!(["org:none"])), 404, "roles"),
        (with("roles", json!(["org:admin"])), 422, "default_role_key"),
        (with("default_role_key", json!("org:none")), 404, "default_role_key"),
        (with("creator_role_key", json!("org:member")), 422, ""),
        (with("color", json!("red")), 422, "color"),
    ] {
        let rejected = rejection(&clerk, Method::POST, "/role_sets", body.clone()).await;
        assert_eq!(rejected.status_and_param(), (status, param), "{body}");
    }
    assert_eq!(get(&clerk, "/role_sets").await["total_count"], 1);
    for n in 0..9 {
        post(&clerk, "/role_sets", with("key", json!(format!("role_set:{n}")))).await;
    }
    let rejected = rejection(&clerk, Method::POST, "/role_sets", with("name", json!("B"))).await;
    assert_eq!(rejected.status_and_code(), (403, "quota_exceeded"));
    let custom = json!({ "type": "custom" });
    let rejected = rejection(&clerk, Method::PATCH, "/role_sets/role_set:1", custom).await;
    assert_eq!(rejected.status_and_param(), (422, "type"));
    let rejected = rejection(&clerk, Method::PATCH, "/role_sets/none", json!({})).await;
    assert_eq!(rejected.status_and_code(), (404, "resource_not_found"));
}

#[tokio::test]
async fn typed_client_manages_role_sets() -> axum_clerk::api::Result<()> {
    let clerk = emulator().await;
    let api = api(&clerk);
    let sets = api.role_sets();
    let new = CreateRoleSet::new("Firms", "org:member", "org:admin", ["org:member", "org:admin"])
        .r#type(RoleSetType::Initial);
    let firms = sets.create(&new).await?;
    assert_eq!(sets.get(&firms.key).await?, firms);
    create_roles(&clerk, ["org:clerk"]).await;
    let added = sets.add_roles(&firms.id, &AddRolesToRoleSet::new(["org:clerk"])).await?;
    assert_eq!(added.roles.len(), 3);
    let replaced = sets.replace_role(&firms.id, "org:clerk", "org:member").await?;
    assert_eq!(replaced.roles.len(), 2);
    let changed = sets.update(&firms.id, &UpdateRoleSet::default().name("Companies")).await?;
    assert_eq!(changed.name, "Companies");
    let page = sets.list(&ListRoleSets::default().order_by("name")).await?;
    assert_eq!(page.data[0], changed);
    assert!(sets.replace("role_set:default", &ReplaceRoleSet::new(firms.key)).await?.deleted);
    Ok(())
}
