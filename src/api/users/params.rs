//! The parameters of the operations on users.

use super::identifications::IdentificationStatus;
use crate::{
    api::{
        types::field_serde::rfc3339,
        types::{InvitationStatus, Metadata, Patch, Secret},
    },
    timestamp::Timestamp,
};

params! {
    /// Which users [`Users::list`](crate::api::Users::list) returns, and [`Users::count`](crate::api::Users::count) counts. A list of values takes at most 100.
    pub struct ListUsers {
        /// With one of these email addresses.
        email_address: [String],
        /// With one of these phone numbers.
        phone_number: [String],
        /// With one of these IDs of the application's own. `-` before one excludes it, `+` or nothing
        /// includes it.
        external_id: [String],
        /// With one of these usernames.
        username: [String],
        /// With one of these web3 wallet addresses.
        web3_wallet: [String],
        /// With one of these IDs. `-` before one excludes it, `+` or nothing includes it.
        user_id: [String],
        /// Members of one of these organizations. `-` before an ID excludes it, `+` or nothing includes it.
        organization_id: [String],
        /// Where email address, phone number, username, web3 wallet, ID or name contains this text.
        query: String,
        /// Where an email address contains this text, in either case.
        email_address_query: String,
        /// Where a phone number contains this text.
        phone_number_query: String,
        /// Where the username contains this text, in either case.
        username_query: String,
        /// Where the name contains this text, in either case.
        name_query: String,
        /// Banned, or not banned.
        banned: bool,
        /// Last active before this time.
        last_active_at_before: Timestamp,
        /// Last active after this time.
        last_active_at_after: Timestamp,
        /// Active since this time. Deprecated by Clerk in favor of `last_active_at_after`.
        last_active_at_since: Timestamp,
        /// Created before this time.
        created_at_before: Timestamp,
        /// Created after this time.
        created_at_after: Timestamp,
        /// Last signed in before this time.
        last_sign_in_at_before: Timestamp,
        /// Last signed in after this time.
        last_sign_in_at_after: Timestamp,
        /// With an account at this OAuth provider, such as `oauth_google`, and one of `provider_user_id`
        /// there.
        provider: String,
        /// With one of these IDs at `provider`.
        provider_user_id: [String],
        /// `created_at`, `updated_at`, `email_address`, `web3wallet`, `first_name`, `last_name`,
        /// `phone_number`, `username`, `last_active_at` or `last_sign_in_at`, with `-` before it to descend.
        /// By default `-created_at`.
        order_by: String,
        /// How many to return: 1 to 500, 10 by default.
        limit: u32,
        /// How many to skip. Slow when large: `starting_after` is not.
        offset: u64,
        /// The ID of the last user of the page before. Only without `offset`, and ordered by `created_at`: not
        /// for [`Users::stream`](crate::api::Users::stream).
        starting_after: String,
    }
}

params! {
    /// A new user, for [`Users::create`](crate::api::Users::create).
    pub struct CreateUser {
        /// The application's own ID of the user, unique in the instance.
        external_id: String,
        /// First name.
        first_name: String,
        /// Last name.
        last_name: String,
        /// Locale, such as `en-US`.
        locale: String,
        /// Email addresses; the first one becomes the primary one.
        email_address: [String],
        /// The status of each email address, in the same order and as many, or none: then all are verified.
        email_address_identification_status: [IdentificationStatus],
        /// Phone numbers; the first one becomes the primary one.
        phone_number: [String],
        /// The status of each phone number, in the same order and as many, or none: then all are verified.
        phone_number_identification_status: [IdentificationStatus],
        /// Web3 wallet addresses; the first one becomes the primary one.
        web3_wallet: [String],
        /// Username, unique in the instance.
        username: String,
        /// Password in the clear, at least 8 characters.
        password: Secret,
        /// A password that is known only as a digest, made by `password_hasher`.
        password_digest: Secret,
        /// What made `password_digest`.
        password_hasher: PasswordHasher,
        /// Whether to take the password without checks, for users that come from elsewhere.
        skip_password_checks: bool,
        /// Whether the user may do without a password where the instance asks for one.
        skip_password_requirement: bool,
        /// A TOTP secret to keep using: 6 digits, 30 seconds, SHA-1.
        totp_secret: Secret,
        /// Backup codes to keep using, in the clear or as bcrypt digests.
        backup_codes: [Secret],
        /// Metadata that the frontend may read.
        public_metadata: Metadata,
        /// Metadata for the backend alone.
        private_metadata: Metadata,
        /// Metadata that the frontend may read and write.
        unsafe_metadata: Metadata,
        /// Whether the user may delete themselves.
        delete_self_enabled: bool,
        /// When the user accepted the legal requirements.
        #[serde(serialize_with = "rfc3339")]
        legal_accepted_at: Timestamp,
        /// Whether to skip the legal checks, for users that come from elsewhere.
        skip_legal_checks: bool,
        /// Whether the user may do without the identifiers that the instance asks for.
        skip_user_requirement: bool,
        /// Whether the user may create organizations.
        create_organization_enabled: bool,
        /// How many organizations the user may create; 0 is no limit.
        create_organizations_limit: u32,
        /// When the user signed up.
        #[serde(serialize_with = "rfc3339")]
        created_at: Timestamp,
        /// Whether the user signs in without the device being trusted first.
        bypass_client_trust: bool,
        /// Whether the user is banned from the start.
        banned: bool,
        /// Whether the user is locked from the start.
        locked: bool,
    }
}

