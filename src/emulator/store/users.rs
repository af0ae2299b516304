//! Users: creating, changing, deleting.

use serde_json::{Value, json};

use super::{
    super::{
        error::{ClerkError, Result},
        id::new_id,
    },
    NO_IMAGE, Params, SessionStatus, Store, fields,
};

/// The kinds of metadata a user has.
const METADATA: [&str; 3] = ["public_metadata", "private_metadata", "unsafe_metadata"];

/// What a user can be found and reached by.
struct Identification {
    /// The parameter, the field and the object type have one name.
    name: &'static str,
    list: &'static str,
    primary: &'static str,
    expected: &'static str,
    is_valid: fn(&str) -> bool,
}

const IDENTIFICATIONS: [Identification; 3] = [
    Identification {
        name: "email_address",
        list: "email_addresses",
        primary: "primary_email_address_id",
        expected: "an email address",
        is_valid: |text| {
            text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
                && !text.contains(char::is_whitespace)
        },
    },
    Identification {
        name: "phone_number",
        list: "phone_numbers",
        primary: "primary_phone_number_id",
        expected: "a phone number in E.164, such as +15555550100",
        is_valid: |text| {
            text.strip_prefix('+').is_some_and(|n| n.len() > 6 && n.bytes().all(|b| b.is_ascii_digit()))
        },
    },
    Identification {
        name: "web3_wallet",
        list: "web3_wallets",
        primary: "primary_web3_wallet_id",
        expected: "the address of a wallet",
        is_valid: |text| !text.is_empty(),
    },
];

impl Store {
    pub(crate) fn user(&self, id: &str) -> Result<&Value> {
        self.users.get(id)
    }

    /// Unlike an instance of Clerk's, this one demands neither an email address nor a password.
    pub(crate) fn create_user(&mut self, mut params: Params) -> Result<Value> {
        let mut user = blank_user(self.now());
        for kind in &IDENTIFICATIONS {
            self.identify(&mut user, kind, &mut params)?;
        }
        for name in METADATA {
            user[name] = fields::metadata(name, params.remove(name).unwrap_or_default())?;
        }
        for name in ["banned", "locked"] {
            let value = params.remove(name).unwrap_or_default();
            user[name] = json!(fields::flag(name, value)? == true);
        }
        self.set_attributes(&mut user, params)?;
        Ok(self.users.insert(user))
    }

    pub(crate) fn update_user(&mut self, id: &str, mut params: Params) -> Result<Value> {
        let sign_out = params.remove("sign_out_of_other_sessions").unwrap_or_default();
        let sign_out = fields::flag("sign_out_of_other_sessions", sign_out)? == true;
        let mut user = self.user(id)?.clone();
        self.set_attributes(&mut user, params)?;
        if sign_out {
            self.end_sessions(SessionStatus::Revoked, |session| session.user_id == id);
        }
        Ok(self.replace_user(user))
    }

    /// Merges into the user's metadata, or replaces those kinds of it that are given.
    pub(crate) fn set_user_metadata(&mut self, id: &str, params: Params, merge: bool) -> Result<Value> {
        let mut user = self.user(id)?.clone();
        for (name, value) in params {
            if !METADATA.contains(&name.as_str()) {
                return Err(ClerkError::unknown(&name));
            }
            let value = fields::metadata(&name, value)?;
            match merge {
                true => fields::merge(&mut user[&name], value),
                false => user[&name] = value,
            }
        }
        Ok(self.replace_user(user))
    }

    /// Deletes a user with all memberships; the sessions are over, the API keys and OAuth access tokens revoked.
    pub(crate) fn delete_user(&mut self, id: &str) -> Result<Value> {
        let deleted = self.users.delete(id)?;
        self.memberships.retain(|membership| membership.user_id != id);
        self.end_sessions(SessionStatus::Removed, |session| session.user_id == id);
        self.revoke_credentials(|credential| credential.subject == id);
        Ok(deleted)
    }

    pub(super) fn replace_user(&mut self, user: Value) -> Value {
        let now = self.now();
        self.users.replace(user, now)
    }

    /// Gives the user all identifiers of a kind that the parameters have, the first verified one as primary.
    fn identify(&self, user: &mut Value, kind: &Identification, params: &mut Params) -> Result<()> {
        let statuses_name = format!("{}_identification_status", kind.name);
        let statuses = fields::take_texts(params, &statuses_name)?;
        let identifiers = fields::take_texts(params, kind.name)?;
        if !statuses.is_empty() && statuses.len() != identifiers.len() {
            return Err(ClerkError::value(&statuses_name, &format!("as long as {}", kind.name)));
        }
        for (n, identifier) in identifiers.iter().enumerate() {
            if !(kind.is_valid)(identifier) {
                return Err(ClerkError::format(kind.name, kind.expected));
            }
            let has_it = |user: &Value| has_identifier(user, kind, identifier);
            if has_it(user) || self.users.iter().any(has_it) {
                return Err(ClerkError::taken(kind.name));
            }
            let reserved = statuses.get(n).is_some_and(|status| status == "reserved");
            let document = identification(kind, identifier, reserved, self.now());
            if !reserved && user[kind.primary].is_null() {
                user[kind.primary] = document["id"].clone();
            }
            if let Some(list) = user[kind.list].as_array_mut() {
                list.push(document);
            }
        }
        Ok(())
    }

