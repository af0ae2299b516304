//! Tokens of links to the admin portal, which the emulator does not have.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{records::INSTANCE_ID, state::Store};
use crate::emulator::{
    http::{ClerkError, Result, fields},
    tokens::{new_id, random_hex, random_id},
};

/// The longest lifetime of a token in seconds.
const MAX_LIFETIME: i64 = 24 * 60 * 60;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct NewAdminPortalToken {
    organization_id: Option<String>,
    it_contact_id: Option<String>,
    scopes: Option<Vec<String>>,
    seconds_until_expiration: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct AdminPortalRevocation {
    revocation_reason: Option<String>,
}

impl Store {
    /// Creates a token. Tokens for the same organization belong to the same link.
    pub(in crate::emulator) fn create_admin_portal_token(
        &mut self,
        new: &NewAdminPortalToken,
    ) -> Result<Value> {
        if let Some(id) = &new.organization_id
            && self.organizations.get(id).is_err()
        {
            return Err(ClerkError::referenced_not_found("organization_id"));
        }
        if new.it_contact_id.as_deref() == Some("") {
            return Err(ClerkError::missing_param("it_contact_id"));
        }
        if new.scopes.iter().flatten().any(String::is_empty) {
            return Err(ClerkError::invalid_value("scopes", "a list of non-empty strings"));
        }
        let seconds = new.seconds_until_expiration.unwrap_or(60 * 60);
        fields::in_range("seconds_until_expiration", seconds, 0..=MAX_LIFETIME)?;
        let now = self.now();
        let organization_id = json!(new.organization_id);
        let same_link =
            self.admin_portal_tokens.find(|token| token["organization_id"] == organization_id);
        let link_id = same_link
            .map_or_else(|| json!(new_id("apl")), |token| token["admin_portal_link_id"].clone());
        let stored = self.admin_portal_tokens.insert(json!({
            "object": "admin_portal_link_token",
            "id": format!("aplt_{}", random_hex(32)),
            "admin_portal_link_id": link_id,
            "instance_id": INSTANCE_ID,
            "organization_id": organization_id,
            "it_contact_id": new.it_contact_id,
            "scopes": new.scopes,
            "revoked": false,
            "revocation_reason": null,
            "expiration": now + seconds * 1000,
            "created_at": now,
            "updated_at": now,
        }));
        let mut document = self.admin_portal_token_document(stored);
        document["token"] = json!(random_id(40));
        Ok(document)
    }

    /// Revokes a token. Revoking it again changes nothing.
    pub(in crate::emulator) fn revoke_admin_portal_token(
        &mut self,
        id: &str,
        revocation: &AdminPortalRevocation,
    ) -> Result<Value> {
        let mut token = self.admin_portal_tokens.get(id)?.clone();
        if token["revoked"] == false {
            token["revoked"] = json!(true);
            token["revocation_reason"] = json!(revocation.revocation_reason);
            let now = self.now();
            token = self.admin_portal_tokens.replace(token, now);
        }
        Ok(self.admin_portal_token_document(token))
    }

    fn admin_portal_token_document(&self, mut token: Value) -> Value {
        let is_expired = token["expiration"].as_i64().is_some_and(|time| time <= self.now());
        token["expired"] = json!(is_expired);
        token
    }
}
