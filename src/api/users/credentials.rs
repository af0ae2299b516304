//! How users sign in: passwords, second factors, devices, and accounts elsewhere.

use serde_json::json;

use super::{operations::Users, user::User};
use crate::{
    api::{
        error::Result,
        transport::{FIRST_API_VERSION, Items},
        types::{DeletedObject, Metadata, OptionalPaging, Page, Secret},
    },
    timestamp::Timestamp,
};

impl Users<'_> {
    /// Checks a user's password. Clerk answers a wrong one with an error.
    ///
    /// `POST /users/{user_id}/verify_password`
    pub async fn verify_password(
        self,
        user_id: &str,
        password: &str,
    ) -> Result<PasswordVerification> {
        let body = json!({ "password": password });
        self.0.post("/users/{user_id}/verify_password", [user_id]).json(&body).send().await
    }

    /// Takes a user's password away, whether or not there is another way to sign in.
    ///
    /// `POST /users/{user_id}/remove_password`
    pub async fn remove_password(self, user_id: &str, params: &RemovePassword) -> Result<User> {
        self.0.post("/users/{user_id}/remove_password", [user_id]).json(params).send().await
    }

    /// Marks a user's password as known to others: it has to be changed at the next sign-in.
    ///
    /// `POST /users/{user_id}/password/set_compromised`
    pub async fn set_password_compromised(
        self,
        user_id: &str,
        params: &SetPasswordCompromised,
    ) -> Result<User> {
        self.0
            .post("/users/{user_id}/password/set_compromised", [user_id])
            .json(params)
            .send()
            .await
    }

    /// Takes that mark away from a user's password.
    ///
    /// `POST /users/{user_id}/password/unset_compromised`
    pub async fn unset_password_compromised(self, user_id: &str) -> Result<User> {
        self.0.post("/users/{user_id}/password/unset_compromised", [user_id]).send().await
    }

    /// Checks a code from a user's authenticator app, or a backup code, which is used up then.
    ///
    /// `POST /users/{user_id}/verify_totp`
    pub async fn verify_totp(self, user_id: &str, code: &str) -> Result<TotpVerification> {
        let body = json!({ "code": code });
        self.0.post("/users/{user_id}/verify_totp", [user_id]).json(&body).send().await
    }

    /// Gives a user a secret for an authenticator app.
    ///
    /// `POST /users/{user_id}/totp`, in version 2021-02-05
    #[deprecated = "use `update` with a `totp_secret`"]
    pub async fn create_totp(self, user_id: &str) -> Result<Totp> {
        self.0.post("/users/{user_id}/totp", [user_id]).api_version(FIRST_API_VERSION).send().await
    }

    /// Takes a user's authenticator apps away.
    ///
    /// `DELETE /users/{user_id}/totp`
    pub async fn delete_totp(self, user_id: &str) -> Result<AffectedUser> {
        self.0.delete("/users/{user_id}/totp", [user_id]).send().await
    }

    /// Makes a user's backup codes invalid.
    ///
    /// `DELETE /users/{user_id}/backup_code`
    pub async fn delete_backup_codes(self, user_id: &str) -> Result<AffectedUser> {
        self.0.delete("/users/{user_id}/backup_code", [user_id]).send().await
    }

    /// Takes all second factors of a user away.
    ///
    /// `DELETE /users/{user_id}/mfa`
    pub async fn disable_mfa(self, user_id: &str) -> Result<AffectedUser> {
        self.0.delete("/users/{user_id}/mfa", [user_id]).send().await
    }

    /// Deletes a passkey of a user, who is told by email.
    ///
    /// `DELETE /users/{user_id}/passkeys/{passkey_identification_id}`
    pub async fn delete_passkey(self, user_id: &str, passkey_id: &str) -> Result<DeletedObject> {
        let path = "/users/{user_id}/passkeys/{passkey_identification_id}";
        self.0.delete(path, [user_id, passkey_id]).send().await
    }

    /// Deletes a web3 wallet of a user.
    ///
    /// `DELETE /users/{user_id}/web3_wallets/{web3_wallet_identification_id}`
    pub async fn delete_web3_wallet(
        self,
        user_id: &str,
        web3_wallet_id: &str,
    ) -> Result<DeletedObject> {
        let path = "/users/{user_id}/web3_wallets/{web3_wallet_identification_id}";
        self.0.delete(path, [user_id, web3_wallet_id]).send().await
    }

    /// Deletes an account of a user at an OAuth provider: here, not there.
    ///
    /// `DELETE /users/{user_id}/external_accounts/{external_account_id}`
    pub async fn delete_external_account(
        self,
        user_id: &str,
        external_account_id: &str,
    ) -> Result<DeletedObject> {
        let path = "/users/{user_id}/external_accounts/{external_account_id}";
        self.0.delete(path, [user_id, external_account_id]).send().await
    }

    /// Lists the access tokens of a user at an OAuth provider, such as `oauth_google`. Clerk refreshes those
    /// that have expired, where the provider lets it.
    ///
    /// `GET /users/{user_id}/oauth_access_tokens/{provider}`
    pub async fn oauth_access_tokens(
        self,
        user_id: &str,
        provider: &str,
        params: &OptionalPaging,
    ) -> Result<Vec<OAuthAccessToken>> {
        let path = "/users/{user_id}/oauth_access_tokens/{provider}";
        self.0.get(path, [user_id, provider]).query(params).send_list().await
    }

    /// Streams the access tokens of a user at an OAuth provider, from all pages.
    ///
    /// `GET /users/{user_id}/oauth_access_tokens/{provider}`
    pub fn stream_oauth_access_tokens(
        self,
        user_id: &str,
        provider: &str,
        params: &OptionalPaging,
    ) -> Items<OAuthAccessToken> {
        let path = "/users/{user_id}/oauth_access_tokens/{provider}";
        self.0.get(path, [user_id, provider]).query(&params.clone().paginated(true)).stream()
    }

    /// Lists the trusted devices of a user, all of them.
    ///
    /// `GET /users/{user_id}/trusted_devices`
    pub async fn list_trusted_devices(self, user_id: &str) -> Result<Page<TrustedDevice>> {
        self.0.get("/users/{user_id}/trusted_devices", [user_id]).send().await
    }

    /// Makes a device of a user's trusted no more.
    ///
    /// `DELETE /users/{user_id}/trusted_devices/{trusted_device_id}`
    pub async fn revoke_trusted_device(
        self,
        user_id: &str,
        trusted_device_id: &str,
    ) -> Result<TrustedDevice> {
        let path = "/users/{user_id}/trusted_devices/{trusted_device_id}";
        self.0.delete(path, [user_id, trusted_device_id]).send().await
    }
}

