//! A cache of resources of the Backend API. Concurrent lookups of a resource share one request.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use moka::{future::Cache, ops::compute::Op};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    messages::{MAX_STORED_FETCH, ORGANIZATION, USER},
    shared::Shared,
    stats::CacheCounts,
};
use crate::{
    api::{Organization, User},
    clock::Clock,
    config::ClerkConfig,
    metrics,
};

/// The caches of users and organizations.
pub(super) struct ResourceCaches {
    pub(super) users: ResourceCache<User>,
    pub(super) organizations: ResourceCache<Organization>,
}

impl ResourceCaches {
    pub(super) fn new(config: &ClerkConfig, shared: Option<&Arc<Shared>>) -> Self {
        let (capacity, lifetime) = config.resource_cache();
        let clock = config.clock();
        let shared = || shared.map(Arc::clone);
        Self {
            users: ResourceCache::new(USER, capacity, lifetime, clock.clone(), shared()),
            organizations: ResourceCache::new(
                ORGANIZATION,
                capacity,
                lifetime,
                clock.clone(),
                shared(),
            ),
        }
    }

    /// Removes all resources from the memory of this machine.
    pub(super) fn clear(&self) {
        self.users.clear();
        self.organizations.clear();
    }
}

/// Caches resources by their ID: in memory, backed by the shared cache, if any.
pub(super) struct ResourceCache<T> {
    /// The kind of the resources in the shared cache.
    kind: &'static str,
    /// Each resource with the time when it expires, in Unix milliseconds.
    entries: Option<Cache<String, (i64, Arc<T>)>>,
    lifetime: Duration,
    clock: Clock,
    shared: Option<Arc<Shared>>,
    /// The number of removals so far. A resource that was fetched before a removal may be outdated
    /// after it.
    removals: AtomicU64,
    hits: AtomicU64,
    misses: AtomicU64,
}

