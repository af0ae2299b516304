//! Identifications in the documents of users: the email addresses, phone numbers and wallets that
//! identify them.

use serde_json::{Value, json};

use crate::emulator::http::{ClerkError, Result, fields};

/// A kind of identification, which is a list in the user's document.
pub(in crate::emulator) struct IdentificationKind {
    /// The name of the parameter, the field and the object type.
    pub(in crate::emulator) name: &'static str,
    pub(in crate::emulator) list: &'static str,
    pub(in crate::emulator) primary: &'static str,
    /// Whether a status can be given for identifications of new users.
    pub(in crate::emulator) has_status: bool,
    pub(in crate::emulator) expected: &'static str,
    pub(in crate::emulator) is_valid: fn(&str) -> bool,
}

pub(in crate::emulator) static EMAIL_ADDRESS: IdentificationKind = IdentificationKind {
    name: "email_address",
    list: "email_addresses",
    primary: "primary_email_address_id",
    has_status: true,
    expected: "an email address",
    is_valid: fields::is_email_address,
};

pub(in crate::emulator) static PHONE_NUMBER: IdentificationKind = IdentificationKind {
    name: "phone_number",
    list: "phone_numbers",
    primary: "primary_phone_number_id",
    has_status: true,
    expected: "a phone number in E.164, such as +15555550100",
    is_valid: |text| {
        text.strip_prefix('+')
            .is_some_and(|n| (7..=15).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit()))
    },
};

pub(in crate::emulator) static WEB3_WALLET: IdentificationKind = IdentificationKind {
    name: "web3_wallet",
    list: "web3_wallets",
    primary: "primary_web3_wallet_id",
    has_status: false,
    expected: "the address of a wallet",
    is_valid: |text| !text.is_empty(),
};

pub(in crate::emulator) static IDENTIFICATION_KINDS: [&IdentificationKind; 3] =
    [&EMAIL_ADDRESS, &PHONE_NUMBER, &WEB3_WALLET];

/// How far an identification is established.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::emulator) enum IdentificationStatus {
    Verified,
    /// Not verified, but no other user can have it.
    Reserved,
    /// Other users can have it too, until one of them verifies it.
    Unverified,
}

impl IdentificationStatus {
    pub(in crate::emulator) fn parse(param: &str, text: &str) -> Result<Self> {
        match text {
            "verified" => Ok(Self::Verified),
            "reserved" => Ok(Self::Reserved),
            "unverified" => Ok(Self::Unverified),
            _ => Err(ClerkError::invalid_value(param, "verified, reserved or unverified")),
        }
    }
}

pub(in crate::emulator) fn identifications_of<'a>(
    user: &'a Value,
    kind: &IdentificationKind,
) -> impl Iterator<Item = &'a Value> + use<'a> {
    user[kind.list].as_array().into_iter().flatten()
}

pub(in crate::emulator) fn is_verified(identification: &Value) -> bool {
    identification["verification"]["status"] == "verified"
}

pub(in crate::emulator) fn find_identification<'a>(
    user: &'a Value,
    kind: &IdentificationKind,
    id: &str,
) -> Option<&'a Value> {
    identifications_of(user, kind).find(|own| own["id"] == id)
}

pub(in crate::emulator) fn find_identification_mut<'a>(
    user: &'a mut Value,
    kind: &IdentificationKind,
    id: &str,
) -> Option<&'a mut Value> {
    user[kind.list].as_array_mut()?.iter_mut().find(|own| own["id"] == id)
}

pub(in crate::emulator) fn is_identifier(
    own: &Value,
    kind: &IdentificationKind,
    identifier: &str,
) -> bool {
    own[kind.name].as_str().is_some_and(|own| own.eq_ignore_ascii_case(identifier))
}

/// Removes an identification. If it was the primary one, the next verified one takes its place.
pub(in crate::emulator) fn remove_identification(
    user: &mut Value,
    kind: &IdentificationKind,
    id: &str,
) {
    if let Some(list) = user[kind.list].as_array_mut() {
        list.retain(|own| own["id"] != id);
    }
    if user[kind.primary] == id {
        let next = identifications_of(user, kind)
            .find(|own| is_verified(own))
            .map(|own| own["id"].clone());
        user[kind.primary] = next.unwrap_or_default();
    }
}

/// Returns whether a user has an identifier that is not a second factor.
pub(in crate::emulator) fn is_identified(user: &Value) -> bool {
    let is_first_factor = |own: &Value| own["reserved_for_second_factor"] != true;
    user["username"].is_string()
        || IDENTIFICATION_KINDS
            .iter()
            .any(|kind| identifications_of(user, kind).any(is_first_factor))
}

pub(in crate::emulator) fn verified_by_admin() -> Value {
    json!({
        "object": "verification_admin", "status": "verified", "strategy": "admin",
        "attempts": null, "expire_at": null,
    })
}

pub(in crate::emulator) fn new_identification(
    kind: &IdentificationKind,
    id: &str,
    identifier: &str,
    status: IdentificationStatus,
    now: i64,
) -> Value {
    let is_verified = status == IdentificationStatus::Verified;
    let mut document = json!({
        "id": id,
        "object": kind.name,
        "verification": if is_verified { verified_by_admin() } else { Value::Null },
        "created_at": now,
        "updated_at": now,
    });
    document[kind.name] = json!(identifier);
    if kind.name != "web3_wallet" {
        document["reserved"] = json!(status == IdentificationStatus::Reserved);
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

/// Returns the given ID if it is null or that of a verified identification of the user. `param` is
/// the name of the parameter that contains it.
pub(in crate::emulator) fn verified_id(
    user: &Value,
    kind: &IdentificationKind,
    param: &str,
    id: Value,
) -> Result<Value> {
    let Some(text) = id.as_str() else { return fields::text(param, id) };
    match find_identification(user, kind, text) {
        None => {
            let message = format!("{param} must be the ID of an identification of the user.");
            Err(ClerkError::param("form_resource_not_found", param, message))
        }
        Some(own) if is_verified(own) => Ok(id),
        Some(_) => {
            let message = format!("The {} must be verified first.", kind.name.replace('_', " "));
            Err(ClerkError::param("form_verification_needed", param, message))
        }
    }
}

/// Returns whether a user has an email address, ignoring case.
pub(in crate::emulator) fn has_email_address(user: &Value, email_address: &str) -> bool {
    let matches = |own: &Value| {
        own["email_address"].as_str().is_some_and(|own| own.eq_ignore_ascii_case(email_address))
    };
    user["email_addresses"].as_array().is_some_and(|all| all.iter().any(matches))
}
