//! A shared cache in the memory of one process.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures_util::{
    FutureExt, StreamExt,
    stream::{self, BoxStream},
};
use moka::{Expiry, future::Cache};
use tokio::sync::broadcast;

use super::{CacheError, CacheFuture, SharedCache};

/// The maximum number of values.
const CAPACITY: u64 = 100_000;

/// The number of messages that a subscriber may be behind.
const CHANNEL_CAPACITY: usize = 1024;

/// A [`SharedCache`] in memory, for several [`Clerk`](crate::Clerk) handles in one process, as in
/// tests. Clones share their contents.
///
/// A single handle does not need it.
#[derive(Clone)]
pub struct MemoryCache(Arc<Inner>);

struct Inner {
    values: Cache<String, Entry>,
    sets: Mutex<HashMap<String, Vec<Member>>>,
    channels: Mutex<HashMap<String, broadcast::Sender<Vec<u8>>>>,
}

#[derive(Clone)]
struct Entry {
    value: Vec<u8>,
    lifetime: Duration,
}

/// A member of a set, and the time when it expires.
type Member = (Instant, Vec<u8>);

struct ByLifetime;

impl Expiry<String, Entry> for ByLifetime {
    fn expire_after_create(&self, _: &String, entry: &Entry, _: Instant) -> Option<Duration> {
        Some(entry.lifetime)
    }

    fn expire_after_update(
        &self,
        _: &String,
        entry: &Entry,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(entry.lifetime)
    }
}

impl MemoryCache {
    /// Creates an empty cache.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(Inner {
            values: Cache::builder().max_capacity(CAPACITY).expire_after(ByLifetime).build(),
            sets: Mutex::default(),
            channels: Mutex::default(),
        }))
    }
}

impl Default for MemoryCache {
    fn default() -> Self {
        Self::new()
    }
}

impl SharedCache for MemoryCache {
    fn get<'a>(&'a self, key: &'a str) -> CacheFuture<'a, Option<Vec<u8>>> {
        async { Ok(self.0.values.get(key).await.map(|entry| entry.value)) }.boxed()
    }

    fn set<'a>(&'a self, key: &'a str, value: Vec<u8>, lifetime: Duration) -> CacheFuture<'a, ()> {
        async move {
            self.0.values.insert(key.to_owned(), Entry { value, lifetime }).await;
            Ok(())
        }
        .boxed()
    }

    fn set_if_absent<'a>(
        &'a self,
        key: &'a str,
        value: Vec<u8>,
        lifetime: Duration,
    ) -> CacheFuture<'a, bool> {
        async move {
            let entry = self.0.values.entry_by_ref(key).or_insert(Entry { value, lifetime }).await;
            Ok(entry.is_fresh())
        }
        .boxed()
    }

    fn remove<'a>(&'a self, key: &'a str) -> CacheFuture<'a, ()> {
        async {
            self.0.values.invalidate(key).await;
            Ok(())
        }
        .boxed()
    }

    fn add<'a>(&'a self, key: &'a str, member: Vec<u8>, lifetime: Duration) -> CacheFuture<'a, ()> {
        let now = Instant::now();
        let mut sets = self.0.sets.lock().unwrap_or_else(PoisonError::into_inner);
        let set = sets.entry(key.to_owned()).or_default();
        set.retain(|(expires_at, other)| *expires_at > now && *other != member);
        set.push((now + lifetime, member));
        async { Ok(()) }.boxed()
    }

    fn members<'a>(&'a self, key: &'a str) -> CacheFuture<'a, Vec<Vec<u8>>> {
        let now = Instant::now();
        let sets = self.0.sets.lock().unwrap_or_else(PoisonError::into_inner);
        let members = sets.get(key).into_iter().flatten();
        let members = members.filter(|(expires_at, _)| *expires_at > now);
        let members = members.map(|(_, member)| member.clone()).collect();
        async { Ok(members) }.boxed()
    }

    fn publish<'a>(&'a self, channel: &'a str, message: Vec<u8>) -> CacheFuture<'a, ()> {
        let channels = self.0.channels.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(channel) = channels.get(channel) {
            // A message without subscribers is lost, as intended.
            let _ = channel.send(message);
        }
        async { Ok(()) }.boxed()
    }

    fn subscribe<'a>(&'a self, channel: &'a str) -> CacheFuture<'a, BoxStream<'static, Vec<u8>>> {
        let mut channels = self.0.channels.lock().unwrap_or_else(PoisonError::into_inner);
        let messages = channels
            .entry(channel.to_owned())
            .or_insert_with(|| broadcast::channel(CHANNEL_CAPACITY).0)
            .subscribe();
        // A subscriber that has fallen too far behind has lost messages, which ends its stream.
        let stream = stream::unfold(messages, async |mut messages| {
            messages.recv().await.ok().map(|message| (message, messages))
        });
        async { Ok::<_, CacheError>(stream.boxed()) }.boxed()
    }
}

impl fmt::Debug for MemoryCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryCache").finish_non_exhaustive()
    }
}
