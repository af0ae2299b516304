//! What a user is known by, beside email addresses and phone numbers, and how all of that is verified.

use crate::{
    api::types::{Metadata, Secret, Verification, VerificationStatus},
    timestamp::Timestamp,
};

open_enum! {
    /// How an email address or a phone number is created.
    pub enum IdentificationStatus {
        /// Known to be the user's.
        Verified = "verified",
        /// Good for signing in, and held against everyone else.
        Reserved = "reserved",
        /// Neither. Only where one replaces all others, which may lock the user out.
        Unverified = "unverified",
    }
}

model! {
    /// The verification of an email address or a phone number by a code that was sent there.
    pub struct CodeVerification {
        /// Its ID, for the attempt.
        pub id: String,
        /// What Clerk calls such an object.
        pub object: String,
        /// How far it is.
        pub status: VerificationStatus,
        /// `email_code` or `phone_code`.
        pub strategy: String,
        /// How often it was tried.
        pub attempts: Option<u64>,
        /// When the code expires.
        pub expire_at: Option<Timestamp>,
        /// What a phone code was sent by.
        pub channel: Option<String>,
    }
}

params! {
    /// A code to check, for `attempt_verification` of [`EmailAddresses`](crate::api::EmailAddresses) and
    /// [`PhoneNumbers`](crate::api::PhoneNumbers).
    pub struct AttemptVerification(
        /// The ID of the verification that was prepared.
        verification_id: String,
        /// The code.
        code: Secret,
    ) {}
}

model! {
    /// A reference from one identification of a user to another.
    pub struct IdentificationLink {
        /// The other one's ID.
        pub id: String,
        /// The other one's kind, such as `oauth_google`.
        pub r#type: String,
    }
}

model! {
    /// A web3 wallet of a user.
    #[serde(tag = "object", rename = "web3_wallet")]
    pub struct Web3Wallet {
        /// Its address.
        pub web3_wallet: String,
        /// Its ID, `idn_…`.
        pub id: Option<String>,
        /// How it was verified, or is about to be.
        pub verification: Option<Verification>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

model! {
    /// A passkey of a user.
    #[serde(tag = "object", rename = "passkey")]
    pub struct Passkey {
        /// Its name, which the user may change.
        pub name: String,
        /// Its ID, `idn_…`.
        pub id: Option<String>,
        /// When it was last used.
        pub last_used_at: Option<Timestamp>,
        /// How it was verified, or is about to be.
        pub verification: Option<Verification>,
    }
}

model! {
    /// An account of a user at an OAuth provider.
    pub struct ExternalAccount {
        /// Its ID, `eac_…`.
        pub id: String,
        /// `external_account`, or the older `facebook_account` and `google_account`.
        pub object: String,
        /// The provider, such as `oauth_google`.
        pub provider: String,
        /// The ID of the identification that it is.
        pub identification_id: String,
        /// The provider's own ID of the user.
        pub provider_user_id: String,
        /// The scopes that the user approved, separated by spaces.
        pub approved_scopes: String,
        /// The email address that the provider knows.
        pub email_address: String,
        /// Whether the provider had verified the email address; `None` where that is not known.
        pub email_address_verified: Option<bool>,
        /// First name.
        pub first_name: String,
        /// Last name.
        pub last_name: String,
        /// The provider's image of the user. Deprecated by Clerk in favor of [`image_url`](Self::image_url).
        pub avatar_url: Option<String>,
        /// The provider's image of the user.
        pub image_url: Option<String>,
        /// The username at the provider.
        pub username: Option<String>,
        /// The phone number that the provider knows.
        pub phone_number: Option<String>,
        /// Metadata that the frontend may read.
        pub public_metadata: Metadata,
        /// A label that tells several accounts at one provider apart.
        pub label: Option<String>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
        /// How it was verified, or is about to be.
        pub verification: Option<Verification>,
    }
}
