//! Machine-to-machine tokens.

use serde_json::{Value, json};

use crate::{
    api::{
        client::Client,
        error::Result,
        transport::Items,
        types::{Page, Revocation, Secret},
    },
    timestamp::Timestamp,
};

/// Machine-to-machine (M2M) tokens, which the [machines](crate::api::Machines) of an instance use
/// to call each other.
///
/// A token is created with the secret key of the calling machine and verified with the secret key
/// of the called machine:
///
/// ```no_run
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// use axum_clerk::api::CreateM2mToken;
///
/// let caller = clerk.with_secret_key("ak_caller");
/// let params = CreateM2mToken::default().seconds_until_expiration(60);
/// let token = caller.m2m().create_token(&params).await?;
/// let token = token.token.expect("present when the token is created");
///
/// let callee = clerk.with_secret_key("ak_callee");
/// println!("called by {}", callee.m2m().verify_token(token.expose()).await?.subject);
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/m2m-tokens)
#[derive(Clone, Copy, Debug)]
pub struct M2m<'a>(pub(in crate::api) &'a Client);

impl M2m<'_> {
    /// Lists the opaque tokens of a machine. JWTs are not stored and therefore not listed.
    ///
    /// `GET /m2m_tokens`
    pub async fn list_tokens(self, params: &ListM2mTokens) -> Result<Page<M2mToken>> {
        self.0.get("/m2m_tokens", []).query(params).send().await
    }

    /// Streams the opaque tokens of a machine from all pages.
    ///
    /// `GET /m2m_tokens`
    pub fn stream_tokens(self, params: &ListM2mTokens) -> Items<M2mToken> {
        self.0.get("/m2m_tokens", []).query(params).stream()
    }

    /// Creates a token for the machine that the secret key belongs to. The
    /// [`token`](M2mToken::token) field is only present in this response.
    ///
    /// `POST /m2m_tokens`
    pub async fn create_token(self, params: &CreateM2mToken) -> Result<M2mToken> {
        self.0.post("/m2m_tokens", []).json(params).send().await
    }

    /// Verifies a token. With a machine's secret key, the token must be intended for that machine;
    /// with the instance's secret key, any token of the instance is accepted. An invalid token
    /// results in an [`ApiError`](crate::api::ApiError).
    ///
    /// `POST /m2m_tokens/verify`
    pub async fn verify_token(self, token: &str) -> Result<M2mToken> {
        self.0
            .post("/m2m_tokens/verify", [])
            .json(&json!({ "token": token }))
            .idempotent()
            .send()
            .await
    }

    /// Revokes an opaque token. JWTs cannot be revoked and remain valid until they expire.
    ///
    /// `POST /m2m_tokens/{m2m_token_id}/revoke`
    pub async fn revoke_token(self, m2m_token_id: &str, params: &Revocation) -> Result<M2mToken> {
        self.0.post("/m2m_tokens/{m2m_token_id}/revoke", [m2m_token_id]).json(params).send().await
    }
}

params! {
    /// Parameters for [`M2m::list_tokens`].
    pub struct ListM2mTokens(
        /// The ID of the machine that the tokens belong to.
        subject: String,
    ) {
        /// Whether to include revoked tokens.
        revoked: bool,
        /// Whether to include expired tokens.
        expired: bool,
        /// The maximum number of results: 1 to 100, 10 by default.
        limit: u32,
        /// The number of results to skip.
        offset: u64,
    }
}

params! {
    /// Parameters for [`M2m::create_token`].
    pub struct CreateM2mToken {
        /// The token's format, opaque by default.
        token_format: M2mTokenFormat,
        /// The token's lifetime in seconds. The default is set by the machine.
        seconds_until_expiration: u64,
        /// Custom claims, as an object.
        claims: Value,
        /// Reuses an opaque token with the same claims and scopes if its remaining lifetime in
        /// seconds is at least this long.
        min_remaining_ttl_seconds: u64,
    }
}

open_enum! {
    /// The format of a machine-to-machine token.
    pub enum M2mTokenFormat {
        /// An opaque string, which only Clerk can verify and which can be revoked.
        Opaque = "opaque",
        /// A JWT, which can be verified without calling Clerk.
        Jwt = "jwt",
    }
}

model! {
    /// A machine-to-machine token.
    #[serde(tag = "object", rename = "machine_to_machine_token")]
    pub struct M2mToken {
        /// The token's ID, `mt_…`.
        pub id: String,
        /// The ID of the machine that the token belongs to.
        pub subject: String,
        /// The custom claims.
        pub claims: Value,
        /// The IDs of the machines that the token is intended for.
        pub scopes: Vec<String>,
        /// The token that a machine sends. Only present when the token is created.
        pub token: Option<Secret>,
        /// Whether the token was revoked.
        pub revoked: bool,
        /// The reason why the token was revoked.
        pub revocation_reason: Option<String>,
        /// Whether the token has expired.
        pub expired: bool,
        /// The time when the token expires.
        pub expiration: Option<Timestamp>,
        /// The time when the token was last used.
        pub last_used_at: Option<Timestamp>,
        /// The time when the token was created.
        pub created_at: Timestamp,
        /// The time when the token was last updated.
        pub updated_at: Timestamp,
    }
}
