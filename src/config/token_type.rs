//! The types of token that a request may carry.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A type of token that a request may carry.
///
/// As text it is spelled as in Clerk's SDKs, such as `session_token`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
pub enum TokenType {
    /// A user's session token, from the cookie or the `Authorization` header.
    #[serde(rename = "session_token")]
    SessionToken,
    /// An [API key](https://clerk.com/docs/guides/development/machine-auth/api-keys) of a user or
    /// an organization.
    #[serde(rename = "api_key")]
    ApiKey,
    /// A [machine-to-machine
    /// token](https://clerk.com/docs/guides/development/machine-auth/m2m-tokens).
    #[serde(rename = "m2m_token")]
    M2mToken,
    /// An [OAuth access
    /// token](https://clerk.com/docs/guides/development/machine-auth/oauth-tokens).
    #[serde(rename = "oauth_token")]
    OAuthToken,
}

impl TokenType {
    /// All types of token.
    pub const ALL: [Self; 4] = [Self::SessionToken, Self::ApiKey, Self::M2mToken, Self::OAuthToken];

    /// Returns the type as Clerk's SDKs spell it, such as `session_token`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SessionToken => "session_token",
            Self::ApiKey => "api_key",
            Self::M2mToken => "m2m_token",
            Self::OAuthToken => "oauth_token",
        }
    }
}

impl fmt::Display for TokenType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for TokenType {
    type Err = ParseTokenTypeError;

    fn from_str(text: &str) -> Result<Self, ParseTokenTypeError> {
        let is_named = |token_type: &Self| token_type.as_str() == text;
        Self::ALL.into_iter().find(is_named).ok_or(ParseTokenTypeError)
    }
}

/// The error of parsing a [`TokenType`] from an unknown name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected session_token, api_key, m2m_token or oauth_token")]
#[non_exhaustive]
pub struct ParseTokenTypeError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_types_round_trip_through_text_and_serde() {
        for token_type in TokenType::ALL {
            assert_eq!(token_type.to_string().parse(), Ok(token_type));
            let json = serde_json::to_value(token_type).expect("JSON");
            assert_eq!(json, token_type.as_str());
            assert_eq!(serde_json::from_value::<TokenType>(json).expect("a type"), token_type);
        }
        assert_eq!("cookie".parse::<TokenType>(), Err(ParseTokenTypeError));
    }
}
