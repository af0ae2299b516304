//! Extractors for request bodies and queries.

use std::fmt;

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
};
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::{
    error::{ClerkError, Result},
    integral::normalize,
};

/// The parameters of a request's body.
pub(in crate::emulator) type Params = Map<String, Value>;

/// A JSON object in the body. An empty body counts as an empty object.
pub(in crate::emulator) struct Body(pub(in crate::emulator) Params);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = ClerkError;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let bytes = Bytes::from_request(request, state).await.map_err(ClerkError::body_invalid)?;
        if bytes.is_empty() {
            Ok(Self(Params::new()))
        } else {
            serde_json::from_slice(&bytes).map(Self).map_err(ClerkError::body_invalid)
        }
    }
}

/// A deserialized JSON object in the body. An empty body counts as an empty object.
pub(in crate::emulator) struct JsonBody<T>(pub(in crate::emulator) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = ClerkError;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let Body(mut params) = Body::from_request(request, state).await?;
        normalize(&mut params);
        serde_path_to_error::deserialize(Value::Object(params)).map(Self).map_err(invalid)
    }
}

/// A JSON array in the body, for bulk requests, with a maximum number of items.
pub(in crate::emulator) struct JsonBulk<T, const MAX: usize = 10>(pub(in crate::emulator) Vec<T>);

impl<T: DeserializeOwned, S: Send + Sync, const MAX: usize> FromRequest<S> for JsonBulk<T, MAX> {
    type Rejection = ClerkError;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let bytes = Bytes::from_request(request, state).await.map_err(ClerkError::body_invalid)?;
        let items: Vec<Params> =
            serde_json::from_slice(&bytes).map_err(ClerkError::body_invalid)?;
        match items.len() {
            0 => Err(ClerkError::param("form_param_missing", "", "At least one item is required.")),
            length if length <= MAX => {
                serde_path_to_error::deserialize(json!(items)).map(Self).map_err(invalid)
            }
            _ => {
                let message = format!("At most {MAX} items are allowed.");
                Err(ClerkError::bad_request("bulk_size_exceeded", message))
            }
        }
    }
}

/// A deserialized form in the body, with lists as repeated parameters.
pub(in crate::emulator) struct FormBody<T>(pub(in crate::emulator) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for FormBody<T> {
    type Rejection = ClerkError;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let bytes = Bytes::from_request(request, state).await.map_err(ClerkError::body_invalid)?;
        deserialize_form(&bytes).map(Self)
    }
}

/// The deserialized query string, with lists as repeated parameters.
pub(in crate::emulator) struct Query<T>(pub(in crate::emulator) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ClerkError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        deserialize_form(parts.uri.query().unwrap_or_default().as_bytes()).map(Self)
    }
}

fn deserialize_form<T: DeserializeOwned>(form: &[u8]) -> Result<T> {
    let pairs = form_urlencoded::parse(form);
    serde_path_to_error::deserialize(serde_html_form::Deserializer::new(pairs)).map_err(invalid)
}

/// Clerk distinguishes missing, unknown and malformed parameters; serde does so only in its
/// messages.
#[expect(clippy::needless_pass_by_value, reason = "`map_err` passes values")]
fn invalid<E: fmt::Display>(error: serde_path_to_error::Error<E>) -> ClerkError {
    let message = error.inner().to_string();
    let named = |prefix| message.strip_prefix(prefix)?.split('`').next();
    match (named("missing field `"), named("unknown field `")) {
        (Some(param), _) => ClerkError::missing_param(param),
        (_, Some(param)) => ClerkError::unknown_param(param),
        _ => ClerkError::invalid_format(&error.path().to_string(), &format!("valid: {message}")),
    }
}
