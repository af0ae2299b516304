//! Enterprise connections and their test runs over HTTP.

use std::time::Duration;

use axum_clerk::{
    api::{
        CreateEnterpriseConnection, CreateOrganization, EnterpriseProvider,
        ListEnterpriseConnections, ListTestRuns, SamlSettings, TestRunStatus,
        UpdateEnterpriseConnection,
    },
    emulator::ClerkEmulator,
};
use http::Method;
use serde_json::{Value, json};

use crate::support::{
    api, assert_invalid_query, call, delete, emulator, get, id, ids, patch, post, rejection, visit,
};

const PATH: &str = "/enterprise_connections";

fn identity_provider() -> Value {
    json!({
        "idp_entity_id": "https://idp.example",
        "idp_sso_url": "https://idp.example/sso",
        "idp_certificate": "MIIC",
    })
}

fn new_connection(provider: &str, domain: &str) -> Value {
    json!({ "name": "Acme", "provider": provider, "domains": [domain] })
}

async fn create(clerk: &ClerkEmulator, body: Value) -> Value {
    let (status, connection) = call(clerk, Method::POST, PATH, body).await;
    assert_eq!(status, 201, "{connection}");
    connection
}

#[tokio::test]
async fn saml_connection_is_created_and_activated() {
    let clerk = emulator().await;
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    let mut new = new_connection("saml_okta", "ACME.example");
    new["organization_id"] = json!(acme.id);
    new["allow_organization_account_linking"] = json!(true);
    let connection = create(&clerk, new).await;
    assert_eq!(connection["domains"], json!(["acme.example"]));
    assert_eq!(connection["active"], false);
    assert_eq!(connection["oauth_config"], Value::Null);
    let saml_id = id(&connection["saml_connection"]);
    assert_eq!(
        connection["saml_connection"]["acs_url"],
        format!("{}/v1/saml/acs/{saml_id}", clerk.url())
    );

    let path = format!("{PATH}/{}", id(&connection));
    assert_eq!(get(&clerk, &path).await, connection);
    let rejected = rejection(&clerk, Method::PATCH, &path, json!({ "active": true })).await;
    assert_eq!(rejected.status_and_code(), (422, "saml_connection_cant_be_activated"));
    assert_eq!(get(&clerk, &path).await["active"], false);

    let mut saml = identity_provider();
    saml["name"] = json!("Okta");
    saml["force_authn"] = json!(true);
    saml["login_hint"] = json!({ "mode": "custom_attribute", "source": "mail" });
    let change = json!({
        "name": "Acme Inc.",
        "active": true,
        "domains": ["acme.example", "acme.test"],
        "sync_user_attributes": false,
        "saml": saml,
        "custom_attributes": [{ "name": "Team", "key": "team", "scim_path": "team" }],
    });
    let changed = patch(&clerk, &path, change).await;
    assert_eq!((&changed["name"], &changed["active"]), (&json!("Acme Inc."), &json!(true)));
    let shown = &changed["saml_connection"];
    assert_eq!((&shown["name"], &shown["force_authn"]), (&json!("Okta"), &json!(true)));
    assert_eq!(shown["login_hint"]["source"], "mail");
    let attribute = &changed["custom_attributes"][0];
    assert_eq!(
        (&attribute["directory_path"], &attribute["multi_valued"]),
        (&json!("team"), &json!(false))
    );
    let kept = patch(&clerk, &path, json!({ "domains": [] })).await;
    assert_eq!(kept["domains"], changed["domains"], "an empty list is ignored");

    assert_eq!(delete(&clerk, &path).await["deleted"], true);
    let rejected = rejection(&clerk, Method::GET, &path, Value::Null).await;
    assert_eq!(rejected.status_and_code(), (404, "resource_not_found"));
}

#[tokio::test]
async fn metadata_takes_priority_over_other_settings() {
    let clerk = emulator().await;
    let mut new = new_connection("saml_custom", "acme.example");
    new["active"] = json!(true);
    new["saml"] = identity_provider();
    new["saml"]["idp_metadata"] = json!(
        r#"<EntityDescriptor entityID="https://other.example">
        <SingleSignOnService Location="https://other.example/sso"/></EntityDescriptor>"#
    );
    let connection = create(&clerk, new.clone()).await;
    assert_eq!(connection["saml_connection"]["idp_entity_id"], "https://other.example");
    assert_eq!(connection["saml_connection"]["idp_sso_url"], "https://other.example/sso");
    new["saml"]["idp_metadata"] = json!("<html>");
    new["domains"] = json!(["acme.test"]);
    let rejected = rejection(&clerk, Method::POST, PATH, new).await;
    assert_eq!(rejected.parts(), (422, "saml_failed_to_parse_idp_metadata", "idp_metadata"));
}

