//! Actor tokens: tickets that sign someone in as another user.

use serde_json::Value;

use super::sign_in_tokens::TicketStatus;
use crate::{
    api::{client::Client, error::Result, types::Secret},
    timestamp::Timestamp,
};

/// The actor tokens of an instance: tickets that sign someone in as another user, for instance to
/// support them.
///
/// The session token has the claim `act` (RFC 8693, section 4.1), which identifies the actor.
///
/// ```no_run
/// use axum_clerk::api::CreateActorToken;
/// use serde_json::json;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let actor = json!({ "sub": "user_support" });
/// let token = CreateActorToken::new("user_customer", actor).expires_in_seconds(600);
/// let token = clerk.actor_tokens().create(&token).await?;
/// println!("open {}", token.url.expect("a new token has its URL").expose());
///
/// // When done:
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

    /// Revokes a pending actor token.
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
        /// The actor, for the session token's claim `act`: an object whose `sub` is the actor's ID.
        actor: Value,
    ) {
        /// The lifetime of the actor token in seconds: an hour by default.
        expires_in_seconds: u32,
        /// The maximum lifetime of the session in seconds: half an hour by default.
        session_max_duration_in_seconds: u32,
    }
}

model! {
    /// A ticket that signs someone in as another user.
    #[serde(tag = "object", rename = "actor_token")]
    pub struct ActorToken {
        /// The actor token's ID, `act_…`.
        pub id: String,
        /// The status of the actor token.
        pub status: TicketStatus,
        /// The ID of the user to sign in as.
        pub user_id: String,
        /// The actor.
        pub actor: Value,
        /// The token itself, only in the response to its creation.
        pub token: Option<Secret>,
        /// The URL at which the actor signs in, only in the response to its creation. It contains
        /// the token.
        pub url: Option<Secret>,
        /// The time when the actor token was created.
        pub created_at: Timestamp,
        /// The time when the actor token was last updated.
        pub updated_at: Timestamp,
    }
}
