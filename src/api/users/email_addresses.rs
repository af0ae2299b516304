//! The email addresses of users.

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

/// The email addresses of an instance's users.
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

    /// Updates an email address.
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

    /// Checks a code sent to an email address, and marks the address as verified if the code is
    /// correct. An incorrect or expired code is not an error, but is reported in the status. The
    /// user is not signed in.
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

    /// Replaces all email addresses of a user with a single one, which becomes the primary one.
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
        /// The email address.
        email_address: String,
    ) {
        /// Whether the email address is verified.
        verified: bool,
        /// Whether it becomes the primary email address. A user's first one always does.
        primary: bool,
        /// Whether to notify the user that their primary email address has changed.
        notify_primary_email_address_changed: bool,
    }
}

params! {
    /// The changes made by [`EmailAddresses::update`].
    pub struct UpdateEmailAddress {
        /// Whether the email address is verified.
        verified: bool,
        /// Whether it becomes the primary email address.
        primary: bool,
        /// Whether to notify the user that their primary email address has changed.
        notify_primary_email_address_changed: bool,
    }
}

params! {
    /// The remaining email address, for [`EmailAddresses::replace_for_user`].
    pub struct ReplaceEmailAddress(
        /// The email address.
        email_address: String,
    ) {
        /// The status of the email address: `verified` by default.
        identification_status: IdentificationStatus,
        /// Whether to notify the user that their primary email address has changed.
        notify_primary_email_address_changed: bool,
    }
}

model! {
    /// An email address of a user.
    #[serde(tag = "object", rename = "email_address")]
    pub struct EmailAddress {
        /// The email address.
        pub email_address: String,
        /// The email address's ID, `idn_…`.
        pub id: Option<String>,
        /// Whether the email address is reserved for the user without being verified.
        pub reserved: bool,
        /// The verification of the email address.
        pub verification: Option<Verification>,
        /// The user's other identifications that this one came from, such as an account at an OAuth
        /// provider.
        pub linked_to: Vec<IdentificationLink>,
        /// Whether the domain belongs to an active enterprise connection.
        pub matches_sso_connection: Option<bool>,
        /// The time when the email address was created.
        pub created_at: Timestamp,
        /// The time when the email address was last updated.
        pub updated_at: Timestamp,
    }
}
