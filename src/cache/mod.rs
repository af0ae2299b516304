//! A cache that the machines of an application share.
//!
//! An application on one machine does not need it: everything is cached in memory. On several
//! machines, a shared cache saves calls to Clerk, and propagates revocations of sessions to all of
//! them almost immediately. It contains:
//!
//! - Users and organizations. Each machine keeps a copy until any of them [forgets] it.
//! - The keys of the instance. Machines that start at the same time fetch them only once.
//! - Verified opaque tokens, if their [cache][machine tokens] is enabled, and tokens that Clerk
//!   does not recognize.
//! - The IDs of processed webhooks.
//! - Revocations of [sessions](crate::Clerk::revoke_session).
//!
//! ```no_run
//! # #[cfg(feature = "redis")]
//! # fn config() -> Result<axum_clerk::ClerkConfig, axum_clerk::ConfigError> {
//! use axum_clerk::{ClerkConfig, cache::RedisCache};
//!
//! // Or set CLERK_REDIS_URL.
//! let cache = RedisCache::new("rediss://cache.example.com").expect("a URL");
//! ClerkConfig::builder().env().shared_cache(cache).build()
//! # }
//! ```
//!
//! # Security
//!
//! The cache does not have to be trusted. Every value is encrypted and authenticated with
//! AES-256-GCM before it is stored, with a key that is derived from the secret key and the cache
//! key. An attacker who can read the cache sees neither tokens nor metadata. An attacker who can
//! write to it cannot forge a user, a key or a verification, because a value that cannot be
//! decrypted is treated as absent, but can delete entries and restore earlier values of the same
//! key until they expire.
//!
//! All machines must have the same secret key. Cache keys depend on it, so several instances can
//! share a cache.
//!
//! # When the cache is unavailable
//!
//! Each operation takes at most 50 milliseconds, unless
//! [configured](crate::ClerkConfigBuilder::shared_cache_timeout) otherwise. After a failure, the
//! machine does not use the cache for a second, and relies on its memory and on Clerk. A session
//! token that the machine has verified before never waits for the cache.
//!
//! [forgets]: crate::Clerk::forget_user
//! [machine tokens]: crate::ClerkConfigBuilder::machine_token_cache_lifetime

mod memory;
#[cfg(feature = "redis")]
mod redis;

use std::{error::Error, fmt, future::Future, pin::Pin, time::Duration};

use futures_util::stream::BoxStream;

pub use self::memory::MemoryCache;
#[cfg(feature = "redis")]
#[cfg_attr(docsrs, doc(cfg(feature = "redis")))]
pub use self::redis::RedisCache;

/// The future of an operation of a [`SharedCache`].
pub type CacheFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, CacheError>> + Send + 'a>>;

/// A cache that several machines share. Implement it for a store of your choice.
///
/// Keys are ASCII without spaces, of at most 200 bytes, and start with `axum-clerk:`. Values are
/// already encrypted. An operation may fail or be dropped at any time, and any value may be lost
/// before its lifetime ends; but a value must not be returned under another key.
pub trait SharedCache: fmt::Debug + Send + Sync + 'static {
    /// Returns the value of a key, unless it is absent or its lifetime has ended.
    fn get<'a>(&'a self, key: &'a str) -> CacheFuture<'a, Option<Vec<u8>>>;

    /// Sets the value of a key, with a lifetime.
    fn set<'a>(&'a self, key: &'a str, value: Vec<u8>, lifetime: Duration) -> CacheFuture<'a, ()>;

    /// Sets the value of a key, with a lifetime, unless it already has a value. Returns whether the
    /// value was set. Exactly one of several concurrent callers succeeds.
    fn set_if_absent<'a>(
        &'a self,
        key: &'a str,
        value: Vec<u8>,
        lifetime: Duration,
    ) -> CacheFuture<'a, bool>;

    /// Removes a key, if present.
    fn remove<'a>(&'a self, key: &'a str) -> CacheFuture<'a, ()>;

    /// Adds a member to the set of a key, with a lifetime. The other members keep their lifetimes.
    fn add<'a>(&'a self, key: &'a str, member: Vec<u8>, lifetime: Duration) -> CacheFuture<'a, ()>;

    /// Returns the members of the set of a key.
    fn members<'a>(&'a self, key: &'a str) -> CacheFuture<'a, Vec<Vec<u8>>>;

    /// Sends a message to all subscribers of a channel, on all machines.
    fn publish<'a>(&'a self, channel: &'a str, message: Vec<u8>) -> CacheFuture<'a, ()>;

    /// Subscribes to a channel.
    ///
    /// The stream must end if messages may have been lost, for example with the connection. The
    /// subscriber then subscribes again and reloads its state.
    fn subscribe<'a>(&'a self, channel: &'a str) -> CacheFuture<'a, BoxStream<'static, Vec<u8>>>;
}

/// A failed operation of a [`SharedCache`].
#[derive(Debug)]
pub struct CacheError(Box<dyn Error + Send + Sync>);

impl CacheError {
    /// Creates an error from its cause, or from a message.
    pub fn new(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(cause.into())
    }
}

impl fmt::Display for CacheError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for CacheError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}