impl<T: DeserializeOwned + Serialize + Send + Sync + 'static> ResourceCache<T> {
    /// Creates a cache. A capacity or a lifetime of 0 disables it.
    pub(super) fn new(
        kind: &'static str,
        capacity: u64,
        lifetime: Duration,
        clock: Clock,
        shared: Option<Arc<Shared>>,
    ) -> Self {
        let entries = (capacity > 0 && !lifetime.is_zero())
            .then(|| Cache::builder().max_capacity(capacity).time_to_live(lifetime).build());
        let [removals, hits, misses] = [0; 3].map(AtomicU64::new);
        Self { kind, entries, lifetime, clock, shared, removals, hits, misses }
    }

    /// Returns the cached resource, or fetches it. Failures are shared with concurrent callers but
    /// not cached.
    pub(super) async fn get_or_fetch<E: Send + Sync + 'static>(
        &self,
        id: &str,
        fetch: impl Future<Output = Result<T, E>>,
    ) -> Result<Arc<T>, Arc<E>> {
        let Some(entries) = &self.entries else {
            return fetch.await.map(Arc::new).map_err(Arc::new);
        };
        let is_stale = |expires_at: i64| self.clock.unix_millis() >= expires_at;
        match entries.get(id).await {
            Some((expires_at, resource)) if !is_stale(expires_at) => {
                self.hits.fetch_add(1, Ordering::Relaxed);
                metrics::cache_lookup(self.kind, true);
                return Ok(resource);
            }
            Some(_) => {
                entries
                    .entry_by_ref(id)
                    .and_compute_with(|entry| {
                        let is_stale = entry.is_some_and(|entry| is_stale(entry.value().0));
                        std::future::ready(if is_stale { Op::Remove } else { Op::Nop })
                    })
                    .await;
            }
            None => {}
        }
        self.misses.fetch_add(1, Ordering::Relaxed);
        metrics::cache_lookup(self.kind, false);
        let removals = self.removals.load(Ordering::Acquire);
        let is_current = || self.removals.load(Ordering::Acquire) == removals;
        let load = async {
            let (resource, lifetime) = self.load(id, fetch).await?;
            Ok((self.clock.unix_millis_after(lifetime), Arc::new(resource)))
        };
        let (_, resource) = entries.try_get_with_by_ref(id, load).await?;
        if !is_current() {
            entries.invalidate(id).await;
        }
        Ok(resource)
    }

    /// Returns a resource and its remaining lifetime, from the shared cache or by fetching it.
    async fn load<E>(
        &self,
        id: &str,
        fetch: impl Future<Output = Result<T, E>>,
    ) -> Result<(T, Duration), E> {
        let Some(shared) = &self.shared else { return Ok((fetch.await?, self.lifetime)) };
        if let Some((Some(resource), lifetime)) = shared.get::<Option<T>>(self.kind, id).await {
            return Ok((resource, lifetime));
        }
        let start = Instant::now();
        let resource = fetch.await?;
        if start.elapsed() < MAX_STORED_FETCH {
            // Does nothing if the resource was forgotten in the meantime.
            shared.claim::<Option<T>>(self.kind, id, &Some(&resource), self.lifetime).await;
        }
        Ok((resource, self.lifetime))
    }

    /// Removes a resource from the memory of this machine.
    pub(super) async fn remove(&self, id: &str) {
        self.removals.fetch_add(1, Ordering::AcqRel);
        if let Some(entries) = &self.entries {
            entries.invalidate(id).await;
        }
    }

    /// Removes all resources from the memory of this machine.
    fn clear(&self) {
        self.removals.fetch_add(1, Ordering::AcqRel);
        if let Some(entries) = &self.entries {
            entries.invalidate_all();
        }
    }

    pub(super) fn counts(&self) -> CacheCounts {
        CacheCounts {
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        time::SystemTime,
    };

    use super::*;

    fn cache<T: DeserializeOwned + Serialize + Send + Sync + 'static>(
        capacity: u64,
    ) -> ResourceCache<T> {
        ResourceCache::new("number", capacity, Duration::from_secs(60), Clock::system(), None)
    }

    #[tokio::test]
    async fn one_fetch_serves_concurrent_and_later_lookups() {
        let clock = Clock::manual(SystemTime::now());
        let cache = ResourceCache::new("number", 10, Duration::from_secs(60), clock.clone(), None);
        let fetches = AtomicUsize::new(0);
        let get = || {
            cache.get_or_fetch("id", async {
                tokio::task::yield_now().await;
                Ok::<_, ()>(fetches.fetch_add(1, Ordering::Relaxed))
            })
        };
        futures_util::future::join_all((0..100).map(|_| get())).await;
        clock.advance(Duration::from_secs(59));
        assert_eq!(*get().await.expect("a resource"), 0);
        clock.advance(Duration::from_secs(1));
        assert_eq!(*get().await.expect("a resource"), 1);
        cache.remove("id").await;
        assert_eq!(*get().await.expect("a resource"), 2);
    }

    #[tokio::test]
    async fn failures_are_not_cached() {
        let cache = cache(10);
        let failure = async { Err("no") };
        assert!(cache.get_or_fetch("id", failure).await.is_err());
        assert_eq!(
            *cache.get_or_fetch("id", async { Ok::<_, ()>(1) }).await.expect("a resource"),
            1
        );
    }

    #[tokio::test]
    async fn capacity_of_zero_disables_the_cache() {
        let cache = cache(0);
        for n in 0..2 {
            assert_eq!(
                *cache.get_or_fetch("id", async { Ok::<_, ()>(n) }).await.expect("a resource"),
                n
            );
        }
    }

    #[tokio::test]
    async fn what_was_fetched_before_a_removal_is_not_cached() {
        let cache = cache(10);
        let fetch = async {
            cache.remove("id").await;
            Ok::<_, ()>("old".to_owned())
        };
        assert_eq!(*cache.get_or_fetch("id", fetch).await.expect("a resource"), "old");
        let fetch = async { Ok::<_, ()>("new".to_owned()) };
        assert_eq!(*cache.get_or_fetch("id", fetch).await.expect("a resource"), "new");
    }
}
