//! API keys.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    records::{Credential, CredentialKind, expiration_after},
    state::Store,
};
use crate::emulator::http::{ClerkError, Result, contains};

const KIND: CredentialKind = CredentialKind::ApiKey;

#[derive(Deserialize)]
pub(in crate::emulator) struct ApiKeyFilter {
    pub(in crate::emulator) subject: String,
    #[serde(default = "api_key_type")]
    r#type: String,
    #[serde(default)]
    include_invalid: bool,
    query: Option<String>,
}

impl ApiKeyFilter {
    fn matches(&self, key: &Credential, now: i64) -> bool {
        let matches_query =
            |query: &String| contains(&json!(key.name), query) || contains(&json!(key.id), query);
        key.kind == KIND
            && key.subject == self.subject
            && key.api_key_type == self.r#type
            && (self.include_invalid || key.is_valid(now))
            && self.query.as_ref().is_none_or(matches_query)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct NewApiKey {
    #[serde(default = "api_key_type")]
    r#type: String,
    name: String,
    description: Option<String>,
    pub(in crate::emulator) subject: String,
    #[serde(default)]
    claims: Value,
    #[serde(default)]
    scopes: Vec<String>,
    pub(in crate::emulator) created_by: Option<String>,
    seconds_until_expiration: Option<f64>,
}

impl NewApiKey {
    /// Rejects what only the app's server may give a key: claims and scopes, which grant access.
    pub(in crate::emulator) fn check_created_by_user(&self) -> Result<()> {
        let reserved = [
            ("claims", !self.claims.is_null()),
            ("scopes", !self.scopes.is_empty()),
            ("created_by", self.created_by.is_some()),
        ];
        match reserved.into_iter().find(|(_, is_given)| *is_given) {
            Some((name, _)) => Err(ClerkError::unknown_param(name)),
            None => Ok(()),
        }
    }
}

impl Store {
    /// Returns the matching API keys, newest first.
    pub(in crate::emulator) fn api_keys(&self, filter: &ApiKeyFilter) -> Result<Vec<Value>> {
        check_subject(&filter.subject)?;
        let now = self.now();
        let found = self.credentials.iter().rev().filter(|key| filter.matches(key, now));
        Ok(found.map(|key| key.document(now)).collect())
    }

    /// Creates an API key and returns it with its secret.
    pub(in crate::emulator) fn create_api_key(&mut self, create: NewApiKey) -> Result<Value> {
        if !(3..=25).contains(&create.r#type.chars().count()) {
            return Err(ClerkError::invalid_value("type", "3 to 25 characters long"));
        }
        if create.name.trim().chars().count() < 3 || create.name.trim() != create.name {
            return Err(ClerkError::invalid_format(
                "name",
                "at least 3 characters long, without leading or trailing whitespace",
            ));
        }
        let now = self.now();
        let mut key = self.new_api_key_for(&create.subject)?;
        let has_name = |other: &Credential| {
            (other.kind, &other.subject, &other.name) == (KIND, &create.subject, &create.name)
                && !other.revoked
        };
        if self.credentials.iter().any(has_name) {
            return Err(ClerkError::conflict(
                "token_creation_conflict",
                "The subject already has an API key with this name.",
            ));
        }
        if create.created_by.as_ref().is_some_and(|user_id| self.user(user_id).is_err()) {
            return Err(ClerkError::referenced_not_found("created_by"));
        }
        key.api_key_type = create.r#type;
        key.name = create.name;
        key.description = api_key_description(create.description)?;
        key.claims = create.claims;
        key.scopes = create.scopes;
        key.created_by = create.created_by;
        key.expires_at =
            create.seconds_until_expiration.map(|n| expiration_after(now, n)).transpose()?;
        let document = key.document_with("secret", &key.token, now);
        self.credentials.push(key);
        Ok(document)
    }

    /// Builds a key for the subject given in a parameter.
    pub(in crate::emulator) fn new_api_key_for(&self, subject: &str) -> Result<Credential> {
        check_subject(subject)?;
        self.new_credential(KIND, subject).map_err(|_| ClerkError::referenced_not_found("subject"))
    }
}

fn api_key_type() -> String {
    "api_key".into()
}

fn check_subject(subject: &str) -> Result<()> {
    let is_word = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    match subject.split_once('_') {
        Some(("user" | "org" | "mch" | "scim", id)) if id.len() == 27 && is_word(id) => Ok(()),
        _ => Err(ClerkError::invalid_format(
            "subject",
            "the ID of a user, an organization or a machine",
        )),
    }
}

/// Accepts a description of at most 255 characters.
pub(in crate::emulator) fn api_key_description(text: Option<String>) -> Result<Option<String>> {
    if text.as_ref().is_some_and(|text| text.chars().count() > 255) {
        return Err(ClerkError::too_long("description", 255));
    }
    Ok(text)
}
