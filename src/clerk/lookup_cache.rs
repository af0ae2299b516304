//! A cache of the calls to Clerk that requests can cause.
//!
//! Anybody can send a request with a made-up token. Equal lookups therefore share one call,
//! definitive results are cached, and the number of concurrent calls is limited.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use aws_lc_rs::digest::{Context, SHA256};
use moka::{Expiry, future::Cache, ops::compute::Op};
use tokio::sync::Semaphore;

use crate::{clock::Clock, metrics};

/// The maximum number of cached results.
const CAPACITY: u64 = 10_000;

/// The SHA-256 digest of a lookup, so that the cache contains no secrets as keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct LookupKey([u8; 32]);

impl LookupKey {
    /// Creates a key from all parts that distinguish the lookup.
    pub(super) fn new(parts: &[&str]) -> Self {
        let mut context = Context::new(&SHA256);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        let mut key = [0; 32];
        key.copy_from_slice(context.finish().as_ref());
        Self(key)
    }
}

/// Caches the results of one kind of lookup.
pub(super) struct LookupCache<T> {
    results: Cache<LookupKey, Cached<T>>,
    clock: Clock,
}

#[derive(Clone)]
struct Cached<T> {
    result: T,
    lifetime: Duration,
    /// Unix milliseconds.
    expires_at: i64,
}

/// Removes results when they expire.
struct ByLifetime;

impl<T> Expiry<LookupKey, Cached<T>> for ByLifetime {
    fn expire_after_create(
        &self,
        _: &LookupKey,
        cached: &Cached<T>,
        _: Instant,
    ) -> Option<Duration> {
        Some(cached.lifetime)
    }
}

impl<T: Clone + Send + Sync + 'static> LookupCache<T> {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            results: Cache::builder().max_capacity(CAPACITY).expire_after(ByLifetime).build(),
            clock,
        }
    }

    /// Returns the cached result, or calls Clerk.
    ///
    /// The call returns its result and how long it is cached. If no permit is available, the result
    /// is `busy`, which is not cached.
    pub(super) async fn get(
        &self,
        key: LookupKey,
        call: impl Future<Output = (T, Duration)>,
        permits: &Semaphore,
        busy: T,
    ) -> T {
        let is_stale = |cached: &Cached<T>| self.clock.unix_millis() >= cached.expires_at;
        match self.results.get(&key).await {
            Some(cached) if !is_stale(&cached) => {
                metrics::cache_lookup("lookups", true);
                return cached.result;
            }
            // A manual clock may be ahead.
            Some(_) => {
                self.results
                    .entry(key)
                    .and_compute_with(|entry| {
                        let is_stale = entry.is_some_and(|entry| is_stale(entry.value()));
                        std::future::ready(if is_stale { Op::Remove } else { Op::Nop })
                    })
                    .await;
            }
            None => {}
        }
        metrics::cache_lookup("lookups", false);
        let call = async {
            let Ok(_permit) = permits.try_acquire() else {
                return Cached { result: busy, lifetime: Duration::ZERO, expires_at: i64::MIN };
            };
            let (result, lifetime) = call.await;
            Cached { result, lifetime, expires_at: self.clock.unix_millis_after(lifetime) }
        };
        let cached = self.results.get_with(key, call).await;
        if cached.lifetime.is_zero() {
            self.results.invalidate(&key).await;
        }
        cached.result
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        time::SystemTime,
    };

    use super::*;

    const BUSY: usize = usize::MAX;

    async fn count(
        cache: &LookupCache<usize>,
        calls: &AtomicUsize,
        permits: &Semaphore,
        key: &str,
        lifetime: Duration,
    ) -> usize {
        let call = async {
            tokio::task::yield_now().await;
            (calls.fetch_add(1, Ordering::Relaxed), lifetime)
        };
        cache.get(LookupKey::new(&[key]), call, permits, BUSY).await
    }

    #[tokio::test]
    async fn equal_lookups_share_one_call() {
        let (cache, calls) = (LookupCache::new(Clock::system()), AtomicUsize::new(0));
        let permits = Semaphore::new(1);
        let lookups = (0..200).map(|_| count(&cache, &calls, &permits, "a", Duration::ZERO));
        let results = futures_util::future::join_all(lookups).await;
        assert_eq!(results, [0; 200]);
    }

    #[tokio::test]
    async fn results_are_cached_for_their_lifetime() {
        let clock = Clock::manual(SystemTime::now());
        let (cache, calls) = (LookupCache::new(clock.clone()), AtomicUsize::new(0));
        let permits = Semaphore::new(1);
        let lifetime = Duration::from_secs(30);
        for _ in 0..3 {
            assert_eq!(count(&cache, &calls, &permits, "a", lifetime).await, 0);
        }
        clock.advance(lifetime);
        assert_eq!(count(&cache, &calls, &permits, "a", Duration::ZERO).await, 1);
        assert_eq!(count(&cache, &calls, &permits, "a", lifetime).await, 2);
    }

    #[tokio::test]
    async fn lookups_beyond_the_limit_fail_at_once() {
        let (cache, calls) = (LookupCache::new(Clock::system()), AtomicUsize::new(0));
        let permits = Semaphore::new(0);
        assert_eq!(count(&cache, &calls, &permits, "a", Duration::MAX).await, BUSY);
        permits.add_permits(1);
        assert_eq!(count(&cache, &calls, &permits, "a", Duration::MAX).await, 0);
    }

    #[tokio::test]
    async fn results_leave_the_cache_when_they_expire() {
        let (cache, calls) = (LookupCache::new(Clock::system()), AtomicUsize::new(0));
        let permits = Semaphore::new(1);
        count(&cache, &calls, &permits, "a", Duration::ZERO).await;
        count(&cache, &calls, &permits, "b", Duration::from_millis(1)).await;
        count(&cache, &calls, &permits, "c", Duration::from_secs(60)).await;
        tokio::time::sleep(Duration::from_millis(2)).await;
        assert_eq!(cache.results.iter().count(), 1);
    }

    #[test]
    fn keys_distinguish_the_boundaries_of_parts() {
        assert_ne!(LookupKey::new(&["ab", "c"]), LookupKey::new(&["a", "bc"]));
    }
}
