//! What can go wrong.

use crate::api::{ApiError, DecodeError, TransportError};

/// This crate's results.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong, one variant for each kind of remedy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Clerk's Backend API answered with an error.
    #[error(transparent)]
    Api(#[from] Box<ApiError>),
    /// Clerk could not be reached, or did not answer in time.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// Clerk's answer was not what its API promises.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}
