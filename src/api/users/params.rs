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
    /// The filters, the order and the page of [`Users::list`](crate::api::Users::list) and
    /// [`Users::count`](crate::api::Users::count). A filter with several values, at most 100,
    /// selects users that match any of them.
    pub struct ListUsers {
        /// The email addresses to filter by.
        email_address: [String],
        /// The phone numbers to filter by.
        phone_number: [String],
        /// Your application's IDs to filter by. A leading `-` excludes an ID; `+` or no sign
        /// includes it.
        external_id: [String],
        /// The usernames to filter by.
        username: [String],
        /// The web3 wallet addresses to filter by.
        web3_wallet: [String],
        /// The user IDs to filter by. A leading `-` excludes an ID; `+` or no sign includes it.
        user_id: [String],
        /// The IDs of organizations whose members to return. A leading `-` excludes an
        /// organization; `+` or no sign includes it.
        organization_id: [String],
        /// A substring of an email address, phone number, username, web3 wallet, user ID or name.
        query: String,
        /// A substring of an email address, ignoring case.
        email_address_query: String,
        /// A substring of a phone number.
        phone_number_query: String,
        /// A substring of the username, ignoring case.
        username_query: String,
        /// A substring of the name, ignoring case.
        name_query: String,
        /// Whether to return banned users or users who are not banned.
        banned: bool,
        /// The time before which users were last active.
        last_active_at_before: Timestamp,
        /// The time after which users were last active.
        last_active_at_after: Timestamp,
        /// The time since which users were active. Deprecated by Clerk in favor of
        /// `last_active_at_after`.
        last_active_at_since: Timestamp,
        /// The time before which users were created.
        created_at_before: Timestamp,
        /// The time after which users were created.
        created_at_after: Timestamp,
        /// The time before which users last signed in.
        last_sign_in_at_before: Timestamp,
        /// The time after which users last signed in.
        last_sign_in_at_after: Timestamp,
        /// The OAuth provider of `provider_user_id`, such as `oauth_google`.
        provider: String,
        /// The users' IDs at `provider`, which must be set as well.
        provider_user_id: [String],
        /// The order: `created_at`, `updated_at`, `email_address`, `web3wallet`, `first_name`,
        /// `last_name`, `phone_number`, `username`, `last_active_at` or `last_sign_in_at`, with a
        /// leading `-` for descending order. `-created_at` by default.
        order_by: String,
        /// The maximum number of results: 1 to 500, 10 by default.
        limit: u32,
        /// The number of results to skip. Large offsets are slow; `starting_after` is not.
        offset: u64,
        /// The ID of the last user of the previous page. Requires ordering by `created_at` and no
        /// `offset`, so it cannot be used with [`Users::stream`](crate::api::Users::stream).
        starting_after: String,
    }
}

params! {
    /// A new user, for [`Users::create`](crate::api::Users::create).
    pub struct CreateUser {
        /// Your application's ID for the user, unique within the instance.
        external_id: String,
        /// The user's first name.
        first_name: String,
        /// The user's last name.
        last_name: String,
        /// The user's locale, such as `en-US`.
        locale: String,
        /// The user's email addresses. The first one becomes the primary one.
        email_address: [String],
        /// The status of each email address, in the same order; all are verified if unset.
        email_address_identification_status: [IdentificationStatus],
        /// The user's phone numbers. The first one becomes the primary one.
        phone_number: [String],
        /// The status of each phone number, in the same order; all are verified if unset.
        phone_number_identification_status: [IdentificationStatus],
        /// The user's web3 wallet addresses. The first one becomes the primary one.
        web3_wallet: [String],
        /// The user's username, unique within the instance.
        username: String,
        /// The user's password in plain text, at least 8 characters.
        password: Secret,
        /// The digest of the user's password, in the format of `password_hasher`.
        password_digest: Secret,
        /// The algorithm of `password_digest`.
        password_hasher: PasswordHasher,
        /// Whether to skip the checks of the password, for migrating users.
        skip_password_checks: bool,
        /// Whether the password may be missing even if the instance requires one.
        skip_password_requirement: bool,
        /// An existing TOTP secret, for codes of 6 digits and 30 seconds with SHA-1.
        totp_secret: Secret,
        /// Existing backup codes, in plain text or as bcrypt digests.
        backup_codes: [Secret],
        /// Metadata that the frontend can read.
        public_metadata: Metadata,
        /// Metadata that only the backend can access.
        private_metadata: Metadata,
        /// Metadata that the frontend can read and write.
        unsafe_metadata: Metadata,
        /// Whether the user can delete their own account.
        delete_self_enabled: bool,
        /// The time when the user accepted the legal requirements.
        #[serde(serialize_with = "rfc3339")]
        legal_accepted_at: Timestamp,
        /// Whether to skip the legal checks, for migrating users.
        skip_legal_checks: bool,
        /// Whether identifiers may be missing even if the instance requires them.
        skip_user_requirement: bool,
        /// Whether the user can create organizations.
        create_organization_enabled: bool,
        /// The maximum number of organizations that the user can create; 0 means unlimited.
        create_organizations_limit: u32,
        /// The time when the user signed up.
        #[serde(serialize_with = "rfc3339")]
        created_at: Timestamp,
        /// Whether the user can sign in on devices that are not trusted.
        bypass_client_trust: bool,
        /// Whether the user is created as banned.
        banned: bool,
        /// Whether the user is created as locked.
        locked: bool,
    }
}

