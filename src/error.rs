//! The error type of the crate.

use crate::{api, config::ConfigError, middleware::AuthRejection, token::TokenError};

/// The result type of the crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of this crate, with a variant for each kind of remedy.
///
/// As a response (feature `axum`) it does not reveal internals to the client: a rejection is
/// returned as such, an error of Clerk's API is a 502, a failure to reach Clerk a 503, an invalid
/// token a 401 and anything else a 500. The details are logged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The configuration is invalid.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A token is invalid.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The request was rejected.
    #[error(transparent)]
    Rejected(#[from] AuthRejection),
    /// A call to Clerk's Backend API failed.
    #[error(transparent)]
    Api(#[from] api::Error),
}

impl Error {
    /// Returns the error that Clerk's API responded with, if any.
    #[must_use]
    pub fn api(&self) -> Option<&api::ApiError> {
        match self {
            Self::Api(error) => error.api(),
            _ => None,
        }
    }
}
