//! The types of fields that many resources share.

use std::{fmt, ops::Deref};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use serde_json::Value;

use crate::{Result, api::DecodeError};

/// What an application keeps with a user, an organization, a membership: JSON that Clerk stores and does not
/// read.
///
/// Reads like the [`Value`] that it holds, which is `null` where Clerk sent none.
///
/// ```
/// use axum_clerk::api::Metadata;
/// use serde::Deserialize;
/// use serde_json::json;
///
/// #[derive(Deserialize)]
/// struct Preferences {
///     theme: String,
/// }
///
/// let metadata = Metadata::from(json!({ "theme": "dark", "beta": true }));
/// assert_eq!(metadata["beta"], true);
/// assert_eq!(metadata.parse::<Preferences>()?.theme, "dark");
/// # Ok::<(), axum_clerk::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Metadata(Value);

impl Metadata {
    /// The metadata as a type of the application's own. Where Clerk sent none, it is parsed from an empty
    /// object.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`](crate::Error::Decode), with the path of the field, where the metadata is not a `T`.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T> {
        let empty = Value::Object(serde_json::Map::new());
        let value = if self.0.is_null() { &empty } else { &self.0 };
        let parsed = serde_path_to_error::deserialize(value);
        parsed.map_err(|e| {
            DecodeError::new("the metadata", &e.path().to_string(), e.into_inner()).into()
        })
    }
}

impl Deref for Metadata {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.0
    }
}

impl From<Value> for Metadata {
    fn from(value: Value) -> Self {
        Self(value)
    }
}

impl From<Metadata> for Value {
    fn from(metadata: Metadata) -> Self {
        metadata.0
    }
}

/// What an update does to a field that may be empty: leave it, clear it with `null`, or set it.
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
    /// Left as it is.
    #[default]
    Keep,
    /// Made empty, with `null`.
    Clear,
    /// Given a value.
    Set(T),
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

impl<T> From<Option<T>> for Patch<T> {
    /// `None` clears.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Clear, Self::Set)
    }
}

impl From<&str> for Patch<String> {
    fn from(value: &str) -> Self {
        Self::Set(value.to_owned())
    }
}

impl From<&str> for Patch<Secret> {
    fn from(value: &str) -> Self {
        Self::Set(value.into())
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
    /// A value or `null`; what is left out is the default, [`Keep`](Self::Keep).
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::from)
    }
}

/// A text that is nobody else's business: a password, a token. `Debug` does not show it.
#[derive(Clone, Default)]
pub struct Secret(SecretString);

impl Secret {
    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[REDACTED]")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

model! {
    /// What is left of an object that was deleted.
    pub struct DeletedObject {
        /// What it was: `user`, `organization`, …
        pub object: String,
        /// Its ID.
        pub id: Option<String>,
        /// Its slug, where it had one.
        pub slug: Option<String>,
        /// Whether it is gone.
        pub deleted: bool,
        /// The application's own ID of it.
        pub external_id: Option<String>,
    }
}

params! {
    /// Why something is revoked.
    pub struct Revocation {
        /// The reason, for whoever looks at it later.
        revocation_reason: String,
    }
}

/// `null` as the type's default, for fields that should not be `null` and sometimes are.
pub(super) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Whether a parameter was left out.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
