//! Users.

use serde::Deserialize;
use serde_json::json;

use super::{
    DeletedObject, EmailAddress, EnterpriseAccount, ExternalAccount, IdentificationStatus,
    InvitationStatus, Items, Metadata, OrganizationInvitation, OrganizationMembership, Page,
    Paging, Passkey, PasswordHasher, Patch, PhoneNumber, SamlAccount, Secret, Timestamp, Upload,
    Web3Wallet, client::Client, timestamp::rfc3339,
};
use crate::Result;

/// The users of the instance.
///
/// ```no_run
/// use axum_clerk::api::{CreateUser, ListUsers, Timestamp, UpdateUserMetadata};
/// use futures_util::TryStreamExt;
/// use serde_json::json;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let ada = CreateUser::default().first_name("Ada").email_address(["ada@example.com"]);
/// let ada = clerk.users().create(&ada).await?;
/// let plan = UpdateUserMetadata::default().public_metadata(json!({ "plan": "pro" }));
/// clerk.users().update_metadata(&ada.id, &plan).await?;
///
/// let recent = ListUsers::default().created_at_after(Timestamp::from_millis(1_800_000_000_000));
/// let mut recent = clerk.users().stream(recent);
/// while let Some(user) = recent.try_next().await? {
///     println!("{} {:?}", user.id, user.primary_email_address());
/// }
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/users)
#[derive(Clone, Copy, Debug)]
pub struct Users<'a>(pub(super) &'a Client);

