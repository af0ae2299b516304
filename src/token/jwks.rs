//! An instance's keys, fetched when needed and kept.
//!
//! Finding a key never waits. Where a fetch is needed it is started, one for however many ask, and
//! [`ready`](Jwks::ready) waits for it.

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
use tokio::sync::watch;

use super::{TokenError, Unverified, VerifyingKey};
use crate::Clock;

/// Asks Clerk for the instance's keys once.
pub(crate) type FetchKeys =
    Box<dyn Fn() -> BoxFuture<'static, Result<Vec<Jwk>, TokenError>> + Send + Sync>;

/// How often at most an unknown `kid` leads to a fetch, and a failed refresh to another, in milliseconds.
const ASK_AGAIN: u64 = 10_000;

/// How long a failure is remembered while there are no keys at all, in milliseconds.
const RETRY: u64 = 1_000;

/// How long keys serve.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JwksLifetimes {
    /// Older keys are fetched anew in the background.
    pub(crate) refresh: Duration,
    /// Older keys, where Clerk could not be reached, serve no more.
    pub(crate) grace: Duration,
}

pub(crate) struct Jwks {
    fetch: FetchKeys,
    clock: Clock,
    lifetimes: JwksLifetimes,
    keys: ArcSwap<Vec<Arc<VerifyingKey>>>,
    /// Unix milliseconds.
    refresh_at: AtomicI64,
    expire_at: AtomicI64,
    flight: Mutex<Flight>,
}

#[derive(Default)]
struct Flight {
    /// Closed once the fetch under way has ended.
    under_way: Option<watch::Receiver<()>>,
    asked_for_unknown_at: Option<i64>,
    failed: Option<(i64, TokenError)>,
}

impl Flight {
    fn is_under_way(&self) -> bool {
        self.under_way.as_ref().is_some_and(|flight| flight.has_changed().is_ok())
    }
}

impl Jwks {
    pub(crate) fn new(fetch: FetchKeys, clock: Clock, lifetimes: JwksLifetimes) -> Self {
        Self {
            fetch,
            clock,
            lifetimes,
            keys: ArcSwap::default(),
            refresh_at: AtomicI64::new(i64::MIN),
            expire_at: AtomicI64::new(i64::MIN),
            flight: Mutex::default(),
        }
    }

    /// Whether the keys at hand may still be used; starts their refresh where it is due.
    pub(crate) fn are_usable(self: &Arc<Self>, now: i64) -> bool {
        let usable = now < self.expire_at.load(Ordering::Acquire);
        if usable && now >= self.refresh_at.load(Ordering::Acquire) {
            let mut flight = self.lock();
            // Others may have come here at the same time, or the refresh may have ended just now.
            if !flight.is_under_way() && now >= self.refresh_at.load(Ordering::Acquire) {
                self.refresh_at.store(now.saturating_add_unsigned(ASK_AGAIN), Ordering::Release);
                self.start(&mut flight);
            }
        }
        usable
    }

    /// The key of this ID.
    pub(crate) fn find(
        self: &Arc<Self>,
        kid: &str,
        now: i64,
    ) -> Result<Arc<VerifyingKey>, Unverified> {
        let known = || self.keys.load().iter().find(|key| key.kid() == Some(kid)).cloned();
        if self.are_usable(now) {
            if let Some(key) = known() {
                return Ok(key);
            }
            let mut flight = self.lock();
            if flight.is_under_way() {
                return Err(Unverified::KeysNeeded);
            }
            if flight.asked_for_unknown_at.is_none_or(|at| now.abs_diff(at) >= ASK_AGAIN) {
                flight.asked_for_unknown_at = Some(now);
                return Err(self.start(&mut flight));
            }
            // A fetch may have ended since the first look; one that failed tells nothing of the key.
            let failed = || flight.failed.as_ref().map(|(_, error)| error.clone());
            known().ok_or_else(|| Unverified::Refused(failed().unwrap_or(TokenError::UnknownKey)))
        } else {
            let mut flight = self.lock();
            if flight.is_under_way() {
                return Err(Unverified::KeysNeeded);
            }
            if now < self.expire_at.load(Ordering::Acquire) {
                drop(flight);
                return self.find(kid, now);
            }
            match &flight.failed {
                Some((at, error)) if now.abs_diff(*at) < RETRY => {
                    Err(Unverified::Refused(error.clone()))
                }
                _ => Err(self.start(&mut flight)),
            }
        }
    }

    /// Waits for the fetch under way, if there is one.
    pub(crate) async fn ready(&self) {
        let under_way = self.lock().under_way.clone();
        if let Some(mut flight) = under_way {
            // An error is how the flight's end shows.
            let _ = flight.changed().await;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Flight> {
        self.flight.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(self: &Arc<Self>, flight: &mut Flight) -> Unverified {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            tracing::error!(
                "the keys of the Clerk instance can only be fetched within a Tokio runtime"
            );
            return Unverified::Refused(TokenError::KeysUnavailable);
        };
        let (end, under_way) = watch::channel(());
        flight.under_way = Some(under_way);
        let this = Arc::clone(self);
        runtime.spawn(async move {
            let fetched = (this.fetch)().await;
            this.store(fetched);
            drop(end);
        });
        Unverified::KeysNeeded
    }

    fn store(&self, fetched: Result<Vec<Jwk>, TokenError>) {
        let usable = fetched.and_then(|jwks| {
            let keys: Vec<_> = jwks.iter().filter_map(VerifyingKey::from_jwk).collect();
            if keys.is_empty() { Err(TokenError::KeysUnavailable) } else { Ok(keys) }
        });
        let now = self.clock.unix_millis();
        match usable {
            Ok(fetched) => {
                let old = self.keys.load();
                // A key that stays keeps its identity, and with it the tokens verified by it.
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
                let after = |lifetime: Duration| {
                    now.saturating_add(i64::try_from(lifetime.as_millis()).unwrap_or(i64::MAX))
                };
                self.refresh_at.store(after(self.lifetimes.refresh), Ordering::Release);
                self.expire_at.store(after(self.lifetimes.grace), Ordering::Release);
                self.lock().failed = None;
            }
            Err(error) => {
                self.lock().failed = Some((now, error));
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
