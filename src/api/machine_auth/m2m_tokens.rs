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

/// Machine-to-machine tokens, with which the [machines](crate::api::Machines) of an instance call one another.
///
/// They are created with the secret key of the machine that is to use them, and verified with that of the
/// machine that is called:
///
/// ```no_run
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// use axum_clerk::api::CreateM2mToken;
///
/// let caller = clerk.with_secret_key("ak_of_the_caller");
/// let token = caller.m2m().create_token(&CreateM2mToken::default().seconds_until_expiration(60)).await?;
/// let token = token.token.expect("a new token has its text");
///
/// let called = clerk.with_secret_key("ak_of_the_called");
/// println!("called by {}", called.m2m().verify_token(token.expose()).await?.subject);
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/m2m-tokens)
#[derive(Clone, Copy, Debug)]
pub struct M2m<'a>(pub(in crate::api) &'a Client);

impl M2m<'_> {
    /// Lists the opaque tokens of a machine. JWTs are not kept.
    ///
    /// `GET /m2m_tokens`
    pub async fn list_tokens(self, params: &ListM2mTokens) -> Result<Page<M2mToken>> {
        self.0.get("/m2m_tokens", []).query(params).send().await
    }

    /// Streams the opaque tokens of a machine, from all pages.
    ///
    /// `GET /m2m_tokens`
    pub fn stream_tokens(self, params: &ListM2mTokens) -> Items<M2mToken> {
        self.0.get("/m2m_tokens", []).query(params).stream()
    }

    /// Creates a token for the machine that the secret key belongs to. Only here does it come with its
    /// [`token`](M2mToken::token).
    ///
    /// `POST /m2m_tokens`
    pub async fn create_token(self, params: &CreateM2mToken) -> Result<M2mToken> {
        self.0.post("/m2m_tokens", []).json(params).send().await
    }

    /// Verifies a token. With a machine's secret key, the token has to be meant for that machine; with the
    /// instance's, any will do. One that does not hold is an [`ApiError`](crate::api::ApiError).
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

    /// Revokes an opaque token. A JWT is valid until it expires.
    ///
    /// `POST /m2m_tokens/{m2m_token_id}/revoke`
    pub async fn revoke_token(self, m2m_token_id: &str, params: &Revocation) -> Result<M2mToken> {
        self.0.post("/m2m_tokens/{m2m_token_id}/revoke", [m2m_token_id]).json(params).send().await
    }
}

params! {
    /// Which tokens [`M2m::list_tokens`] returns.
    pub struct ListM2mTokens(
        /// The ID of the machine that they belong to.
        subject: String,
    ) {
        /// Whether those that were revoked are among them.
        revoked: bool,
        /// Whether those that have expired are among them.
        expired: bool,
        /// How many to return: 1 to 100, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
    }
}

params! {
    /// A new token, for [`M2m::create_token`].
    pub struct CreateM2mToken {
        /// Whether it is opaque, the default, or a JWT.
        token_format: M2mTokenFormat,
        /// How long it is valid, in seconds: by default what the machine says.
        seconds_until_expiration: u64,
        /// Claims of the application's own, as an object.
        claims: Value,
        /// Where an opaque token with the same claims and scopes has at least as many seconds left, it is
        /// returned again.
        min_remaining_ttl_seconds: u64,
    }
}

open_enum! {
    /// What a machine-to-machine token looks like.
    pub enum M2mTokenFormat {
        /// A text that only Clerk understands, and that can be revoked.
        Opaque = "opaque",
        /// A JWT, which is verified without Clerk.
        Jwt = "jwt",
    }
}

model! {
    /// A machine-to-machine token.
    #[serde(tag = "object", rename = "machine_to_machine_token")]
    pub struct M2mToken {
        /// Its ID, `mt_…`.
        pub id: String,
        /// The ID of the machine that it belongs to.
        pub subject: String,
        /// Claims of the application's own.
        pub claims: Value,
        /// The IDs of the machines that it is meant for.
        pub scopes: Vec<String>,
        /// What a machine sends; only when the token is created.
        pub token: Option<Secret>,
        /// Whether it was revoked.
        pub revoked: bool,
        /// Why it was revoked.
        pub revocation_reason: Option<String>,
        /// Whether it is past its end.
        pub expired: bool,
        /// When it expires.
        pub expiration: Option<Timestamp>,
        /// When it was last used.
        pub last_used_at: Option<Timestamp>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}
