//! Blocklist identifiers.

use serde_json::json;

use super::allowlist_identifiers::IdentifierType;
use crate::{
    api::{
        client::Client,
        error::Result,
        types::{DeletedObject, Page},
    },
    timestamp::Timestamp,
};

/// The identifiers that cannot sign up or sign in.
///
/// ```no_run
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// clerk.blocklist_identifiers().create("*@spam.example.com").await?;
/// for blocked in clerk.blocklist_identifiers().list().await?.data {
///     println!("{}", blocked.identifier);
/// }
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/allow-list-block-list)
#[derive(Clone, Copy, Debug)]
pub struct BlocklistIdentifiers<'a>(pub(in crate::api) &'a Client);

impl BlocklistIdentifiers<'_> {
    /// Lists all identifiers on the blocklist.
    ///
    /// `GET /blocklist_identifiers`
    pub async fn list(self) -> Result<Page<BlocklistIdentifier>> {
        self.0.get("/blocklist_identifiers", []).send().await
    }

    /// Blocks an email address, phone number or web3 wallet address. `*@example.com` matches a
    /// whole domain.
    ///
    /// `POST /blocklist_identifiers`
    pub async fn create(self, identifier: &str) -> Result<BlocklistIdentifier> {
        self.0
            .post("/blocklist_identifiers", [])
            .json(&json!({ "identifier": identifier }))
            .send()
            .await
    }

    /// Removes an identifier from the blocklist.
    ///
    /// `DELETE /blocklist_identifiers/{identifier_id}`
    pub async fn delete(self, identifier_id: &str) -> Result<DeletedObject> {
        self.0.delete("/blocklist_identifiers/{identifier_id}", [identifier_id]).send().await
    }
}

model! {
    /// An identifier on the blocklist.
    #[serde(tag = "object", rename = "blocklist_identifier")]
    pub struct BlocklistIdentifier {
        /// The ID of the entry, `blid_…`.
        pub id: String,
        /// The email address, phone number or web3 wallet address.
        pub identifier: String,
        /// The type of the identifier.
        pub identifier_type: IdentifierType,
        /// The ID of the instance.
        pub instance_id: Option<String>,
        /// The time when the identifier was added.
        pub created_at: Timestamp,
        /// The time when the identifier was last updated.
        pub updated_at: Timestamp,
    }
}
