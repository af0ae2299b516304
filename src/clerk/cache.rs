//! A cache of resources of the Backend API. Concurrent lookups of a resource share one request.

use std::{future::Future, sync::Arc, time::Duration};

use moka::{future::Cache, ops::compute::Op};

use crate::{
    api::{Organization, User},
    clock::Clock,
    config::ClerkConfig,
};

/// The caches of users and organizations.
pub(super) struct ResourceCaches {
    pub(super) users: ResourceCache<User>,
    pub(super) organizations: ResourceCache<Organization>,
}

impl ResourceCaches {
    pub(super) fn new(config: &ClerkConfig) -> Self {
        let (capacity, lifetime) = config.resource_cache();
        Self {
            users: ResourceCache::new(capacity, lifetime, config.clock().clone()),
            organizations: ResourceCache::new(capacity, lifetime, config.clock().clone()),
        }
    }
}

/// Caches resources by their ID.
pub(super) struct ResourceCache<T> {
    /// Each resource with the time when it was fetched, in Unix milliseconds.
    entries: Option<Cache<String, (i64, Arc<T>)>>,
    lifetime: i64,
    clock: Clock,
}

impl<T: Send + Sync + 'static> ResourceCache<T> {
    /// Creates a cache. A capacity or a lifetime of 0 disables it.
    pub(super) fn new(capacity: u64, lifetime: Duration, clock: Clock) -> Self {
        let entries = (capacity > 0 && !lifetime.is_zero())
            .then(|| Cache::builder().max_capacity(capacity).time_to_live(lifetime).build());
        Self { entries, lifetime: i64::try_from(lifetime.as_millis()).unwrap_or(i64::MAX), clock }
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
        let is_stale =
            |fetched_at: i64| self.clock.unix_millis().saturating_sub(fetched_at) >= self.lifetime;
        match entries.get(id).await {
            Some((fetched_at, resource)) if !is_stale(fetched_at) => return Ok(resource),
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
        let fetch =
            async { fetch.await.map(|resource| (self.clock.unix_millis(), Arc::new(resource))) };
        let (_, resource) = entries.try_get_with_by_ref(id, fetch).await?;
        Ok(resource)
    }

    /// Removes a resource, so that it is fetched again.
    pub(super) async fn remove(&self, id: &str) {
        if let Some(entries) = &self.entries {
            entries.invalidate(id).await;
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

    #[tokio::test]
    async fn one_fetch_serves_concurrent_and_later_lookups() {
        let clock = Clock::manual(SystemTime::now());
        let cache = ResourceCache::new(10, Duration::from_secs(60), clock.clone());
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
        let cache = ResourceCache::new(10, Duration::from_secs(60), Clock::system());
        let failure = async { Err("no") };
        assert!(cache.get_or_fetch("id", failure).await.is_err());
        assert_eq!(
            *cache.get_or_fetch("id", async { Ok::<_, ()>(1) }).await.expect("a resource"),
            1
        );
    }

    #[tokio::test]
    async fn capacity_of_zero_disables_the_cache() {
        let cache = ResourceCache::new(0, Duration::from_secs(60), Clock::system());
        for n in 0..2 {
            assert_eq!(
                *cache.get_or_fetch("id", async { Ok::<_, ()>(n) }).await.expect("a resource"),
                n
            );
        }
    }
}
