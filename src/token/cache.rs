//! The cache of verified tokens.

use std::{
    hash::{Hash, Hasher},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use foldhash::fast::RandomState;
use quick_cache::{
    Equivalent, UnitWeighter,
    sync::{Cache, DefaultLifecycle},
};

use super::verified_token::VerifiedToken;

/// The minimum interval between removals of all expired tokens, in milliseconds.
const SWEEP_INTERVAL: i64 = 60_000;

type Entries = Cache<CachedToken, Arc<VerifiedToken>, UnitWeighter, RandomState>;

/// Maps the text of a token to the verified token. Entries are checked again at every use. They are
/// removed when they have expired, or when the capacity is exceeded.
pub(super) struct TokenCache {
    entries: Option<Entries>,
    /// Unix milliseconds.
    last_sweep: AtomicI64,
}

impl TokenCache {
    /// Creates a cache for `capacity` tokens. A capacity of 0 disables it.
    pub(super) fn new(capacity: u64) -> Self {
        let entries = (capacity > 0).then(|| {
            let estimated = usize::try_from(capacity).unwrap_or(usize::MAX);
            let hasher = RandomState::default();
            Cache::with(estimated, capacity, UnitWeighter, hasher, DefaultLifecycle::default())
        });
        Self { entries, last_sweep: AtomicI64::new(i64::MIN) }
    }

    pub(super) fn get(&self, token: &[u8]) -> Option<Arc<VerifiedToken>> {
        self.entries.as_ref()?.get(&TokenText(token))
    }

    /// Inserts a token at the time `now`, in Unix milliseconds.
    pub(super) fn insert(&self, token: &Arc<VerifiedToken>, now: i64) {
        if let Some(entries) = &self.entries {
            entries.insert(CachedToken(Arc::clone(token)), Arc::clone(token));
            self.sweep(entries, now);
        }
    }

    /// Removes expired tokens, at most once per interval.
    fn sweep(&self, entries: &Entries, now: i64) {
        let last = self.last_sweep.load(Ordering::Relaxed);
        if now.saturating_sub(last) < SWEEP_INTERVAL {
            return;
        }
        let claimed =
            self.last_sweep.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed);
        // The first insertion only starts the interval.
        if claimed.is_ok() && last != i64::MIN {
            entries.retain(|_, token| !token.validity.has_expired(now));
        }
    }

    pub(super) fn remove(&self, token: &VerifiedToken) {
        if let Some(entries) = &self.entries {
            entries.remove(&TokenText(token.text.as_bytes()));
        }
    }
}

/// A token as the key of its own entry.
struct CachedToken(Arc<VerifiedToken>);

/// The text of a token, which need not be a valid token.
struct TokenText<'a>(&'a [u8]);

impl TokenText<'_> {
    /// The end of the signature, which is unique and is all that is hashed. Only verified tokens
    /// are cached, so nobody can fill the cache with tokens that collide.
    fn end(&self) -> &[u8] {
        &self.0[self.0.len().saturating_sub(32)..]
    }
}

impl Hash for TokenText<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(self.end());
    }
}

impl Hash for CachedToken {
    fn hash<H: Hasher>(&self, state: &mut H) {
        TokenText(self.0.text.as_bytes()).hash(state);
    }
}

impl PartialEq for CachedToken {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text
    }
}

impl Eq for CachedToken {}

impl Equivalent<CachedToken> for TokenText<'_> {
    fn equivalent(&self, cached: &CachedToken) -> bool {
        self.0 == cached.0.text.as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::{
        encoding::{AsDer, PublicKeyX509Der},
        rsa::{KeyPair, KeySize},
        signature::KeyPair as _,
    };
    use base64::{Engine, engine::general_purpose::STANDARD};

    use super::*;
    use crate::token::{
        claims::SessionClaims, jwt::TokenClass, key::VerifyingKey, payload::Payload,
        verified_token::ValidityPeriod,
    };

    /// Returns a token that expires at a time in Unix seconds.
    fn token(text: &str, expires: i64) -> Arc<VerifiedToken> {
        let key = KeyPair::generate(KeySize::Rsa2048).expect("a key");
        let der: PublicKeyX509Der<'_> = key.public_key().as_der().expect("a public key");
        let payload = Payload::parse(format!("{{\"exp\":{expires}}}")).expect("an object");
        Arc::new(VerifiedToken {
            text: text.into(),
            class: TokenClass::Session,
            class_markers: Default::default(),
            validity: ValidityPeriod::from_claims(&payload).expect("an expiry"),
            claims: SessionClaims::new(payload),
            key: Arc::new(VerifyingKey::from_pem(&STANDARD.encode(der.as_ref())).expect("a key")),
        })
    }

    #[test]
    fn only_the_whole_token_finds_its_entry() {
        let cache = TokenCache::new(10);
        let end = "e".repeat(32);
        cache.insert(&token(&format!("a{end}"), 1), 0);
        assert!(cache.get(format!("a{end}").as_bytes()).is_some());
        for other in [&end, &format!("b{end}"), &format!("aa{end}"), "", "a"] {
            assert!(cache.get(other.as_bytes()).is_none(), "{other}");
        }
        cache.remove(&cache.get(format!("a{end}").as_bytes()).expect("a token"));
        assert!(cache.get(format!("a{end}").as_bytes()).is_none());
    }

    #[test]
    fn tokens_with_equal_ends_do_not_replace_each_other() {
        let cache = TokenCache::new(10);
        let end = "e".repeat(32);
        for text in [format!("a{end}"), format!("b{end}")] {
            cache.insert(&token(&text, 1), 0);
        }
        for text in [format!("a{end}"), format!("b{end}")] {
            let token = cache.get(text.as_bytes()).expect("a token");
            assert_eq!(token.text(), text);
        }
    }

    #[test]
    fn token_is_cached_once_however_often_it_is_inserted() {
        let cache = TokenCache::new(10);
        let token = token("a token", 1);
        cache.insert(&token, 0);
        cache.insert(&token, 0);
        assert_eq!(cache.entries.as_ref().map(Cache::len), Some(1));
    }

    #[test]
    fn expired_tokens_leave_the_cache() {
        let cache = TokenCache::new(10);
        let expired = Arc::downgrade(&{
            let token = token("expires early", 59);
            cache.insert(&token, 0);
            token
        });
        cache.insert(&token("expires late", 61), 59_999);
        assert!(expired.upgrade().is_some(), "the interval has not passed");
        cache.insert(&token("expires later", 120), 60_000);
        assert!(expired.upgrade().is_none());
        assert!(cache.get(b"expires late").is_some());
    }

    #[test]
    fn capacity_bounds_the_cache() {
        let key = token("", 1);
        let cache = TokenCache::new(100);
        for n in 0..10_000 {
            let token = VerifiedToken {
                text: format!("{n:040}").into(),
                class: key.class,
                class_markers: key.class_markers,
                claims: key.claims.clone(),
                key: Arc::clone(&key.key),
                validity: key.validity,
            };
            cache.insert(&Arc::new(token), 0);
        }
        assert!(cache.entries.expect("entries").len() <= 100);
        assert!(TokenCache::new(0).get(b"").is_none(), "a capacity of 0 disables the cache");
    }
}
