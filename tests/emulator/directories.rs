//! Directories and SCIM directories over HTTP. Both sets of endpoints serve the same directories.

use axum_clerk::{
    api::{CreateDirectory, MapGroupToRole, Paging, UpdateDirectory},
    emulator::ClerkEmulator,
};
use http::Method;
use serde_json::{Value, json};

use crate::support::{
    api, assert_invalid_query, call, delete, emulator, get, id, ids, patch, post, put, rejection,
};

/// The path of each set of endpoints and the object types of their resources.
const APIS: [(&str, &str, &str); 2] = [
    ("/directories", "directory", "directory_group_role_mapping"),
    ("/scim_directories", "scim_directory", "scim_group_role_mapping"),
];

/// Creates a connection and returns the parameters of a directory for it.
async fn new_directory(clerk: &ClerkEmulator) -> Value {
    let connection = json!({
        "name": "Acme",
        "provider": "saml_okta",
        "domains": ["acme.example"],
        "custom_attributes": [{ "name": "Team", "key": "team", "directory_path": "team" }],
    });
    let (_, connection) = call(clerk, Method::POST, "/enterprise_connections", connection).await;
    json!({ "enterprise_connection_id": id(&connection), "provider": "okta" })
}

async fn role_id(clerk: &ClerkEmulator, key: &str) -> String {
    let page = get(clerk, &format!("/organization_roles?query={key}")).await;
    id(&page["data"][0]).to_owned()
}

#[tokio::test]
async fn directory_is_created_updated_and_deleted() {
    for (list, object, _) in APIS {
        let clerk = emulator().await;
        let new = new_directory(&clerk).await;
        let created = post(&clerk, list, new).await;
        assert_eq!((&created["object"], &created["name"]), (&json!(object), &json!("Acme")));
        assert_eq!(created["custom_attributes"][0]["key"], "team");
        let path = format!("{list}/{}", id(&created));
        let mut shown = get(&clerk, &path).await;
        assert_eq!(shown.get("api_key"), None, "the key is shown once");
        shown["api_key"] = created["api_key"].clone();
        assert_eq!(shown, created);
        let rotated = post(&clerk, &format!("{path}/rotate_api_key"), Value::Null).await;
        assert!(rotated["api_key"].is_string() && rotated["api_key"] != created["api_key"]);

        let change = json!({
            "name": "Acme Inc.",
            "enabled": false,
            "provider": "entra",
            "attribute_mapping": { "first_name": "given", "last_name": null },
            "group_role_mapping_enabled": true,
        });
        let changed = patch(&clerk, &path, change).await;
        assert_eq!((&changed["name"], &changed["enabled"]), (&json!("Acme Inc."), &json!(false)));
        assert_eq!(
            changed["attribute_mapping"],
            json!({ "email_address": "emails.0.value", "first_name": "given" })
        );
        assert_eq!(get(&clerk, &path).await, changed);
        assert_eq!(get(&clerk, list).await, json!({ "data": [changed], "total_count": 1 }));

        let connection = created["enterprise_connection_id"].as_str().unwrap();
        delete(&clerk, &format!("/enterprise_connections/{connection}")).await;
        assert_eq!(get(&clerk, &path).await["enterprise_connection_id"], Value::Null);

        let deleted = delete(&clerk, &path).await;
        assert_eq!((&deleted["object"], &deleted["deleted"]), (&json!(object), &json!(true)));
        for (method, path) in [
            (Method::GET, path.clone()),
            (Method::PATCH, path.clone()),
            (Method::DELETE, path.clone()),
            (Method::POST, format!("{path}/rotate_api_key")),
            (Method::GET, format!("{path}/group_role_mappings")),
        ] {
            let rejected = rejection(&clerk, method, &path, Value::Null).await;
            assert_eq!(rejected.status_and_code(), (404, "resource_not_found"), "{path}");
        }
    }
}

#[tokio::test]
async fn both_apis_serve_the_same_directories() {
    let clerk = emulator().await;
    let new = new_directory(&clerk).await;
    let [first, second] = [
        post(&clerk, "/directories", new.clone()).await,
        post(&clerk, "/scim_directories", new).await,
    ];
    for (list, object, _) in APIS {
        let page = get(&clerk, list).await;
        assert_eq!(ids(&page["data"]), [id(&second), id(&first)], "the newest comes first");
        assert_eq!(page["data"][0]["object"], object);
        let page = get(&clerk, &format!("{list}?limit=1&offset=1")).await;
        assert_eq!(ids(&page["data"]), [id(&first)]);
        assert_invalid_query(&clerk, &format!("{list}?limit=501"), 422, "limit").await;
    }
}

