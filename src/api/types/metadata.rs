//! Metadata of users, organizations, memberships and the like.

use std::ops::Deref;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::api::error::{DecodeError, Result};

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
    /// [`Error::Decode`](crate::api::Error::Decode), with the path of the field, where the metadata is not a `T`.
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
