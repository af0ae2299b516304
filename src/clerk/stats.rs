//! What the caches have done so far.

/// The numbers of hits and misses of a cache since the [`Clerk`](crate::Clerk) was created.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheCounts {
    /// The number of lookups that the cache could serve.
    pub hits: u64,
    /// The number of lookups that it could not.
    pub misses: u64,
}

/// What the caches have done since the [`Clerk`](crate::Clerk) was created.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheStats {
    /// The users in memory.
    pub users: CacheCounts,
    /// The organizations in memory.
    pub organizations: CacheCounts,
    /// The [shared cache](crate::cache), which is asked for what is not in memory.
    pub shared: CacheCounts,
    /// The number of operations of the shared cache that failed or took too long. While it is left
    /// alone after a failure, there are none.
    pub shared_failures: u64,
    /// Whether there is a shared cache whose last operation succeeded.
    pub shared_available: bool,
}