#[tokio::test]
async fn groups_are_mapped_to_roles_by_precedence() {
    for (list, _, object) in APIS {
        let clerk = emulator().await;
        let [admin, member] =
            [role_id(&clerk, "org:admin").await, role_id(&clerk, "org:member").await];
        let mut new = new_directory(&clerk).await;
        new["group_role_mappings"] = json!([
            { "scim_group_id": "staff", "role_id": member, "scim_group_display_name": "Staff" },
        ]);
        let directory = post(&clerk, list, new).await;
        assert_eq!(directory["group_role_mapping_enabled"], true);
        let path = format!("{list}/{}/group_role_mappings", id(&directory));

        let created =
            post(&clerk, &path, json!({ "scim_group_id": "owners", "role_id": admin })).await;
        assert_eq!((&created["object"], &created["precedence"]), (&json!(object), &json!(2)));
        assert_eq!(created["role"]["key"], "org:admin");
        let last = json!({ "scim_group_id": "guests", "role_id": member, "precedence": 9 });
        post(&clerk, &path, last).await;
        let page = get(&clerk, &path).await;
        let groups = |page: &Value| -> Vec<String> {
            let list = page["data"].as_array().unwrap();
            list.iter().map(|one| one["directory_group_id"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(groups(&page), ["staff", "owners", "guests"]);
        assert_eq!(page["data"][0]["directory_group_display_name"], "Staff");

        let mapping = format!("{path}/{}", id(&created));
        assert_eq!(delete(&clerk, &mapping).await["object"], object);
        assert_eq!(rejection(&clerk, Method::DELETE, &mapping, Value::Null).await.status, 404);
        let mappings = json!([
            { "scim_group_id": "b", "role_id": admin },
            { "scim_group_id": "a", "role_id": member },
        ]);
        let replaced = put(&clerk, &path, json!({ "mappings": mappings })).await;
        assert_eq!(groups(&replaced), ["b", "a"]);
        assert_eq!(put(&clerk, &path, json!({ "mappings": [] })).await["total_count"], 0);
    }
}

#[tokio::test]
async fn invalid_directories_and_mappings_are_rejected() {
    let clerk = emulator().await;
    let member = role_id(&clerk, "org:member").await;
    let valid = new_directory(&clerk).await;
    let with = |name: &str, value: Value| {
        let mut new = valid.clone();
        new[name] = value;
        new
    };
    let mappings = |mapping: Value| with("group_role_mappings", json!([mapping]));
    for (body, param) in [
        (json!({}), "enterprise_connection_id"),
        (with("enterprise_connection_id", json!("entconn_none")), "enterprise_connection_id"),
        (with("provider", json!("")), "provider"),
        (with("color", json!("red")), "color"),
        (mappings(json!({ "role_id": member })), "directory_group_id"),
        (mappings(json!({ "scim_group_id": "a", "role_id": "role_none" })), "role_id"),
        (
            mappings(json!({ "scim_group_id": "a", "role_id": member, "precedence": 0 })),
            "precedence",
        ),
        (
            mappings(json!({ "scim_group_id": "a", "directory_group_id": "b", "role_id": member })),
            "directory_group_id",
        ),
    ] {
        let rejected = rejection(&clerk, Method::POST, "/directories", body.clone()).await;
        assert_eq!(rejected.status_and_param(), (422, param), "{body}");
    }
    assert_eq!(get(&clerk, "/directories").await["total_count"], 0);

    let directory = post(&clerk, "/directories", valid.clone()).await;
    let directory = format!("/directories/{}", id(&directory));
    let path = format!("{directory}/group_role_mappings");
    let mapping = json!({ "directory_group_id": "a", "role_id": member });
    let rejected = rejection(&clerk, Method::POST, &path, mapping.clone()).await;
    assert_eq!(rejected.status_and_code(), (403, "feature_not_enabled"));
    patch(&clerk, &directory, json!({ "group_role_mapping_enabled": true })).await;
    post(&clerk, &path, mapping.clone()).await;
    let rejected = rejection(&clerk, Method::POST, &path, mapping.clone()).await;
    assert_eq!(rejected.parts(), (422, "form_identifier_exists", "directory_group_id"));
    let other = json!({ "directory_group_id": "b", "role_id": member, "precedence": 1 });
    let rejected = rejection(&clerk, Method::POST, &path, other.clone()).await;
    assert_eq!(rejected.status_and_param(), (422, "precedence"));
    for mappings in [json!([mapping, mapping]), json!([other])] {
        let body = json!({ "mappings": mappings });
        let rejected = rejection(&clerk, Method::PUT, &path, body.clone()).await;
        assert_eq!(rejected.status, 422, "{body}");
    }
    assert_eq!(get(&clerk, &path).await["total_count"], 1);
}

#[tokio::test]
#[allow(deprecated, reason = "Clerk has deprecated the SCIM directories, but still serves them")]
async fn typed_client_manages_directories() -> axum_clerk::Result<()> {
    let clerk = emulator().await;
    let client = api(&clerk);
    let connection_id =
        new_directory(&clerk).await["enterprise_connection_id"].as_str().unwrap().to_owned();
    let role = role_id(&clerk, "org:member").await;
    let mapping = MapGroupToRole::new(&role).scim_group_id("staff");
    let new = CreateDirectory::new(connection_id, "okta").group_role_mappings([mapping.clone()]);
    let (directories, scim) = (client.directories(), client.scim_directories());
    let created = directories.create(&new).await?;
    assert!(created.api_key.is_some());
    let id = &created.id;
    assert_eq!(scim.get(id).await?.object, "scim_directory");
    let change = UpdateDirectory::default().name("Acme Inc.");
    assert_eq!(directories.update(id, &change).await?.name, "Acme Inc.");
    assert_eq!(scim.list(&Paging::default()).await?.data[0].name, "Acme Inc.");
    assert!(scim.rotate_api_key(id).await?.api_key.is_some());
    let replaced = directories.replace_group_role_mappings(id, &[mapping]).await?;
    let added = MapGroupToRole::new(&role).scim_group_id("owners");
    let added = scim.create_group_role_mapping(id, &added).await?;
    let listed = directories.list_group_role_mappings(id).await?;
    assert_eq!((replaced.total_count, listed.total_count), (1, 2));
    assert!(directories.delete_group_role_mapping(id, &added.id).await?.deleted);
    assert!(scim.delete(id).await?.deleted);
    Ok(())
}
