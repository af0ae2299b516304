//! The errors of the client.

use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};

use http::StatusCode;
use serde::de::Error as _;
use serde_json::Value;

/// The result of a call to Clerk's Backend API.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of a call to Clerk's Backend API.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Clerk returned an error.
    #[error(transparent)]
    Api(#[from] Box<ApiError>),
    /// Clerk could not be reached, or its response could not be received.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// Clerk's response could not be decoded.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The request was invalid and was not sent.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// A call shared by several callers failed.
    #[error(transparent)]
    Shared(Arc<Self>),
}

impl Error {
    /// Returns the error that Clerk returned, if any.
    #[must_use]
    pub fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) => Some(error),
            Self::Shared(error) => error.api(),
            _ => None,
        }
    }

    /// Returns the shared error if the call was shared, and otherwise the error itself.
    #[must_use]
    pub fn root(&self) -> &Self {
        match self {
            Self::Shared(error) => error.root(),
            error => error,
        }
    }
}

impl From<Arc<Self>> for Error {
    fn from(error: Arc<Self>) -> Self {
        Arc::try_unwrap(error).unwrap_or_else(Self::Shared)
    }
}

/// An error response from Clerk.
///
/// `Display` is meant for logs: it shows the operation, but neither the values of its parameters
/// nor the secret key.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ApiError {
    /// The operation, such as `GET /users/{user_id}`.
    pub operation: String,
    /// The status of the response, never 2xx.
    pub status: StatusCode,
    /// The errors in the response; empty if the body was not JSON in Clerk's format.
    pub errors: Vec<ErrorDetail>,
    /// The trace ID to include when contacting Clerk's support.
    pub trace_id: Option<String>,
    /// The time to wait before another attempt, from `Retry-After`.
    pub retry_after: Option<Duration>,
}

model! {
    /// A single error in an error response.
    pub struct ErrorDetail {
        /// The error code, such as `resource_not_found` or `form_identifier_exists`.
        pub code: String,
        /// A message for developers.
        pub message: String,
        /// A message for users.
        pub long_message: String,
        /// Further details, such as `param_name`, the name of the invalid parameter.
        pub meta: Value,
    }
}

impl ApiError {
    /// Returns the code of the first error, such as `resource_not_found`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.errors.first().map(|error| error.code.as_str())
    }

    /// Returns whether the status is 404.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status == StatusCode::NOT_FOUND
    }

    /// Returns whether the status is 429. See [`retry_after`](Self::retry_after) for the time to
    /// wait.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.status == StatusCode::TOO_MANY_REQUESTS
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clerk responded to {} with {}", self.operation, self.status)?;
        for (i, error) in self.errors.iter().enumerate() {
            let message =
                if error.long_message.is_empty() { &error.message } else { &error.long_message };
            write!(f, "{} {message} ({})", if i == 0 { ":" } else { ";" }, error.code)?;
        }
        match &self.trace_id {
            Some(trace_id) => write!(f, " [trace {trace_id}]"),
            None => Ok(()),
        }
    }
}

impl StdError for ApiError {}

/// The reason why a request was not sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// A path parameter that would change the operation: empty, `.` or `..`.
    #[error("{operation} was not sent: invalid {name} {value:?} in the path")]
    Path {
        /// The operation.
        operation: String,
        /// The parameter's name, or `segment` for a part of the path without a name.
        name: String,
        /// The invalid value.
        value: String,
    },
    /// A query or a body that cannot be serialized.
    #[error("{operation} was not sent: failed to serialize its parameters")]
    Parameters {
        /// The operation.
        operation: String,
        /// The cause.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The secret key is missing, or contains characters that are invalid in a header.
    #[error(
        "{operation} was not sent: {problem}; \
         set CLERK_SECRET_KEY to the secret key from the Clerk Dashboard, sk_…"
    )]
    SecretKey {
        /// The operation.
        operation: String,
        /// A description of the problem.
        problem: &'static str,
    },
    /// The [provider](crate::api::Client::with_secret_key_provider) of the secret key failed.
    #[error("{operation} was not sent: the secret key provider failed")]
    SecretKeyProvider {
        /// The operation.
        operation: String,
        /// The provider's error.
        source: Box<dyn StdError + Send + Sync>,
    },
}

/// The reason why Clerk could not be reached, or why its response could not be received.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The HTTP client could not be set up, for instance because there are no trusted certificates.
    #[error("failed to set up the HTTP client")]
    Setup(#[source] reqwest::Error),
    /// TLS is unavailable because the feature `rustls` is disabled.
    #[error(
        "TLS is unavailable; enable the feature `rustls` of axum-clerk, \
         or pass a `reqwest::Client` with TLS to `Client::from_http`"
    )]
    NoTls,
    /// The connection could not be established, or broke.
    #[error("Clerk could not be reached for {operation}")]
    Connection {
        /// The operation.
        operation: String,
        /// The HTTP client's error, without the URL.
        source: reqwest::Error,
    },
    /// The response was not complete in time.
    #[error("{operation} timed out")]
    Timeout {
        /// The operation.
        operation: String,
    },
    /// The response exceeded [`MAX_RESPONSE_BYTES`](crate::api::MAX_RESPONSE_BYTES).
    #[error("Clerk's response to {operation} is larger than {limit} bytes")]
    TooLarge {
        /// The operation.
        operation: String,
        /// The maximum size of a response in bytes.
        limit: usize,
    },
}

impl TransportError {
    pub(super) fn new(operation: &str, error: reqwest::Error) -> Self {
        let operation = operation.to_owned();
        if error.is_timeout() {
            Self::Timeout { operation }
        } else {
            Self::Connection { operation, source: error.without_url() }
        }
    }
}

/// JSON from Clerk that could not be decoded.
#[derive(Debug, thiserror::Error)]
#[error("failed to decode {subject} at `{path}`: {reason}")]
#[non_exhaustive]
pub struct DecodeError {
    /// What was decoded: the response to an operation, metadata, or a webhook event.
    pub subject: String,
    /// The path of the invalid value, such as `data[3].email_addresses[0].id`.
    pub path: String,
    /// The cause.
    pub reason: serde_json::Error,
}

impl DecodeError {
    /// Truncates the path and the reason, which repeat parts of the input.
    pub(crate) fn new(subject: impl Into<String>, path: &str, reason: serde_json::Error) -> Self {
        let message = reason.to_string();
        let reason = match truncate(&message) {
            start if start.len() < message.len() => serde_json::Error::custom(format!("{start}…")),
            _ => reason,
        };
        Self { subject: subject.into(), path: truncate(path).to_owned(), reason }
    }
}

/// Returns the first 300 characters of a string.
fn truncate(text: &str) -> &str {
    text.char_indices().nth(300).map_or(text, |(end, _)| &text[..end])
}
