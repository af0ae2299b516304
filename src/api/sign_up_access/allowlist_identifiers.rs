//! Allowlist identifiers.

use crate::{
    api::{
        client::Client,
        error::Result,
        instance::{InstanceRestrictions, InstanceSettings, UpdateInstanceRestrictions},
        transport::Items,
        types::{DeletedObject, OptionalPaging},
    },
    timestamp::Timestamp,
};

/// The identifiers that can sign up while the allowlist is enabled.
///
/// ```no_run
/// use axum_clerk::api::{CreateAllowlistIdentifier, UpdateInstanceRestrictions};
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let partner = CreateAllowlistIdentifier::new("*@partner.example.com").notify(false);
/// clerk.allowlist_identifiers().create(&partner).await?;
///
/// let restrictions = UpdateInstanceRestrictions::default().allowlist(true);
/// clerk.instance_settings().update_restrictions(&restrictions).await?;
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/allow-list-block-list)
#[derive(Clone, Copy, Debug)]
pub struct AllowlistIdentifiers<'a>(pub(in crate::api) &'a Client);

impl AllowlistIdentifiers<'_> {
    /// Lists the identifiers on the allowlist.
    ///
    /// `GET /allowlist_identifiers`
    pub async fn list(self, params: &OptionalPaging) -> Result<Vec<AllowlistIdentifier>> {
        self.0.get("/allowlist_identifiers", []).query(params).send_list().await
    }

    /// Streams the identifiers on the allowlist from all pages.
    ///
    /// `GET /allowlist_identifiers`
    pub fn stream(self, params: &OptionalPaging) -> Items<AllowlistIdentifier> {
        self.0.get("/allowlist_identifiers", []).query(&params.clone().paginated(true)).stream()
    }

    /// Adds an identifier to the allowlist.
    ///
    /// `POST /allowlist_identifiers`
    pub async fn create(self, params: &CreateAllowlistIdentifier) -> Result<AllowlistIdentifier> {
        self.0.post("/allowlist_identifiers", []).json(params).send().await
    }

    /// Removes an identifier from the allowlist.
    ///
    /// `DELETE /allowlist_identifiers/{identifier_id}`
    pub async fn delete(self, identifier_id: &str) -> Result<DeletedObject> {
        self.0.delete("/allowlist_identifiers/{identifier_id}", [identifier_id]).send().await
    }

    /// Enables or disables the allowlist.
    ///
    /// `PATCH /instance/restrictions`
    #[deprecated = "use `instance_settings().update_restrictions`, which covers all restrictions"]
    pub async fn set_enabled(self, enabled: bool) -> Result<InstanceRestrictions> {
        let restrictions = UpdateInstanceRestrictions::default().allowlist(enabled);
        InstanceSettings(self.0).update_restrictions(&restrictions).await
    }
}

params! {
    /// Parameters for [`AllowlistIdentifiers::create`].
    pub struct CreateAllowlistIdentifier(
        /// An email address, phone number or web3 wallet address. `*@example.com` matches a whole
        /// domain.
        identifier: String,
    ) {
        /// Whether Clerk sends an invitation to the identifier; `false` by default. Not supported
        /// for web3 wallets.
        notify: bool,
    }
}

model! {
    /// An identifier on the allowlist.
    #[serde(tag = "object", rename = "allowlist_identifier")]
    pub struct AllowlistIdentifier {
        /// The ID of the entry, `alid_…`.
        pub id: String,
        /// The ID of the invitation, if one was sent.
        pub invitation_id: Option<String>,
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

open_enum! {
    /// The type of an identifier.
    pub enum IdentifierType {
        EmailAddress = "email_address",
        PhoneNumber = "phone_number",
        Web3Wallet = "web3_wallet",
    }
}
