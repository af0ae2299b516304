//! Errors in the format of OAuth 2 (RFC 6749, 5.2).

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{
    HeaderValue, StatusCode,
    header::{CACHE_CONTROL, WWW_AUTHENTICATE},
};
use serde_json::json;

/// The result of an OAuth endpoint.
pub(in crate::emulator) type OAuthResult<T> = Result<T, OAuthError>;

/// An error code of OAuth 2 or one of its extensions, with a description for developers.
#[derive(Debug)]
pub(in crate::emulator) struct OAuthError {
    pub(in crate::emulator) status: StatusCode,
    pub(in crate::emulator) code: &'static str,
    pub(in crate::emulator) description: String,
}

impl OAuthError {
    /// Creates a 400 error.
    pub(in crate::emulator) fn new(code: &'static str, description: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code, description: description.into() }
    }

    pub(in crate::emulator) fn invalid_request(description: impl Into<String>) -> Self {
        Self::new("invalid_request", description)
    }

    /// The authorization code or the refresh token is unknown, expired, revoked or already used, or
    /// was issued to another client.
    pub(in crate::emulator) fn invalid_grant(description: impl Into<String>) -> Self {
        Self::new("invalid_grant", description)
    }

    pub(in crate::emulator) fn invalid_scope(description: impl Into<String>) -> Self {
        Self::new("invalid_scope", description)
    }

    /// The `resource` parameter is invalid (RFC 8707).
    pub(in crate::emulator) fn invalid_target(description: impl Into<String>) -> Self {
        Self::new("invalid_target", description)
    }

    /// 401: the client is unknown or its authentication failed.
    pub(in crate::emulator) fn invalid_client() -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            ..Self::new("invalid_client", "The client is unknown or its authentication failed.")
        }
    }

    /// 401, as in Clerk's OpenAPI document.
    pub(in crate::emulator) fn unsupported_grant_type() -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            ..Self::new(
                "unsupported_grant_type",
                "grant_type must be authorization_code or refresh_token.",
            )
        }
    }
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let body = json!({ "error": self.code, "error_description": self.description });
        let mut response = (self.status, [(CACHE_CONTROL, "no-store")], Json(body)).into_response();
        if self.code == "invalid_client" {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic"));
        }
        response
    }
}