params! {
    /// The changes made by [`Users::update`](crate::api::Users::update).
    pub struct UpdateUser {
        /// Your application's ID for the user, unique within the instance.
        external_id: Patch<String>,
        /// The user's first name.
        first_name: Patch<String>,
        /// The user's last name.
        last_name: Patch<String>,
        /// The user's locale, such as `en-US`.
        locale: Patch<String>,
        /// The ID of the new primary email address, which must be verified and belong to the user.
        primary_email_address_id: Patch<String>,
        /// Whether to notify the user that their primary email address has changed.
        notify_primary_email_address_changed: bool,
        /// The ID of the new primary phone number, which must be verified and belong to the user.
        primary_phone_number_id: Patch<String>,
        /// The ID of the new primary web3 wallet, which must be verified and belong to the user.
        primary_web3_wallet_id: Patch<String>,
        /// The user's username, unique within the instance.
        username: Patch<String>,
        /// The ID of the user's profile image.
        profile_image_id: Patch<String>,
        /// The user's password in plain text, at least 8 characters.
        password: Secret,
        /// The digest of the user's password, in the format of `password_hasher`.
        password_digest: Secret,
        /// The algorithm of `password_digest`.
        password_hasher: PasswordHasher,
        /// Whether to skip the checks of the password.
        skip_password_checks: bool,
        /// Whether a new password ends the user's other sessions.
        sign_out_of_other_sessions: bool,
        /// An existing TOTP secret.
        totp_secret: Secret,
        /// Existing backup codes, in plain text or as bcrypt digests.
        backup_codes: [Secret],
        /// Whether the user can delete their own account.
        delete_self_enabled: bool,
        /// Whether the user can create organizations.
        create_organization_enabled: bool,
        /// The time when the user accepted the legal requirements.
        #[serde(serialize_with = "rfc3339")]
        legal_accepted_at: Timestamp,
        /// Whether to skip the legal checks.
        skip_legal_checks: bool,
        /// The maximum number of organizations that the user can create; 0 means unlimited.
        create_organizations_limit: Patch<u32>,
        /// The time when the user signed up.
        #[serde(serialize_with = "rfc3339")]
        created_at: Timestamp,
        /// Whether the user can sign in on devices that are not trusted.
        bypass_client_trust: bool,
    }
}

params! {
    /// The metadata for [`Users::update_metadata`](crate::api::Users::update_metadata) and
    /// [`Users::replace_metadata`](crate::api::Users::replace_metadata).
    pub struct UpdateUserMetadata {
        /// Metadata that the frontend can read.
        public_metadata: Metadata,
        /// Metadata that only the backend can access.
        private_metadata: Metadata,
        /// Metadata that the frontend can read and write.
        unsafe_metadata: Metadata,
    }
}

params! {
    /// The filter and the page of
    /// [`Users::organization_invitations`](crate::api::Users::organization_invitations).
    pub struct ListUserOrganizationInvitations {
        /// The status to filter by.
        status: InvitationStatus,
        /// The maximum number of results: 1 to 500, 10 by default.
        limit: u32,
        /// The number of results to skip.
        offset: u64,
    }
}

open_enum! {
    /// The algorithm of a password digest.
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
