//! An instance's keys (JWKS), fetched when needed and cached.
//!
//! Looking up a key never waits. If a fetch is needed it is started in the background, shared by
//! all callers, and [`ready`](Jwks::ready) waits for it.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;
use futures_util::future::BoxFuture;
use jsonwebtoken::jwk::Jwk;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::{
    error::{TokenError, VerifyError},
    key::VerifyingKey,
};
use crate::{clock::Clock, metrics, timestamp::millis};

/// Fetches the instance's keys, given the time of the last successful fetch in Unix milliseconds.
/// Only keys that were fetched later are useful.
pub(crate) type FetchKeys =
    Box<dyn Fn(i64) -> BoxFuture<'static, Result<FetchedKeys, TokenError>> + Send + Sync>;

/// The instance's keys as Clerk publishes them.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct FetchedKeys {
    pub(crate) keys: Vec<Jwk>,
    /// The time when they were fetched, possibly by another machine, in Unix milliseconds.
    pub(crate) fetched_at: i64,
}

/// Minimum interval between fetches triggered by an unknown `kid`, and between attempts to refresh
/// the keys, in milliseconds.
const UNKNOWN_KID_COOLDOWN: u64 = 10_000;

/// Minimum interval between fetches while no keys are available, in milliseconds.
const FAILURE_COOLDOWN: u64 = 1_000;

/// The ages at which keys are refreshed and discarded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JwksLifetimes {
    /// Keys older than this are refreshed in the background.
    pub(crate) refresh: Duration,
    /// Keys older than this are not used, even if Clerk cannot be reached.
    pub(crate) grace: Duration,
}

pub(crate) struct Jwks {
    fetch: FetchKeys,
    clock: Clock,
    lifetimes: JwksLifetimes,
    keys: ArcSwap<Vec<Arc<VerifyingKey>>>,
    /// The time of the last successful fetch, in Unix milliseconds.
    fetched_at: AtomicI64,
    /// Unix milliseconds.
    refresh_at: AtomicI64,
    /// Unix milliseconds.
    expire_at: AtomicI64,
    fetches: Mutex<FetchState>,
}

#[derive(Default)]
struct FetchState {
    /// Closed when the current fetch ends.
    current: Option<watch::Receiver<()>>,
    /// The time of the last fetch that an unknown `kid` triggered, or that was started for a `kid`
    /// which turned out to be unknown, in Unix milliseconds.
    unknown_kid_fetch_at: Option<i64>,
    /// The last failure and its time in Unix milliseconds, until a fetch succeeds.
    failure: Option<(i64, TokenError)>,
}

impl FetchState {
    fn is_fetching(&self) -> bool {
        self.current.as_ref().is_some_and(|fetch| fetch.has_changed().is_ok())
    }
}

impl Jwks {
    pub(crate) fn new(fetch: FetchKeys, clock: Clock, lifetimes: JwksLifetimes) -> Self {
        Self {
            fetch,
            clock,
            lifetimes,
            keys: ArcSwap::default(),
            fetched_at: AtomicI64::new(i64::MIN),
            refresh_at: AtomicI64::new(i64::MIN),
            expire_at: AtomicI64::new(i64::MIN),
            fetches: Mutex::default(),
        }
    }

    /// Returns whether the cached keys may be used, and starts a refresh if one is due.
    pub(crate) fn refresh_if_due(self: &Arc<Self>, now: i64) -> bool {
        let usable = now < self.expire_at.load(Ordering::Acquire);
        if usable && now >= self.refresh_at.load(Ordering::Acquire) {
            let mut fetches = self.lock();
            // Another thread may have started the refresh, or finished it, in the meantime.
            if !fetches.is_fetching() && now >= self.refresh_at.load(Ordering::Acquire) {
                self.refresh_at
                    .store(now.saturating_add_unsigned(UNKNOWN_KID_COOLDOWN), Ordering::Release);
                self.start(&mut fetches, None);
            }
        }
        usable
    }

