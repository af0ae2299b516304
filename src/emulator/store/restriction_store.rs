//! The restrictions on sign-ups and sign-ins: the allowlist, the blocklist and subaddresses.

use serde_json::{Value, json};

use super::{
    records::{INSTANCE_ID, Table},
    state::Store,
};
use crate::emulator::{
    http::{ClerkError, Result, fields},
    tokens::new_id,
};

/// Builds an entry for a list, which must not contain the identifier yet.
pub(in crate::emulator) fn new_identifier(
    list: &Table,
    object: &str,
    id_prefix: &str,
    identifier: &str,
    now: i64,
) -> Result<Value> {
    let identifier = identifier.trim().to_lowercase();
    let identifier_type = identifier_type(&identifier)?;
    if list.find(|listed| listed["identifier"] == identifier).is_some() {
        return Err(ClerkError::duplicate(format!("{identifier} is already listed.")));
    }
    Ok(json!({
        "object": object,
        "id": new_id(id_prefix),
        "identifier": identifier,
        "identifier_type": identifier_type,
        "instance_id": INSTANCE_ID,
        "created_at": now,
        "updated_at": now,
    }))
}

impl Store {
    /// Rejects an email address that is restricted from signing up.
    pub(in crate::emulator) fn check_restrictions_on_sign_up(
        &self,
        email_address: &str,
    ) -> Result<()> {
        let email_address = email_address.to_lowercase();
        self.check_lists(&email_address)?;
        let requested_mailbox = mailbox(&email_address);
        let is_same = |own: &Value| {
            own["email_address"].as_str().is_some_and(|own| mailbox(own) == requested_mailbox)
        };
        let has_same = |user: &Value| {
            user["email_addresses"].as_array().is_some_and(|own| own.iter().any(is_same))
        };
        if self.settings.restrictions["block_email_subaddresses"] == true
            && self.users.iter().any(has_same)
        {
            return Err(not_allowed(
                "A user already has that email address, with a different subaddress or none.",
            ));
        }
        Ok(())
    }

    /// Rejects a user whose email address the lists exclude, if they apply to sign-ins.
    pub(in crate::emulator) fn check_restrictions_on_sign_in(&self, user_id: &str) -> Result<()> {
        if self.settings.restrictions["allowlist_blocklist_disabled_on_sign_in"] == true {
            return Ok(());
        }
        let user = self.user(user_id)?;
        let mut own = user["email_addresses"].as_array().into_iter().flatten();
        let primary = own.find(|own| own["id"] == user["primary_email_address_id"]);
        primary.map_or(Ok(()), |own| {
            self.check_lists(own["email_address"].as_str().unwrap_or_default())
        })
    }

    /// Applies both lists. An identifier that is on both of them in the same form is allowed.
    fn check_lists(&self, email_address: &str) -> Result<()> {
        let restrictions = &self.settings.restrictions;
        let allowlist = (restrictions["allowlist"] == true).then_some(&self.allowlist);
        let blocklist = (restrictions["blocklist"] == true).then_some(&self.blocklist);
        let is_allowed =
            allowlist.is_none_or(|list| list.iter().any(|listed| covers(listed, email_address)));
        let base = without_subaddress(email_address);
        let is_blocked = blocklist.into_iter().flatten().any(|listed| {
            let is_same = |allowed: &Value| allowed["identifier"] == listed["identifier"];
            let is_overridden = allowlist.is_some_and(|list| list.find(is_same).is_some());
            (covers(listed, email_address) || covers(listed, &base)) && !is_overridden
        });
        if is_allowed && !is_blocked {
            Ok(())
        } else {
            let error =
                not_allowed(format!("{email_address} is not allowed to access this application."));
            Err(error.with_meta(json!({ "identifiers": [email_address] })))
        }
    }
}

fn not_allowed(message: impl Into<String>) -> ClerkError {
    ClerkError::forbidden("not_allowed_access", message)
}

/// Detects the type of an identifier. An email domain, `example.com` or `*@example.com`, counts as
/// an email address.
fn identifier_type(identifier: &str) -> Result<&'static str> {
    let is_phone = |text: &str| text.len() > 6 && text.bytes().all(|b| b.is_ascii_digit());
    let is_wallet = |text: &str| text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit());
    if identifier.strip_prefix('+').is_some_and(is_phone) {
        Ok("phone_number")
    } else if identifier.strip_prefix("0x").is_some_and(is_wallet) {
        Ok("web3_wallet")
    } else if fields::is_email_address(identifier) || fields::is_domain(identifier) {
        Ok("email_address")
    } else {
        let expected =
            "an email address, an email domain, a phone number in E.164 or the address of a wallet";
        Err(ClerkError::invalid_format("identifier", expected))
    }
}

/// Returns whether a listed identifier is an email address, its domain, or, as in
/// `*@*.example.com`, a parent of its domain.
fn covers(listed: &Value, email_address: &str) -> bool {
    let listed = listed["identifier"].as_str().unwrap_or_default();
    let domain = email_address.rsplit('@').next().unwrap_or_default();
    match listed.strip_prefix("*@").unwrap_or(listed) {
        above if above.starts_with("*.") => domain.ends_with(&above[1..]),
        whole => whole == domain || whole == email_address,
    }
}

/// Removes the subaddress from an address such as `ada+news@example.com`.
fn without_subaddress(email_address: &str) -> String {
    let Some((name, domain)) = email_address.rsplit_once('@') else {
        return email_address.to_owned();
    };
    let is_yahoo = matches!(domain, "yahoo.com" | "ymail.com" | "rocketmail.com" | "y7mail.com");
    let is_separator = |c| matches!(c, '+' | '=' | '#') || (is_yahoo && c == '-');
    format!("{}@{domain}", name.split(is_separator).next().unwrap_or_default())
}

/// Normalizes an address to its mailbox. Gmail ignores dots.
fn mailbox(email_address: &str) -> String {
    let whole = without_subaddress(&email_address.to_lowercase());
    match whole.rsplit_once('@') {
        Some((name, domain @ ("gmail.com" | "googlemail.com"))) => {
            format!("{}@{domain}", name.replace('.', ""))
        }
        _ => whole,
    }
}
