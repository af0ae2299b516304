//! Sign-ups under way.

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
/// println!("{}: lacks {:?}", sign_up.status, sign_up.missing_fields);
/// // The application has done its part:
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

    /// Changes a sign-up.
    ///
    /// `PATCH /sign_ups/{id}`
    pub async fn update(self, sign_up_id: &str, params: &UpdateSignUp) -> Result<SignUp> {
        self.0.patch("/sign_ups/{id}", [sign_up_id]).json(params).send().await
    }
}

params! {
    /// What [`SignUps::update`] changes.
    pub struct UpdateSignUp {
        /// The application's own ID of whoever signs up, which becomes the user's.
        external_id: Patch<String>,
        /// Whether the application takes an action of its own before the sign-up is complete.
        custom_action: bool,
    }
}

model! {
    /// An attempt to sign up.
    #[serde(tag = "object", rename = "sign_up_attempt")]
    pub struct SignUp {
        /// Its ID, `sua_…`.
        pub id: String,
        /// How far it is.
        pub status: SignUpStatus,
        /// The fields that have to be there.
        pub required_fields: Vec<String>,
        /// The fields that may be there.
        pub optional_fields: Vec<String>,
        /// The required fields that are not there yet.
        pub missing_fields: Vec<String>,
        /// The fields that have yet to be verified.
        pub unverified_fields: Vec<String>,
        /// How far the verifications are.
        pub verifications: SignUpVerifications,
        /// Username.
        pub username: Option<String>,
        /// Email address.
        pub email_address: Option<String>,
        /// Phone number.
        pub phone_number: Option<String>,
        /// Web3 wallet address.
        pub web3_wallet: Option<String>,
        /// Whether there is a password.
        pub password_enabled: bool,
        /// First name.
        pub first_name: Option<String>,
        /// Last name.
        pub last_name: Option<String>,
        /// What becomes the user's unsafe metadata.
        pub unsafe_metadata: Metadata,
        /// What becomes the user's public metadata.
        pub public_metadata: Metadata,
        /// Whether the application takes an action of its own before it is complete.
        pub custom_action: bool,
        /// The application's own ID of whoever signs up.
        pub external_id: Option<String>,
        /// The ID of the session that came of it.
        pub created_session_id: Option<String>,
        /// The ID of the user who came of it.
        pub created_user_id: Option<String>,
        /// When it is given up.
        pub abandon_at: Timestamp,
        /// When the legal requirements were accepted.
        pub legal_accepted_at: Option<Timestamp>,
        /// Locale, such as `en-US`.
        pub locale: Option<String>,
        /// An account at an OAuth provider. Deprecated by Clerk.
        pub external_account: Option<Value>,
    }
}

open_enum! {
    /// How far a sign-up is.
    pub enum SignUpStatus {
        /// Something is missing, or has to be verified.
        MissingRequirements = "missing_requirements",
        /// There is a user.
        Complete = "complete",
        /// Not completed in time.
        Abandoned = "abandoned",
    }
}

model! {
    /// How far the verifications of a sign-up are.
    pub struct SignUpVerifications {
        /// Of the email address.
        pub email_address: Option<SignUpVerification>,
        /// Of the phone number.
        pub phone_number: Option<SignUpVerification>,
        /// Of the web3 wallet.
        pub web3_wallet: Option<SignUpVerification>,
        /// Of the account at an OAuth provider.
        pub external_account: Option<Value>,
    }
}

model! {
    /// How far one verification of a sign-up is.
    pub struct SignUpVerification {
        /// What comes next.
        pub next_action: Option<SignUpVerificationAction>,
        /// The ways to verify it, such as `email_code`.
        pub supported_strategies: Option<Vec<String>>,
    }
}

open_enum! {
    /// What comes next in a verification.
    pub enum SignUpVerificationAction {
        /// It has to be prepared: a code is sent.
        NeedsPrepare = "needs_prepare",
        /// It has to be attempted: the code is entered.
        NeedsAttempt = "needs_attempt",
        /// Nothing.
        Nothing = "",
    }
}