    /// Returns the key with this `kid`.
    pub(crate) fn find(
        self: &Arc<Self>,
        kid: &str,
        now: i64,
    ) -> Result<Arc<VerifyingKey>, VerifyError> {
        if self.refresh_if_due(now) {
            if let Some(key) = self.known(kid) {
                return Ok(key);
            }
            let mut fetches = self.lock();
            if fetches.is_fetching() {
                return Err(VerifyError::KeysPending);
            }
            if fetches
                .unknown_kid_fetch_at
                .is_none_or(|at| now.abs_diff(at) >= UNKNOWN_KID_COOLDOWN)
            {
                fetches.unknown_kid_fetch_at = Some(now);
                return Err(self.start(&mut fetches, None));
            }
            // A fetch may have ended since the first lookup. If it failed, the key may exist.
            let failure = || fetches.failure.as_ref().map(|(_, error)| error.clone());
            self.known(kid)
                .ok_or_else(|| VerifyError::Invalid(failure().unwrap_or(TokenError::UnknownKey)))
        } else {
            let mut fetches = self.lock();
            if fetches.is_fetching() {
                return Err(VerifyError::KeysPending);
            }
            if now < self.expire_at.load(Ordering::Acquire) {
                drop(fetches);
                return self.find(kid, now);
            }
            match &fetches.failure {
                Some((at, error)) if now.abs_diff(*at) < FAILURE_COOLDOWN => {
                    Err(VerifyError::Invalid(error.clone()))
                }
                _ => Err(self.start(&mut fetches, Some(kid))),
            }
        }
    }

    fn known(&self, kid: &str) -> Option<Arc<VerifyingKey>> {
        self.keys.load().iter().find(|key| key.kid() == Some(kid)).cloned()
    }

    /// Waits for the current fetch, if any.
    pub(crate) async fn ready(&self) {
        let current = self.lock().current.clone();
        if let Some(mut fetch) = current {
            // The sender is dropped when the fetch ends, which is reported as an error.
            let _ = fetch.changed().await;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, FetchState> {
        self.fetches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a fetch. If the keys are fetched for the first time and `first_kid` is not among
    /// them, they are not fetched for an unknown `kid` right again.
    fn start(self: &Arc<Self>, fetches: &mut FetchState, first_kid: Option<&str>) -> VerifyError {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            tracing::error!(
                "the keys of the Clerk instance can only be fetched inside a Tokio runtime"
            );
            return VerifyError::Invalid(TokenError::KeysUnavailable);
        };
        let (end, current) = watch::channel(());
        fetches.current = Some(current);
        let (this, first_kid) = (Arc::clone(self), first_kid.map(str::to_owned));
        runtime.spawn(async move {
            let fetched = (this.fetch)(this.fetched_at.load(Ordering::Relaxed)).await;
            let is_ok = fetched.is_ok();
            this.store(fetched);
            if is_ok && first_kid.is_some_and(|kid| this.known(&kid).is_none()) {
                this.lock().unknown_kid_fetch_at = Some(this.clock.unix_millis());
            }
            drop(end);
        });
        VerifyError::KeysPending
    }

    fn store(&self, fetched: Result<FetchedKeys, TokenError>) {
        let usable = fetched.and_then(|FetchedKeys { keys, fetched_at }| {
            let keys: Vec<_> = keys.iter().filter_map(VerifyingKey::from_jwk).collect();
            if keys.is_empty() { Err(TokenError::KeysUnavailable) } else { Ok((keys, fetched_at)) }
        });
        match usable {
            Ok((fetched, fetched_at)) => {
                // Another machine's clock may be ahead.
                let fetched_at = fetched_at.min(self.clock.unix_millis());
                let old = self.keys.load();
                // Unchanged keys keep their identity, so that cached tokens remain valid.
                let keys: Vec<_> = fetched
                    .into_iter()
                    .map(|key| {
                        old.iter()
                            .find(|old| old.is_same_as(&key))
                            .cloned()
                            .unwrap_or_else(|| Arc::new(key))
                    })
                    .collect();
                for key in old.iter().filter(|old| !keys.iter().any(|key| Arc::ptr_eq(key, old))) {
                    key.withdraw();
                }
                self.keys.store(Arc::new(keys));
                let after = |lifetime| fetched_at.saturating_add(millis(lifetime));
                self.fetched_at.store(fetched_at, Ordering::Relaxed);
                metrics::jwks_fetched(fetched_at);
                self.refresh_at.store(after(self.lifetimes.refresh), Ordering::Release);
                self.expire_at.store(after(self.lifetimes.grace), Ordering::Release);
                self.lock().failure = None;
            }
            Err(error) => {
                self.lock().failure = Some((self.clock.unix_millis(), error));
            }
        }
    }
}

impl fmt::Debug for Jwks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jwks")
            .field("keys", &self.keys.load())
            .field("lifetimes", &self.lifetimes)
            .finish_non_exhaustive()
    }
}
