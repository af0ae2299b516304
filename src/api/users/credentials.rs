//! Passwords, second factors, devices and external accounts of users.

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
    /// Verifies a user's password. Clerk returns an error if it is wrong.
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

    /// Removes a user's password, even if the user has no other way to sign in.
    ///
    /// `POST /users/{user_id}/remove_password`
    pub async fn remove_password(self, user_id: &str, params: &RemovePassword) -> Result<User> {
        self.0.post("/users/{user_id}/remove_password", [user_id]).json(params).send().await
    }

    /// Marks a user's password as compromised: the user must change it at the next sign-in.
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

    /// Removes the mark set by [`set_password_compromised`](Self::set_password_compromised).
    ///
    /// `POST /users/{user_id}/password/unset_compromised`
    pub async fn unset_password_compromised(self, user_id: &str) -> Result<User> {
        self.0.post("/users/{user_id}/password/unset_compromised", [user_id]).send().await
    }

    /// Verifies a code from a user's authenticator app, or a backup code, which can be used only
    /// once.
    ///
    /// `POST /users/{user_id}/verify_totp`
    pub async fn verify_totp(self, user_id: &str, code: &str) -> Result<TotpVerification> {
        let body = json!({ "code": code });
        self.0.post("/users/{user_id}/verify_totp", [user_id]).json(&body).send().await
    }

    /// Creates a user's secret for an authenticator app.
    ///
    /// `POST /users/{user_id}/totp`, in version 2021-02-05
    #[deprecated = "use `update` with a `totp_secret`"]
    pub async fn create_totp(self, user_id: &str) -> Result<Totp> {
        self.0.post("/users/{user_id}/totp", [user_id]).api_version(FIRST_API_VERSION).send().await
    }

    /// Removes a user's authenticator apps.
    ///
    /// `DELETE /users/{user_id}/totp`
    pub async fn delete_totp(self, user_id: &str) -> Result<AffectedUser> {
        self.0.delete("/users/{user_id}/totp", [user_id]).send().await
    }

    /// Deletes a user's backup codes.
    ///
    /// `DELETE /users/{user_id}/backup_code`
    pub async fn delete_backup_codes(self, user_id: &str) -> Result<AffectedUser> {
        self.0.delete("/users/{user_id}/backup_code", [user_id]).send().await
    }

    /// Removes all second factors of a user.
    ///
    /// `DELETE /users/{user_id}/mfa`
    pub async fn disable_mfa(self, user_id: &str) -> Result<AffectedUser> {
        self.0.delete("/users/{user_id}/mfa", [user_id]).send().await
    }

    /// Deletes a user's passkey. Clerk notifies the user by email.
    ///
    /// `DELETE /users/{user_id}/passkeys/{passkey_identification_id}`
    pub async fn delete_passkey(self, user_id: &str, passkey_id: &str) -> Result<DeletedObject> {
        let path = "/users/{user_id}/passkeys/{passkey_identification_id}";
        self.0.delete(path, [user_id, passkey_id]).send().await
    }

    /// Deletes a user's web3 wallet.
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

    /// Disconnects a user's account at an OAuth provider. The account itself remains.
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

    /// Lists a user's access tokens at an OAuth provider, such as `oauth_google`. Clerk refreshes
    /// expired tokens if the provider supports it.
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

    /// Streams a user's access tokens at an OAuth provider, over all pages.
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

    /// Lists a user's active trusted devices. The list is not paged.
    ///
    /// `GET /users/{user_id}/trusted_devices`
    pub async fn list_trusted_devices(self, user_id: &str) -> Result<Page<TrustedDevice>> {
        self.0.get("/users/{user_id}/trusted_devices", [user_id]).send().await
    }

    /// Revokes a user's trusted device.
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
    /// The options of [`Users::remove_password`].
    pub struct RemovePassword {
        /// Whether to end the user's sessions: `false` by default.
        sign_out_of_other_sessions: bool,
    }
}

