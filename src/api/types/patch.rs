//! Updates of nullable fields.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An update of a nullable field: keep it, clear it with `null`, or set it.
///
/// ```
/// use axum_clerk::api::{Patch, UpdateUser};
///
/// let update = UpdateUser::default().first_name("Ada").username(Patch::Clear);
/// assert_eq!(serde_json::to_string(&update)?, r#"{"first_name":"Ada","username":null}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Patch<T> {
    /// Leaves the field unchanged.
    #[default]
    Keep,
    /// Clears the field with `null`.
    Clear,
    /// Sets the field to a value.
    Set(T),
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

impl<T> From<Option<T>> for Patch<T> {
    /// Converts `None` to [`Clear`](Self::Clear).
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Clear, Self::Set)
    }
}

impl From<&str> for Patch<String> {
    fn from(value: &str) -> Self {
        Self::Set(value.to_owned())
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Keep | Self::Clear => serializer.serialize_none(),
            Self::Set(value) => value.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    /// Deserializes a value or `null`. Fields that may be missing use the default,
    /// [`Keep`](Self::Keep).
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::from)
    }
}
