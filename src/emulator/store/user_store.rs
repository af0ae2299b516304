//! Users.

use serde_json::{Value, json};

use super::{
    billing::PayerKind,
    records::{
        IDENTIFICATION_KINDS, IdentificationKind, IdentificationStatus, MAX_FAILED_ATTEMPTS,
        NO_IMAGE, SessionStatus, SignInFactors, verified_id,
    },
    state::Store,
};
use crate::emulator::{
    http::{ClerkError, Params, Result, fields},
    tokens::new_id,
};

/// The kinds of metadata of a user.
const METADATA: [&str; 3] = ["public_metadata", "private_metadata", "unsafe_metadata"];

impl Store {
    pub(in crate::emulator) fn user(&self, id: &str) -> Result<&Value> {
        self.users.get(id)
    }

    /// Creates a user. Unlike at Clerk, neither an identifier nor a password is required.
    pub(in crate::emulator) fn create_user(&mut self, mut params: Params) -> Result<Value> {
        let mut user = blank_user(self.now());
        for kind in IDENTIFICATION_KINDS {
            self.identify_all(&mut user, kind, &mut params)?;
        }
        for name in METADATA {
            user[name] = fields::metadata(name, params.remove(name).unwrap_or_default())?;
        }
        user["banned"] = json!(fields::take_flag(&mut params, "banned")? == Some(true));
        let locked = fields::take_flag(&mut params, "locked")? == Some(true);
        // The emulator does not have the requirements that these parameters lift.
        for name in ["skip_password_requirement", "skip_user_requirement"] {
            fields::take_flag(&mut params, name)?;
        }
        let mut factors = SignInFactors::default();
        self.set_attributes(&mut user, &mut factors, params)?;
        let id = user["id"].as_str().unwrap_or_default().to_owned();
        self.factors.insert(id.clone(), factors);
        self.sync_factor_flags(&mut user);
        self.users.insert(user);
        self.open_account(PayerKind::User, &id);
        if locked {
            return self.set_locked(&id, true);
        }
        self.user(&id).cloned()
    }

    pub(in crate::emulator) fn update_user(
        &mut self,
        id: &str,
        mut params: Params,
    ) -> Result<Value> {
        let (mut user, mut factors) = (self.user(id)?.clone(), self.factors(id));
        let sign_out = fields::take_flag(&mut params, "sign_out_of_other_sessions")? == Some(true);
        if sign_out && !params.contains_key("password") {
            return Err(ClerkError::missing_conditional_param(
                "password",
                "sign_out_of_other_sessions",
            ));
        }
        fields::take_flag(&mut params, "notify_primary_email_address_changed")?;
        for kind in IDENTIFICATION_KINDS {
            if let Some(id) = params.remove(kind.primary) {
                user[kind.primary] = verified_id(&user, kind, kind.primary, id)?;
            }
        }
        match params.remove("profile_image_id") {
            None => {}
            Some(Value::Null) => set_image(&mut user, None),
            Some(_) => return Err(ClerkError::image_not_found()),
        }
        self.set_attributes(&mut user, &mut factors, params)?;
        if sign_out {
            self.end_sessions(SessionStatus::Revoked, |session| session.user_id == id);
        }
        self.factors.insert(id.to_owned(), factors);
        Ok(self.replace_user(user))
    }

    /// Sets or removes the user's profile image.
    pub(in crate::emulator) fn set_profile_image(
        &mut self,
        id: &str,
        url: Option<&str>,
    ) -> Result<Value> {
        let mut user = self.user(id)?.clone();
        if url.is_none() && user["has_image"] != true {
            return Err(ClerkError::image_not_found());
        }
        set_image(&mut user, url);
        Ok(self.replace_user(user))
    }

    /// Updates the given kinds of metadata, either by merging into the current values or by
    /// replacing them.
    pub(in crate::emulator) fn set_user_metadata(
        &mut self,
        id: &str,
        params: Params,
        merge: bool,
    ) -> Result<Value> {
        let mut user = self.user(id)?.clone();
        fields::set_metadata(&mut user, &METADATA, params, merge)?;
        Ok(self.replace_user(user))
    }

    /// Deletes a user and their memberships, ends their sessions, and revokes their API keys and
    /// OAuth access tokens.
    pub(in crate::emulator) fn delete_user(&mut self, id: &str) -> Result<Value> {
        let external_id = self.user(id)?["external_id"].clone();
        let mut deleted = self.users.delete(id)?;
        if external_id.is_string() {
            deleted["external_id"] = external_id;
        }
        self.factors.remove(id);
        self.lockouts.remove(id);
        self.close_account(PayerKind::User, id);
        self.trusted_devices.retain(|device| device["user_id"] != id);
        self.memberships.retain(|membership| membership.user_id != id);
        self.end_sessions(SessionStatus::Removed, |session| session.user_id == id);
        self.revoke_credentials(|credential| credential.subject == id);
        Ok(deleted)
    }

    pub(super) fn replace_user(&mut self, mut user: Value) -> Value {
        let now = self.now();
        self.sync_factor_flags(&mut user);
        self.users.replace(user, now)
    }

