//! The settings of enterprise connections that belong to a protocol: SAML or OpenID Connect.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::records::{default_attribute_mapping, default_login_hint};
use crate::api::Patch;
use crate::emulator::http::{ClerkError, Result, fields};

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(in crate::emulator) struct SamlSettings {
    pub(in crate::emulator::store) name: Option<String>,
    pub(in crate::emulator::store) idp_entity_id: Patch<String>,
    pub(in crate::emulator::store) idp_sso_url: Patch<String>,
    pub(in crate::emulator::store) idp_certificate: Patch<String>,
    pub(in crate::emulator::store) idp_metadata_url: Patch<String>,
    pub(in crate::emulator::store) idp_metadata: Patch<String>,
    pub(in crate::emulator::store) attribute_mapping: Patch<AttributeMapping>,
    pub(in crate::emulator::store) allow_subdomains: Option<bool>,
    pub(in crate::emulator::store) allow_idp_initiated: Option<bool>,
    pub(in crate::emulator::store) force_authn: Option<bool>,
    pub(in crate::emulator::store) login_hint: Patch<LoginHint>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct AttributeMapping {
    user_id: Option<String>,
    email_address: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct LoginHint {
    mode: LoginHintMode,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
}

#[derive(Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum LoginHintMode {
    EmailAddress,
    CustomAttribute,
    Off,
}

impl SamlSettings {
    pub(super) fn apply(self, saml: &mut Value) -> Result<()> {
        if let Some(name) = self.name {
            saml["name"] = json!(fields::name("name", name, 256)?);
        }
        for (name, url) in
            [("idp_sso_url", &self.idp_sso_url), ("idp_metadata_url", &self.idp_metadata_url)]
        {
            check_url(name, url)?;
        }
        for (name, patch) in [
            ("idp_entity_id", self.idp_entity_id),
            ("idp_sso_url", self.idp_sso_url),
            ("idp_certificate", self.idp_certificate),
            ("idp_metadata_url", self.idp_metadata_url),
        ] {
            fields::patch(saml, name, patch);
        }
        if let Patch::Set(xml) = &self.idp_metadata {
            apply_metadata(saml, xml)?;
        }
        fields::patch(saml, "idp_metadata", self.idp_metadata);
        match self.attribute_mapping {
            Patch::Keep => {}
            Patch::Clear => saml["attribute_mapping"] = default_attribute_mapping(),
            Patch::Set(mapping) => mapping.apply(&mut saml["attribute_mapping"]),
        }
        match self.login_hint {
            Patch::Keep => {}
            Patch::Clear => saml["login_hint"] = default_login_hint(),
            Patch::Set(LoginHint { mode: LoginHintMode::CustomAttribute, source: None }) => {
                let error = ClerkError::missing_conditional_param(
                    "login_hint.source",
                    "login_hint.mode custom_attribute",
                );
                return Err(error);
            }
            Patch::Set(hint) => saml["login_hint"] = json!(hint),
        }
        for (name, flag) in [
            ("allow_subdomains", self.allow_subdomains),
            ("allow_idp_initiated", self.allow_idp_initiated),
            ("force_authn", self.force_authn),
        ] {
            if let Some(on) = flag {
                saml[name] = json!(on);
            }
        }
        Ok(())
    }
}

impl AttributeMapping {
    fn apply(self, mapping: &mut Value) {
        for (name, attribute) in [
            ("user_id", self.user_id),
            ("email_address", self.email_address),
            ("first_name", self.first_name),
            ("last_name", self.last_name),
        ] {
            if let Some(attribute) = attribute {
                mapping[name] = json!(attribute);
            }
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(in crate::emulator) struct OidcSettings {
    client_id: Patch<String>,
    client_secret: Patch<String>,
    discovery_url: Patch<String>,
    auth_url: Patch<String>,
    token_url: Patch<String>,
    user_info_url: Patch<String>,
    requires_pkce: Option<bool>,
}

impl OidcSettings {
    pub(super) fn apply(self, oidc: &mut Value) -> Result<()> {
        fields::patch(oidc, "client_id", self.client_id);
        fields::patch(oidc, "client_secret", self.client_secret);
        for (name, url) in [
            ("discovery_url", self.discovery_url),
            ("auth_url", self.auth_url),
            ("token_url", self.token_url),
            ("user_info_url", self.user_info_url),
        ] {
            check_url(name, &url)?;
            fields::patch(oidc, name, url);
        }
        if let Some(on) = self.requires_pkce {
            if !on && oidc["client_id"].is_string() && oidc["client_secret"].is_null() {
                let expected = "true if there is no client_secret";
                return Err(ClerkError::invalid_value("requires_pkce", expected));
            }
            oidc["requires_pkce"] = json!(on);
        }
        Ok(())
    }
}

/// Rejects a connection that cannot be active because its identity provider is not set up.
pub(super) fn check_identity_provider(connection: &Value) -> Result<()> {
    let (saml, oidc) = (&connection["saml"], &connection["oidc"]);
    let has =
        |settings: &Value, names: &[&str]| names.iter().all(|name| settings[*name].is_string());
    let (is_complete, missing) = if saml.is_null() {
        let has_endpoints =
            has(oidc, &["discovery_url"]) || has(oidc, &["auth_url", "token_url", "user_info_url"]);
        (has(oidc, &["client_id"]) && has_endpoints, "client_id and discovery_url")
    } else {
        let is_complete = has(saml, &["idp_metadata_url"])
            || has(saml, &["idp_entity_id", "idp_sso_url", "idp_certificate"]);
        (is_complete, "idp_entity_id, idp_sso_url and idp_certificate")
    };
    if is_complete {
        Ok(())
    } else {
        let message = format!("The connection needs {missing} before it can be active.");
        Err(ClerkError::unprocessable("saml_connection_cant_be_activated", message))
    }
}

fn check_url(name: &str, url: &Patch<String>) -> Result<()> {
    match url {
        Patch::Set(url) => fields::http_url(name, url),
        Patch::Keep | Patch::Clear => Ok(()),
    }
}

/// Applies the metadata of an identity provider.
fn apply_metadata(saml: &mut Value, xml: &str) -> Result<()> {
    let entity_id = attribute(xml, "entityID").ok_or_else(|| {
        let message = "idp_metadata is not the metadata of an identity provider.";
        ClerkError::param("saml_failed_to_parse_idp_metadata", "idp_metadata", message)
    })?;
    let sso_url = xml
        .split_once("SingleSignOnService")
        .and_then(|(_, rest)| attribute(rest.split('>').next()?, "Location"));
    let certificate = xml
        .split_once("X509Certificate>")
        .and_then(|(_, rest)| Some(rest.split('<').next()?.trim().to_owned()));
    saml["idp_entity_id"] = json!(entity_id);
    for (name, value) in [("idp_sso_url", sso_url), ("idp_certificate", certificate)] {
        if let Some(value) = value {
            saml[name] = json!(value);
        }
    }
    Ok(())
}

/// Returns the value of the first attribute with this name.
fn attribute(xml: &str, name: &str) -> Option<String> {
    let (_, rest) = xml.split_once(&format!("{name}="))?;
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (value, _) = rest[1..].split_once(quote)?;
    Some(value.replace("&amp;", "&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_sets_the_identity_provider() {
        let xml = r#"<md:EntityDescriptor entityID='https://idp.example/?a=1&amp;b=2'>
            <ds:X509Certificate> MIIC </ds:X509Certificate>
            <md:SingleSignOnService Binding="b" Location="https://idp.example/sso"/>
            </md:EntityDescriptor>"#;
        let mut saml = json!({});
        apply_metadata(&mut saml, xml).unwrap();
        assert_eq!(saml["idp_entity_id"], "https://idp.example/?a=1&b=2");
        assert_eq!(saml["idp_sso_url"], "https://idp.example/sso");
        assert_eq!(saml["idp_certificate"], "MIIC");
        for xml in ["", "entityID=", "entityID=\"a", "entityID=é"] {
            assert!(apply_metadata(&mut saml, xml).is_err(), "{xml}");
        }
    }
}
