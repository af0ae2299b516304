//! Checks of body parameters: the value if it is of the right form, else Clerk's error.

use std::ops::RangeInclusive;

use serde::Serialize;
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    super::error::{ClerkError, Result},
    Params,
};
use crate::api::Patch;

/// A string, or null.
pub(crate) fn text(name: &str, value: Value) -> Result<Value> {
    check(name, value, Value::is_string, "a string")
}

/// True, false, or null.
pub(crate) fn flag(name: &str, value: Value) -> Result<Value> {
    check(name, value, Value::is_boolean, "true or false")
}

/// A whole number, or null.
pub(crate) fn count(name: &str, value: Value) -> Result<Value> {
    check(name, value, Value::is_u64, "a whole number, zero or more")
}

/// An object; null is the empty one.
pub(crate) fn metadata(name: &str, value: Value) -> Result<Value> {
    match check(name, value, Value::is_object, "an object")? {
        Value::Null => Ok(json!({})),
        object => Ok(object),
    }
}

/// A date in RFC 3339, as milliseconds since the epoch; or null.
pub(crate) fn date(name: &str, value: Value) -> Result<Value> {
    let Some(text) = text(name, value)?.as_str().map(str::to_owned) else { return Ok(Value::Null) };
    let date =
        OffsetDateTime::parse(&text, &Rfc3339).map_err(|_| ClerkError::format(name, "a date in RFC 3339"))?;
    Ok(json!(date.unix_timestamp() * 1000 + i64::from(date.millisecond())))
}

/// Takes a list of strings out of the parameters; left out and null are the empty one.
pub(crate) fn take_texts(params: &mut Params, name: &str) -> Result<Vec<String>> {
    let list = params.remove(name).unwrap_or_default();
    serde_json::from_value::<Option<Vec<String>>>(list)
        .map(Option::unwrap_or_default)
        .map_err(|_| ClerkError::format(name, "a list of strings"))
}

/// Takes a string out of the parameters, unless it is left out or null.
pub(crate) fn take_text(params: &mut Params, name: &str) -> Result<Option<String>> {
    match params.remove(name).map(|value| text(name, value)).transpose()? {
        Some(Value::String(text)) => Ok(Some(text)),
        _ => Ok(None),
    }
}

/// A text with some characters, but not more than so many.
pub(crate) fn name(param: &str, text: String, most: usize) -> Result<String> {
    match text.chars().count() {
        0 => Err(ClerkError::missing(param)),
        length if length > most => Err(ClerkError::too_long(param, most)),
        _ => Ok(text),
    }
}

/// A number out of a range.
pub(crate) fn within(param: &str, number: i64, range: RangeInclusive<i64>) -> Result<i64> {
    match range.contains(&number) {
        true => Ok(number),
        false => Err(ClerkError::value(param, &format!("from {} to {}", range.start(), range.end()))),
    }
}

/// Changes a field, clears it, or leaves it alone.
pub(crate) fn patch<T: Serialize>(document: &mut Value, name: &str, patch: Patch<T>) {
    match patch {
        Patch::Keep => {}
        Patch::Clear => document[name] = Value::Null,
        Patch::Set(value) => document[name] = json!(value),
    }
}

/// Merges as Clerk merges metadata: objects within objects, and null removes.
pub(crate) fn merge(into: &mut Value, from: Value) {
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

fn check(name: &str, value: Value, is_right: fn(&Value) -> bool, expected: &str) -> Result<Value> {
    match value.is_null() || is_right(&value) {
        true => Ok(value),
        false => Err(ClerkError::format(name, expected)),
    }
}
