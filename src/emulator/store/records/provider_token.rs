//! Access tokens of social providers.

use serde_json::{Value, json};

use crate::emulator::tokens::random_id;

/// The lifetime of a provider's access token in milliseconds.
const LIFETIME: i64 = 60 * 60 * 1000;

/// An access token of a provider.
pub(in crate::emulator) struct ProviderToken {
    token: String,
    expires_at: i64,
}

impl ProviderToken {
    pub(in crate::emulator::store) fn new(now: i64) -> Self {
        Self { token: random_id(40), expires_at: now + LIFETIME }
    }

    pub(in crate::emulator::store) fn is_expired(&self, now: i64) -> bool {
        self.expires_at <= now
    }

    /// Returns the token with its external account, as the Backend API represents it.
    pub(in crate::emulator::store) fn document(&self, account: &Value) -> Value {
        let scopes = account["approved_scopes"].as_str().unwrap_or_default();
        json!({
            "object": "oauth_access_token",
            "external_account_id": account["id"],
            "provider_user_id": account["provider_user_id"],
            "token": self.token,
            "expires_at": self.expires_at,
            "provider": account["provider"],
            "public_metadata": account["public_metadata"],
            "label": account["label"],
            "scopes": scopes.split_whitespace().collect::<Vec<_>>(),
        })
    }
}
