//! Fetches the instance's keys from Clerk.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::document::fetch_document;
use crate::{
    api::{self, Client},
    clock::Clock,
    token::{FetchedKeys, TokenError},
};

/// The maximum timeout for fetching the keys of an instance.
pub(super) const JWKS_TIMEOUT: Duration = Duration::from_secs(5);

/// A JSON Web Key Set.
#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

impl KeySet {
    fn fetched_now(self, clock: &Clock) -> FetchedKeys {
        // A key of an unknown kind must not prevent the use of the others.
        let keys = self.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok());
        FetchedKeys { keys: keys.collect(), fetched_at: clock.unix_millis() }
    }
}

/// Fetches the keys from the Backend API.
pub(super) async fn fetch_keys(api: &Client, clock: &Clock) -> Result<FetchedKeys, TokenError> {
    let key_set: KeySet = api.get("/jwks", []).send().await.map_err(|error| keys_error(&error))?;
    Ok(key_set.fetched_now(clock))
}

fn keys_error(error: &api::Error) -> TokenError {
    tracing::warn!(%error, "the keys of the Clerk instance could not be fetched");
    match error.api().and_then(|error| error.code()) {
        Some("clerk_key_invalid") => TokenError::InvalidSecretKey,
        _ => TokenError::KeysUnavailable,
    }
}

/// Fetches the keys that the Frontend API publishes, which requires no secret key.
pub(super) async fn fetch_public_keys(
    http: &reqwest::Client,
    url: &Url,
    timeout: Duration,
    clock: &Clock,
) -> Result<FetchedKeys, TokenError> {
    let fetch = async {
        let operation = "GET /.well-known/jwks.json";
        let body = fetch_document(http, operation, url.as_str(), timeout).await?;
        serde_json::from_slice::<KeySet>(&body).map_err(|error| error.to_string())
    };
    match fetch.await {
        Ok(key_set) => Ok(key_set.fetched_now(clock)),
        Err(error) => {
            tracing::warn!(error, %url, "the keys of the Clerk instance could not be fetched");
            Err(TokenError::KeysUnavailable)
        }
    }
}
