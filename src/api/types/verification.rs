//! The verification of identifications, accounts and domains.

use crate::{api::error::ErrorDetail, timestamp::Timestamp};

model! {
    /// A verification, completed or in progress.
    pub struct Verification {
        /// The status of the verification.
        pub status: VerificationStatus,
        /// The kind of verification, such as `verification_otp`.
        pub object: Option<String>,
        /// The strategy, such as `email_code`, `admin` or `from_oauth_google`.
        pub strategy: String,
        /// The number of attempts so far.
        pub attempts: Option<u64>,
        /// The time when the verification expires.
        pub expire_at: Option<Timestamp>,
        /// The channel that a phone code was sent through.
        pub channel: Option<String>,
        /// The ID of the client on which the verification was completed.
        pub verified_at_client: Option<String>,
        /// The provider's URL at which the user continues the verification.
        pub external_verification_redirect_url: Option<String>,
        /// The reason why the verification failed.
        pub error: Option<ErrorDetail>,
        /// The nonce that a wallet or passkey signs.
        pub nonce: Option<String>,
        /// The message that a wallet shows before it signs.
        pub message: Option<String>,
    }
}

open_enum! {
    /// The status of a verification.
    pub enum VerificationStatus {
        /// The verification is not complete.
        Unverified = "unverified",
        /// The verification succeeded.
        Verified = "verified",
        /// The verification failed.
        Failed = "failed",
        /// The verification expired before it was completed.
        Expired = "expired",
        /// The verification succeeded, but the sign-in must continue as a sign-up, or the sign-up
        /// as a sign-in.
        Transferable = "transferable",
    }
}
