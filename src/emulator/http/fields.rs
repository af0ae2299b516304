//! Validation of body parameters: each check returns the value if it is valid and Clerk's error
//! otherwise.

use std::ops::RangeInclusive;

use serde::Serialize;
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use url::Url;

use super::{
    error::{ClerkError, Result},
    params::Params,
};
use crate::api::Patch;

/// Accepts a string or null.
pub(in crate::emulator) fn text(name: &str, value: Value) -> Result<Value> {
    check(name, value, Value::is_string, "a string")
}

/// Accepts a boolean or null.
pub(in crate::emulator) fn flag(name: &str, value: Value) -> Result<Value> {
    check(name, value, Value::is_boolean, "true or false")
}

/// Accepts a non-negative integer or null.
pub(in crate::emulator) fn count(name: &str, value: Value) -> Result<Value> {
    check(name, value, Value::is_u64, "a non-negative integer")
}

/// Accepts an object. Null counts as an empty object.
pub(in crate::emulator) fn metadata(name: &str, value: Value) -> Result<Value> {
    match check(name, value, Value::is_object, "an object")? {
        Value::Null => Ok(json!({})),
        object => Ok(object),
    }
}

/// Converts an RFC 3339 date to milliseconds since the epoch, or accepts null.
pub(in crate::emulator) fn date(name: &str, value: Value) -> Result<Value> {
    let Some(text) = text(name, value)?.as_str().map(str::to_owned) else { return Ok(Value::Null) };
    let date = OffsetDateTime::parse(&text, &Rfc3339)
        .map_err(|_| ClerkError::invalid_format(name, "an RFC 3339 date"))?;
    Ok(json!(date.unix_timestamp() * 1000 + i64::from(date.millisecond())))
}

/// Accepts an email address and returns it in lowercase, as Clerk stores it.
pub(in crate::emulator) fn email_address(param: &str, text: &str) -> Result<String> {
    if is_email_address(text) {
        Ok(text.to_lowercase())
    } else {
        Err(ClerkError::invalid_format(param, "an email address"))
    }
}

/// Returns whether a string has the form of an email address.
pub(in crate::emulator) fn is_email_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
        && !text.contains(char::is_whitespace)
}

/// Accepts a number within a range.
pub(in crate::emulator) fn in_range(
    param: &str,
    number: i64,
    range: RangeInclusive<i64>,
) -> Result<i64> {
    if range.contains(&number) {
        Ok(number)
    } else {
        Err(ClerkError::invalid_value(param, &format!("from {} to {}", range.start(), range.end())))
    }
}

/// Returns whether a string is a domain name with at least two labels.
pub(in crate::emulator) fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
    };
    text.contains('.') && text.split('.').all(is_label)
}

/// Rejects invalid URLs and those with a scheme that browsers would execute.
pub(in crate::emulator) fn url(name: &str, text: &str) -> Result<()> {
    match Url::parse(text) {
        Err(_) => Err(ClerkError::invalid_format(name, "a URL")),
        Ok(url) if matches!(url.scheme(), "javascript" | "data" | "vbscript" | "file") => {
            let message = format!("{name} must not have the scheme {}.", url.scheme());
            Err(ClerkError::param("prohibited_redirect_url", name, message))
        }
        Ok(_) => Ok(()),
    }
}

/// Rejects strings that are not `http` or `https` URLs.
pub(in crate::emulator) fn http_url(name: &str, text: &str) -> Result<()> {
    if Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
        Ok(())
    } else {
        Err(ClerkError::invalid_format(name, "an http or https URL"))
    }
}

/// Rejects lists with duplicates.
pub(in crate::emulator) fn check_unique(name: &str, list: &[String]) -> Result<()> {
    if list.iter().enumerate().any(|(n, item)| list.iter().take(n).any(|earlier| earlier == item)) {
        return Err(ClerkError::param(
            "form_param_duplicate",
            name,
            format!("{name} must not contain duplicates."),
        ));
    }
    Ok(())
}

/// Takes a list of strings out of the parameters. A missing or null parameter counts as an empty
/// list.
pub(in crate::emulator) fn take_strings(params: &mut Params, name: &str) -> Result<Vec<String>> {
    let list = params.remove(name).unwrap_or_default();
    serde_json::from_value::<Option<Vec<String>>>(list)
        .map(Option::unwrap_or_default)
        .map_err(|_| ClerkError::invalid_format(name, "a list of strings"))
}

