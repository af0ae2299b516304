//! Functions for the `#[serde(…)]` attributes of fields.

use serde::{Deserialize, Deserializer, Serializer};

use crate::timestamp::Timestamp;

/// `null` as the type's default, for fields that should not be `null` and sometimes are.
pub(in crate::api) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Whether a parameter was left out.
pub(in crate::api) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// As RFC 3339, which some parameters ask for.
pub(in crate::api) fn rfc3339<S: Serializer>(
    at: &Option<Timestamp>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => serializer.collect_str(at),
        None => serializer.serialize_none(),
    }
}
