//! Verified machine tokens.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{config::TokenType, timestamp::Timestamp};

/// A verified machine token: an API key, a machine-to-machine token or an OAuth access token.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct MachineToken {
    /// The type of the token.
    pub token_type: TokenType,
    /// The token's ID; empty for a JWT without one.
    pub id: String,
    /// The name of an API key.
    pub name: Option<String>,
    /// The ID of the subject: a user or an organization (API key), a machine (M2M token), or a user
    /// (OAuth access token).
    pub subject: String,
    /// The scopes granted to the token. Those of an M2M token are not permissions, but the IDs of
    /// the machines that it may be sent to.
    pub scopes: Vec<String>,
    /// The custom claims given to the token when it was created.
    pub claims: Option<Value>,
    /// The client ID of the OAuth application that the token was issued to.
    pub client_id: Option<String>,
    /// The time when the token expires.
    pub expires_at: Option<Timestamp>,
    /// The audience of an OAuth access token (`aud`); `None` if it has none.
    #[serde(default)]
    pub audience: Option<Vec<String>>,
    /// The resources that an OAuth access token was requested for (`resource`); `None` if it has
    /// none.
    #[serde(default)]
    pub resource: Option<Vec<String>>,
}

impl MachineToken {
    /// The ID of the user that the token represents.
    #[must_use]
    pub fn user_id(&self) -> Option<&str> {
        match self.token_type {
            TokenType::OAuthToken => Some(&self.subject),
            TokenType::ApiKey => {
                Some(&*self.subject).filter(|subject| subject.starts_with("user_"))
            }
            _ => None,
        }
    }

    /// The ID of the organization that the token represents.
    #[must_use]
    pub fn organization_id(&self) -> Option<&str> {
        let is_key = self.token_type == TokenType::ApiKey;
        Some(&*self.subject).filter(|subject| is_key && subject.starts_with("org_"))
    }

    /// The ID of the machine that the token represents.
    #[must_use]
    pub fn machine_id(&self) -> Option<&str> {
        (self.token_type == TokenType::M2mToken).then_some(&*self.subject)
    }

    /// Returns whether the token is intended for an audience: it has an audience or resources, and
    /// each of the two that it has names this one.
    #[must_use]
    pub fn is_for(&self, audience: &str) -> bool {
        let mut claims = [&self.audience, &self.resource].into_iter().flatten().peekable();
        claims.peek().is_some() && claims.all(|names| names.iter().any(|name| name == audience))
    }

    /// Returns whether the token was granted a scope. The scopes of an M2M token are machine IDs.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|held| held == scope)
    }
}

/// The reason why a machine token was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MachineTokenError {
    /// Clerk does not recognize the token, or the JWT belongs to another class of token.
    #[error("the machine token is invalid")]
    Invalid,
    /// The verification of the JWT failed.
    #[error("the verification of the machine token's JWT failed")]
    VerificationFailed,
    /// Clerk rejected the secret key that the token was to be verified with.
    #[error("Clerk rejected the secret key")]
    InvalidSecretKey,
    /// Clerk could not be reached, or returned an unexpected response.
    #[error("the machine token could not be verified")]
    Unexpected,
}

impl MachineTokenError {
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Invalid => "token-invalid",
            Self::VerificationFailed => "token-verification-failed",
            Self::InvalidSecretKey => "secret-key-invalid",
            Self::Unexpected => "unexpected-error",
        }
    }

    pub(super) fn is_unavailable(self) -> bool {
        matches!(self, Self::InvalidSecretKey | Self::Unexpected)
    }
}

#[cfg(test)]
impl MachineToken {
    /// Creates a token with nothing but a subject.
    pub(crate) fn with_subject(token_type: TokenType, subject: &str) -> Self {
        Self {
            token_type,
            id: "id".into(),
            name: None,
            subject: subject.into(),
            scopes: Vec::new(),
            claims: None,
            client_id: None,
            expires_at: None,
            audience: None,
            resource: None,
        }
    }
}

/// Returns the names in an `aud` or `resource` claim: a string or a list. Anything else is a claim
/// that names nothing.
pub(crate) fn audience_names(claim: Option<&Value>) -> Option<Vec<String>> {
    match claim? {
        Value::Null => None,
        Value::String(one) => Some(vec![one.clone()]),
        Value::Array(several) => {
            Some(several.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect())
        }
        _ => Some(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn audience_and_resource_must_both_name_the_audience() {
        for (audience, resource, expected) in [
            (json!("a"), json!(null), true),
            (json!(["b", "a"]), json!(null), true),
            (json!(null), json!("a"), true),
            (json!("a"), json!(["a", "b"]), true),
            (json!("a"), json!("b"), false),
            (json!("b"), json!("a"), false),
            (json!(null), json!(null), false),
            (json!([]), json!("a"), false),
            (json!(1), json!("a"), false),
            (json!([1]), json!(null), false),
            (json!("a/"), json!(null), false),
            (json!("A"), json!(null), false),
        ] {
            let mut token = MachineToken::with_subject(TokenType::OAuthToken, "user_1");
            token.audience = audience_names(Some(&audience));
            token.resource = audience_names(Some(&resource));
            assert_eq!(token.is_for("a"), expected, "{audience} {resource}");
        }
    }

    #[test]
    fn subject_is_a_user_an_organization_or_a_machine() {
        for (token_type, subject, user_id, organization_id, machine_id) in [
            (TokenType::ApiKey, "user_1", Some("user_1"), None, None),
            (TokenType::ApiKey, "org_1", None, Some("org_1"), None),
            (TokenType::ApiKey, "mch_1", None, None, None),
            (TokenType::OAuthToken, "user_1", Some("user_1"), None, None),
            (TokenType::OAuthToken, "org_1", Some("org_1"), None, None),
            (TokenType::M2mToken, "mch_1", None, None, Some("mch_1")),
            (TokenType::M2mToken, "user_1", None, None, Some("user_1")),
            (TokenType::M2mToken, "org_1", None, None, Some("org_1")),
        ] {
            let token = MachineToken::with_subject(token_type, subject);
            let found = (token.user_id(), token.organization_id(), token.machine_id());
            assert_eq!(found, (user_id, organization_id, machine_id), "{token:?}");
        }
    }
}