/// Takes an optional string out of the parameters. A null parameter counts as missing.
pub(in crate::emulator) fn take_string(params: &mut Params, name: &str) -> Result<Option<String>> {
    match params.remove(name).map(|value| text(name, value)).transpose()? {
        Some(Value::String(text)) => Ok(Some(text)),
        _ => Ok(None),
    }
}

/// Takes a required string out of the parameters.
pub(in crate::emulator) fn take_required(params: &mut Params, name: &str) -> Result<String> {
    take_string(params, name)?.ok_or_else(|| ClerkError::missing_param(name))
}

/// Takes an optional boolean out of the parameters. A null parameter counts as missing.
pub(in crate::emulator) fn take_flag(params: &mut Params, name: &str) -> Result<Option<bool>> {
    let value = params.remove(name).unwrap_or_default();
    Ok(flag(name, value)?.as_bool())
}

/// Rejects any parameters that have not been taken.
pub(in crate::emulator) fn reject_unknown(params: &Params) -> Result<()> {
    match params.keys().next() {
        Some(name) => Err(ClerkError::unknown_param(name)),
        None => Ok(()),
    }
}

/// Updates the given kinds of metadata, either by merging into the current values or by replacing
/// them.
pub(in crate::emulator) fn set_metadata(
    document: &mut Value,
    kinds: &[&str],
    params: Params,
    merges: bool,
) -> Result<()> {
    for (name, value) in params {
        if !kinds.contains(&name.as_str()) {
            return Err(ClerkError::unknown_param(&name));
        }
        let value = metadata(&name, value)?;
        if merges { merge(&mut document[&name], value) } else { document[&name] = value }
    }
    Ok(())
}

/// Rejects an empty name.
pub(in crate::emulator) fn check_name(name: &Value) -> Result<()> {
    if name == "" {
        return Err(ClerkError::missing_param("name"));
    }
    Ok(())
}

/// Rejects keys that do not consist of `org:` and the given number of words, separated by `:`. A
/// word consists of lowercase letters, digits and `_`.
pub(in crate::emulator) fn check_key(key: &Value, words: usize) -> Result<()> {
    let is_word_byte =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(is_word_byte);
    let mut parts = key.as_str().unwrap_or_default().split(':');
    if parts.next() == Some("org") && parts.clone().count() == words && parts.all(is_word) {
        Ok(())
    } else {
        Err(ClerkError::invalid_format("key", &format!("org{}", ":word".repeat(words))))
    }
}

/// Accepts a non-empty string of at most `max` characters.
pub(in crate::emulator) fn name(param: &str, text: String, max: usize) -> Result<String> {
    match text.chars().count() {
        0 => Err(ClerkError::missing_param(param)),
        length if length > max => Err(ClerkError::too_long(param, max)),
        _ => Ok(text),
    }
}

/// Sets, clears or keeps a field.
pub(in crate::emulator) fn patch<T: Serialize>(document: &mut Value, name: &str, patch: Patch<T>) {
    match patch {
        Patch::Keep => {}
        Patch::Clear => document[name] = Value::Null,
        Patch::Set(value) => document[name] = json!(value),
    }
}

/// Merges metadata as Clerk does: recursively, with null removing a field.
pub(in crate::emulator) fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (name, value) in from {
                match value {
                    Value::Null => drop(into.remove(&name)),
                    value => merge(into.entry(name).or_insert(Value::Null), value),
                }
            }
        }
        (into, from @ Value::Object(_)) => {
            *into = json!({});
            merge(into, from);
        }
        (into, from) => *into = from,
    }
}

fn check(name: &str, value: Value, is_valid: fn(&Value) -> bool, expected: &str) -> Result<Value> {
    if value.is_null() || is_valid(&value) {
        Ok(value)
    } else {
        Err(ClerkError::invalid_format(name, expected))
    }
}

/// Accepts a password of 8 to 72 characters.
pub(in crate::emulator) fn password(param: &str, text: &str) -> Result<()> {
    let (code, expected) = match text.chars().count() {
        ..8 => ("form_password_length_too_short", "at least 8"),
        73.. => ("form_password_length_too_long", "at most 72"),
        _ => return Ok(()),
    };
    Err(ClerkError::param(code, param, format!("{param} must have {expected} characters.")))
}

/// Parses an object that a form contains as JSON.
pub(in crate::emulator) fn json(param: &str, text: &str) -> Result<Value> {
    let value = serde_json::from_str(text).ok().filter(Value::is_object);
    value.ok_or_else(|| ClerkError::invalid_format(param, "a JSON object"))
}
