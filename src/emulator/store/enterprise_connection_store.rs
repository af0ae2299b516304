//! Connections to the identity providers of enterprises. Signing in through them is not emulated.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    enterprise_settings::{OidcSettings, SamlSettings, check_identity_provider},
    organization_domain_store::is_domain_verified,
    records::new_enterprise_connection,
    state::Store,
};
use crate::emulator::http::{ClerkError, Result, fields};

const PROVIDERS: [&str; 7] = [
    "saml_custom",
    "saml_okta",
    "saml_google",
    "saml_microsoft",
    "oidc_custom",
    "oidc_github_enterprise",
    "oidc_gitlab",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct NewEnterpriseConnection {
    pub(in crate::emulator::store) name: String,
    pub(in crate::emulator::store) provider: String,
    pub(in crate::emulator::store) domains: Vec<String>,
    pub(in crate::emulator::store) organization_id: Option<String>,
    pub(in crate::emulator::store) allow_organization_account_linking: Option<bool>,
    pub(in crate::emulator::store) active: Option<bool>,
    pub(in crate::emulator::store) saml: Option<SamlSettings>,
    pub(in crate::emulator::store) oidc: Option<OidcSettings>,
    pub(in crate::emulator::store) custom_attributes: Option<Vec<CustomAttribute>>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(in crate::emulator) struct EnterpriseConnectionChange {
    pub(in crate::emulator::store) name: Option<String>,
    pub(in crate::emulator::store) domains: Option<Vec<String>>,
    pub(in crate::emulator::store) active: Option<bool>,
    pub(in crate::emulator::store) sync_user_attributes: Option<bool>,
    pub(in crate::emulator::store) disable_additional_identifications: Option<bool>,
    pub(in crate::emulator::store) allow_organization_account_linking: Option<bool>,
    pub(in crate::emulator::store) organization_id: Option<String>,
    pub(in crate::emulator::store) saml: Option<SamlSettings>,
    pub(in crate::emulator::store) oidc: Option<OidcSettings>,
    pub(in crate::emulator::store) custom_attributes: Option<Vec<CustomAttribute>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct CustomAttribute {
    name: String,
    key: String,
    sso_path: Option<String>,
    scim_path: Option<String>,
    directory_path: Option<String>,
    #[serde(default)]
    multi_valued: bool,
}

impl CustomAttribute {
    fn document(self) -> Result<Value> {
        let has_key = self
            .key
            .chars()
            .enumerate()
            .all(|(n, c)| c.is_ascii_alphanumeric() || c == '-' || c == '_' && n > 0);
        if self.key.is_empty() || !has_key {
            let expected = "made up of letters, digits, dashes and underscores";
            return Err(ClerkError::invalid_format("custom_attributes.key", expected));
        }
        let directory_path =
            either("custom_attributes.directory_path", self.directory_path, self.scim_path)?;
        let mut document = json!({
            "name": fields::name("custom_attributes.name", self.name, 256)?,
            "key": self.key,
            "multi_valued": self.multi_valued,
        });
        for (name, path) in [
            ("sso_path", &self.sso_path),
            ("scim_path", &directory_path),
            ("directory_path", &directory_path),
        ] {
            if let Some(path) = path {
                document[name] = json!(path);
            }
        }
        Ok(document)
    }
}

/// Returns the value of a parameter that may also have its older name.
pub(super) fn either(
    param: &str,
    new: Option<String>,
    old: Option<String>,
) -> Result<Option<String>> {
    match (new, old) {
        (Some(new), Some(old)) if new != old => {
            Err(ClerkError::invalid_value(param, "the same under its old and its new name"))
        }
        (new, old) => Ok(new.or(old)),
    }
}

impl Store {
    pub(in crate::emulator) fn create_enterprise_connection(
        &mut self,
        new: NewEnterpriseConnection,
    ) -> Result<Value> {
        if !PROVIDERS.contains(&new.provider.as_str()) {
            let expected = format!("one of {}", PROVIDERS.join(", "));
            return Err(ClerkError::invalid_value("provider", &expected));
        }
        if new.domains.is_empty() {
            return Err(ClerkError::missing_param("domains"));
        }
        if new.saml.as_ref().is_some_and(|saml| saml.name.is_some()) {
            return Err(ClerkError::unknown_param("saml.name"));
        }
        let name = fields::name("name", new.name, 256)?;
        let mut connection = new_enterprise_connection(&name, &new.provider, self.now());
        let change = EnterpriseConnectionChange {
            domains: Some(new.domains),
            active: new.active,
            allow_organization_account_linking: new.allow_organization_account_linking,
            organization_id: new.organization_id,
            saml: new.saml,
            oidc: new.oidc,
            custom_attributes: new.custom_attributes,
            ..EnterpriseConnectionChange::default()
        };
        self.apply_to_connection(&mut connection, change)?;
        if let Some(domain) = self.domain_of_other_connection(&connection) {
            let message = format!("Another enterprise connection has the domain {domain}.");
            return Err(ClerkError::conflict("form_identifier_exists", message)
                .with_meta(json!({ "param_name": "domains" })));
        }
        if connection["active"] == true {
            self.remove_enrollment_domains(&connection);
        }
        Ok(self.enterprise_connections.insert(connection))
    }

    pub(in crate::emulator) fn update_enterprise_connection(
        &mut self,
        id: &str,
        change: EnterpriseConnectionChange,
    ) -> Result<Value> {
        let mut connection = self.enterprise_connections.get(id)?.clone();
        let was_active = connection["active"] == true;
        self.apply_to_connection(&mut connection, change)?;
        if self.domain_of_other_connection(&connection).is_some() {
            return Err(ClerkError::identifier_taken("domains"));
        }
        if connection["active"] == true && !was_active {
            self.remove_enrollment_domains(&connection);
        }
        let now = self.now();
        Ok(self.enterprise_connections.replace(connection, now))
    }

    /// Deletes a connection with its test runs. Its directories lose it.
    pub(in crate::emulator) fn delete_enterprise_connection(&mut self, id: &str) -> Result<Value> {
        let deleted = self.enterprise_connections.delete(id)?;
        self.enterprise_test_runs.retain(|run| run["enterprise_connection_id"] != id);
        for directory in self.directories.iter_mut() {
            if directory["enterprise_connection_id"] == id {
                directory["enterprise_connection_id"] = Value::Null;
            }
        }
        Ok(deleted)
    }

    /// Unlinks the connections of an organization that is being deleted.
    pub(super) fn unlink_enterprise_connections(&mut self, organization_id: &str) {
        for connection in self.enterprise_connections.iter_mut() {
            if connection["organization_id"] == organization_id {
                connection["organization_id"] = Value::Null;
            }
        }
    }

    /// Returns the verified domains of organizations that would keep their users from signing in
    /// through the connection.
    pub(super) fn enrollment_domains<'a>(
        &'a self,
        domains: &'a Value,
    ) -> impl Iterator<Item = &'a Value> {
        self.organization_domains.iter().filter(|domain| is_enrollment_domain(domain, domains))
    }

    fn remove_enrollment_domains(&mut self, connection: &Value) {
        let domains = &connection["domains"];
        self.organization_domains.retain(|domain| !is_enrollment_domain(domain, domains));
    }

    fn apply_to_connection(
        &self,
        connection: &mut Value,
        change: EnterpriseConnectionChange,
    ) -> Result<()> {
        if let Some(name) = change.name {
            connection["name"] = json!(fields::name("name", name, 256)?);
        }
        if let Some(domains) = change.domains.filter(|domains| !domains.is_empty()) {
            connection["domains"] = json!(check_domains(&domains)?);
        }
        if let Some(id) = change.organization_id {
            self.check_organization_of_connection(connection, &id)?;
            connection["organization_id"] = json!(id);
        }
        for (name, flag) in [
            ("active", change.active),
            ("sync_user_attributes", change.sync_user_attributes),
            ("disable_additional_identifications", change.disable_additional_identifications),
            ("allow_organization_account_linking", change.allow_organization_account_linking),
        ] {
            if let Some(on) = flag {
                connection[name] = json!(on);
            }
        }
        // Settings of the other protocol have no effect.
        if let Some(settings) = change.saml.filter(|_| connection["saml"].is_object()) {
            settings.apply(&mut connection["saml"])?;
        }
        if let Some(settings) = change.oidc.filter(|_| connection["oidc"].is_object()) {
            settings.apply(&mut connection["oidc"])?;
        }
        if let Some(attributes) = change.custom_attributes {
            let documents = attributes.into_iter().map(CustomAttribute::document);
            connection["custom_attributes"] = json!(documents.collect::<Result<Vec<_>>>()?);
        }
        if connection["active"] == true { check_identity_provider(connection) } else { Ok(()) }
    }

    fn check_organization_of_connection(&self, connection: &Value, id: &str) -> Result<()> {
        self.organizations.get(id)?;
        let is_other =
            |other: &Value| other["organization_id"] == id && other["id"] != connection["id"];
        match self.enterprise_connections.find(is_other) {
            Some(_) => Err(ClerkError::param(
                "organization_already_has_sso_connection",
                "organization_id",
                "The organization already has an SSO connection.",
            )),
            None => Ok(()),
        }
    }

    /// Returns a domain of a connection that another one has too, if any.
    fn domain_of_other_connection(&self, connection: &Value) -> Option<String> {
        let others =
            self.enterprise_connections.iter().filter(|other| other["id"] != connection["id"]);
        let taken: Vec<&Value> =
            others.flat_map(|other| other["domains"].as_array().into_iter().flatten()).collect();
        let own = connection["domains"].as_array()?.iter();
        own.filter_map(Value::as_str).find(|name| taken.contains(&&json!(name))).map(str::to_owned)
    }
}

fn is_enrollment_domain(domain: &Value, domains: &Value) -> bool {
    domains.as_array().is_some_and(|domains| domains.contains(&domain["name"]))
        && is_domain_verified(domain)
        && domain["enrollment_mode"] != "enterprise_sso"
}

/// Checks the names of domains and returns them in lowercase.
fn check_domains(domains: &[String]) -> Result<Vec<String>> {
    let names: Vec<String> = domains.iter().map(|name| name.to_lowercase()).collect();
    if !names.iter().all(|name| fields::is_domain(name)) {
        return Err(ClerkError::invalid_format(
            "domains",
            "a list of domains, such as example.com",
        ));
    }
    fields::check_unique("domains", &names)?;
    Ok(names)
}
