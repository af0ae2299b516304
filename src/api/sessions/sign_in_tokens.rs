//! Sign-in tokens: tickets that sign a user in.

use crate::{
    api::{client::Client, error::Result, types::Secret},
    timestamp::Timestamp,
};

/// Tickets that sign a user in without any other proof, once.
///
/// ```no_run
/// use axum_clerk::api::CreateSignInToken;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let ticket = CreateSignInToken::new("user_1").expires_in_seconds(3600);
/// let ticket = clerk.sign_in_tokens().create(&ticket).await?;
/// println!("open {}", ticket.url.expect("a new ticket has its URL").expose());
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/sign-in-tokens)
#[derive(Clone, Copy, Debug)]
pub struct SignInTokens<'a>(pub(in crate::api) &'a Client);

impl SignInTokens<'_> {
    /// Creates a sign-in token.
    ///
    /// `POST /sign_in_tokens`
    pub async fn create(self, params: &CreateSignInToken) -> Result<SignInToken> {
        self.0.post("/sign_in_tokens", []).json(params).send().await
    }

    /// Makes a pending sign-in token invalid.
    ///
    /// `POST /sign_in_tokens/{sign_in_token_id}/revoke`
    pub async fn revoke(self, sign_in_token_id: &str) -> Result<SignInToken> {
        self.0.post("/sign_in_tokens/{sign_in_token_id}/revoke", [sign_in_token_id]).send().await
    }
}

params! {
    /// A new sign-in token, for [`SignInTokens::create`].
    pub struct CreateSignInToken(
        /// The ID of the user that it signs in.
        user_id: String,
    ) {
        /// The ID of the organization that is active then: one of the user's.
        org_id: String,
        /// How long it is valid, in seconds: by default 30 days.
        expires_in_seconds: u32,
    }
}

model! {
    /// A ticket that signs a user in.
    #[serde(tag = "object", rename = "sign_in_token")]
    pub struct SignInToken {
        /// Its ID, `sit_…`.
        pub id: String,
        /// Whether it was used.
        pub status: TicketStatus,
        /// The ID of the user that it signs in.
        pub user_id: String,
        /// The token, right after it was created.
        pub token: Option<Secret>,
        /// Where the user signs in with it, right after it was created. It has the token in it.
        pub url: Option<Secret>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

open_enum! {
    /// Whether a ticket was used.
    pub enum TicketStatus {
        /// Not yet.
        Pending = "pending",
        /// It was, and is good for nothing any more.
        Accepted = "accepted",
        /// It was made invalid.
        Revoked = "revoked",
    }
}
