//! Access tokens that the instance issued as an OAuth provider.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    api::{client::Client, error::Result, types::Secret},
    timestamp::Timestamp,
};

/// The access tokens that the instance issues to OAuth applications. Those that a user has at another provider
/// are with [`Users::oauth_access_tokens`](crate::api::Users::oauth_access_tokens).
///
/// ```no_run
/// use axum_clerk::api::{OAuthAccessTokenVerification, VerifyOAuthAccessToken};
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// match clerk.oauth_access_tokens().verify(&VerifyOAuthAccessToken::new("oat_…")).await? {
///     OAuthAccessTokenVerification::Known(token) => println!("{} may {:?}", token.subject, token.scopes),
///     _ => println!("it is past its time"),
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
    /// An access token to verify, for [`OAuthAccessTokens::verify`].
    pub struct VerifyOAuthAccessToken(
        /// The access token.
        access_token: Secret,
    ) {
        /// The access token again, under its older name. Deprecated by Clerk.
        secret: Secret,
    }
}

/// What Clerk tells of an access token.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum OAuthAccessTokenVerification {
    /// The token is known.
    Known(IssuedOAuthAccessToken),
    /// The token is a JWT, and past its time.
    Inactive {
        /// `false`.
        active: bool,
    },
}

model! {
    /// An access token that the instance issued.
    #[serde(tag = "object", rename = "clerk_idp_oauth_access_token")]
    pub struct IssuedOAuthAccessToken {
        /// Its ID, `oat_…`.
        pub id: String,
        /// The client ID of the application that it was issued to.
        pub client_id: String,
        /// The ID of the user that it stands for.
        pub subject: String,
        /// Its scopes.
        pub scopes: Vec<String>,
        /// The audiences that the token is intended for: a string or a list; `null` if it has none.
        pub aud: Value,
        /// Whether it was made invalid.
        pub revoked: bool,
        /// Why.
        pub revocation_reason: Option<String>,
        /// Whether its time is over.
        pub expired: bool,
        /// When it expires.
        pub expiration: Option<Timestamp>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}
