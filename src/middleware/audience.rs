//! The audience of the token that a request was authenticated by.

use serde_json::Value;

use super::rejection::RejectionKind;
use crate::{authenticate::Principal, token::TokenError};

/// Returns whether the token of a caller is intended for an audience.
pub(super) fn is_for_audience(caller: &Principal, audience: &str) -> bool {
    if let Some(token) = caller.machine_token() {
        return token.is_for(audience);
    }
    match caller.claims().and_then(|claims| claims.get("aud")) {
        Some(Value::String(one)) => one == audience,
        Some(Value::Array(several)) => several.iter().any(|one| one == audience),
        _ => false,
    }
}

impl RejectionKind {
    /// The rejection of a valid token that is intended for another audience.
    pub(super) fn wrong_audience() -> Self {
        Self::SignedOut(Some(TokenError::InvalidClaim("aud").into()))
    }
}
