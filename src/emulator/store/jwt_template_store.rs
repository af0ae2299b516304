//! JWT templates, which define the claims and the signing keys of tokens for other services.

use std::ops::RangeInclusive;

use serde::Deserialize;
use serde_json::{Value, json};

use super::state::Store;
use crate::api::Patch;
use crate::emulator::{
    http::{ClerkError, Params, Result, fields},
    tokens::{TemplateKey, TemplateKeyError, new_id},
};

/// The claims that templates must not set.
const RESERVED_CLAIMS: [&str; 11] =
    ["azp", "exp", "fea", "iat", "iss", "jti", "nbf", "pla", "sid", "sub", "v"];

/// The default lifetime of a template's tokens in seconds.
const DEFAULT_LIFETIME: i64 = 60;
/// The default time by which `nbf` precedes `iat`, in seconds.
const DEFAULT_CLOCK_SKEW: i64 = 5;

/// The parameters of a new or updated JWT template.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct JwtTemplateDefinition {
    name: String,
    claims: Params,
    #[serde(default)]
    lifetime: Patch<i64>,
    #[serde(default)]
    allowed_clock_skew: Patch<i64>,
    custom_signing_key: Option<bool>,
    signing_algorithm: Option<String>,
    signing_key: Option<String>,
}

impl JwtTemplateDefinition {
    /// Creates a definition with the default settings.
    pub(in crate::emulator) fn new(name: String, claims: Params) -> Self {
        Self {
            name,
            claims,
            lifetime: Patch::Clear,
            allowed_clock_skew: Patch::Clear,
            custom_signing_key: Some(false),
            signing_algorithm: None,
            signing_key: None,
        }
    }
}

impl Store {
    pub(in crate::emulator) fn jwt_template(&self, name: &str) -> Result<&Value> {
        let found = self.jwt_templates.find(|template| template["name"] == name);
        found.ok_or_else(|| ClerkError::resource_not_found("JWT template", name))
    }

    pub(in crate::emulator) fn create_jwt_template(
        &mut self,
        definition: JwtTemplateDefinition,
    ) -> Result<Value> {
        let now = self.now();
        let template = json!({
            "object": "jwt_template",
            "id": new_id("jtmp"),
            "lifetime": DEFAULT_LIFETIME,
            "allowed_clock_skew": DEFAULT_CLOCK_SKEW,
            "custom_signing_key": false,
            "signing_algorithm": "RS256",
            "created_at": now,
            "updated_at": now,
        });
        let (template, key) = self.define(template, definition)?;
        self.set_signing_key(&template, key);
        Ok(self.jwt_templates.insert(template))
    }

    pub(in crate::emulator) fn update_jwt_template(
        &mut self,
        id: &str,
        definition: JwtTemplateDefinition,
    ) -> Result<Value> {
        let now = self.now();
        let (template, key) = self.define(self.jwt_templates.get(id)?.clone(), definition)?;
        self.set_signing_key(&template, key);
        Ok(self.jwt_templates.replace(template, now))
    }

    /// Creates a template, or replaces the one with the same name.
    pub(in crate::emulator) fn upsert_jwt_template(
        &mut self,
        definition: JwtTemplateDefinition,
    ) -> Result<Value> {
        let id =
            self.jwt_template(&definition.name).ok().and_then(|template| template["id"].as_str());
        match id.map(str::to_owned) {
            Some(id) => self.update_jwt_template(&id, definition),
            None => self.create_jwt_template(definition),
        }
    }

    pub(in crate::emulator) fn delete_jwt_template(&mut self, id: &str) -> Result<Value> {
        let deleted = self.jwt_templates.delete(id)?;
        self.template_keys.remove(id);
        Ok(deleted)
    }

    /// Applies a definition to a template. Returns the template and its custom key, if any.
    fn define(
        &self,
        mut template: Value,
        definition: JwtTemplateDefinition,
    ) -> Result<(Value, Option<TemplateKey>)> {
        let name = fields::name("name", definition.name, 256)?;
        let is_other = |other: &Value| other["id"] != template["id"];
        if self.jwt_template(&name).is_ok_and(is_other) {
            return Err(ClerkError::identifier_taken("name"));
        }
        if let Some(claim) =
            RESERVED_CLAIMS.iter().find(|claim| definition.claims.contains_key(**claim))
        {
            return Err(ClerkError::reserved_claim("jwt_template_reserved_claim", claim));
        }
        template["name"] = json!(name);
        template["claims"] = json!(definition.claims);
        set(&mut template, "lifetime", definition.lifetime, DEFAULT_LIFETIME, 30..=315_360_000)?;
        set(
            &mut template,
            "allowed_clock_skew",
            definition.allowed_clock_skew,
            DEFAULT_CLOCK_SKEW,
            0..=300,
        )?;
        let is_custom = template["custom_signing_key"] == true;
        if !definition.custom_signing_key.unwrap_or(is_custom) {
            template["custom_signing_key"] = json!(false);
            template["signing_algorithm"] = json!("RS256");
            return Ok((template, None));
        }
        let known = template["id"].as_str().and_then(|id| self.template_keys.get(id));
        if definition.signing_algorithm.is_none()
            && definition.signing_key.is_none()
            && known.is_some()
        {
            return Ok((template, known.cloned()));
        }
        let algorithm =
            definition.signing_algorithm.ok_or_else(|| missing_key_param("signing_algorithm"))?;
        let key = definition.signing_key.ok_or_else(|| missing_key_param("signing_key"))?;
        let key = TemplateKey::parse(&algorithm, &key).map_err(|error| match error {
            TemplateKeyError::UnknownAlgorithm => {
                ClerkError::invalid_value("signing_algorithm", "a supported algorithm")
            }
            TemplateKeyError::InvalidKey => {
                ClerkError::invalid_format("signing_key", &format!("a valid key for {algorithm}"))
            }
        })?;
        template["custom_signing_key"] = json!(true);
        template["signing_algorithm"] = json!(algorithm);
        Ok((template, Some(key)))
    }

    fn set_signing_key(&mut self, template: &Value, key: Option<TemplateKey>) {
        let id = template["id"].as_str().unwrap_or_default();
        match key {
            Some(key) => drop(self.template_keys.insert(id.to_owned(), key)),
            None => drop(self.template_keys.remove(id)),
        }
    }
}

/// Sets a number of a template, or resets it to the default.
fn set(
    template: &mut Value,
    name: &str,
    value: Patch<i64>,
    default: i64,
    range: RangeInclusive<i64>,
) -> Result<()> {
    match value {
        Patch::Keep => {}
        Patch::Clear => template[name] = json!(default),
        Patch::Set(number) => template[name] = json!(fields::in_range(name, number, range)?),
    }
    Ok(())
}

fn missing_key_param(param: &str) -> ClerkError {
    let message = format!("{param} is required when custom_signing_key is true.");
    ClerkError::param("form_conditional_param_missing", param, message)
}
