//! The Axum part: extractors, and errors as responses.

use std::convert::Infallible;

use axum::{
    body::Body,
    extract::{FromRequestParts, OptionalFromRequestParts},
    response::{IntoResponse, Response},
};
use http::{StatusCode, request::Parts};

use crate::{Clerk, ClerkAuth, Error, Refusal, SignedIn};

/// Refuses only where no [`ClerkLayer`](crate::ClerkLayer) saw the request, with a 500.
impl<S: Sync> FromRequestParts<S> for ClerkAuth {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        ClerkAuth::of(&parts.extensions).cloned()
    }
}

/// `None` where no [`ClerkLayer`](crate::ClerkLayer) saw the request.
impl<S: Sync> OptionalFromRequestParts<S> for ClerkAuth {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(parts.extensions.get().cloned())
    }
}

/// Refuses who is not signed in: 401, or for a page a redirect to the sign-in page.
impl<S: Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        Self::new(ClerkAuth::of(&parts.extensions)?, (&*parts).into())
    }
}

/// The handle of the instance that the [`ClerkLayer`](crate::ClerkLayer) authenticates with.
impl<S: Sync> FromRequestParts<S> for Clerk {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        ClerkAuth::of(&parts.extensions).map(|auth| auth.clerk().clone())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        self.to_response::<Body>()
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        if let Self::Refused(refusal) = self {
            return refusal.into_response();
        }
        tracing::error!(error = %self, "a request failed");
        let (status, code, message) = outward(&self);
        let body = serde_json::json!({ "errors": [{ "code": code, "message": message }] });
        (status, [(http::header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
    }
}

/// What a client may know of an error.
fn outward(error: &Error) -> (StatusCode, &'static str, &'static str) {
    match error {
        Error::Shared(error) => outward(error),
        Error::Api(_) | Error::Decode(_) => {
            (StatusCode::BAD_GATEWAY, "bad-gateway", "Clerk did not do as asked.")
        }
        Error::Transport(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "service-unavailable",
            "Clerk cannot be reached right now; try again.",
        ),
        Error::Token(_) => (StatusCode::UNAUTHORIZED, "token-invalid", "The token was refused."),
        Error::Config(_) | Error::Request(_) | Error::Refused(_) => {
            (StatusCode::INTERNAL_SERVER_ERROR, "internal-error", "Something went wrong.")
        }
    }
}