    /// Adds all identifiers of a kind from the parameters to a new user. The first one becomes the
    /// primary one.
    fn identify_all(
        &self,
        user: &mut Value,
        kind: &IdentificationKind,
        params: &mut Params,
    ) -> Result<()> {
        let identifiers = fields::take_strings(params, kind.name)?;
        let mut statuses = vec![IdentificationStatus::Verified; identifiers.len()];
        let param = format!("{}_identification_status", kind.name);
        if kind.has_status
            && let given @ [_, ..] = &fields::take_strings(params, &param)?[..]
        {
            if given.len() != identifiers.len() {
                return Err(ClerkError::invalid_value(
                    &param,
                    &format!("as long as {}", kind.name),
                ));
            }
            for (status, text) in statuses.iter_mut().zip(given) {
                *status = IdentificationStatus::parse(&param, text)?;
            }
            if statuses.contains(&IdentificationStatus::Unverified) {
                return Err(ClerkError::invalid_value(&param, "verified or reserved"));
            }
        }
        for (identifier, status) in identifiers.iter().zip(statuses) {
            self.identify(user, kind, identifier, status)?;
        }
        Ok(())
    }

    /// Sets the attributes that can be given on creation and changed later.
    fn set_attributes(
        &self,
        user: &mut Value,
        factors: &mut SignInFactors,
        mut params: Params,
    ) -> Result<()> {
        if factors.take(&mut params)? {
            user["password_last_updated_at"] = json!(self.now());
        }
        for (name, value) in params {
            match name.as_str() {
                "first_name" | "last_name" | "locale" => user[&name] = fields::text(&name, value)?,
                "external_id" | "username" => user[&name] = self.unique(user, &name, value)?,
                "delete_self_enabled" | "create_organization_enabled" | "bypass_client_trust" => {
                    if let value @ Value::Bool(_) = fields::flag(&name, value)? {
                        user[&name] = value;
                    }
                }
                "create_organizations_limit" => user[&name] = fields::count(&name, value)?,
                "legal_accepted_at" => user[&name] = fields::date(&name, value)?,
                "created_at" => {
                    if let date @ Value::Number(_) = fields::date(&name, value)? {
                        user[&name] = date;
                    }
                }
                // The emulator does not perform these checks.
                "skip_legal_checks" => drop(fields::flag(&name, value)?),
                _ => return Err(ClerkError::unknown_param(&name)),
            }
        }
        Ok(())
    }

    /// Checks that no other user has the same value. Null and the empty string count as no value.
    fn unique(&self, user: &Value, name: &str, value: Value) -> Result<Value> {
        let Some(text) =
            fields::text(name, value)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
        else {
            return Ok(Value::Null);
        };
        if name == "username" {
            check_username(&text)?;
        }
        self.check_unique(user, name, &text)?;
        Ok(Value::String(text))
    }

    /// Rejects a username that is malformed or taken.
    pub(super) fn check_new_username(&self, username: &str) -> Result<()> {
        check_username(username)?;
        self.check_unique(&Value::Null, "username", username)
    }

    fn check_unique(&self, user: &Value, name: &str, text: &str) -> Result<()> {
        let is_same =
            |other: &Value| other[name].as_str().is_some_and(|own| own.eq_ignore_ascii_case(text));
        if self.users.iter().any(|other| other["id"] != user["id"] && is_same(other)) {
            return Err(ClerkError::identifier_taken(name));
        }
        Ok(())
    }
}

fn check_username(text: &str) -> Result<()> {
    if text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') {
        return Ok(());
    }
    let message = "username must only contain letters, digits, _ and -.";
    Err(ClerkError::param("form_username_invalid_character", "username", message))
}

fn set_image(user: &mut Value, url: Option<&str>) {
    user["has_image"] = json!(url.is_some());
    for name in ["image_url", "profile_image_url"] {
        user[name] = json!(url.unwrap_or(NO_IMAGE));
    }
}

fn blank_user(now: i64) -> Value {
    let mut user = json!({
        "id": new_id("user"),
        "object": "user",
        "profile_image_url": NO_IMAGE,
        "image_url": NO_IMAGE,
        "verification_attempts_remaining": MAX_FAILED_ATTEMPTS,
        "created_at": now,
        "updated_at": now,
        "delete_self_enabled": true,
        "create_organization_enabled": true,
    });
    for name in [
        "has_image",
        "password_enabled",
        "two_factor_enabled",
        "totp_enabled",
        "backup_code_enabled",
        "banned",
        "locked",
        "deprovisioned",
        "bypass_client_trust",
    ] {
        user[name] = json!(false);
    }
    for name in [
        "email_addresses",
        "phone_numbers",
        "web3_wallets",
        "passkeys",
        "external_accounts",
        "saml_accounts",
        "enterprise_accounts",
    ] {
        user[name] = json!([]);
    }
    for name in METADATA {
        user[name] = json!({});
    }
    for name in [
        "external_id",
        "primary_email_address_id",
        "primary_phone_number_id",
        "primary_web3_wallet_id",
        "username",
        "first_name",
        "last_name",
        "locale",
        "mfa_enabled_at",
        "mfa_disabled_at",
        "password_last_updated_at",
        "last_sign_in_at",
        "last_active_at",
        "lockout_expires_in_seconds",
        "create_organizations_limit",
        "legal_accepted_at",
        "scim",
    ] {
        user[name] = Value::Null;
    }
    user
}
