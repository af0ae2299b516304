//! Sign-up attempts.

use serde_json::Value;

use crate::{
    api::{
        client::Client,
        error::Result,
        types::{Metadata, Patch},
    },
    timestamp::Timestamp,
};

/// Attempts to sign up to the application.
///
/// ```no_run
/// use axum_clerk::api::UpdateSignUp;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let sign_up = clerk.sign_ups().get("sua_1").await?;
/// println!("{}, missing fields: {:?}", sign_up.status, sign_up.missing_fields);
/// clerk.sign_ups().update(&sign_up.id, &UpdateSignUp::default().custom_action(true)).await?;
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/sign-ups)
#[derive(Clone, Copy, Debug)]
pub struct SignUps<'a>(pub(in crate::api) &'a Client);

impl SignUps<'_> {
    /// Gets a sign-up.
    ///
    /// `GET /sign_ups/{id}`
    pub async fn get(self, sign_up_id: &str) -> Result<SignUp> {
        self.0.get("/sign_ups/{id}", [sign_up_id]).send().await
    }

    /// Updates a sign-up.
    ///
    /// `PATCH /sign_ups/{id}`
    pub async fn update(self, sign_up_id: &str, params: &UpdateSignUp) -> Result<SignUp> {
        self.0.patch("/sign_ups/{id}", [sign_up_id]).json(params).send().await
    }
}

params! {
    /// Parameters for [`SignUps::update`].
    pub struct UpdateSignUp {
        /// Your application's ID for the person signing up, copied to the resulting user.
        external_id: Patch<String>,
        /// Whether the sign-up is marked as a custom action of your application.
        custom_action: bool,
    }
}

model! {
    /// An attempt to sign up.
    #[serde(tag = "object", rename = "sign_up_attempt")]
    pub struct SignUp {
        /// The sign-up's ID, `sua_…`.
        pub id: String,
        /// The status of the sign-up.
        pub status: SignUpStatus,
        /// The fields that are required to complete the sign-up.
        pub required_fields: Vec<String>,
        /// The fields that are optional.
        pub optional_fields: Vec<String>,
        /// The required fields that are still missing.
        pub missing_fields: Vec<String>,
        /// The fields that still have to be verified.
        pub unverified_fields: Vec<String>,
        /// The state of the verifications.
        pub verifications: SignUpVerifications,
        /// The username.
        pub username: Option<String>,
        /// The email address.
        pub email_address: Option<String>,
        /// The phone number.
        pub phone_number: Option<String>,
        /// The web3 wallet address.
        pub web3_wallet: Option<String>,
        /// Whether a password is set.
        pub password_enabled: bool,
        /// The first name.
        pub first_name: Option<String>,
        /// The last name.
        pub last_name: Option<String>,
        /// The unsafe metadata, copied to the resulting user.
        pub unsafe_metadata: Metadata,
        /// The public metadata, copied to the resulting user.
        pub public_metadata: Metadata,
        /// Whether the sign-up is marked as a custom action of your application.
        pub custom_action: bool,
        /// Your application's ID for the person signing up.
        pub external_id: Option<String>,
        /// The ID of the resulting session.
        pub created_session_id: Option<String>,
        /// The ID of the resulting user.
        pub created_user_id: Option<String>,
        /// The time when the sign-up is abandoned.
        pub abandon_at: Timestamp,
        /// The time when the legal requirements were accepted.
        pub legal_accepted_at: Option<Timestamp>,
        /// The locale, such as `en-US`.
        pub locale: Option<String>,
        /// An account at an OAuth provider. Deprecated by Clerk.
        pub external_account: Option<Value>,
    }
}

open_enum! {
    /// The status of a sign-up.
    pub enum SignUpStatus {
        /// Required fields are missing or unverified.
        MissingRequirements = "missing_requirements",
        /// The sign-up has created a user.
        Complete = "complete",
        /// The sign-up was not completed in time.
        Abandoned = "abandoned",
    }
}

model! {
    /// The state of the verifications of a sign-up.
    pub struct SignUpVerifications {
        /// The verification of the email address.
        pub email_address: Option<SignUpVerification>,
        /// The verification of the phone number.
        pub phone_number: Option<SignUpVerification>,
        /// The verification of the web3 wallet.
        pub web3_wallet: Option<SignUpVerification>,
        /// The verification of the account at an OAuth provider.
        pub external_account: Option<Value>,
    }
}

model! {
    /// The state of a single verification of a sign-up.
    pub struct SignUpVerification {
        /// The next step of the verification.
        pub next_action: Option<SignUpVerificationAction>,
        /// The supported strategies, such as `email_code`.
        pub supported_strategies: Option<Vec<String>>,
    }
}

open_enum! {
    /// The next step of a verification.
    pub enum SignUpVerificationAction {
        /// The verification has to be prepared, for example by sending a code.
        NeedsPrepare = "needs_prepare",
        /// The verification has to be attempted, for example by entering the code.
        NeedsAttempt = "needs_attempt",
        /// No step is left.
        Nothing = "",
    }
}