#[tokio::test]
async fn oidc_connection_hides_its_secret() {
    let clerk = emulator().await;
    let mut new = new_connection("oidc_github_enterprise", "acme.example");
    new["oidc"] = json!({ "client_id": "abc", "client_secret": "classified" });
    let connection = create(&clerk, new).await;
    assert!(!connection.to_string().contains("classified"));
    assert_eq!(connection["saml_connection"], Value::Null);
    let config = &connection["oauth_config"];
    assert!(config["provider_key"].as_str().unwrap().starts_with("oidc_ghe_"));
    let path = format!("{PATH}/{}", id(&connection));
    let rejected = rejection(&clerk, Method::PATCH, &path, json!({ "active": true })).await;
    assert_eq!(rejected.status_and_code(), (422, "saml_connection_cant_be_activated"));
    let change = json!({ "active": true, "oidc": { "discovery_url": "https://idp.example/d" } });
    let changed = patch(&clerk, &path, change).await;
    assert_eq!(changed["oauth_config"]["client_id"], "abc");
    let public = json!({ "oidc": { "client_secret": null, "requires_pkce": false } });
    let rejected = rejection(&clerk, Method::PATCH, &path, public).await;
    assert_eq!(rejected.status_and_param(), (422, "requires_pkce"));
}

#[tokio::test]
async fn activation_removes_enrollment_domains() {
    let clerk = emulator().await;
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    let domains = format!("/organizations/{}/domains", acme.id);
    for domain in ["acme.example", "acme.test"] {
        post(&clerk, &domains, json!({ "name": domain })).await;
    }
    let mut new = new_connection("saml_custom", "acme.example");
    new["saml"] = identity_provider();
    let connection = create(&clerk, new).await;
    assert_eq!(get(&clerk, &domains).await["total_count"], 2);
    let path = format!("{PATH}/{}", id(&connection));
    patch(&clerk, &path, json!({ "active": true })).await;
    let left = get(&clerk, &domains).await;
    assert_eq!((&left["total_count"], &left["data"][0]["name"]), (&json!(1), &json!("acme.test")));
}

#[tokio::test]
async fn connections_are_filtered() {
    let clerk = emulator().await;
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    let mut new = new_connection("saml_custom", "a.example");
    new["organization_id"] = json!(acme.id);
    let of_acme = create(&clerk, new).await;
    let mut new = new_connection("saml_custom", "b.example");
    (new["active"], new["saml"]) = (json!(true), identity_provider());
    let active = create(&clerk, new).await;
    let [of_acme, active] = [id(&of_acme), id(&active)];
    for (query, expected) in [
        (String::new(), vec![active, of_acme]),
        ("active=true".into(), vec![active]),
        ("active=false".into(), vec![of_acme]),
        (format!("organization_id={}", acme.id), vec![of_acme]),
        ("limit=1&offset=1".into(), vec![of_acme]),
    ] {
        let page = get(&clerk, &format!("{PATH}?{query}")).await;
        assert_eq!(ids(&page["data"]), expected, "{query}");
    }
    assert_invalid_query(&clerk, "/enterprise_connections?active=maybe", 422, "active").await;

    delete(&clerk, &format!("/organizations/{}", acme.id)).await;
    let unlinked = get(&clerk, &format!("{PATH}/{of_acme}")).await;
    assert_eq!(unlinked["organization_id"], Value::Null);
}

