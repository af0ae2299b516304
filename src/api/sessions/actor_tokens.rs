//! Actor tokens: tickets that sign somebody in as somebody else.

use serde_json::Value;

use super::sign_in_tokens::TicketStatus;
use crate::{
    api::{client::Client, error::Result, types::Secret},
    timestamp::Timestamp,
};

/// Tickets with which one signs in as a user, to help them.
///
/// The session has the claim `act` (RFC 8693, section 4.1), which names who acts.
///
/// ```no_run
/// use axum_clerk::api::CreateActorToken;
/// use serde_json::json;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let token = CreateActorToken::new("user_customer", json!({ "sub": "user_support" })).expires_in_seconds(600);
/// let token = clerk.actor_tokens().create(&token).await?;
/// println!("open {}", token.url.expect("a new token has its URL").expose());
///
/// // Done with helping:
/// clerk.actor_tokens().revoke(&token.id).await?;
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/actor-tokens)
#[derive(Clone, Copy, Debug)]
pub struct ActorTokens<'a>(pub(in crate::api) &'a Client);

impl ActorTokens<'_> {
    /// Creates an actor token.
    ///
    /// `POST /actor_tokens`
    pub async fn create(self, params: &CreateActorToken) -> Result<ActorToken> {
        self.0.post("/actor_tokens", []).json(params).send().await
    }

    /// Makes a pending actor token invalid.
    ///
    /// `POST /actor_tokens/{actor_token_id}/revoke`
    pub async fn revoke(self, actor_token_id: &str) -> Result<ActorToken> {
        self.0.post("/actor_tokens/{actor_token_id}/revoke", [actor_token_id]).send().await
    }
}

params! {
    /// A new actor token, for [`ActorTokens::create`].
    pub struct CreateActorToken(
        /// The ID of the user to sign in as.
        user_id: String,
        /// Who acts, as the session token's claim `act`: an object whose `sub` is the actor's ID.
        actor: Value,
    ) {
        /// How long it is valid, in seconds: by default an hour.
        expires_in_seconds: u32,
        /// How long the session lasts, in seconds: by default half an hour.
        session_max_duration_in_seconds: u32,
    }
}

model! {
    /// A ticket that signs somebody in as somebody else.
    #[serde(tag = "object", rename = "actor_token")]
    pub struct ActorToken {
        /// Its ID, `act_…`.
        pub id: String,
        /// Whether it was used.
        pub status: TicketStatus,
        /// The ID of the user to sign in as.
        pub user_id: String,
        /// Who acts.
        pub actor: Value,
        /// The token, right after it was created.
        pub token: Option<Secret>,
        /// Where the actor signs in with it, right after it was created. It has the token in it.
        pub url: Option<Secret>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}
