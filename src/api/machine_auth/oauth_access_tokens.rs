//! Access tokens that the instance issues as an OAuth provider.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    api::{client::Client, error::Result, types::Secret},
    timestamp::Timestamp,
};

/// The access tokens that the instance issues to OAuth applications. For the access tokens that
/// users have at other providers, see
/// [`Users::oauth_access_tokens`](crate::api::Users::oauth_access_tokens).
///
/// ```no_run
/// use axum_clerk::api::{OAuthAccessTokenVerification, VerifyOAuthAccessToken};
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// match clerk.oauth_access_tokens().verify(&VerifyOAuthAccessToken::new("oat_…")).await? {
///     OAuthAccessTokenVerification::Known(token) => {
///         println!("user {} with scopes {:?}", token.subject, token.scopes);
///     }
///     _ => println!("the token has expired"),
/// }
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/oauth-access-tokens)
#[derive(Clone, Copy, Debug)]
pub struct OAuthAccessTokens<'a>(pub(in crate::api) &'a Client);

impl OAuthAccessTokens<'_> {
    /// Verifies an access token.
    ///
    /// `POST /oauth_applications/access_tokens/verify`
    pub async fn verify(
        self,
        params: &VerifyOAuthAccessToken,
    ) -> Result<OAuthAccessTokenVerification> {
        self.0
            .post("/oauth_applications/access_tokens/verify", [])
            .json(params)
            .idempotent()
            .send()
            .await
    }
}

params! {
    /// Parameters for [`OAuthAccessTokens::verify`].
    pub struct VerifyOAuthAccessToken(
        /// The access token.
        access_token: Secret,
    ) {
        /// The access token under its older name. Deprecated by Clerk in favor of `access_token`.
        secret: Secret,
    }
}

/// The result of verifying an access token.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum OAuthAccessTokenVerification {
    /// The token is known.
    Known(Box<IssuedOAuthAccessToken>),
    /// The token is an expired JWT.
    Inactive {
        /// Always `false`.
        active: bool,
    },
}

model! {
    /// An access token issued by the instance.
    #[serde(tag = "object", rename = "clerk_idp_oauth_access_token")]
    pub struct IssuedOAuthAccessToken {
        /// The token's ID, `oat_…`.
        pub id: String,
        /// The client ID of the application that the token was issued to.
        pub client_id: String,
        /// The ID of the user that the token represents.
        pub subject: String,
        /// The token's scopes.
        pub scopes: Vec<String>,
        /// The audiences that the token is intended for: a string or a list; `null` if it has none.
        pub aud: Value,
        /// Whether the token was revoked.
        pub revoked: bool,
        /// The reason why the token was revoked.
        pub revocation_reason: Option<String>,
        /// Whether the token has expired.
        pub expired: bool,
        /// The time when the token expires.
        pub expiration: Option<Timestamp>,
        /// The time when the token was created.
        pub created_at: Timestamp,
        /// The time when the token was last updated.
        pub updated_at: Timestamp,
    }
}
