//! Access to the shared cache, with encryption and time limits.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use aws_lc_rs::digest::{SHA256, digest};
use futures_util::{StreamExt, stream::BoxStream};
use secrecy::ExposeSecret;
use serde::{Serialize, de::DeserializeOwned};

use super::{
    circuit_breaker::CircuitBreaker,
    seal::{Seal, hex},
};
#[cfg(all(feature = "axum", feature = "webhooks"))]
use crate::cache::MemoryCache;
use crate::{
    cache::{CacheError, SharedCache},
    clock::Clock,
    config::ClerkConfig,
    metrics,
};

/// The lifetime of a message, so that a recorded message cannot be replayed much later.
const MESSAGE_LIFETIME: Duration = Duration::from_secs(60);

/// The maximum time for reading a set.
const MEMBERS_TIMEOUT: Duration = Duration::from_secs(5);

/// The shared cache of an instance.
pub(crate) struct Shared {
    cache: Arc<dyn SharedCache>,
    seal: Seal,
    /// The start of every key, which names the instance.
    prefix: String,
    timeout: Duration,
    clock: Clock,
    breaker: CircuitBreaker,
    hits: AtomicU64,
    misses: AtomicU64,
    failures: AtomicU64,
}

impl Shared {
    /// Returns the shared cache, if the configuration has one.
    pub(super) fn new(config: &ClerkConfig) -> Option<Self> {
        let cache = Arc::clone(config.shared_cache()?);
        // The configuration requires it along with the cache.
        let secret = config.secret_key()?.expose_secret().as_bytes();
        Some(Self::with(cache, secret, config.shared_cache_timeout(), config.clock().clone()))
    }

    /// Returns a cache in the memory of this machine, which is not shared with others.
    #[cfg(all(feature = "axum", feature = "webhooks"))]
    pub(crate) fn in_memory(clock: Clock) -> Self {
        Self::with(Arc::new(MemoryCache::new()), &[], Duration::MAX, clock)
    }

    fn with(cache: Arc<dyn SharedCache>, secret: &[u8], timeout: Duration, clock: Clock) -> Self {
        let seal = Seal::new(secret);
        let [hits, misses, failures] = [0; 3].map(AtomicU64::new);
        Self {
            cache,
            prefix: format!("axum-clerk:{}", seal.namespace()),
            seal,
            timeout,
            clock,
            breaker: CircuitBreaker::default(),
            hits,
            misses,
            failures,
        }
    }

