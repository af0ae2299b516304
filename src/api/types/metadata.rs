//! The metadata of users, organizations, memberships and other objects.

use std::ops::Deref;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::api::error::{DecodeError, Result};

/// An application's own data about a user, an organization or another object. Clerk stores this
/// JSON without interpreting it.
///
/// Dereferences to the [`Value`] that it holds, which is `null` if Clerk sent none.
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
    /// Deserializes the metadata. Missing metadata is treated as an empty object.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`](crate::api::Error::Decode), with the path of the field, if the metadata is
    /// not a `T`.
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
