//! Statistics about the caches.

/// The numbers of hits and misses of a cache since the [`Clerk`](crate::Clerk) was created.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheCounts {
    /// The number of lookups that the cache served.
    pub hits: u64,
    /// The number of lookups that it could not serve.
    pub misses: u64,
}

/// Statistics about the caches since the [`Clerk`](crate::Clerk) was created.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheStats {
    /// The in-memory cache of users.
    pub users: CacheCounts,
    /// The in-memory cache of organizations.
    pub organizations: CacheCounts,
    /// The [shared cache](crate::cache), which serves lookups that miss the in-memory caches.
    pub shared: CacheCounts,
    /// The number of operations of the shared cache that failed or timed out. Operations skipped
    /// during the pause after a failure are not counted.
    pub shared_failures: u64,
    /// Whether a shared cache is configured and its last operation succeeded.
    pub shared_available: bool,
}
