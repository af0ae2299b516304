//! What can go wrong.

use std::sync::Arc;

use crate::{
    ConfigError, Refusal, TokenError,
    api::{self, ApiError},
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
    /// A call to Clerk's Backend API failed.
    #[error(transparent)]
    Api(#[from] api::Error),
    /// A call to Clerk's Backend API that several requests waited for failed.
    #[error(transparent)]
    Shared(Arc<api::Error>),
}

impl Error {
    /// Clerk's own error, where its API answered with one.
    #[must_use]
    pub fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) => error.api(),
            Self::Shared(error) => error.api(),
            _ => None,
        }
    }
}

impl From<Arc<api::Error>> for Error {
    fn from(error: Arc<api::Error>) -> Self {
        Arc::try_unwrap(error).map_or_else(Self::Shared, Self::Api)
    }
}
