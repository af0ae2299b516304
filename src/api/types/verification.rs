//! Verifications of identifications, of accounts and of domains.

use crate::{api::error::ErrorDetail, timestamp::Timestamp};

model! {
    /// How something was verified, or is about to be.
    pub struct Verification {
        /// How far it is.
        pub status: VerificationStatus,
        /// The kind of verification, such as `verification_otp`.
        pub object: Option<String>,
        /// The way, such as `email_code`, `admin` or `from_oauth_google`.
        pub strategy: String,
        /// How often it was tried.
        pub attempts: Option<u64>,
        /// When it expires.
        pub expire_at: Option<Timestamp>,
        /// What a phone code was sent by.
        pub channel: Option<String>,
        /// The ID of the client on which it was completed.
        pub verified_at_client: Option<String>,
        /// Where the user continues it, at the provider.
        pub external_verification_redirect_url: Option<String>,
        /// Why it failed.
        pub error: Option<ErrorDetail>,
        /// What a wallet or passkey signs.
        pub nonce: Option<String>,
        /// The text that a wallet shows before it signs.
        pub message: Option<String>,
    }
}

open_enum! {
    /// How far a verification is.
    pub enum VerificationStatus {
        /// Not done yet.
        Unverified = "unverified",
        /// Done.
        Verified = "verified",
        /// Failed.
        Failed = "failed",
        /// Not done in time.
        Expired = "expired",
        /// Done, and a sign-in that may become a sign-up, or the other way around.
        Transferable = "transferable",
    }
}
