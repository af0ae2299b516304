//! The JSON Web Key Set of the instance.

use serde_json::Value;

use crate::api::{client::Client, error::Result};

/// The JSON Web Key Set of the instance.
///
/// ```no_run
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// println!("{} keys", clerk.jwks().get().await?.keys.len());
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/jwks)
#[derive(Clone, Copy, Debug)]
pub struct Jwks<'a>(pub(in crate::api) &'a Client);

impl Jwks<'_> {
    /// Gets the key set.
    ///
    /// `GET /jwks`
    pub async fn get(self) -> Result<JsonWebKeySet> {
        self.0.get("/jwks", []).send().await
    }
}

model! {
    /// A JSON Web Key Set, [RFC 7517](https://www.rfc-editor.org/rfc/rfc7517).
    pub struct JsonWebKeySet {
        /// The keys, unchanged, because a set can contain key types that this crate does not
        /// support.
        pub keys: Vec<Value>,
    }
}
