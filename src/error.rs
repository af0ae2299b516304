//! What can go wrong.

use std::sync::Arc;

use crate::{
    ConfigError, Refusal, TokenError,
    api::{ApiError, DecodeError, RequestError, TransportError},
};

/// This crate's results.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong, one variant for each kind of remedy.
///
/// As a response (feature `axum`) it tells the client nothing of the inside: 502 for an error of Clerk's API, 503 where
/// Clerk could not be reached, 500 for the rest, and a [`Refusal`] as itself. The log has what happened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The configuration is not complete.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A token was refused.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The request may not have what it asks for.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Clerk's Backend API answered with an error.
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
    /// Several requests waited for one call, and it failed.
    #[error(transparent)]
    Shared(Arc<Error>),
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
}

impl From<Arc<Error>> for Error {
    fn from(error: Arc<Error>) -> Self {
        Arc::try_unwrap(error).unwrap_or_else(Self::Shared)
    }
}