params! {
    /// What else [`Users::remove_password`] does.
    pub struct RemovePassword {
        /// Whether to end the user's sessions: by default they go on.
        sign_out_of_other_sessions: bool,
    }
}

params! {
    /// What else [`Users::set_password_compromised`] does.
    pub struct SetPasswordCompromised {
        /// Whether to end the user's sessions.
        revoke_all_sessions: bool,
    }
}

model! {
    /// Whether a password is the user's.
    pub struct PasswordVerification {
        /// Whether it is.
        pub verified: bool,
    }
}

model! {
    /// Whether a code is the user's.
    pub struct TotpVerification {
        /// Whether it is.
        pub verified: bool,
        /// What it is.
        pub code_type: Option<CodeType>,
    }
}

open_enum! {
    /// What a code is.
    pub enum CodeType {
        /// From an authenticator app.
        Totp = "totp",
        /// A backup code.
        BackupCode = "backup_code",
    }
}

model! {
    /// What an authenticator app is set up with.
    #[serde(tag = "object", rename = "totp")]
    pub struct Totp {
        /// Its ID, `totp_…`.
        pub id: String,
        /// The secret, right after it was created.
        pub secret: Option<Secret>,
        /// The secret as an `otpauth` URI, for a QR code.
        pub uri: Option<Secret>,
        /// Whether a code was entered.
        pub verified: bool,
        /// Backup codes, right after they were made.
        pub backup_codes: Option<Vec<Secret>>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

model! {
    /// The user that a call was about.
    pub struct AffectedUser {
        /// The user's ID.
        pub user_id: String,
    }
}

model! {
    /// An access token of a user at an OAuth provider.
    #[serde(tag = "object", rename = "oauth_access_token")]
    pub struct OAuthAccessToken {
        /// The token.
        pub token: Secret,
        /// The ID of the account at the provider, `eac_…`.
        pub external_account_id: String,
        /// The provider's own ID of the user.
        pub provider_user_id: String,
        /// When it expires.
        pub expires_at: Option<Timestamp>,
        /// The provider, such as `oauth_google`.
        pub provider: String,
        /// Metadata of the account that the frontend may read.
        pub public_metadata: Metadata,
        /// A label that tells several accounts at one provider apart.
        pub label: Option<String>,
        /// The scopes that it is good for: in OAuth 2.0 only.
        pub scopes: Option<Vec<String>>,
        /// The ID token that came with it: in OpenID Connect only.
        pub id_token: Option<Secret>,
        /// The secret that belongs to it: in OAuth 1.0 only.
        pub token_secret: Option<Secret>,
    }
}

model! {
    /// A device that a user signs in from without a second factor.
    #[serde(tag = "object", rename = "trusted_device")]
    pub struct TrustedDevice {
        /// Its ID.
        pub id: String,
        /// What runs on it.
        pub platform: DevicePlatform,
        /// The ID of the application on it.
        pub app_identifier: String,
        /// Its name.
        pub name: Option<String>,
        /// What it signs with, such as `ES256`.
        pub algorithm: String,
        /// Whether it is trusted still.
        pub status: TrustedDeviceStatus,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
        /// When it was last used.
        pub last_used_at: Option<Timestamp>,
        /// When it was revoked.
        pub revoked_at: Option<Timestamp>,
    }
}

open_enum! {
    /// What runs on a device.
    pub enum DevicePlatform {
        Android = "android",
        Ios = "ios",
    }
}

open_enum! {
    /// Whether a device is trusted.
    pub enum TrustedDeviceStatus {
        /// It is.
        Active = "active",
        /// It is no more.
        Revoked = "revoked",
    }
}
