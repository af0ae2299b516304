//! The audience of the token that a request was authenticated by.

use serde_json::Value;

use super::{auth::ClerkAuth, rejection::AuthRejection};
use crate::token::TokenError;

/// Returns whether the token is intended for an audience, or `None` without a valid token.
pub(super) fn is_for_audience(auth: &ClerkAuth, audience: &str) -> Option<bool> {
    if let Some(token) = auth.machine_token() {
        return Some(token.is_for(audience));
    }
    Some(match auth.claims()?.get("aud") {
        Some(Value::String(one)) => one == audience,
        Some(Value::Array(several)) => several.iter().any(|one| one == audience),
        _ => false,
    })
}

impl AuthRejection {
    /// The rejection of a valid token that is intended for another audience.
    pub(super) fn wrong_audience() -> Self {
        Self::SignedOut { reason: Some(TokenError::InvalidClaim("aud").into()), sign_in_url: None }
    }
}
