//! The reasons why a webhook is rejected.

use http::{HeaderValue, Response, StatusCode, header};
use serde_json::json;

use crate::api::DecodeError;

/// The reason why a webhook is rejected.
///
/// As a response it is JSON in the format of this crate's rejections. It names a missing header, but
/// does not say why a signature is invalid.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// A header is missing or empty: 400. Clerk sends `svix-id`, `svix-timestamp` and
    /// `svix-signature`.
    #[error("the header {0} is missing")]
    MissingHeader(&'static str),
    /// The timestamp is not a number of seconds: 400.
    #[error("the timestamp of the webhook is malformed")]
    MalformedTimestamp,
    /// The timestamp is more than five minutes in the past or in the future: 400. Either the
    /// request was recorded and replayed, or a clock is wrong.
    #[error("the timestamp of the webhook differs from the current time by {0} seconds")]
    TimestampOutOfRange(u64),
    /// None of the signatures was made with a configured secret over this ID, timestamp and body:
    /// 400.
    #[error("the signature of the webhook is invalid")]
    InvalidSignature,
    /// The body is larger than
    /// [`webhook_body_limit`](crate::ClerkConfigBuilder::webhook_body_limit): 413.
    #[error("the body of the webhook is too large")]
    TooLarge,
    /// The body could not be received: 400.
    #[error("the body of the webhook could not be received")]
    UnreadableBody,
    /// The signature is valid, but the body is not an event: 400.
    #[error(transparent)]
    Malformed(#[from] DecodeError),
    /// No secret is configured: 500.
    #[error(
        "no webhook signing secret is configured; set CLERK_WEBHOOK_SIGNING_SECRET to the secret on \
         the endpoint's page in the webhook settings of the Clerk Dashboard"
    )]
    MissingSecret,
    /// The request neither passed through a [`ClerkLayer`](crate::ClerkLayer) nor has a
    /// [`Clerk`](crate::Clerk) in its extensions: 500.
    #[error(
        "the extractor `Webhook` found no Clerk handle; add `.layer(ClerkLayer::new(config))` or \
         `.layer(Extension(clerk))` to the router after its routes, or extract `StateWebhook`"
    )]
    MissingHandle,
}

impl WebhookError {
    /// The status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MissingSecret | Self::MissingHandle => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// Creates the response, without revealing internals.
    pub fn to_response<B: From<String>>(&self) -> Response<B> {
        let (code, message) = self.public_message();
        let body = json!({ "errors": [{ "code": code, "message": message }] });
        let mut response = Response::new(B::from(body.to_string()));
        *response.status_mut() = self.status();
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        response
    }

    /// Returns the part of the error that the sender may see.
    fn public_message(&self) -> (&'static str, String) {
        match self {
            Self::MissingHeader(name) => {
                ("webhook-header-missing", format!("The header {name} is missing."))
            }
            Self::MalformedTimestamp | Self::TimestampOutOfRange(_) | Self::InvalidSignature => {
                ("webhook-signature-invalid", "The signature is invalid.".into())
            }
            Self::TooLarge => ("webhook-too-large", "The body is too large.".into()),
            Self::UnreadableBody => {
                ("webhook-body-unreadable", "The body could not be received.".into())
            }
            Self::Malformed(_) => ("webhook-malformed", "The body is not a webhook event.".into()),
            Self::MissingSecret | Self::MissingHandle => {
                ("internal-error", "Something went wrong.".into())
            }
        }
    }

    /// Logs what the operator of the application has to fix as an error, and what any client can
    /// cause only for debugging.
    #[cfg(feature = "axum")]
    pub(super) fn log(&self) {
        match self {
            Self::MissingSecret | Self::MissingHandle | Self::Malformed(_) => {
                tracing::error!("{self}");
            }
            _ => tracing::debug!(error = %self, "a webhook was rejected"),
        }
    }
}

/// The reason why a webhook signing secret is malformed. It does not contain the secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a webhook signing secret: {0}; copy it from the endpoint's page in the webhook settings of \
     the Clerk Dashboard"
)]
pub struct InvalidSecret(pub(super) &'static str);
