//! Functions for the `#[serde(…)]` attributes of fields.

use serde::{Deserialize, Deserializer, Serializer};

use crate::timestamp::Timestamp;

/// Deserializes `null` as the type's default, for fields that should not be `null` but sometimes
/// are.
pub(in crate::api) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Returns whether a parameter is unset.
pub(in crate::api) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Serializes a time in the format of RFC 3339, which some parameters require.
#[cfg_attr(not(feature = "api"), allow(dead_code, reason = "only resources use it"))]
#[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
pub(in crate::api) fn rfc3339<S: Serializer>(
    at: &Option<Timestamp>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => serializer.collect_str(at),
        None => serializer.serialize_none(),
    }
}
