//! The cache of verified tokens.

use std::{
    hash::{BuildHasher, Hasher},
    sync::Arc,
};

use foldhash::quality::{FoldHasher, RandomState};
use moka::sync::Cache;

use super::verified_token::VerifiedToken;

/// Maps the text of a token to the verified token. Entries are checked again at every use, so they
/// are only removed when they have expired or the capacity is exceeded.
pub(super) struct TokenCache(Option<Cache<Arc<str>, Arc<VerifiedToken>, SignatureHasher>>);

impl TokenCache {
    /// Creates a cache for `capacity` tokens. A capacity of 0 disables it.
    pub(super) fn new(capacity: u64) -> Self {
        Self((capacity > 0).then(|| {
            Cache::builder().max_capacity(capacity).build_with_hasher(SignatureHasher::default())
        }))
    }

    pub(super) fn get(&self, token: &str) -> Option<Arc<VerifiedToken>> {
        self.0.as_ref()?.get(token)
    }

    pub(super) fn insert(&self, token: &Arc<VerifiedToken>) {
        if let Some(cache) = &self.0 {
            cache.insert(Arc::clone(&token.text), Arc::clone(token));
        }
    }

    pub(super) fn remove(&self, token: &str) {
        if let Some(cache) = &self.0 {
            cache.invalidate(token);
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