#[tokio::test]
async fn invalid_connections_are_rejected() {
    let clerk = emulator().await;
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    let mut new = new_connection("saml_custom", "taken.example");
    new["organization_id"] = json!(acme.id);
    create(&clerk, new).await;
    let with = |name: &str, value: Value| {
        let mut new = new_connection("saml_custom", "acme.example");
        new[name] = value;
        new
    };
    for (body, status, param) in [
        (json!({}), 422, "name"),
        (with("name", json!("")), 422, "name"),
        (with("provider", json!("saml_none")), 422, "provider"),
        (with("domains", json!([])), 422, "domains"),
        (with("domains", json!(["acme"])), 422, "domains"),
        (with("domains", json!(["a.example", "A.example"])), 422, "domains"),
        (with("domains", json!(["taken.example"])), 409, "domains"),
        (with("organization_id", json!("org_none")), 404, ""),
        (with("organization_id", json!(acme.id)), 422, "organization_id"),
        (with("active", json!(true)), 422, ""),
        (with("saml", json!({ "name": "A" })), 422, "saml.name"),
        (with("saml", json!({ "idp_sso_url": "idp" })), 422, "idp_sso_url"),
        (
            with("saml", json!({ "login_hint": { "mode": "custom_attribute" } })),
            422,
            "login_hint.source",
        ),
        (with("saml", json!({ "color": "red" })), 422, "color"),
        (
            with("custom_attributes", json!([{ "name": "A", "key": "_a" }])),
            422,
            "custom_attributes.key",
        ),
        (
            with(
                "custom_attributes",
                json!([
                    { "name": "A", "key": "a", "scim_path": "a", "directory_path": "b" }
                ]),
            ),
            422,
            "custom_attributes.directory_path",
        ),
    ] {
        let rejected = rejection(&clerk, Method::POST, PATH, body.clone()).await;
        assert_eq!(rejected.status_and_param(), (status, param), "{body}");
    }
    let other = create(&clerk, new_connection("saml_custom", "other.example")).await;
    let path = format!("{PATH}/{}", id(&other));
    for (body, status, param) in [
        (json!({ "domains": ["taken.example"] }), 422, "domains"),
        (json!({ "organization_id": acme.id }), 422, "organization_id"),
        (json!({ "provider": "saml_okta" }), 422, "provider"),
    ] {
        let rejected = rejection(&clerk, Method::PATCH, &path, body.clone()).await;
        assert_eq!(rejected.status_and_param(), (status, param), "{body}");
    }
    assert_eq!(get(&clerk, PATH).await["total_count"], 2);
}

#[tokio::test]
async fn test_run_is_performed_at_its_url() {
    let clerk = emulator().await;
    let connection = create(&clerk, new_connection("saml_custom", "acme.example")).await;
    let path = format!("{PATH}/{}", id(&connection));
    let runs = format!("{path}/test_runs");
    let start = async || {
        let run = post(&clerk, &runs, Value::Null).await;
        run["url"].as_str().unwrap().strip_prefix(clerk.url()).unwrap().to_owned()
    };
    let first = start().await;
    assert_eq!(get(&clerk, &runs).await["data"][0]["status"], "pending");
    assert_eq!(visit(&clerk, &first).await.status(), 200);
    let failed = get(&clerk, &runs).await["data"][0].clone();
    assert_eq!((&failed["status"], &failed["parsed_user_info"]), (&json!("failed"), &Value::Null));
    assert_eq!(visit(&clerk, &first).await.status(), 410, "it is over");

    patch(&clerk, &path, json!({ "saml": identity_provider() })).await;
    visit(&clerk, &start().await).await;
    let succeeded = get(&clerk, &format!("{runs}?status=success&status=pending")).await;
    assert_eq!(succeeded["total_count"], 1);
    let run = &succeeded["data"][0];
    assert_eq!(run["parsed_user_info"]["email_address"], "test@acme.example");
    assert_eq!(run["connection_type"], "saml");

    let late = start().await;
    clerk.clock().advance(Duration::from_secs(10 * 60));
    assert_eq!(visit(&clerk, &late).await.status(), 410, "it has expired");
    assert_invalid_query(&clerk, &format!("{runs}?status=late"), 422, "status[0]").await;
    delete(&clerk, &path).await;
    for method in [Method::GET, Method::POST] {
        assert_eq!(rejection(&clerk, method, &runs, Value::Null).await.status, 404);
    }
}

#[tokio::test]
async fn typed_client_manages_enterprise_connections() -> axum_clerk::Result<()> {
    let clerk = emulator().await;
    let client = api(&clerk);
    let connections = client.enterprise_connections();
    let new =
        CreateEnterpriseConnection::new("Acme", EnterpriseProvider::SamlOkta, ["acme.example"]);
    let connection = connections.create(&new).await?;
    assert_eq!(connections.get(&connection.id).await?, connection);
    let saml = SamlSettings::default().idp_metadata_url("https://idp.example/metadata");
    let change = UpdateEnterpriseConnection::default().active(true).saml(saml);
    assert!(connections.update(&connection.id, &change).await?.active);
    let page = connections.list(&ListEnterpriseConnections::default().active(true)).await?;
    assert_eq!(page.total_count, 1);
    let run = connections.create_test_run(&connection.id).await?;
    assert!(run.url.starts_with(clerk.url()));
    let runs = connections.list_test_runs(&connection.id, &ListTestRuns::default()).await?;
    assert_eq!(runs.data[0].status, TestRunStatus::Pending);
    assert!(connections.delete(&connection.id).await?.deleted);
    Ok(())
}
