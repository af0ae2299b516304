//! Connections to the identity providers of enterprises.

use serde_json::{Value, json};

use crate::emulator::tokens::{new_id, random_id};

/// Returns a new connection of a provider. A stored connection contains the settings of its protocol
/// in `saml` or `oidc`; the other one is null.
pub(in crate::emulator::store) fn new_enterprise_connection(
    name: &str,
    provider: &str,
    now: i64,
) -> Value {
    let is_saml = provider.starts_with("saml_");
    json!({
        "object": "enterprise_connection",
        "id": new_id("entconn"),
        "name": name,
        "provider": provider,
        "active": false,
        "domains": [],
        "organization_id": null,
        "sync_user_attributes": true,
        "disable_additional_identifications": false,
        "disable_jit_provisioning": false,
        "allow_organization_account_linking": false,
        "custom_attributes": [],
        "saml": is_saml.then(|| new_saml_settings(name)),
        "oidc": (!is_saml).then(|| new_oidc_settings(provider)),
        "created_at": now,
        "updated_at": now,
    })
}

fn new_saml_settings(name: &str) -> Value {
    json!({
        "id": new_id("samlc"),
        "name": name,
        "idp_entity_id": null,
        "idp_sso_url": null,
        "idp_certificate": null,
        "idp_metadata_url": null,
        "idp_metadata": null,
        "attribute_mapping": default_attribute_mapping(),
        "allow_subdomains": false,
        "allow_idp_initiated": false,
        "force_authn": false,
        "login_hint": default_login_hint(),
    })
}

fn new_oidc_settings(provider: &str) -> Value {
    let provider_key = match provider {
        "oidc_github_enterprise" => format!("oidc_ghe_{}", random_id(8)),
        "oidc_gitlab" => format!("oidc_gitlab_ent_{}", random_id(8)),
        _ => provider.to_owned(),
    };
    json!({
        "id": new_id("oauthcfg"),
        "provider_key": provider_key,
        "client_id": null,
        "client_secret": null,
        "discovery_url": null,
        "auth_url": null,
        "token_url": null,
        "user_info_url": null,
        "requires_pkce": false,
    })
}

/// Returns the names of the attributes in SAML assertions.
pub(in crate::emulator::store) fn default_attribute_mapping() -> Value {
    json!({
        "user_id": "id",
        "email_address": "mail",
        "first_name": "givenName",
        "last_name": "surname",
    })
}

pub(in crate::emulator::store) fn default_login_hint() -> Value {
    json!({ "mode": "email_address" })
}

/// Returns a connection as the Backend API represents it. `url` is that of the Frontend API.
pub(in crate::emulator) fn enterprise_connection_document(connection: &Value, url: &str) -> Value {
    let mut document = connection.clone();
    let (saml, oidc) = (document["saml"].take(), document["oidc"].take());
    if let Some(fields) = document.as_object_mut() {
        fields.remove("saml");
        fields.remove("oidc");
    }
    document["logo_public_url"] = Value::Null;
    document["authenticatable"] = connection["active"].clone();
    document["saml_connection"] = if saml.is_null() {
        Value::Null
    } else {
        let mut shown = service_provider(&saml, url);
        for name in [
            "id",
            "name",
            "idp_entity_id",
            "idp_sso_url",
            "idp_metadata_url",
            "allow_idp_initiated",
            "allow_subdomains",
            "force_authn",
            "login_hint",
        ] {
            shown[name] = saml[name].clone();
        }
        shown["active"] = connection["active"].clone();
        shown
    };
    document["oauth_config"] = if oidc.is_null() {
        Value::Null
    } else {
        let mut shown = oidc;
        if let Some(fields) = shown.as_object_mut() {
            fields.remove("client_secret");
        }
        shown["name"] = connection["name"].clone();
        shown["logo_public_url"] = Value::Null;
        shown["created_at"] = connection["created_at"].clone();
        shown["updated_at"] = connection["updated_at"].clone();
        shown
    };
    document
}

/// Returns a connection as the deprecated endpoints for SAML connections represent it.
pub(in crate::emulator::store) fn saml_connection_document(
    connection: &Value,
    url: &str,
    user_count: usize,
) -> Value {
    let saml = &connection["saml"];
    let mut document = service_provider(saml, url);
    for (name, value) in saml.as_object().into_iter().flatten() {
        document[name] = value.clone();
    }
    for name in [
        "active",
        "provider",
        "domains",
        "organization_id",
        "sync_user_attributes",
        "disable_additional_identifications",
        "disable_jit_provisioning",
        "allow_organization_account_linking",
        "created_at",
        "updated_at",
    ] {
        document[name] = connection[name].clone();
    }
    document["object"] = json!("saml_connection");
    document["authenticatable"] = connection["active"].clone();
    document["enterprise_connection_id"] = connection["id"].clone();
    document["domain"] = connection["domains"][0].clone();
    document["user_count"] = json!(user_count);
    // The emulator does not read certificates.
    document["idp_certificate_issued_at"] = Value::Null;
    document["idp_certificate_expires_at"] = Value::Null;
    document
}

/// Returns the details of the instance that the identity provider needs.
fn service_provider(saml: &Value, url: &str) -> Value {
    let id = saml["id"].as_str().unwrap_or_default();
    json!({
        "acs_url": format!("{url}/v1/saml/acs/{id}"),
        "sp_entity_id": format!("{url}/saml/{id}"),
        "sp_metadata_url": format!("{url}/v1/saml/metadata/{id}.xml"),
    })
}
