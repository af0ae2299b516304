//! Testing tokens.

use crate::{
    api::{client::Client, error::Result, types::Secret},
    timestamp::Timestamp,
};

/// Tokens that let end-to-end tests bypass bot protection.
///
/// ```no_run
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let token = clerk.testing_tokens().create().await?;
/// println!("?__clerk_testing_token={}", token.token.expose());
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/testing-tokens)
#[derive(Clone, Copy, Debug)]
pub struct TestingTokens<'a>(pub(in crate::api) &'a Client);

impl TestingTokens<'_> {
    /// Creates a testing token.
    ///
    /// `POST /testing_tokens`
    pub async fn create(self) -> Result<TestingToken> {
        self.0.post("/testing_tokens", []).send().await
    }
}

model! {
    /// A token that lets end-to-end tests bypass bot protection.
    #[serde(tag = "object", rename = "testing_token")]
    pub struct TestingToken {
        /// The token, for the query parameter `__clerk_testing_token` of Frontend API requests.
        pub token: Secret,
        /// The time when the token expires.
        pub expires_at: Timestamp,
    }
}
