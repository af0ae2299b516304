//! Who may sign up, where not everyone may.

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

/// The identifiers that may sign up while the instance has its allowlist on.
///
/// ```no_run
/// use axum_clerk::api::{CreateAllowlistIdentifier, UpdateInstanceRestrictions};
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let partner = CreateAllowlistIdentifier::new("*@partner.example.com").notify(false);
/// clerk.allowlist_identifiers().create(&partner).await?;
/// clerk.instance_settings().update_restrictions(&UpdateInstanceRestrictions::default().allowlist(true)).await?;
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/allow-list-block-list)
#[derive(Clone, Copy, Debug)]
pub struct AllowlistIdentifiers<'a>(pub(in crate::api) &'a Client);

impl AllowlistIdentifiers<'_> {
    /// Lists the identifiers.
    ///
    /// `GET /allowlist_identifiers`
    pub async fn list(self, params: &OptionalPaging) -> Result<Vec<AllowlistIdentifier>> {
        self.0.get("/allowlist_identifiers", []).query(params).send_list().await
    }

    /// Streams the identifiers, from all pages.
    ///
    /// `GET /allowlist_identifiers`
    pub fn stream(self, params: &OptionalPaging) -> Items<AllowlistIdentifier> {
        self.0.get("/allowlist_identifiers", []).query(&params.clone().paginated(true)).stream()
    }

    /// Lets an identifier sign up.
    ///
    /// `POST /allowlist_identifiers`
    pub async fn create(self, params: &CreateAllowlistIdentifier) -> Result<AllowlistIdentifier> {
        self.0.post("/allowlist_identifiers", []).json(params).send().await
    }

    /// Takes an identifier off the list.
    ///
    /// `DELETE /allowlist_identifiers/{identifier_id}`
    pub async fn delete(self, identifier_id: &str) -> Result<DeletedObject> {
        self.0.delete("/allowlist_identifiers/{identifier_id}", [identifier_id]).send().await
    }

    /// Turns the list on or off.
    ///
    /// `PATCH /instance/restrictions`
    #[deprecated = "use `instance_settings().update_restrictions`, which has the other restrictions as well"]
    pub async fn set_enabled(self, enabled: bool) -> Result<InstanceRestrictions> {
        let restrictions = UpdateInstanceRestrictions::default().allowlist(enabled);
        InstanceSettings(self.0).update_restrictions(&restrictions).await
    }
}

params! {
    /// A new identifier, for [`AllowlistIdentifiers::create`].
    pub struct CreateAllowlistIdentifier(
        /// An email address, a phone number or a web3 wallet address. `*@example.com` is a whole domain.
        identifier: String,
    ) {
        /// Whether to invite whoever it belongs to: by default not. Not for web3 wallets.
        notify: bool,
    }
}

model! {
    /// An identifier that may sign up.
    #[serde(tag = "object", rename = "allowlist_identifier")]
    pub struct AllowlistIdentifier {
        /// Its ID, `alid_…`.
        pub id: String,
        /// The ID of the invitation that was sent.
        pub invitation_id: Option<String>,
        /// The email address, phone number or web3 wallet address.
        pub identifier: String,
        /// Which of these it is.
        pub identifier_type: IdentifierType,
        /// The ID of the instance.
        pub instance_id: Option<String>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

open_enum! {
    /// What an identifier is.
    pub enum IdentifierType {
        EmailAddress = "email_address",
        PhoneNumber = "phone_number",
        Web3Wallet = "web3_wallet",
    }
}
