//! The model of a user.

use super::{
    email_addresses::EmailAddress,
    identifications::{ExternalAccount, Passkey, Web3Wallet},
    phone_numbers::PhoneNumber,
};
use crate::{
    api::{
        enterprise::{EnterpriseAccount, SamlAccount},
        organizations::OrganizationMembership,
        types::Metadata,
    },
    timestamp::Timestamp,
};

model! {
    /// A user.
    #[serde(tag = "object", rename = "user")]
    pub struct User {
        /// The user's ID, `user_…`.
        pub id: String,
        /// The application's own ID of the user.
        pub external_id: Option<String>,
        /// The ID of the primary one of [`email_addresses`](Self::email_addresses).
        pub primary_email_address_id: Option<String>,
        /// The ID of the primary one of [`phone_numbers`](Self::phone_numbers).
        pub primary_phone_number_id: Option<String>,
        /// The ID of the primary one of [`web3_wallets`](Self::web3_wallets).
        pub primary_web3_wallet_id: Option<String>,
        /// Username.
        pub username: Option<String>,
        /// First name.
        pub first_name: Option<String>,
        /// Last name.
        pub last_name: Option<String>,
        /// Locale, such as `en-US`.
        pub locale: Option<String>,
        /// The image to show. Deprecated by Clerk in favor of [`image_url`](Self::image_url).
        pub profile_image_url: Option<String>,
        /// The image to show: the user's own, or one that Clerk made.
        pub image_url: Option<String>,
        /// Whether the image is the user's own.
        pub has_image: bool,
        /// Metadata that the frontend may read.
        pub public_metadata: Metadata,
        /// Metadata for the backend alone.
        pub private_metadata: Metadata,
        /// Metadata that the frontend may read and write.
        pub unsafe_metadata: Metadata,
        /// Email addresses.
        pub email_addresses: Vec<EmailAddress>,
        /// Phone numbers.
        pub phone_numbers: Vec<PhoneNumber>,
        /// Web3 wallets.
        pub web3_wallets: Vec<Web3Wallet>,
        /// Passkeys.
        pub passkeys: Vec<Passkey>,
        /// Whether there is a password.
        pub password_enabled: bool,
        /// Whether a second factor is asked for at sign-in.
        pub two_factor_enabled: bool,
        /// Whether an authenticator app is a second factor.
        pub totp_enabled: bool,
        /// Whether there are backup codes.
        pub backup_code_enabled: bool,
        /// When multi-factor authentication was last turned on. It may be off again.
        pub mfa_enabled_at: Option<Timestamp>,
        /// When multi-factor authentication was last turned off. It may be on again.
        pub mfa_disabled_at: Option<Timestamp>,
        /// When the password was last changed.
        pub password_last_updated_at: Option<Timestamp>,
        /// Accounts at OAuth providers.
        pub external_accounts: Vec<ExternalAccount>,
        /// Accounts at SAML identity providers.
        pub saml_accounts: Vec<SamlAccount>,
        /// Accounts at a company's identity provider, whatever its protocol.
        pub enterprise_accounts: Vec<EnterpriseAccount>,
        /// Memberships in organizations, where the call includes them.
        pub organization_memberships: Option<Vec<OrganizationMembership>>,
        /// When the user last signed in.
        pub last_sign_in_at: Option<Timestamp>,
        /// Whether the user is banned.
        pub banned: bool,
        /// Whether the user is locked out after too many failures.
        pub locked: bool,
        /// Whether a directory took the user's access away.
        pub deprovisioned: Option<bool>,
        /// Seconds until a locked user may try again; of a locked user, `None` is never.
        pub lockout_expires_in_seconds: Option<i64>,
        /// Failures that are left until the user is locked; `None` where the instance locks nobody.
        pub verification_attempts_remaining: Option<i64>,
        /// When the user last changed.
        pub updated_at: Timestamp,
        /// When the user was created.
        pub created_at: Timestamp,
        /// Whether the user may delete themselves.
        pub delete_self_enabled: bool,
        /// Whether the user may create organizations.
        pub create_organization_enabled: bool,
        /// How many organizations the user may create; 0 is no limit.
        pub create_organizations_limit: Option<u64>,
        /// When a session of the user was last active, to the day.
        pub last_active_at: Option<Timestamp>,
        /// When the user accepted the legal requirements.
        pub legal_accepted_at: Option<Timestamp>,
        /// Whether the user signs in without the device being trusted first.
        pub bypass_client_trust: Option<bool>,
        /// The directory that the user comes from: in webhook events only.
        pub scim: Option<UserScim>,
    }
}

impl User {
    /// The primary email address.
    #[must_use]
    pub fn primary_email_address(&self) -> Option<&EmailAddress> {
        let id = self.primary_email_address_id.as_deref()?;
        self.email_addresses.iter().find(|address| address.id.as_deref() == Some(id))
    }

    /// The primary phone number.
    #[must_use]
    pub fn primary_phone_number(&self) -> Option<&PhoneNumber> {
        let id = self.primary_phone_number_id.as_deref()?;
        self.phone_numbers.iter().find(|number| number.id.as_deref() == Some(id))
    }
}

model! {
    /// A user's place in a directory.
    pub struct UserScim {
        /// The directory's ID.
        pub directory_id: String,
        /// Whether the directory is in use.
        pub directory_enabled: Option<bool>,
        /// The directory's own ID of the user.
        pub external_id: Option<String>,
    }
}