    /// Sets what may be both given at the creation and changed later.
    fn set_attributes(&self, user: &mut Value, params: Params) -> Result<()> {
        let checks_password = params.get("skip_password_checks") != Some(&Value::Bool(true));
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
                // Nothing of a secret is kept but that there is one.
                "password" | "password_digest" => {
                    let Value::String(password) = fields::text(&name, value)? else { continue };
                    if name == "password" && checks_password && password.chars().count() < 8 {
                        let message = "password must have eight characters or more.";
                        return Err(ClerkError::param("form_password_length_too_short", &name, message));
                    }
                    user["password_enabled"] = json!(true);
                    user["password_last_updated_at"] = json!(self.now());
                }
                "totp_secret" if value.is_string() => {
                    user["totp_enabled"] = json!(true);
                    user["two_factor_enabled"] = json!(true);
                    user["mfa_enabled_at"] = json!(self.now());
                }
                "backup_codes" => user["backup_code_enabled"] = json!(value.is_array()),
                "profile_image_id" => return Err(ClerkError::not_found("image", &value.to_string())),
                // About checks that are not made and messages that are not sent.
                "totp_secret"
                | "password_hasher"
                | "skip_password_checks"
                | "skip_password_requirement"
                | "skip_legal_checks"
                | "skip_user_requirement"
                | "notify_primary_email_address_changed" => {}
                _ => match IDENTIFICATIONS.iter().find(|kind| kind.primary == name) {
                    Some(kind) => user[&name] = primary(user, kind, value)?,
                    None => return Err(ClerkError::unknown(&name)),
                },
            }
        }
        Ok(())
    }

    /// A text that no other user has; null and the empty one are nobody's.
    fn unique(&self, user: &Value, name: &str, value: Value) -> Result<Value> {
        let Some(text) =
            fields::text(name, value)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
        else {
            return Ok(Value::Null);
        };
        let is_word = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
        if name == "username" && !is_word(&text) {
            let message = "username must consist of letters, digits, _ and -.";
            return Err(ClerkError::param("form_username_invalid_character", name, message));
        }
        let same = |other: &Value| other[name].as_str().is_some_and(|o| o.eq_ignore_ascii_case(&text));
        if self.users.iter().any(|other| other["id"] != user["id"] && same(other)) {
            return Err(ClerkError::taken(name));
        }
        Ok(Value::String(text))
    }
}

/// The id of an identification of the user's own, or null.
fn primary(user: &Value, kind: &Identification, id: Value) -> Result<Value> {
    let id = fields::text(kind.primary, id)?;
    let own = |list: &Vec<Value>| list.iter().any(|own| own["id"] == id && !own["verification"].is_null());
    match id.is_null() || user[kind.list].as_array().is_some_and(own) {
        true => Ok(id),
        false => Err(ClerkError::value(kind.primary, "the id of a verified identification of the user")),
    }
}

fn has_identifier(user: &Value, kind: &Identification, identifier: &str) -> bool {
    let is_it = |own: &Value| own[kind.name].as_str().is_some_and(|own| own.eq_ignore_ascii_case(identifier));
    user[kind.list].as_array().is_some_and(|list| list.iter().any(is_it))
}

fn identification(kind: &Identification, identifier: &str, reserved: bool, now: i64) -> Value {
    let mut document = json!({
        "id": new_id("idn"),
        "object": kind.name,
        "verification": {
            "object": "verification_admin", "status": "verified", "strategy": "admin",
            "attempts": null, "expire_at": null,
        },
        "created_at": now,
        "updated_at": now,
    });
    document[kind.name] = json!(identifier);
    if reserved {
        document["verification"] = Value::Null;
    }
    if kind.name != "web3_wallet" {
        document["reserved"] = json!(reserved);
        document["linked_to"] = json!([]);
    }
    match kind.name {
        "email_address" => {
            document[kind.name] = json!(identifier.to_lowercase());
            document["matches_sso_connection"] = json!(false);
        }
        "phone_number" => {
            document["reserved_for_second_factor"] = json!(false);
            document["default_second_factor"] = json!(false);
            document["backup_codes"] = Value::Null;
        }
        _ => {}
    }
    document
}

fn blank_user(now: i64) -> Value {
    let mut user = json!({
        "id": new_id("user"),
        "object": "user",
        "profile_image_url": NO_IMAGE,
        "image_url": NO_IMAGE,
        "verification_attempts_remaining": 100,
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
