//! The deprecated endpoints for SAML connections.

use axum_clerk::{
    api::{
        CreateOrganization, CreateSamlConnection, EnterpriseProvider, ListSamlConnections,
        UpdateSamlConnection,
    },
    emulator::ClerkEmulator,
};
use http::Method;
use serde_json::{Value, json};

use crate::support::{
    api, assert_invalid_query, call, delete, emulator, get, id, ids, patch, post, rejection,
};

const PATH: &str = "/saml_connections";

fn new_connection(name: &str, domain: &str) -> Value {
    json!({
        "name": name,
        "provider": "saml_custom",
        "domains": [domain],
        "idp_metadata_url": "https://idp.example/metadata",
    })
}

async fn create(clerk: &ClerkEmulator, name: &str, domain: &str) -> Value {
    post(clerk, PATH, new_connection(name, domain)).await
}

#[tokio::test]
async fn saml_connection_is_an_enterprise_connection() {
    let clerk = emulator().await;
    let connection = create(&clerk, "Acme", "acme.example").await;
    let path = format!("{PATH}/{}", id(&connection));
    assert_eq!(get(&clerk, &path).await, connection);
    assert_eq!(
        (&connection["domain"], &connection["user_count"]),
        (&json!("acme.example"), &json!(0))
    );
    let enterprise = format!(
        "/enterprise_connections/{}",
        connection["enterprise_connection_id"].as_str().unwrap()
    );
    let shown = get(&clerk, &enterprise).await;
    assert_eq!(id(&shown["saml_connection"]), id(&connection));

    let change = json!({
        "name": "Acme Inc.",
        "active": true,
        "allow_subdomains": true,
        "attribute_mapping": { "email_address": "email" },
        "login_hint": { "mode": "off" },
    });
    let changed = patch(&clerk, &path, change).await;
    assert_eq!(changed["attribute_mapping"]["email_address"], "email");
    assert_eq!(changed["attribute_mapping"]["first_name"], "givenName");
    assert_eq!(changed["login_hint"]["mode"], "off");
    let shown = get(&clerk, &enterprise).await;
    assert_eq!((&shown["name"], &shown["active"]), (&json!("Acme Inc."), &json!(true)));
    assert_eq!(shown["saml_connection"]["allow_subdomains"], true);

    let deleted = delete(&clerk, &path).await;
    assert_eq!(id(&deleted), id(&connection));
    assert_eq!(rejection(&clerk, Method::GET, &enterprise, Value::Null).await.status, 404);
}

#[tokio::test]
async fn activation_needs_consent_to_lose_domains() {
    let clerk = emulator().await;
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    let domains = format!("/organizations/{}/domains", acme.id);
    post(&clerk, &domains, json!({ "name": "acme.example" })).await;
    let connection = create(&clerk, "Acme", "acme.example").await;
    let path = format!("{PATH}/{}", id(&connection));
    let rejected = rejection(&clerk, Method::PATCH, &path, json!({ "active": true })).await;
    assert_eq!(rejected.status, 409);
    assert_eq!(get(&clerk, &domains).await["total_count"], 1);
    let consent = json!({ "active": true, "consent_verified_domains_deletion": true });
    assert_eq!(patch(&clerk, &path, consent).await["active"], true);
    assert_eq!(get(&clerk, &domains).await["total_count"], 0);
}

#[tokio::test]
async fn saml_connections_are_filtered_and_sorted() {
    let clerk = emulator().await;
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    let b = create(&clerk, "Bakery", "b.example").await;
    let a = create(&clerk, "Acme", "a.example").await;
    let organization = json!({ "organization_id": acme.id });
    patch(&clerk, &format!("{PATH}/{}", id(&a)), organization).await;
    let oidc = json!({ "name": "OIDC", "provider": "oidc_custom", "domains": ["c.example"] });
    let (status, _) = call(&clerk, Method::POST, "/enterprise_connections", oidc).await;
    assert_eq!(status, 201);
    let [a, b] = [id(&a), id(&b)];
    for (query, expected) in [
        (String::new(), vec![a, b]),
        ("order_by=-name".into(), vec![b, a]),
        ("query=bake".into(), vec![b]),
        (format!("organization_id={}", acme.id), vec![a]),
        (format!("organization_id=-{}", acme.id), vec![b]),
        ("limit=1&offset=1".into(), vec![b]),
    ] {
        let page = get(&clerk, &format!("{PATH}?{query}")).await;
        assert_eq!(ids(&page["data"]), expected, "{query}");
    }
    assert_invalid_query(&clerk, "/saml_connections?order_by=color", 422, "order_by").await;
}

#[tokio::test]
async fn invalid_saml_connections_are_rejected() {
    let clerk = emulator().await;
    create(&clerk, "Taken", "taken.example").await;
    let with = |name: &str, value: Value| {
        let mut new = new_connection("Acme", "acme.example");
        new[name] = value;
        new
    };
    for (body, status, param) in [
        (json!({}), 422, "name"),
        (with("domains", Value::Null), 422, "domains"),
        (with("provider", json!("oidc_custom")), 422, "provider"),
        (with("domains", json!(["taken.example"])), 409, "domains"),
        (with("organization_id", json!("org_none")), 404, ""),
        (with("color", json!("red")), 422, "color"),
    ] {
        let rejected = rejection(&clerk, Method::POST, PATH, body.clone()).await;
        assert_eq!(rejected.status_and_param(), (status, param), "{body}");
    }
    let mut one = with("domain", json!("one.example"));
    one["domains"] = Value::Null;
    assert_eq!(post(&clerk, PATH, one).await["domains"], json!(["one.example"]));
    for method in [Method::GET, Method::PATCH, Method::DELETE] {
        let rejected = rejection(&clerk, method, "/saml_connections/none", Value::Null).await;
        assert_eq!(rejected.status_and_code(), (404, "resource_not_found"));
    }
}

#[tokio::test]
#[allow(deprecated, reason = "Clerk has deprecated the operations, but still serves them")]
async fn typed_client_manages_saml_connections() -> axum_clerk::Result<()> {
    let clerk = emulator().await;
    let client = api(&clerk);
    let connections = client.saml_connections();
    let new = CreateSamlConnection::new("Acme", EnterpriseProvider::SamlCustom, ["acme.example"]);
    let connection = connections.create(&new).await?;
    assert_eq!(connections.get(&connection.id).await?, connection);
    let change = UpdateSamlConnection::default().idp_entity_id("https://idp.example");
    let changed = connections.update(&connection.id, &change).await?;
    assert_eq!(changed.idp_entity_id.as_deref(), Some("https://idp.example"));
    let page = connections.list(&ListSamlConnections::default()).await?;
    assert_eq!(page.data, [changed]);
    assert!(connections.delete(&connection.id).await?.deleted);
    Ok(())
}
