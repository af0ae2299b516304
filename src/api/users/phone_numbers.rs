//! Phone numbers of users.

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

/// The phone numbers of the instance's users.
///
/// ```no_run
/// use axum_clerk::api::CreatePhoneNumber;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let number = CreatePhoneNumber::new("user_1", "+15555550100").verified(true).reserved_for_second_factor(true);
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

    /// Changes a phone number.
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

    /// Checks the code that was sent to a phone number, which is verified if the code is right. A wrong or an
    /// expired one is no error: the status tells. Nobody is signed in.
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

    /// Replaces all phone numbers of a user with one, which becomes the primary one and no second factor.
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
        /// The number, in the format of E.164.
        phone_number: String,
    ) {
        /// Whether it counts as verified.
        verified: bool,
        /// Whether it becomes the primary one. The first one does anyway.
        primary: bool,
        /// Whether it is a second factor, for which it has to be verified.
        reserved_for_second_factor: bool,
    }
}

params! {
    /// What [`PhoneNumbers::update`] changes.
    pub struct UpdatePhoneNumber {
        /// Whether it counts as verified.
        verified: bool,
        /// Whether it becomes the primary one.
        primary: bool,
        /// Whether it is a second factor, for which it has to be verified.
        reserved_for_second_factor: bool,
    }
}

params! {
    /// The one phone number that is left, for [`PhoneNumbers::replace_for_user`].
    pub struct ReplacePhoneNumber(
        /// The number, in the format of E.164.
        phone_number: String,
    ) {
        /// How it is created: by default verified.
        identification_status: IdentificationStatus,
    }
}

model! {
    /// A phone number of a user.
    #[serde(tag = "object", rename = "phone_number")]
    pub struct PhoneNumber {
        /// The number, in the format of E.164.
        pub phone_number: String,
        /// Its ID, `idn_…`.
        pub id: Option<String>,
        /// Whether it is a second factor.
        pub reserved_for_second_factor: Option<bool>,
        /// Whether it is the second factor that is asked for first.
        pub default_second_factor: Option<bool>,
        /// Whether it is held for the user without being verified.
        pub reserved: bool,
        /// How it was verified, or is about to be.
        pub verification: Option<Verification>,
        /// What else of the user it came with, such as an account at an OAuth provider.
        pub linked_to: Vec<IdentificationLink>,
        /// Backup codes, right after they were made.
        pub backup_codes: Option<Vec<Secret>>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}