params! {
    /// What [`Users::update`](crate::api::Users::update) changes.
    pub struct UpdateUser {
        /// The application's own ID of the user, unique in the instance.
        external_id: Patch<String>,
        /// First name.
        first_name: Patch<String>,
        /// Last name.
        last_name: Patch<String>,
        /// Locale, such as `en-US`.
        locale: Patch<String>,
        /// The ID of the email address to make the primary one: one of the user's own, and verified.
        primary_email_address_id: Patch<String>,
        /// Whether to tell the user that their primary email address changed.
        notify_primary_email_address_changed: bool,
        /// The ID of the phone number to make the primary one: one of the user's own, and verified.
        primary_phone_number_id: Patch<String>,
        /// The ID of the web3 wallet to make the primary one: one of the user's own, and verified.
        primary_web3_wallet_id: Patch<String>,
        /// Username, unique in the instance.
        username: Patch<String>,
        /// The ID of the image to show.
        profile_image_id: Patch<String>,
        /// Password in the clear, at least 8 characters.
        password: Secret,
        /// A password that is known only as a digest, made by `password_hasher`.
        password_digest: Secret,
        /// What made `password_digest`.
        password_hasher: PasswordHasher,
        /// Whether to take the password without checks.
        skip_password_checks: bool,
        /// Whether a new password signs the user out everywhere else.
        sign_out_of_other_sessions: bool,
        /// A TOTP secret to keep using.
        totp_secret: Secret,
        /// Backup codes to keep using, in the clear or as bcrypt digests.
        backup_codes: [Secret],
        /// Whether the user may delete themselves.
        delete_self_enabled: bool,
        /// Whether the user may create organizations.
        create_organization_enabled: bool,
        /// When the user accepted the legal requirements.
        #[serde(serialize_with = "rfc3339")]
        legal_accepted_at: Timestamp,
        /// Whether to skip the legal checks.
        skip_legal_checks: bool,
        /// How many organizations the user may create; 0 is no limit.
        create_organizations_limit: Patch<u32>,
        /// When the user signed up.
        #[serde(serialize_with = "rfc3339")]
        created_at: Timestamp,
        /// Whether the user signs in without the device being trusted first.
        bypass_client_trust: bool,
    }
}

params! {
    /// What [`Users::update_metadata`](crate::api::Users::update_metadata) merges, and [`Users::replace_metadata`](crate::api::Users::replace_metadata) puts in place.
    pub struct UpdateUserMetadata {
        /// Metadata that the frontend may read.
        public_metadata: Metadata,
        /// Metadata for the backend alone.
        private_metadata: Metadata,
        /// Metadata that the frontend may read and write.
        unsafe_metadata: Metadata,
    }
}

params! {
    /// Which invitations [`Users::organization_invitations`](crate::api::Users::organization_invitations) returns.
    pub struct ListUserOrganizationInvitations {
        /// In this state.
        status: InvitationStatus,
        /// How many to return: 1 to 500, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
    }
}

open_enum! {
    /// What made a password digest.
    pub enum PasswordHasher {
        Argon2i = "argon2i",
        Argon2id = "argon2id",
        Bcrypt = "bcrypt",
        BcryptSha256Django = "bcrypt_sha256_django",
        LdapSsha = "ldap_ssha",
        Md5 = "md5",
        Md5Phpass = "md5_phpass",
        Pbkdf2Sha1 = "pbkdf2_sha1",
        Pbkdf2Sha256 = "pbkdf2_sha256",
        Pbkdf2Sha256Django = "pbkdf2_sha256_django",
        Pbkdf2Sha512 = "pbkdf2_sha512",
        Pbkdf2Sha512Hex = "pbkdf2_sha512_hex",
        Phpass = "phpass",
        ScryptFirebase = "scrypt_firebase",
        ScryptWerkzeug = "scrypt_werkzeug",
        Sha256 = "sha256",
        Sha512Symfony = "sha512_symfony",
    }
}
