//! The parameters of OAuth requests.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use http::{Method, header::CONTENT_TYPE};
use url::form_urlencoded;

use super::oauth_error::{OAuthError, OAuthResult};

/// The parameters of an OAuth request: the query of a GET request, or the form in the body of a
/// POST request.
pub(in crate::emulator) struct OAuthParams(Vec<(String, String)>);

impl OAuthParams {
    /// Returns a parameter. An empty one counts as missing, and a repeated one is an error (RFC
    /// 6749, 3.1).
    pub(in crate::emulator) fn get(&self, name: &str) -> OAuthResult<Option<&str>> {
        let mut values = self.all(name);
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            _ => Err(OAuthError::invalid_request(format!("{name} must not be repeated."))),
        }
    }

    pub(in crate::emulator) fn require(&self, name: &str) -> OAuthResult<&str> {
        self.get(name)?.ok_or_else(|| OAuthError::invalid_request(format!("{name} is required.")))
    }

    /// Returns all values of a parameter that may be repeated.
    pub(in crate::emulator) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.iter().filter(move |(given, value)| *given == name && !value.is_empty()).map(|p| p.1)
    }

    pub(in crate::emulator) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn parse(encoded: &[u8]) -> Self {
        Self(form_urlencoded::parse(encoded).into_owned().collect())
    }
}

impl<S: Send + Sync> FromRequest<S> for OAuthParams {
    type Rejection = OAuthError;

    async fn from_request(request: Request, state: &S) -> OAuthResult<Self> {
        if matches!(*request.method(), Method::GET | Method::HEAD) {
            return Ok(Self::parse(request.uri().query().unwrap_or_default().as_bytes()));
        }
        let content_type = request.headers().get(CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(OAuthError::invalid_request(
                "The body must have the type application/x-www-form-urlencoded.",
            ));
        }
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|error| OAuthError::invalid_request(error.to_string()))?;
        Ok(Self::parse(&bytes))
    }
}
