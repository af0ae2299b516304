//! The cache of verified tokens.

use std::{
    hash::{BuildHasher, Hasher},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use foldhash::quality::{FoldHasher, RandomState};
use moka::sync::Cache;

use super::verified_token::VerifiedToken;

/// The minimum interval between removals of all expired tokens, in milliseconds.
const SWEEP_INTERVAL: i64 = 60_000;

/// Maps the text of a token to the verified token. Entries are checked again at every use. They are
/// removed when they have expired, or when the capacity is exceeded.
pub(super) struct TokenCache {
    entries: Option<Cache<Arc<str>, Arc<VerifiedToken>, SignatureHasher>>,
    /// Unix milliseconds.
    last_sweep: AtomicI64,
}

impl TokenCache {
    /// Creates a cache for `capacity` tokens. A capacity of 0 disables it.
    pub(super) fn new(capacity: u64) -> Self {
        let entries = (capacity > 0).then(|| {
            Cache::builder().max_capacity(capacity).build_with_hasher(SignatureHasher::default())
        });
        Self { entries, last_sweep: AtomicI64::new(i64::MIN) }
    }

    pub(super) fn get(&self, token: &str) -> Option<Arc<VerifiedToken>> {
        self.entries.as_ref()?.get(token)
    }

    /// Inserts a token at the time `now`, in Unix milliseconds.
    pub(super) fn insert(&self, token: &Arc<VerifiedToken>, now: i64) {
        if let Some(entries) = &self.entries {
            entries.insert(Arc::clone(&token.text), Arc::clone(token));
            self.sweep(entries, now);
        }
    }

    /// Removes expired tokens, at most once per interval.
    fn sweep(&self, entries: &Cache<Arc<str>, Arc<VerifiedToken>, SignatureHasher>, now: i64) {
        let last = self.last_sweep.load(Ordering::Relaxed);
        if now.saturating_sub(last) < SWEEP_INTERVAL {
            return;
        }
        let claimed =
            self.last_sweep.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed);
        // The first insertion only starts the interval.
        if claimed.is_ok() && last != i64::MIN {
            let expired = entries.iter().filter(|(_, token)| token.validity.has_expired(now));
            for (text, _) in expired {
                entries.invalidate(&**text);
            }
        }
    }

    pub(super) fn remove(&self, token: &str) {
        if let Some(entries) = &self.entries {
            entries.invalidate(token);
        }
    }
}

/// Hashes only the end of a token: its signature, which is unique. Only verified tokens are
/// cached, so nobody can fill the cache with tokens that collide.
#[derive(Clone, Default)]
struct SignatureHasher(RandomState);

impl BuildHasher for SignatureHasher {
    type Hasher = TokenEndHasher;

    fn build_hasher(&self) -> TokenEndHasher {
        TokenEndHasher(self.0.build_hasher())
    }
}

struct TokenEndHasher(FoldHasher<'static>);

impl Hasher for TokenEndHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.write(&bytes[bytes.len().saturating_sub(64)..]);
    }

    fn finish(&self) -> u64 {
        self.0.finish()
    }
}
