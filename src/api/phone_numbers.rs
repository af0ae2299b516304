//! Phone numbers of users.

use super::{IdentificationLink, Secret, Timestamp, Verification};

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
