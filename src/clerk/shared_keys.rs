//! Fetches the instance's keys once for all machines.

use std::{future::Future, time::Duration};

use super::shared::Shared;
use crate::token::{FetchedKeys, TokenError};

/// The time after which another machine may fetch the keys if the first one does not succeed. It is
/// twice the timeout of a fetch, so that a fetch in progress is not repeated.
const CLAIM_LIFETIME: Duration = Duration::from_secs(10);

/// The interval at which a machine checks whether another one has fetched the keys.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// The maximum number of checks before it fetches them itself.
const MAX_POLLS: usize = 40;

/// The name of the keys in the shared cache.
const KEYS: &str = "keys";

/// The name of the claim to fetch them.
const CLAIM: &str = "keys-fetch";

/// Returns the keys in the shared cache if they were fetched after `newer_than`, in Unix
/// milliseconds. Otherwise waits for the machine that is fetching them, or fetches them and stores
/// them for `max_age`.
pub(super) async fn fetch_shared_keys(
    shared: &Shared,
    newer_than: i64,
    max_age: Duration,
    fetch: impl Future<Output = Result<FetchedKeys, TokenError>>,
) -> Result<FetchedKeys, TokenError> {
    let newer_keys = async || {
        let (keys, _) = shared.get::<FetchedKeys>(KEYS, "").await?;
        (keys.fetched_at > newer_than).then_some(keys)
    };
    for _ in 0..MAX_POLLS {
        if let Some(keys) = newer_keys().await {
            return Ok(keys);
        }
        match shared.claim::<()>(CLAIM, "", &(), CLAIM_LIFETIME).await {
            Some(Err(())) => tokio::time::sleep(POLL_INTERVAL).await,
            Some(Ok(())) => {
                // Another machine may have finished in the meantime.
                if let Some(keys) = newer_keys().await {
                    shared.remove(CLAIM, "").await;
                    return Ok(keys);
                }
                break;
            }
            None => break,
        }
    }
    let keys = fetch.await;
    if let Ok(keys) = &keys {
        shared.set(KEYS, "", keys, max_age).await;
    }
    shared.remove(CLAIM, "").await;
    keys
}
