//! Where a client's secret key comes from.

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

type Provider = dyn Fn() -> BoxFuture<'static, Result<SecretString, Box<dyn StdError + Send + Sync>>>
    + Send
    + Sync;

impl SecretKey {
    /// The value of the header `Authorization`.
    pub(super) async fn authorization(&self, operation: &str) -> Result<HeaderValue, RequestError> {
        let unusable =
            |problem| RequestError::SecretKey { operation: operation.to_owned(), problem };
        let provided;
        let key = match self {
            Self::Missing => return Err(unusable("there is no secret key")),
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
            .map_err(|_| unusable("the secret key has characters that no header can carry"))?;
        authorization.set_sensitive(true);
        Ok(authorization)
    }
}
