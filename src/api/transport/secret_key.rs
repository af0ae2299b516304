//! The source of a client's secret key.

use std::{error::Error as StdError, sync::Arc};

use futures_util::future::BoxFuture;
use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use crate::api::error::RequestError;

#[derive(Clone)]
pub(in crate::api) enum SecretKey {
    Missing,
    Fixed(SecretString),
    Provided(Arc<Provider>),
}

type Provider = dyn Fn() -> BoxFuture<'static, ProviderResult> + Send + Sync;

type ProviderResult = Result<SecretString, Box<dyn StdError + Send + Sync>>;

impl SecretKey {
    /// Returns the value of the `Authorization` header.
    pub(super) async fn authorization(&self, operation: &str) -> Result<HeaderValue, RequestError> {
        let error = |problem| RequestError::SecretKey { operation: operation.to_owned(), problem };
        let provided;
        let key = match self {
            Self::Missing => return Err(error("the secret key is unset")),
            Self::Fixed(key) => key,
            Self::Provided(provider) => {
                provided = provider().await.map_err(|source| RequestError::SecretKeyProvider {
                    operation: operation.to_owned(),
                    source,
                })?;
                &provided
            }
        };
        let mut authorization = HeaderValue::try_from(format!("Bearer {}", key.expose_secret()))
            .map_err(|_| {
                error("the secret key contains characters that are invalid in a header")
            })?;
        authorization.set_sensitive(true);
        Ok(authorization)
    }
}
