//! Email addresses of users.

use super::identifications::{
    AttemptVerification, CodeVerification, IdentificationLink, IdentificationStatus,
};
use crate::{
    api::{
        client::Client,
        error::Result,
        types::{DeletedObject, Verification},
    },
    timestamp::Timestamp,
};

/// The email addresses of the instance's users.
///
/// ```no_run
/// use axum_clerk::api::{CreateEmailAddress, UpdateEmailAddress};
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let address = CreateEmailAddress::new("user_1", "ada@example.com").verified(true);
/// let address = clerk.email_addresses().create(&address).await?;
/// let id = address.id.unwrap_or_default();
/// clerk.email_addresses().update(&id, &UpdateEmailAddress::default().primary(true)).await?;
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/email-addresses)
#[derive(Clone, Copy, Debug)]
pub struct EmailAddresses<'a>(pub(in crate::api) &'a Client);

impl EmailAddresses<'_> {
    /// Adds an email address to a user.
    ///
    /// `POST /email_addresses`
    pub async fn create(self, params: &CreateEmailAddress) -> Result<EmailAddress> {
        self.0.post("/email_addresses", []).json(params).send().await
    }

    /// Gets an email address.
    ///
    /// `GET /email_addresses/{email_address_id}`
    pub async fn get(self, email_address_id: &str) -> Result<EmailAddress> {
        self.0.get("/email_addresses/{email_address_id}", [email_address_id]).send().await
    }

    /// Changes an email address.
    ///
    /// `PATCH /email_addresses/{email_address_id}`
    pub async fn update(
        self,
        email_address_id: &str,
        params: &UpdateEmailAddress,
    ) -> Result<EmailAddress> {
        self.0
            .patch("/email_addresses/{email_address_id}", [email_address_id])
            .json(params)
            .send()
            .await
    }

    /// Deletes an email address.
    ///
    /// `DELETE /email_addresses/{email_address_id}`
    pub async fn delete(self, email_address_id: &str) -> Result<DeletedObject> {
        self.0.delete("/email_addresses/{email_address_id}", [email_address_id]).send().await
    }

    /// Sends a code to an email address, for [`attempt_verification`](Self::attempt_verification).
    ///
    /// `POST /email_addresses/{email_address_id}/prepare_verification`
    pub async fn prepare_verification(self, email_address_id: &str) -> Result<CodeVerification> {
        let path = "/email_addresses/{email_address_id}/prepare_verification";
        self.0.post(path, [email_address_id]).send().await
    }

    /// Checks the code that was sent to an email address, which is verified if the code is right. A wrong or
    /// an expired one is no error: the status tells. Nobody is signed in.
    ///
    /// `POST /email_addresses/{email_address_id}/attempt_verification`
    pub async fn attempt_verification(
        self,
        email_address_id: &str,
        params: &AttemptVerification,
    ) -> Result<CodeVerification> {
        let path = "/email_addresses/{email_address_id}/attempt_verification";
        self.0.post(path, [email_address_id]).json(params).send().await
    }

    /// Replaces all email addresses of a user with one, which becomes the primary one.
    ///
    /// `PUT /users/{user_id}/email_address`
    pub async fn replace_for_user(
        self,
        user_id: &str,
        params: &ReplaceEmailAddress,
    ) -> Result<EmailAddress> {
        self.0.put("/users/{user_id}/email_address", [user_id]).json(params).send().await
    }
}

params! {
    /// A new email address, for [`EmailAddresses::create`].
    pub struct CreateEmailAddress(
        /// The ID of the user.
        user_id: String,
        /// The address.
        email_address: String,
    ) {
        /// Whether it counts as verified.
        verified: bool,
        /// Whether it becomes the primary one. The first one does anyway.
        primary: bool,
        /// Whether to tell the user that their primary email address changed.
        notify_primary_email_address_changed: bool,
    }
}

params! {
    /// What [`EmailAddresses::update`] changes.
    pub struct UpdateEmailAddress {
        /// Whether it counts as verified.
        verified: bool,
        /// Whether it becomes the primary one.
        primary: bool,
        /// Whether to tell the user that their primary email address changed.
        notify_primary_email_address_changed: bool,
    }
}

params! {
    /// The one email address that is left, for [`EmailAddresses::replace_for_user`].
    pub struct ReplaceEmailAddress(
        /// The address.
        email_address: String,
    ) {
        /// How it is created: by default verified.
        identification_status: IdentificationStatus,
        /// Whether to tell the user that their primary email address changed.
        notify_primary_email_address_changed: bool,
    }
}

model! {
    /// An email address of a user.
    #[serde(tag = "object", rename = "email_address")]
    pub struct EmailAddress {
        /// The address.
        pub email_address: String,
        /// Its ID, `idn_…`.
        pub id: Option<String>,
        /// Whether it is held for the user without being verified.
        pub reserved: bool,
        /// How it was verified, or is about to be.
        pub verification: Option<Verification>,
        /// What else of the user it came with, such as an account at an OAuth provider.
        pub linked_to: Vec<IdentificationLink>,
        /// Whether its domain is that of an enterprise connection in use.
        pub matches_sso_connection: Option<bool>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}
