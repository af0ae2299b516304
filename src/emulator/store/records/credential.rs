//! Machine credentials: API keys, machine-to-machine tokens and OAuth access tokens.

use serde_json::{Value, json};

use crate::emulator::http::{ClerkError, Result};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::emulator) enum CredentialKind {
    ApiKey,
    M2mToken,
    OAuthToken,
}

impl CredentialKind {
    /// The prefix of the IDs and opaque tokens.
    pub(in crate::emulator::store) fn prefix(self) -> &'static str {
        match self {
            Self::ApiKey => "ak",
            Self::M2mToken => "mt",
            Self::OAuthToken => "oat",
        }
    }

    pub(in crate::emulator::store) fn name(self) -> &'static str {
        match self {
            Self::ApiKey => "API key",
            Self::M2mToken => "machine-to-machine token",
            Self::OAuthToken => "OAuth access token",
        }
    }
}

/// A credential of a subject. Times are in milliseconds since the epoch.
#[derive(Clone)]
pub(in crate::emulator) struct Credential {
    pub(in crate::emulator) kind: CredentialKind,
    pub(in crate::emulator) id: String,
    /// The opaque token.
    pub(in crate::emulator) token: String,
    pub(in crate::emulator) subject: String,
    /// The custom type of an API key.
    pub(in crate::emulator) api_key_type: String,
    pub(in crate::emulator) name: String,
    pub(in crate::emulator) description: Option<String>,
    pub(in crate::emulator) scopes: Vec<String>,
    pub(in crate::emulator) claims: Value,
    pub(in crate::emulator) client_id: String,
    /// The grant that an OAuth access token was issued for.
    pub(in crate::emulator) grant_id: Option<String>,
    /// The audience of an OAuth access token.
    pub(in crate::emulator) resources: Vec<String>,
    pub(in crate::emulator) created_by: Option<String>,
    pub(in crate::emulator) revoked: bool,
    pub(in crate::emulator::store) revocation_reason: Option<String>,
    pub(in crate::emulator) expires_at: Option<i64>,
    pub(in crate::emulator::store) last_used_at: Option<i64>,
    pub(in crate::emulator) created_at: i64,
    pub(in crate::emulator) updated_at: i64,
}

impl Credential {
    pub(in crate::emulator) fn is_expired(&self, now: i64) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }

    pub(in crate::emulator) fn is_valid(&self, now: i64) -> bool {
        !self.revoked && !self.is_expired(now)
    }

    /// Returns the credential as the Backend API represents it, without the token.
    pub(in crate::emulator) fn document(&self, now: i64) -> Value {
        let mut document = json!({
            "object": match self.kind {
                CredentialKind::ApiKey => "api_key",
                CredentialKind::M2mToken => "machine_to_machine_token",
                CredentialKind::OAuthToken => "clerk_idp_oauth_access_token",
            },
            "id": self.id,
            "subject": self.subject,
            "scopes": self.scopes,
            "revoked": self.revoked,
            "revocation_reason": self.revocation_reason,
            "expired": self.is_expired(now),
            "expiration": self.expires_at,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        });
        if self.kind == CredentialKind::OAuthToken {
            document["client_id"] = json!(self.client_id);
        } else {
            document["claims"] = self.claims.clone();
            document["last_used_at"] = json!(self.last_used_at);
        }
        if self.kind == CredentialKind::ApiKey {
            document["type"] = json!(self.api_key_type);
            document["name"] = json!(self.name);
            document["description"] = json!(self.description);
            document["created_by"] = json!(self.created_by);
        }
        document
    }

    /// Like [`document`](Self::document), with the token in the given field.
    pub(in crate::emulator) fn document_with(&self, field: &str, token: &str, now: i64) -> Value {
        let mut document = self.document(now);
        document[field] = json!(token);
        document
    }
}

/// Returns the expiration time after a positive number of seconds.
pub(in crate::emulator) fn expiration_after(now: i64, seconds: f64) -> Result<i64> {
    if seconds.is_nan() || seconds <= 0.0 {
        return Err(ClerkError::invalid_value("seconds_until_expiration", "greater than 0"));
    }
    #[expect(clippy::cast_possible_truncation, reason = "a cast from f64 saturates")]
    Ok(now.saturating_add((seconds * 1000.0) as i64))
}
