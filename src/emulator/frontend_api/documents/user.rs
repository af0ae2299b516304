//! Users.

use serde_json::{Value, json};

use super::{organization::membership, pick::pick};
use crate::emulator::store::Store;

const FIELDS: [&str; 40] = [
    "id",
    "object",
    "username",
    "first_name",
    "last_name",
    "image_url",
    "has_image",
    "primary_email_address_id",
    "primary_phone_number_id",
    "primary_web3_wallet_id",
    "password_enabled",
    "two_factor_enabled",
    "totp_enabled",
    "backup_code_enabled",
    "email_addresses",
    "phone_numbers",
    "web3_wallets",
    "passkeys",
    "external_accounts",
    "saml_accounts",
    "enterprise_accounts",
    "password_last_updated_at",
    "public_metadata",
    "unsafe_metadata",
    "external_id",
    "last_sign_in_at",
    "banned",
    "locked",
    "deprovisioned",
    "lockout_expires_in_seconds",
    "verification_attempts_remaining",
    "created_at",
    "updated_at",
    "delete_self_enabled",
    "create_organization_enabled",
    "last_active_at",
    "mfa_enabled_at",
    "mfa_disabled_at",
    "legal_accepted_at",
    "profile_image_url",
];

/// Returns a user as they see themselves.
pub(in crate::emulator) fn user(store: &Store, user: &Value) -> Value {
    let mut document = pick(user, &FIELDS);
    if let Some(limit) = user["create_organizations_limit"].as_u64() {
        document["create_organizations_limit"] = json!(limit);
    }
    for list in ["email_addresses", "phone_numbers"] {
        let own = user[list].as_array().into_iter().flatten();
        document[list] = own.map(|own| identification(store, own)).collect();
    }
    let own = store.memberships.iter().filter(|own| user["id"] == own.user_id.as_str());
    document["organization_memberships"] =
        own.filter_map(|own| membership(store, own).ok()).collect();
    document
}

/// Returns an email address or a phone number, with its pending verification if it is not verified.
pub(in crate::emulator) fn identification(store: &Store, identification: &Value) -> Value {
    let mut document = identification.clone();
    if document["verification"].is_null() {
        let id = document["id"].as_str().unwrap_or_default();
        document["verification"] = json!(store.pending_verification(id));
    }
    if let Some(verification) = document["verification"].as_object_mut() {
        verification.remove("channel");
    }
    document
}