    /// Returns a value and its remaining lifetime, unless it is absent, expired or forged, or the
    /// cache is unavailable.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        kind: &str,
        id: &str,
    ) -> Option<(T, Duration)> {
        let key = self.key(kind, id);
        let sealed = self.run(self.cache.get(&key)).await?;
        let value = sealed.and_then(|sealed| self.open(&key, sealed));
        let counter = if value.is_some() { &self.hits } else { &self.misses };
        counter.fetch_add(1, Ordering::Relaxed);
        metrics::cache_lookup("shared", value.is_some());
        value
    }

    /// Sets a value. Returns `None` if the cache is unavailable.
    pub(crate) async fn set(
        &self,
        kind: &str,
        id: &str,
        value: &impl Serialize,
        lifetime: Duration,
    ) -> Option<()> {
        let key = self.key(kind, id);
        let sealed = self.seal(&key, value, lifetime)?;
        self.run(self.cache.set(&key, sealed, lifetime)).await
    }

    /// Sets a value, or returns the existing value as an error. Exactly one of several concurrent
    /// callers succeeds. Returns `None` if the cache is unavailable.
    pub(crate) async fn claim<T: DeserializeOwned>(
        &self,
        kind: &str,
        id: &str,
        value: &impl Serialize,
        lifetime: Duration,
    ) -> Option<Result<(), T>> {
        let key = self.key(kind, id);
        let sealed = self.seal(&key, value, lifetime)?;
        if self.run(self.cache.set_if_absent(&key, sealed.clone(), lifetime)).await? {
            return Some(Ok(()));
        }
        // A value that has expired by this machine's clock, or was forged, does not count.
        let claim = self.run(self.cache.get(&key)).await?;
        if let Some((value, _)) = claim.and_then(|claim| self.open(&key, claim)) {
            return Some(Err(value));
        }
        self.run(self.cache.set(&key, sealed, lifetime)).await.map(Ok)
    }

    /// Removes a value or releases a claim.
    pub(crate) async fn remove(&self, kind: &str, id: &str) {
        let key = self.key(kind, id);
        self.run(self.cache.remove(&key)).await;
    }

    /// Adds a member to a set. Returns `None` if the cache is unavailable.
    pub(super) async fn add(
        &self,
        set: &str,
        member: &impl Serialize,
        lifetime: Duration,
    ) -> Option<()> {
        let key = self.key(set, "");
        let sealed = self.seal(&key, member, lifetime)?;
        self.run(self.cache.add(&key, sealed, lifetime)).await
    }

    /// Returns the members of a set that are neither expired nor forged, or `None` if the cache is
    /// unavailable.
    pub(super) async fn members<T: DeserializeOwned>(&self, set: &str) -> Option<Vec<T>> {
        let key = self.key(set, "");
        // The set may be large, and no request waits for it. It is read even during the pause after
        // a failure, because it has no fallback.
        let members = self.attempt(MEMBERS_TIMEOUT, self.cache.members(&key)).await?;
        let members = members.into_iter().filter_map(|sealed| self.open(&key, sealed));
        Some(members.map(|(member, _)| member).collect())
    }

    /// Sends a message to all machines, this one included. Returns `None` if the cache is
    /// unavailable.
    pub(super) async fn publish(&self, message: &impl Serialize) -> Option<()> {
        let channel = self.channel();
        let sealed = self.seal(&channel, message, MESSAGE_LIFETIME)?;
        self.run(self.cache.publish(&channel, sealed)).await
    }

    /// Subscribes to the messages. The stream ends if any may have been lost.
    ///
    /// This does not have the time limit of the other operations, because no request waits for it.
    pub(super) async fn subscribe<T: DeserializeOwned + Send + 'static>(
        self: &Arc<Self>,
    ) -> Result<BoxStream<'static, T>, CacheError> {
        let channel = self.channel();
        let messages = self.cache.subscribe(&channel).await?;
        let this = Arc::clone(self);
        let messages = messages.filter_map(move |sealed| {
            std::future::ready(this.open(&channel, sealed).map(|(message, _)| message))
        });
        Ok(messages.boxed())
    }

    pub(super) fn is_available(&self) -> bool {
        self.breaker.is_closed()
    }

    /// Returns the numbers of hits, misses and failures.
    pub(super) fn counts(&self) -> [u64; 3] {
        [&self.hits, &self.misses, &self.failures].map(|counter| counter.load(Ordering::Relaxed))
    }

    /// Returns the key of a value. The ID may be a secret, so the key contains its digest.
    fn key(&self, kind: &str, id: &str) -> String {
        let digest = digest(&SHA256, id.as_bytes());
        format!("{}:{kind}:{}", self.prefix, hex(digest.as_ref()))
    }

    fn channel(&self) -> String {
        format!("{}:messages", self.prefix)
    }

    /// Runs an operation. Returns `None` if it fails or times out, or during the pause after a
    /// failure.
    async fn run<T>(&self, operation: impl Future<Output = Result<T, CacheError>>) -> Option<T> {
        if !self.breaker.allows_operation() {
            return None;
        }
        self.attempt(self.timeout, operation).await
    }

    async fn attempt<T>(
        &self,
        timeout: Duration,
        operation: impl Future<Output = Result<T, CacheError>>,
    ) -> Option<T> {
        let result = match tokio::time::timeout(timeout, operation).await {
            Ok(result) => result,
            Err(_) => Err(CacheError::new("no response in time")),
        };
        match result {
            Ok(value) => {
                self.breaker.close();
                Some(value)
            }
            Err(error) => {
                self.failures.fetch_add(1, Ordering::Relaxed);
                self.breaker.open(&error);
                None
            }
        }
    }

    fn seal(&self, key: &str, value: &impl Serialize, lifetime: Duration) -> Option<Vec<u8>> {
        let expires_at = self.clock.unix_millis_after(lifetime);
        let mut plaintext = expires_at.to_be_bytes().to_vec();
        serde_json::to_writer(&mut plaintext, value).ok()?;
        self.seal.seal(key, plaintext)
    }

    /// Decrypts a value. It contains its expiry, because the cache may keep it for longer.
    fn open<T: DeserializeOwned>(&self, key: &str, sealed: Vec<u8>) -> Option<(T, Duration)> {
        let plaintext = self.seal.open(key, sealed)?;
        let (expires_at, value) = plaintext.split_first_chunk()?;
        let remaining = self.clock.duration_until(i64::from_be_bytes(*expires_at))?;
        Some((serde_json::from_slice(value).ok()?, remaining))
    }
}