impl Users<'_> {
    /// Lists users, the newest first unless `order_by` says otherwise.
    ///
    /// `GET /users`
    pub async fn list(self, params: &ListUsers) -> Result<Vec<User>> {
        self.0.get("/users", []).query(params).send_list().await
    }

    /// Streams users, from all pages.
    ///
    /// `GET /users`
    pub fn stream(self, params: ListUsers) -> Items<User> {
        self.0.get("/users", []).query(&params).stream()
    }

    /// Counts the users that the filters let through. Order and page do not matter and are not sent.
    ///
    /// `GET /users/count`
    pub async fn count(self, params: &ListUsers) -> Result<u64> {
        let filters = ListUsers {
            order_by: None,
            limit: None,
            offset: None,
            starting_after: None,
            ..params.clone()
        };
        let count: TotalCount = self.0.get("/users/count", []).query(&filters).send().await?;
        Ok(count.total_count)
    }

    /// Gets a user.
    ///
    /// `GET /users/{user_id}`
    pub async fn get(self, user_id: &str) -> Result<User> {
        self.0.get("/users/{user_id}", [user_id]).send().await
    }

    /// Creates a user. Email addresses and phone numbers count as verified unless their status says
    /// `reserved`.
    ///
    /// `POST /users`
    pub async fn create(self, params: &CreateUser) -> Result<User> {
        self.0.post("/users", []).json(params).send().await
    }

    /// Changes a user. Metadata has a call of its own: [`update_metadata`](Self::update_metadata).
    ///
    /// `PATCH /users/{user_id}`
    pub async fn update(self, user_id: &str, params: &UpdateUser) -> Result<User> {
        self.0.patch("/users/{user_id}", [user_id]).json(params).send().await
    }

    /// Deletes a user.
    ///
    /// `DELETE /users/{user_id}`
    pub async fn delete(self, user_id: &str) -> Result<DeletedObject> {
        self.0.delete("/users/{user_id}", [user_id]).send().await
    }

    /// Merges into a user's metadata, at every depth; `null` removes a key.
    ///
    /// `PATCH /users/{user_id}/metadata`
    pub async fn update_metadata(self, user_id: &str, params: &UpdateUserMetadata) -> Result<User> {
        self.0.patch("/users/{user_id}/metadata", [user_id]).json(params).send().await
    }

    /// Replaces a user's metadata as far as it is given.
    ///
    /// `PUT /users/{user_id}/metadata`
    pub async fn replace_metadata(
        self,
        user_id: &str,
        params: &UpdateUserMetadata,
    ) -> Result<User> {
        self.0.put("/users/{user_id}/metadata", [user_id]).json(params).send().await
    }

    /// Gives a user an image.
    ///
    /// `POST /users/{user_id}/profile_image`
    pub async fn set_profile_image(self, user_id: &str, image: Upload) -> Result<User> {
        self.0.post("/users/{user_id}/profile_image", [user_id]).upload(image, []).send().await
    }

    /// Takes a user's image away.
    ///
    /// `DELETE /users/{user_id}/profile_image`
    pub async fn delete_profile_image(self, user_id: &str) -> Result<User> {
        self.0.delete("/users/{user_id}/profile_image", [user_id]).send().await
    }

    /// Bans a user: every session is revoked, and signing in is refused until [`unban`](Self::unban).
    ///
    /// `POST /users/{user_id}/ban`
    pub async fn ban(self, user_id: &str) -> Result<User> {
        self.0.post("/users/{user_id}/ban", [user_id]).send().await
    }

    /// Bans 1 to 50 users.
    ///
    /// `POST /users/ban`
    pub async fn bulk_ban(self, user_ids: &[&str]) -> Result<Vec<User>> {
        self.0.post("/users/ban", []).json(&json!({ "user_ids": user_ids })).send_list().await
    }

    /// Lets a banned user sign in again.
    ///
    /// `POST /users/{user_id}/unban`
    pub async fn unban(self, user_id: &str) -> Result<User> {
        self.0.post("/users/{user_id}/unban", [user_id]).send().await
    }

    /// Lets 1 to 50 banned users sign in again.
    ///
    /// `POST /users/unban`
    pub async fn bulk_unban(self, user_ids: &[&str]) -> Result<Vec<User>> {
        self.0.post("/users/unban", []).json(&json!({ "user_ids": user_ids })).send_list().await
    }

    /// Locks a user out, for as long as the instance locks after too many failures.
    ///
    /// `POST /users/{user_id}/lock`
    pub async fn lock(self, user_id: &str) -> Result<User> {
        self.0.post("/users/{user_id}/lock", [user_id]).send().await
    }

    /// Lets a locked user sign in again.
    ///
    /// `POST /users/{user_id}/unlock`
    pub async fn unlock(self, user_id: &str) -> Result<User> {
        self.0.post("/users/{user_id}/unlock", [user_id]).send().await
    }

    /// Lists the organizations that a user is a member of.
    ///
    /// `GET /users/{user_id}/organization_memberships`
    pub async fn organization_memberships(
        self,
        user_id: &str,
        params: &Paging,
    ) -> Result<Page<OrganizationMembership>> {
        self.0
            .get("/users/{user_id}/organization_memberships", [user_id])
            .query(params)
            .send()
            .await
    }

    /// Streams the organizations that a user is a member of, from all pages.
    ///
    /// `GET /users/{user_id}/organization_memberships`
    pub fn stream_organization_memberships(
        self,
        user_id: &str,
        params: Paging,
    ) -> Items<OrganizationMembership> {
        self.0.get("/users/{user_id}/organization_memberships", [user_id]).query(&params).stream()
    }

    /// Lists the invitations to organizations that a user has.
    ///
    /// `GET /users/{user_id}/organization_invitations`
    pub async fn organization_invitations(
        self,
        user_id: &str,
        params: &ListUserOrganizationInvitations,
    ) -> Result<Page<OrganizationInvitation>> {
        self.0
            .get("/users/{user_id}/organization_invitations", [user_id])
            .query(params)
            .send()
            .await
    }

    /// Streams the invitations to organizations that a user has, from all pages.
    ///
    /// `GET /users/{user_id}/organization_invitations`
    pub fn stream_organization_invitations(
        self,
        user_id: &str,
        params: ListUserOrganizationInvitations,
    ) -> Items<OrganizationInvitation> {
        self.0.get("/users/{user_id}/organization_invitations", [user_id]).query(&params).stream()
    }
}

params! {
    /// Which users [`Users::list`] returns, and [`Users::count`] counts. A list of values takes at most 100.
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
        /// for [`Users::stream`].
        starting_after: String,
    }
}

params! {
    /// A new user, for [`Users::create`].
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
    /// What [`Users::update`] changes.
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
    /// What [`Users::update_metadata`] merges, and [`Users::replace_metadata`] puts in place.
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
    /// Which invitations [`Users::organization_invitations`] returns.
    pub struct ListUserOrganizationInvitations {
        /// In this state.
        status: InvitationStatus,
        /// How many to return: 1 to 500, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
    }
}

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

#[derive(Deserialize)]
struct TotalCount {
    total_count: u64,
}
