//! The phone numbers of users.

use super::identifications::{
    AttemptVerification, CodeVerification, IdentificationLink, IdentificationStatus,
};
use crate::{
    api::{
        client::Client,
        error::Result,
        types::{DeletedObject, Secret, Verification},
    },
    timestamp::Timestamp,
};

/// The phone numbers of an instance's users.
///
/// ```no_run
/// use axum_clerk::api::CreatePhoneNumber;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let number = CreatePhoneNumber::new("user_1", "+15555550100")
///     .verified(true)
///     .reserved_for_second_factor(true);
/// println!("{:?}", clerk.phone_numbers().create(&number).await?.id);
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/phone-numbers)
#[derive(Clone, Copy, Debug)]
pub struct PhoneNumbers<'a>(pub(in crate::api) &'a Client);

impl PhoneNumbers<'_> {
    /// Adds a phone number to a user.
    ///
    /// `POST /phone_numbers`
    pub async fn create(self, params: &CreatePhoneNumber) -> Result<PhoneNumber> {
        self.0.post("/phone_numbers", []).json(params).send().await
    }

    /// Gets a phone number.
    ///
    /// `GET /phone_numbers/{phone_number_id}`
    pub async fn get(self, phone_number_id: &str) -> Result<PhoneNumber> {
        self.0.get("/phone_numbers/{phone_number_id}", [phone_number_id]).send().await
    }

    /// Updates a phone number.
    ///
    /// `PATCH /phone_numbers/{phone_number_id}`
    pub async fn update(
        self,
        phone_number_id: &str,
        params: &UpdatePhoneNumber,
    ) -> Result<PhoneNumber> {
        self.0
            .patch("/phone_numbers/{phone_number_id}", [phone_number_id])
            .json(params)
            .send()
            .await
    }

    /// Deletes a phone number.
    ///
    /// `DELETE /phone_numbers/{phone_number_id}`
    pub async fn delete(self, phone_number_id: &str) -> Result<DeletedObject> {
        self.0.delete("/phone_numbers/{phone_number_id}", [phone_number_id]).send().await
    }

    /// Sends a code to a phone number, for [`attempt_verification`](Self::attempt_verification).
    ///
    /// `POST /phone_numbers/{phone_number_id}/prepare_verification`
    pub async fn prepare_verification(self, phone_number_id: &str) -> Result<CodeVerification> {
        let path = "/phone_numbers/{phone_number_id}/prepare_verification";
        self.0.post(path, [phone_number_id]).send().await
    }

    /// Checks a code sent to a phone number, and marks the number as verified if the code is
    /// correct. An incorrect or expired code is not an error, but is reported in the status. The
    /// user is not signed in.
    ///
    /// `POST /phone_numbers/{phone_number_id}/attempt_verification`
    pub async fn attempt_verification(
        self,
        phone_number_id: &str,
        params: &AttemptVerification,
    ) -> Result<CodeVerification> {
        let path = "/phone_numbers/{phone_number_id}/attempt_verification";
        self.0.post(path, [phone_number_id]).json(params).send().await
    }

    /// Replaces all phone numbers of a user with a single one, which becomes the primary one and is
    /// not a second factor.
    ///
    /// `PUT /users/{user_id}/phone_number`
    pub async fn replace_for_user(
        self,
        user_id: &str,
        params: &ReplacePhoneNumber,
    ) -> Result<PhoneNumber> {
        self.0.put("/users/{user_id}/phone_number", [user_id]).json(params).send().await
    }
}

params! {
    /// A new phone number, for [`PhoneNumbers::create`].
    pub struct CreatePhoneNumber(
        /// The ID of the user.
        user_id: String,
        /// The phone number in E.164 format.
        phone_number: String,
    ) {
        /// Whether the phone number is verified.
        verified: bool,
        /// Whether it becomes the primary phone number. A user's first one always does.
        primary: bool,
        /// Whether the phone number is a second factor, which requires it to be verified.
        reserved_for_second_factor: bool,
    }
}

params! {
    /// The changes made by [`PhoneNumbers::update`].
    pub struct UpdatePhoneNumber {
        /// Whether the phone number is verified.
        verified: bool,
        /// Whether it becomes the primary phone number.
        primary: bool,
        /// Whether the phone number is a second factor, which requires it to be verified.
        reserved_for_second_factor: bool,
    }
}

params! {
    /// The remaining phone number, for [`PhoneNumbers::replace_for_user`].
    pub struct ReplacePhoneNumber(
        /// The phone number in E.164 format.
        phone_number: String,
    ) {
        /// The status of the phone number: `verified` by default.
        identification_status: IdentificationStatus,
    }
}

model! {
    /// A phone number of a user.
    #[serde(tag = "object", rename = "phone_number")]
    pub struct PhoneNumber {
        /// The phone number in E.164 format.
        pub phone_number: String,
        /// The phone number's ID, `idn_…`.
        pub id: Option<String>,
        /// Whether the phone number is a second factor.
        pub reserved_for_second_factor: Option<bool>,
        /// Whether the phone number is the default second factor.
        pub default_second_factor: Option<bool>,
        /// Whether the phone number is reserved for the user without being verified.
        pub reserved: bool,
        /// The verification of the phone number.
        pub verification: Option<Verification>,
        /// The user's other identifications that this one came from, such as an account at an OAuth
        /// provider.
        pub linked_to: Vec<IdentificationLink>,
        /// New backup codes, only in the response to their creation.
        pub backup_codes: Option<Vec<Secret>>,
        /// The time when the phone number was created.
        pub created_at: Timestamp,
        /// The time when the phone number was last updated.
        pub updated_at: Timestamp,
    }
}
