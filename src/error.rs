//! The error type of the crate.

use crate::{api, config::ConfigError, middleware::AuthRejection, token::TokenError};

/// The result type of the crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of this crate, with a variant for each kind of remedy.
///
/// As a response (feature `axum`) it does not reveal internals to the client. The details are
/// logged, with their causes.
///
/// | | response | log level |
/// |---|---|---|
/// | a [rejection](AuthRejection) | its own | debug |
/// | an invalid token | 401 | debug |
/// | invalid parameters, [exposed](Self::expose_validation) | Clerk's 400 or 422 with its errors | debug |
/// | Clerk is unreachable, or limits the rate of calls | 503 with `Retry-After` | warn |
/// | another error of Clerk's API | 502 | error |
/// | an invalid configuration or request | 500 | error |
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
    /// Clerk rejected the parameters of a call, and the response may say so. Created by
    /// [`expose_validation`](Self::expose_validation).
    #[error(transparent)]
    Invalid(Box<api::ApiError>),
}

impl Error {
    /// Returns the error that Clerk's API responded with, if any.
    #[must_use]
    pub fn api(&self) -> Option<&api::ApiError> {
        match self {
            Self::Api(error) => error.api(),
            Self::Invalid(error) => Some(error),
            _ => None,
        }
    }

    /// Exposes a validation error of Clerk's API, a 400 or a 422, to the client of the application:
    /// the response has Clerk's codes and messages. Use it for calls whose parameters come from the
    /// client. Other errors remain as they are.
    ///
    /// ```
    /// use axum::Json;
    /// use axum_clerk::{Clerk, Error, Result, api::{CreateUser, User}};
    ///
    /// async fn register(clerk: Clerk, Json(email): Json<String>) -> Result<Json<User>> {
    ///     let params = CreateUser::default().email_address([email]);
    ///     Ok(Json(clerk.users().create(&params).await.map_err(Error::expose_validation)?))
    /// }
    /// # let _ = axum::routing::post::<_, _, ()>(register);
    /// ```
    pub fn expose_validation(error: impl Into<Self>) -> Self {
        let error = error.into();
        match error.api() {
            Some(api_error)
                if matches!(api_error.status.as_u16(), 400 | 422)
                    && !api_error.errors.is_empty() =>
            {
                Self::Invalid(Box::new(api_error.clone()))
            }
            _ => error,
        }
    }
}
