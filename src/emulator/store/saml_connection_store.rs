//! SAML connections: the enterprise connections that use SAML, as the deprecated endpoints name
//! them.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    enterprise_connection_store::{EnterpriseConnectionChange, NewEnterpriseConnection},
    enterprise_settings::{AttributeMapping, LoginHint, SamlSettings},
    records::saml_connection_document,
    state::Store,
};
use crate::api::Patch;
use crate::emulator::http::{ClerkError, Result};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct NewSamlConnection {
    name: String,
    domain: Option<String>,
    domains: Option<Vec<String>>,
    provider: String,
    #[serde(default)]
    idp_entity_id: Patch<String>,
    #[serde(default)]
    idp_sso_url: Patch<String>,
    #[serde(default)]
    idp_certificate: Patch<String>,
    #[serde(default)]
    idp_metadata_url: Patch<String>,
    #[serde(default)]
    idp_metadata: Patch<String>,
    organization_id: Option<String>,
    #[serde(default)]
    attribute_mapping: Patch<AttributeMapping>,
    force_authn: Option<bool>,
    #[serde(default)]
    login_hint: Patch<LoginHint>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(in crate::emulator) struct SamlConnectionChange {
    name: Option<String>,
    domain: Option<String>,
    domains: Option<Vec<String>>,
    idp_entity_id: Patch<String>,
    idp_sso_url: Patch<String>,
    idp_certificate: Patch<String>,
    idp_metadata_url: Patch<String>,
    idp_metadata: Patch<String>,
    organization_id: Option<String>,
    attribute_mapping: Patch<AttributeMapping>,
    active: Option<bool>,
    sync_user_attributes: Option<bool>,
    allow_subdomains: Option<bool>,
    allow_idp_initiated: Option<bool>,
    disable_additional_identifications: Option<bool>,
    allow_organization_account_linking: Option<bool>,
    force_authn: Option<bool>,
    login_hint: Patch<LoginHint>,
    consent_verified_domains_deletion: Option<bool>,
}

impl Store {
    /// Returns the enterprise connection with a SAML connection's ID.
    pub(in crate::emulator) fn saml_connection(&self, id: &str) -> Result<&Value> {
        self.enterprise_connections
            .find(|connection| connection["saml"]["id"] == id)
            .ok_or_else(|| ClerkError::resource_not_found("SAML connection", id))
    }

    /// Returns a connection as the endpoints for SAML connections represent it.
    pub(in crate::emulator) fn saml_connection_document(
        &self,
        connection: &Value,
        url: &str,
    ) -> Value {
        let id = &connection["saml"]["id"];
        let has_account = |user: &&Value| {
            let accounts = user["saml_accounts"].as_array();
            accounts.is_some_and(|all| all.iter().any(|own| own["saml_connection"]["id"] == *id))
        };
        let user_count = self.users.iter().filter(has_account).count();
        saml_connection_document(connection, url, user_count)
    }

    pub(in crate::emulator) fn create_saml_connection(
        &mut self,
        new: NewSamlConnection,
    ) -> Result<Value> {
        if !new.provider.starts_with("saml_") {
            return Err(ClerkError::invalid_value("provider", "a provider that uses SAML"));
        }
        let domains = domains(new.domain, new.domains);
        let settings = SamlSettings {
            idp_entity_id: new.idp_entity_id,
            idp_sso_url: new.idp_sso_url,
            idp_certificate: new.idp_certificate,
            idp_metadata_url: new.idp_metadata_url,
            idp_metadata: new.idp_metadata,
            attribute_mapping: new.attribute_mapping,
            force_authn: new.force_authn,
            login_hint: new.login_hint,
            ..SamlSettings::default()
        };
        self.create_enterprise_connection(NewEnterpriseConnection {
            name: new.name,
            provider: new.provider,
            domains: domains.unwrap_or_default(),
            organization_id: new.organization_id,
            allow_organization_account_linking: None,
            active: None,
            saml: Some(settings),
            oidc: None,
            custom_attributes: None,
        })
    }

    /// Updates a connection. It cannot be activated while organizations have its domains, unless
    /// the request consents to their deletion.
    pub(in crate::emulator) fn update_saml_connection(
        &mut self,
        id: &str,
        change: SamlConnectionChange,
    ) -> Result<Value> {
        let connection = self.saml_connection(id)?;
        let domains = domains(change.domain, change.domains);
        let becomes_active = change.active == Some(true) && connection["active"] == false;
        if becomes_active && change.consent_verified_domains_deletion != Some(true) {
            let given = domains.as_ref().map(|domains| json!(domains));
            let domains = given.as_ref().unwrap_or(&connection["domains"]);
            if let Some(domain) = self.enrollment_domains(domains).next() {
                let message =
                    format!("An organization has the verified domain {}.", domain["name"]);
                return Err(ClerkError::conflict("organization_domain_already_exists", message));
            }
        }
        let connection_id = connection["id"].as_str().unwrap_or_default().to_owned();
        self.update_enterprise_connection(
            &connection_id,
            EnterpriseConnectionChange {
                name: change.name.clone(),
                domains,
                active: change.active,
                sync_user_attributes: change.sync_user_attributes,
                disable_additional_identifications: change.disable_additional_identifications,
                allow_organization_account_linking: change.allow_organization_account_linking,
                organization_id: change.organization_id,
                saml: Some(SamlSettings {
                    name: change.name,
                    idp_entity_id: change.idp_entity_id,
                    idp_sso_url: change.idp_sso_url,
                    idp_certificate: change.idp_certificate,
                    idp_metadata_url: change.idp_metadata_url,
                    idp_metadata: change.idp_metadata,
                    attribute_mapping: change.attribute_mapping,
                    allow_subdomains: change.allow_subdomains,
                    allow_idp_initiated: change.allow_idp_initiated,
                    force_authn: change.force_authn,
                    login_hint: change.login_hint,
                }),
                ..EnterpriseConnectionChange::default()
            },
        )
    }

    pub(in crate::emulator) fn delete_saml_connection(&mut self, id: &str) -> Result<Value> {
        let connection_id = self.saml_connection(id)?["id"].as_str().unwrap_or_default().to_owned();
        self.delete_enterprise_connection(&connection_id)?;
        Ok(json!({ "object": "saml_connection", "id": id, "deleted": true }))
    }
}

/// Returns the domains of a request, which may also name a single one.
fn domains(domain: Option<String>, domains: Option<Vec<String>>) -> Option<Vec<String>> {
    domains.filter(|domains| !domains.is_empty()).or_else(|| domain.map(|domain| vec![domain]))
}
