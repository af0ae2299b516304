//! What can go wrong.

use crate::api::{ApiError, DecodeError, RequestError, TransportError};

/// This crate's results.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong, one variant for each kind of remedy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
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
}
