//! Email addresses of users.

use super::{IdentificationLink, Timestamp, Verification};

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
