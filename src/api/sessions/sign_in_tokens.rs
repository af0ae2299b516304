//! Sign-in tokens: tickets that sign a user in.

use crate::{
    api::{client::Client, error::Result, types::Secret},
    timestamp::Timestamp,
};

/// The sign-in tokens of an instance: single-use tickets that sign a user in without any other
/// proof.
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

    /// Revokes a pending sign-in token.
    ///
    /// `POST /sign_in_tokens/{sign_in_token_id}/revoke`
    pub async fn revoke(self, sign_in_token_id: &str) -> Result<SignInToken> {
        self.0.post("/sign_in_tokens/{sign_in_token_id}/revoke", [sign_in_token_id]).send().await
    }
}

params! {
    /// A new sign-in token, for [`SignInTokens::create`].
    pub struct CreateSignInToken(
        /// The ID of the user to sign in.
        user_id: String,
    ) {
        /// The ID of the organization to activate, of which the user must be a member.
        org_id: String,
        /// The lifetime of the sign-in token in seconds: 30 days by default.
        expires_in_seconds: u32,
    }
}

model! {
    /// A ticket that signs a user in.
    #[serde(tag = "object", rename = "sign_in_token")]
    pub struct SignInToken {
        /// The sign-in token's ID, `sit_…`.
        pub id: String,
        /// The status of the sign-in token.
        pub status: TicketStatus,
        /// The ID of the user to sign in.
        pub user_id: String,
        /// The token itself, only in the response to its creation.
        pub token: Option<Secret>,
        /// The URL at which the user signs in, only in the response to its creation. It contains
        /// the token.
        pub url: Option<Secret>,
        /// The time when the sign-in token was created.
        pub created_at: Timestamp,
        /// The time when the sign-in token was last updated.
        pub updated_at: Timestamp,
    }
}

open_enum! {
    /// The status of a ticket.
    pub enum TicketStatus {
        /// The ticket has not been used yet.
        Pending = "pending",
        /// The ticket was used and is no longer valid.
        Accepted = "accepted",
        /// The ticket was revoked.
        Revoked = "revoked",
    }
}
