//! Filtering and sorting of users.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::emulator::{
    http::{ClerkError, Result, contains, optional_integer, selects},
    store::Store,
};

/// A filter of users. All given criteria must match.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct UserFilter {
    email_address: Vec<String>,
    phone_number: Vec<String>,
    web3_wallet: Vec<String>,
    username: Vec<String>,
    external_id: Vec<String>,
    user_id: Vec<String>,
    organization_id: Vec<String>,
    provider: Option<String>,
    provider_user_id: Vec<String>,
    query: Option<String>,
    email_address_query: Option<String>,
    phone_number_query: Option<String>,
    username_query: Option<String>,
    name_query: Option<String>,
    banned: Option<bool>,
    #[serde(default, deserialize_with = "optional_integer")]
    last_active_at_before: Option<i64>,
    #[serde(default, deserialize_with = "optional_integer")]
    last_active_at_after: Option<i64>,
    #[serde(default, deserialize_with = "optional_integer")]
    last_active_at_since: Option<i64>,
    #[serde(default, deserialize_with = "optional_integer")]
    created_at_before: Option<i64>,
    #[serde(default, deserialize_with = "optional_integer")]
    created_at_after: Option<i64>,
    #[serde(default, deserialize_with = "optional_integer")]
    last_sign_in_at_before: Option<i64>,
    #[serde(default, deserialize_with = "optional_integer")]
    last_sign_in_at_after: Option<i64>,
}

impl UserFilter {
    /// Rejects filters that Clerk would reject.
    pub(super) fn check(&self) -> Result<()> {
        for (name, values) in [
            ("email_address", &self.email_address),
            ("phone_number", &self.phone_number),
            ("web3_wallet", &self.web3_wallet),
            ("username", &self.username),
            ("external_id", &self.external_id),
            ("user_id", &self.user_id),
            ("organization_id", &self.organization_id),
            ("provider_user_id", &self.provider_user_id),
        ] {
            if values.len() > 100 {
                return Err(ClerkError::invalid_value(name, "a list of at most 100 values"));
            }
        }
        match (&self.provider, self.provider_user_id.is_empty()) {
            (Some(_), true) => {
                Err(ClerkError::missing_conditional_param("provider_user_id", "provider"))
            }
            (None, false) => {
                Err(ClerkError::missing_conditional_param("provider", "provider_user_id"))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn matches(&self, user: &Value, store: &Store) -> bool {
        let identifiers = |list: &str, name: &str| -> Vec<Value> {
            user[list].as_array().into_iter().flatten().map(|one| one[name].clone()).collect()
        };
        let emails = identifiers("email_addresses", "email_address");
        let phones = identifiers("phone_numbers", "phone_number");
        let wallets = identifiers("web3_wallets", "web3_wallet");
        let username = [user["username"].clone()];
        let name = [json!(format!("{} {}", text(&user["first_name"]), text(&user["last_name"])))];
        let id = [user["id"].clone()];

        let is_any = |filter: &[String], own: &[Value]| {
            filter.is_empty()
                || own.iter().any(|own| filter.iter().any(|f| text(own).eq_ignore_ascii_case(f)))
        };
        let contains_text = |part: &Option<String>, own: &[&[Value]]| {
            part.as_ref()
                .is_none_or(|part| own.iter().copied().flatten().any(|own| contains(own, part)))
        };
        let within = |at: &Value, after: Option<i64>, before: Option<i64>| {
            after.is_none_or(|after| at.as_i64().is_some_and(|at| at > after))
                && before.is_none_or(|before| at.as_i64().is_some_and(|at| at < before))
        };
        let searchable: [&[Value]; 6] = [&emails, &phones, &wallets, &username, &name, &id];

        is_any(&self.email_address, &emails)
            && is_any(&self.phone_number, &phones)
            && is_any(&self.web3_wallet, &wallets)
            && is_any(&self.username, &username)
            && is_any(&self.provider_user_id, &identifiers("external_accounts", "provider_user_id"))
            && selects(&self.external_id, |external_id| user["external_id"] == external_id)
            && selects(&self.user_id, |user_id| user["id"] == user_id)
            && selects(&self.organization_id, |organization| {
                store.membership(organization, text(&user["id"])).is_some()
            })
            && contains_text(&self.query, &searchable)
            && contains_text(&self.email_address_query, &[&emails])
            && contains_text(&self.phone_number_query, &[&phones])
            && contains_text(&self.username_query, &[&username])
            && contains_text(&self.name_query, &[&name])
            && self.banned.is_none_or(|banned| user["banned"] == banned)
            && within(
                &user["last_active_at"],
                self.last_active_at_after,
                self.last_active_at_before,
            )
            && within(
                &user["last_active_at"],
                self.last_active_at_since.map(|since| since - 1),
                None,
            )
            && within(&user["created_at"], self.created_at_after, self.created_at_before)
            && within(
                &user["last_sign_in_at"],
                self.last_sign_in_at_after,
                self.last_sign_in_at_before,
            )
    }
}

/// The fields that users can be sorted by.
pub(super) const SORTABLE: [&str; 10] = [
    "created_at",
    "updated_at",
    "email_address",
    "web3wallet",
    "first_name",
    "last_name",
    "phone_number",
    "username",
    "last_active_at",
    "last_sign_in_at",
];

pub(super) fn sort_key(user: &Value, by: &str) -> Value {
    let first = |list: &str, name: &str| user[list][0][name].clone();
    match by {
        "email_address" => first("email_addresses", "email_address"),
        "phone_number" => first("phone_numbers", "phone_number"),
        "web3wallet" => first("web3_wallets", "web3_wallet"),
        name => user[name].clone(),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
