//! What can go wrong between here and Clerk.

use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};

use http::StatusCode;
use serde::de::Error as _;
use serde_json::Value;

/// The result of a call to Clerk's Backend API.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A call to Clerk's Backend API that failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Clerk answered with an error.
    #[error(transparent)]
    Api(#[from] Box<ApiError>),
    /// Clerk could not be reached, or its answer not be received.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// Clerk's answer was not what its API promises.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// A call that cannot mean what its caller wants was not sent.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// A call that several callers shared failed.
    #[error(transparent)]
    Shared(Arc<Self>),
}

impl Error {
    /// Clerk's own error, where its API answered with one.
    #[must_use]
    pub fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) => Some(error),
            Self::Shared(error) => error.api(),
            _ => None,
        }
    }

    /// Returns the error itself, or the one that several callers share.
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

/// Clerk answered with an error.
///
/// `Display` is for logs: it names the operation, but neither the parameters nor the secret key.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ApiError {
    /// The operation, such as `GET /users/{user_id}`.
    pub operation: String,
    /// The response's status: anything but 2xx.
    pub status: StatusCode,
    /// What Clerk says is wrong, empty where the answer was not Clerk's JSON.
    pub errors: Vec<ErrorDetail>,
    /// What Clerk's support asks for.
    pub trace_id: Option<String>,
    /// How long Clerk asks to wait before another attempt.
    pub retry_after: Option<Duration>,
}

model! {
    /// One thing that Clerk says is wrong.
    pub struct ErrorDetail {
        /// What it is, for programs: `resource_not_found`, `form_identifier_exists`, …
        pub code: String,
        /// What it is, for developers.
        pub message: String,
        /// What it is, for users.
        pub long_message: String,
        /// More about it, such as `param_name`, the parameter that is wrong.
        pub meta: Value,
    }
}

impl ApiError {
    /// The first error's code, such as `resource_not_found`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.errors.first().map(|error| error.code.as_str())
    }

    /// Whether there is no such thing: 404.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status == StatusCode::NOT_FOUND
    }

    /// Whether there were too many requests: 429. [`retry_after`](Self::retry_after) says when to come back.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.status == StatusCode::TOO_MANY_REQUESTS
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clerk answered {} with {}", self.operation, self.status)?;
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

/// A request that was not sent, because it cannot mean what its caller wants.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// A path parameter that would lead to another operation: empty, `.` or `..`.
    #[error("{operation} was not sent: {name} is {value:?}, which would lead elsewhere")]
    Path {
        /// The operation.
        operation: String,
        /// The parameter's name.
        name: String,
        /// What was given.
        value: String,
    },
    /// A query or a body that cannot be written as such.
    #[error("{operation} was not sent: its parameters cannot be serialized")]
    Parameters {
        /// The operation.
        operation: String,
        /// Why not.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// No secret key, or one that no header can carry.
    #[error(
        "{operation} was not sent: {problem}; set CLERK_SECRET_KEY to the key from Clerk's dashboard, sk_…"
    )]
    SecretKey {
        /// The operation.
        operation: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The [provider](crate::api::Client::with_secret_key_provider) of the secret key failed.
    #[error("{operation} was not sent: there was no secret key to be had")]
    SecretKeyProvider {
        /// The operation.
        operation: String,
        /// What the provider says.
        source: Box<dyn StdError + Send + Sync>,
    },
}

/// Clerk could not be reached, or its answer not be received.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The HTTP client could not be set up, for instance without certificates to trust.
    #[error("the HTTP client could not be set up")]
    Setup(#[source] reqwest::Error),
    /// There is no TLS: the feature `rustls` is not enabled.
    #[error(
        "there is no TLS to reach Clerk with: enable the feature `rustls` of axum-clerk, or pass a \
         `reqwest::Client` with TLS to `Client::from_http`"
    )]
    NoTls,
    /// No connection, or one that broke.
    #[error("Clerk could not be reached for {operation}")]
    Connection {
        /// The operation.
        operation: String,
        /// What the HTTP client says, without the URL.
        source: reqwest::Error,
    },
    /// No complete answer in time.
    #[error("Clerk did not answer {operation} in time")]
    Timeout {
        /// The operation.
        operation: String,
    },
    /// An answer beyond [`MAX_RESPONSE_BYTES`](crate::api::MAX_RESPONSE_BYTES).
    #[error("Clerk's answer to {operation} is larger than {limit} bytes")]
    TooLarge {
        /// The operation.
        operation: String,
        /// The most bytes that an answer may have.
        limit: usize,
    },
    /// A redirect, followed by an HTTP client of the application's own. Give it `redirect::Policy::none()`.
    #[error("{operation} was redirected")]
    Redirected {
        /// The operation.
        operation: String,
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

/// Clerk's answer was not what its API promises.
#[derive(Debug, thiserror::Error)]
#[error("{subject} is not as expected at `{path}`: {reason}")]
#[non_exhaustive]
pub struct DecodeError {
    /// What was read: the answer to an operation, or metadata.
    pub subject: String,
    /// Where in it, such as `data[3].email_addresses[0].id`.
    pub path: String,
    /// What is wrong there.
    pub reason: serde_json::Error,
}

impl DecodeError {
    /// Path and reason repeat what was read, which may be long: they are cut.
    pub(super) fn new(subject: impl Into<String>, path: &str, reason: serde_json::Error) -> Self {
        let text = reason.to_string();
        let reason = match truncate(&text) {
            short if short.len() < text.len() => serde_json::Error::custom(format!("{short}…")),
            _ => reason,
        };
        Self { subject: subject.into(), path: truncate(path).to_owned(), reason }
    }
}

/// The beginning of a text, enough for a person.
fn truncate(text: &str) -> &str {
    text.char_indices().nth(300).map_or(text, |(end, _)| &text[..end])
}
