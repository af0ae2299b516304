//! Signing in with an account of another provider, such as Google.

use serde_json::{Value, json};

use super::constants::NO_IMAGE;
use crate::emulator::tokens::new_id;

/// A browser's visit to a social provider. The emulator plays the provider.
#[derive(Clone)]
pub(in crate::emulator) struct SocialAttempt {
    /// The strategy, such as `oauth_google`.
    pub(in crate::emulator) strategy: String,
    pub(in crate::emulator) purpose: SocialPurpose,
    pub(in crate::emulator) client_token: String,
    /// The page of the app that the browser returns to.
    pub(in crate::emulator) redirect_url: String,
    /// The account that the user chose at the provider, with the authorization code for it.
    pub(in crate::emulator::store) chosen: Option<(String, SocialAccount)>,
    pub(in crate::emulator::store) expire_at: i64,
}

/// The purpose of the account at the provider.
#[derive(Clone)]
pub(in crate::emulator) enum SocialPurpose {
    SignIn,
    SignUp,
    /// Connecting the account to a user.
    Connection {
        user_id: String,
    },
}

/// A user's account at a social provider.
#[derive(Clone)]
pub(in crate::emulator) struct SocialAccount {
    pub(in crate::emulator) strategy: String,
    pub(in crate::emulator) email_address: String,
    pub(in crate::emulator) first_name: String,
    pub(in crate::emulator) last_name: String,
}

impl SocialAccount {
    /// Returns the account as part of a user's document.
    pub(in crate::emulator::store) fn document(&self, now: i64) -> Value {
        json!({
            "object": "external_account",
            "id": new_id("eac"),
            "provider": self.strategy,
            "identification_id": new_id("idn"),
            "provider_user_id": self.email_address,
            "approved_scopes": "email openid profile",
            "email_address": self.email_address,
            "email_address_verified": true,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "avatar_url": NO_IMAGE,
            "image_url": NO_IMAGE,
            "username": null,
            "phone_number": null,
            "public_metadata": {},
            "label": null,
            "created_at": now,
            "updated_at": now,
            "verification": {
                "object": "verification_oauth",
                "status": "verified",
                "strategy": self.strategy,
                "expire_at": now,
                "attempts": null,
            },
        })
    }

    /// Returns whether a document of an external account is this account.
    pub(in crate::emulator::store) fn is(&self, document: &Value) -> bool {
        document["provider"] == self.strategy.as_str()
            && document["provider_user_id"] == self.email_address.as_str()
    }
}

/// Returns the provider of a strategy: `google` for `oauth_google`.
pub(in crate::emulator) fn provider_of(strategy: &str) -> &str {
    strategy.trim_start_matches("oauth_")
}

/// The verification of an account at a social provider.
#[derive(Clone)]
pub(in crate::emulator) struct SocialVerification {
    pub(in crate::emulator::store) strategy: String,
    /// The provider's page, until the browser returns from there.
    pub(in crate::emulator::store) url: Option<String>,
    pub(in crate::emulator::store) status: SocialStatus,
    pub(in crate::emulator::store) expire_at: i64,
}

/// The result of a visit to a social provider.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::emulator) enum SocialStatus {
    Unverified,
    Verified,
    /// A sign-in has no user with the account, so it can become a sign-up.
    TransferableToSignUp,
    /// A sign-up has a user with the account, so it can become a sign-in.
    TransferableToSignIn,
}

impl SocialVerification {
    pub(in crate::emulator) fn document(&self) -> Value {
        let error = |code: &str, message: &str| json!({ "code": code, "message": message, "long_message": message, "meta": {} });
        let (status, error) = match self.status {
            SocialStatus::Unverified => ("unverified", Value::Null),
            SocialStatus::Verified => ("verified", Value::Null),
            SocialStatus::TransferableToSignUp => (
                "transferable",
                error("external_account_not_found", "The external account was not found."),
            ),
            SocialStatus::TransferableToSignIn => (
                "transferable",
                error("external_account_exists", "The external account already exists."),
            ),
        };
        json!({
            "object": "verification_oauth",
            "status": status,
            "strategy": self.strategy,
            "external_verification_redirect_url": self.url,
            "error": error,
            "expire_at": self.expire_at,
            "attempts": null,
        })
    }
}
