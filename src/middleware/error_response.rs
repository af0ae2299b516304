//! Errors as Axum responses.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use super::{rejection::AuthRejection, rejection_response::RETRY_AFTER};
use crate::{
    api::{self, ApiError},
    error::Error,
};

impl IntoResponse for AuthRejection {
    fn into_response(mut self) -> Response {
        self.count();
        self.to_response()
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        if let Self::Rejected(rejection) = self {
            return rejection.into_response();
        }
        let public = PublicError::from(&self);
        let error: &(dyn std::error::Error + 'static) = &self;
        match public.status {
            StatusCode::INTERNAL_SERVER_ERROR | StatusCode::BAD_GATEWAY => {
                tracing::error!(error, "a request failed");
            }
            StatusCode::SERVICE_UNAVAILABLE => tracing::warn!(error, "Clerk is unavailable"),
            _ => tracing::debug!(error, "a request was invalid"),
        }
        let json = HeaderValue::from_static("application/json");
        let body = json!({ "errors": public.errors }).to_string();
        let mut response = (public.status, [(header::CONTENT_TYPE, json)], body).into_response();
        if let Some(retry_after) = public.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, retry_after);
        }
        response
    }
}

/// The part of an error that a client may see.
struct PublicError {
    status: StatusCode,
    errors: Value,
    retry_after: Option<HeaderValue>,
}

impl PublicError {
    fn new(status: StatusCode, code: &str, message: &str) -> Self {
        let errors = json!([{ "code": code, "message": message }]);
        Self { status, errors, retry_after: None }
    }

    fn unavailable(retry_after: HeaderValue) -> Self {
        let message = "Clerk is temporarily unavailable. Please try again.";
        let error = Self::new(StatusCode::SERVICE_UNAVAILABLE, "service-unavailable", message);
        Self { retry_after: Some(retry_after), ..error }
    }

    fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal-error", "Something went wrong.")
    }

    fn invalid(error: &ApiError) -> Self {
        let errors = error.errors.iter().map(|error| {
            let mut public = json!({
                "code": error.code,
                "message": error.message,
                "long_message": error.long_message,
            });
            if let Some(name) = error.meta.get("param_name") {
                public["meta"] = json!({ "param_name": name });
            }
            public
        });
        Self { status: error.status, errors: errors.collect(), retry_after: None }
    }
}

impl From<&Error> for PublicError {
    fn from(error: &Error) -> Self {
        match error {
            Error::Api(error) => match error.root() {
                api::Error::Transport(_) => Self::unavailable(RETRY_AFTER),
                api::Error::Api(error) if error.is_rate_limited() => {
                    let seconds = error.retry_after.as_ref().map(Duration::as_secs);
                    Self::unavailable(seconds.map_or(RETRY_AFTER, HeaderValue::from))
                }
                api::Error::Api(_) | api::Error::Decode(_) => Self::new(
                    StatusCode::BAD_GATEWAY,
                    "bad-gateway",
                    "Clerk returned an unexpected response.",
                ),
                _ => Self::internal(),
            },
            Error::Invalid(error) => Self::invalid(error),
            Error::Token(_) => {
                Self::new(StatusCode::UNAUTHORIZED, "token-invalid", "The token is invalid.")
            }
            Error::Config(_) | Error::Rejected(_) => Self::internal(),
        }
    }
}
