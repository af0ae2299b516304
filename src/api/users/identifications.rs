//! Identifications of users besides email addresses and phone numbers, and their verification.

use crate::{
    api::types::{Metadata, Secret, Verification, VerificationStatus},
    timestamp::Timestamp,
};

open_enum! {
    /// The status of a new email address or phone number.
    pub enum IdentificationStatus {
        /// Verified to belong to the user.
        Verified = "verified",
        /// Not verified, but usable for signing in and unavailable to other users.
        Reserved = "reserved",
        /// Neither verified nor reserved. Only for replacing all others, which can lock the user
        /// out.
        Unverified = "unverified",
    }
}

model! {
    /// The verification of an email address or a phone number with a code.
    pub struct CodeVerification {
        /// The verification's ID, for [`AttemptVerification`].
        pub id: String,
        /// The type of the object, as Clerk names it.
        pub object: String,
        /// The status of the verification.
        pub status: VerificationStatus,
        /// The strategy: `email_code` or `phone_code`.
        pub strategy: String,
        /// The number of attempts so far.
        pub attempts: Option<u64>,
        /// The time when the code expires.
        pub expire_at: Option<Timestamp>,
        /// The channel that a phone code was sent through.
        pub channel: Option<String>,
    }
}

params! {
    /// A code to check, for `attempt_verification` of
    /// [`EmailAddresses`](crate::api::EmailAddresses) and
    /// [`PhoneNumbers`](crate::api::PhoneNumbers).
    pub struct AttemptVerification(
        /// The ID of the prepared verification.
        verification_id: String,
        /// The code.
        code: Secret,
    ) {}
}

model! {
    /// A link from one identification of a user to another.
    pub struct IdentificationLink {
        /// The ID of the other identification.
        pub id: String,
        /// The type of the other identification, such as `oauth_google`.
        pub r#type: String,
    }
}

model! {
    /// A web3 wallet of a user.
    #[serde(tag = "object", rename = "web3_wallet")]
    pub struct Web3Wallet {
        /// The wallet's address.
        pub web3_wallet: String,
        /// The wallet's ID, `idn_…`.
        pub id: Option<String>,
        /// The verification of the wallet.
        pub verification: Option<Verification>,
        /// The time when the wallet was created.
        pub created_at: Timestamp,
        /// The time when the wallet was last updated.
        pub updated_at: Timestamp,
    }
}

model! {
    /// A passkey of a user.
    #[serde(tag = "object", rename = "passkey")]
    pub struct Passkey {
        /// The passkey's name, which the user can change.
        pub name: String,
        /// The passkey's ID, `idn_…`.
        pub id: Option<String>,
        /// The time when the passkey was last used.
        pub last_used_at: Option<Timestamp>,
        /// The verification of the passkey.
        pub verification: Option<Verification>,
    }
}

model! {
    /// A user's account at an OAuth provider.
    pub struct ExternalAccount {
        /// The account's ID, `eac_…`.
        pub id: String,
        /// The type of the object: `external_account`, or the older `facebook_account` and
        /// `google_account`.
        pub object: String,
        /// The provider, such as `oauth_google`.
        pub provider: String,
        /// The ID of the account's identification.
        pub identification_id: String,
        /// The provider's ID for the user.
        pub provider_user_id: String,
        /// The scopes that the user approved, separated by spaces.
        pub approved_scopes: String,
        /// The email address known to the provider.
        pub email_address: String,
        /// Whether the provider has verified the email address; `None` if unknown.
        pub email_address_verified: Option<bool>,
        /// The user's first name.
        pub first_name: String,
        /// The user's last name.
        pub last_name: String,
        /// The URL of the provider's image of the user. Deprecated by Clerk in favor of
        /// [`image_url`](Self::image_url).
        pub avatar_url: Option<String>,
        /// The URL of the provider's image of the user.
        pub image_url: Option<String>,
        /// The username at the provider.
        pub username: Option<String>,
        /// The phone number known to the provider.
        pub phone_number: Option<String>,
        /// Metadata that the frontend can read.
        pub public_metadata: Metadata,
        /// A label that distinguishes several accounts at one provider.
        pub label: Option<String>,
        /// The time when the account was created.
        pub created_at: Timestamp,
        /// The time when the account was last updated.
        pub updated_at: Timestamp,
        /// The verification of the account.
        pub verification: Option<Verification>,
    }
}