params! {
    /// The options of [`Users::set_password_compromised`].
    pub struct SetPasswordCompromised {
        /// Whether to end the user's sessions.
        revoke_all_sessions: bool,
    }
}

model! {
    /// The result of verifying a password.
    pub struct PasswordVerification {
        /// Whether the password is correct.
        pub verified: bool,
    }
}

model! {
    /// The result of verifying a code.
    pub struct TotpVerification {
        /// Whether the code is correct.
        pub verified: bool,
        /// The kind of code.
        pub code_type: Option<CodeType>,
    }
}

open_enum! {
    /// The kind of a verified code.
    pub enum CodeType {
        /// A code from an authenticator app.
        Totp = "totp",
        /// A backup code.
        BackupCode = "backup_code",
    }
}

model! {
    /// A secret for an authenticator app.
    #[serde(tag = "object", rename = "totp")]
    pub struct Totp {
        /// The secret's ID, `totp_…`.
        pub id: String,
        /// The secret itself, only in the response to its creation.
        pub secret: Option<Secret>,
        /// The secret as an `otpauth` URI, for a QR code.
        pub uri: Option<Secret>,
        /// Whether the user has verified a code.
        pub verified: bool,
        /// New backup codes, only in the response to their creation.
        pub backup_codes: Option<Vec<Secret>>,
        /// The time when the secret was created.
        pub created_at: Timestamp,
        /// The time when the secret was last updated.
        pub updated_at: Timestamp,
    }
}

model! {
    /// The user affected by a call.
    pub struct AffectedUser {
        /// The user's ID.
        pub user_id: String,
    }
}

model! {
    /// A user's access token at an OAuth provider.
    #[serde(tag = "object", rename = "oauth_access_token")]
    pub struct OAuthAccessToken {
        /// The token.
        pub token: Secret,
        /// The ID of the account at the provider, `eac_…`.
        pub external_account_id: String,
        /// The provider's ID for the user.
        pub provider_user_id: String,
        /// The time when the token expires.
        pub expires_at: Option<Timestamp>,
        /// The provider, such as `oauth_google`.
        pub provider: String,
        /// Metadata of the account that the frontend can read.
        pub public_metadata: Metadata,
        /// A label that distinguishes several accounts at one provider.
        pub label: Option<String>,
        /// The scopes of the token, in OAuth 2.0.
        pub scopes: Option<Vec<String>>,
        /// The ID token issued with the token, in OpenID Connect.
        pub id_token: Option<Secret>,
        /// The secret issued with the token, in OAuth 1.0.
        pub token_secret: Option<Secret>,
    }
}

model! {
    /// A device that a user has enrolled as trusted.
    #[serde(tag = "object", rename = "trusted_device")]
    pub struct TrustedDevice {
        /// The device's ID.
        pub id: String,
        /// The device's platform.
        pub platform: DevicePlatform,
        /// The ID of the app on the device.
        pub app_identifier: String,
        /// The device's name.
        pub name: Option<String>,
        /// The device's signing algorithm, such as `ES256`.
        pub algorithm: String,
        /// Whether the device is still trusted.
        pub status: TrustedDeviceStatus,
        /// The time when the device was created.
        pub created_at: Timestamp,
        /// The time when the device was last updated.
        pub updated_at: Timestamp,
        /// The time when the device was last used.
        pub last_used_at: Option<Timestamp>,
        /// The time when the device was revoked.
        pub revoked_at: Option<Timestamp>,
    }
}

open_enum! {
    /// The platform of a device.
    pub enum DevicePlatform {
        Android = "android",
        Ios = "ios",
    }
}

open_enum! {
    /// The status of a trusted device.
    pub enum TrustedDeviceStatus {
        /// The device is trusted.
        Active = "active",
        /// The device is no longer trusted.
        Revoked = "revoked",
    }
}
