//! Revoked sessions and users whose tokens may not have expired yet.

use std::{
    collections::HashMap,
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
};

use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, futures::Notified};

use super::{
    claims::SessionClaims,
    error::{TokenError, VerifyError},
};

/// A revocation, which applies until all affected tokens have expired.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
pub(crate) enum Revocation {
    /// All tokens of a session.
    Session(String),
    /// The tokens of a user that were issued up to this time, in Unix seconds.
    User(String, i64),
}

impl Revocation {
    /// Returns `session` or `user`.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Session(_) => "session",
            Self::User(..) => "user",
        }
    }
}

/// The revocations that have not expired.
#[derive(Debug, Default)]
pub(crate) struct Revocations {
    /// The time when the last revocation expires, in Unix milliseconds. Later, tokens are not
    /// looked up, so that without revocations a check costs a single load.
    look_up_until: AtomicI64,
    entries: RwLock<Entries>,
    /// Wakes the connections that end with their session.
    changed: Notify,
}

#[derive(Debug, Default)]
struct Entries {
    /// Whether the revocations of other machines are still being loaded.
    is_loading: bool,
    /// The times when the revocations of sessions expire, in Unix milliseconds.
    sessions: HashMap<String, i64>,
    users: HashMap<String, UserRevocation>,
    /// The number of entries at which expired ones are removed.
    prune_at: usize,
}

#[derive(Debug)]
struct UserRevocation {
    /// Unix seconds.
    issued_until: i64,
    /// Unix milliseconds.
    expires_at: i64,
}

/// The minimum number of entries at which expired ones are removed.
const PRUNE_MINIMUM: usize = 1024;

impl Revocations {
    /// Creates a set that is incomplete until [`loaded`](Self::loaded) is called. Until then,
    /// verifications have to wait.
    pub(crate) fn loading() -> Self {
        let entries = Entries { is_loading: true, ..Entries::default() };
        let look_up_until = AtomicI64::new(i64::MAX);
        Self { look_up_until, entries: RwLock::new(entries), changed: Notify::new() }
    }

    /// Marks the set as complete.
    pub(crate) fn loaded(&self) {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        if std::mem::take(&mut entries.is_loading) {
            self.look_up_until.store(entries.last_expiry(), Ordering::Relaxed);
            drop(entries);
            self.changed.notify_waiters();
        }
    }

    /// Adds a revocation. Both times are in Unix milliseconds.
    pub(crate) fn insert(&self, revocation: Revocation, expires_at: i64, now: i64) {
        if expires_at <= now {
            return;
        }
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        match revocation {
            Revocation::Session(id) => {
                let expiry = entries.sessions.entry(id).or_insert(expires_at);
                *expiry = expires_at.max(*expiry);
            }
            Revocation::User(id, issued_until) => {
                let new = UserRevocation { issued_until, expires_at };
                let user = entries.users.entry(id).or_insert(new);
                user.issued_until = issued_until.max(user.issued_until);
                user.expires_at = expires_at.max(user.expires_at);
            }
        }
        if entries.len() >= entries.prune_at.max(PRUNE_MINIMUM) {
            entries.sessions.retain(|_, expires_at| *expires_at > now);
            entries.users.retain(|_, user| user.expires_at > now);
            entries.prune_at = 2 * entries.len();
        }
        self.look_up_until.fetch_max(expires_at, Ordering::Relaxed);
        drop(entries);
        self.changed.notify_waiters();
    }

    /// Returns a future that completes at the next change after this call.
    pub(crate) fn changed(&self) -> Notified<'_> {
        self.changed.notified()
    }

    /// Returns whether the token with these claims is known to be revoked.
    pub(crate) fn is_revoked(&self, claims: &SessionClaims, now: i64) -> bool {
        matches!(self.check(claims, now), Err(VerifyError::Invalid(_)))
    }

    /// Fails if the token with these claims was revoked.
    #[inline]
    pub(super) fn check(&self, claims: &SessionClaims, now: i64) -> Result<(), VerifyError> {
        if now < self.look_up_until.load(Ordering::Relaxed) {
            self.look_up(claims, now)
        } else {
            Ok(())
        }
    }

    fn look_up(&self, claims: &SessionClaims, now: i64) -> Result<(), VerifyError> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        if entries.is_loading {
            return Err(VerifyError::KeysPending);
        }
        let session = claims.session_id().and_then(|id| entries.sessions.get(id));
        let user = entries.users.get(claims.user_id());
        // A token that does not say when it was issued may be older than the revocation.
        let issued_at = claims.payload().issued.number().unwrap_or(f64::MIN);
        let is_revoked = session.is_some_and(|expires_at| *expires_at > now)
            || user.is_some_and(|user| {
                user.expires_at > now && issued_at.floor() <= user.issued_until as f64
            });
        if is_revoked { Err(TokenError::SessionRevoked.into()) } else { Ok(()) }
    }
}

impl Entries {
    fn len(&self) -> usize {
        self.sessions.len() + self.users.len()
    }

    fn last_expiry(&self) -> i64 {
        let users = self.users.values().map(|user| user.expires_at);
        self.sessions.values().copied().chain(users).max().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const NOW: i64 = 1_700_000_000_000;
    const LIFETIME: i64 = 600_000;

    fn claims(claims: &Value) -> SessionClaims {
        SessionClaims::from_json(claims)
    }

    fn token_of(session: &str, issued_at: i64) -> SessionClaims {
        claims(&json!({ "sub": "user_1", "sid": session, "iat": issued_at }))
    }

    fn is_revoked(revocations: &Revocations, claims: &SessionClaims, now: i64) -> bool {
        revocations.is_revoked(claims, now)
    }

    #[test]
    fn revoked_session_is_rejected_until_its_tokens_expire() {
        let revocations = Revocations::default();
        let token = token_of("sess_1", NOW / 1000);
        assert!(!is_revoked(&revocations, &token, NOW));
        revocations.insert(Revocation::Session("sess_1".into()), NOW + LIFETIME, NOW);
        assert!(is_revoked(&revocations, &token, NOW));
        assert!(is_revoked(&revocations, &token, NOW + LIFETIME - 1));
        assert!(!is_revoked(&revocations, &token, NOW + LIFETIME));
        assert!(!is_revoked(&revocations, &token_of("sess_2", NOW / 1000), NOW));
    }

    #[test]
    fn revoked_user_is_accepted_with_newer_tokens() {
        let revocations = Revocations::default();
        let revocation = Revocation::User("user_1".into(), NOW / 1000);
        revocations.insert(revocation, NOW + LIFETIME, NOW);
        for (token, expected) in [
            (token_of("sess_1", NOW / 1000 - 1), true),
            (token_of("sess_2", NOW / 1000), true),
            (token_of("sess_3", NOW / 1000 + 1), false),
            (claims(&json!({ "sub": "user_1" })), true),
            (claims(&json!({ "sub": "user_2", "iat": 0 })), false),
        ] {
            assert_eq!(is_revoked(&revocations, &token, NOW), expected, "{token:?}");
        }
    }

    #[test]
    fn older_revocation_does_not_replace_a_newer_one() {
        let revocations = Revocations::default();
        let session = || Revocation::Session("sess_1".into());
        let user = |issued_until| Revocation::User("user_1".into(), issued_until);
        for revocation in [session(), user(NOW / 1000)] {
            revocations.insert(revocation, NOW + LIFETIME, NOW);
        }
        for revocation in [session(), user(0)] {
            revocations.insert(revocation, NOW + 1, NOW);
        }
        for session in ["sess_1", "sess_2"] {
            let token = token_of(session, NOW / 1000);
            assert!(is_revoked(&revocations, &token, NOW + 1), "{session}");
        }
    }

    #[test]
    fn expired_revocations_are_removed() {
        let revocations = Revocations::default();
        for n in 0..PRUNE_MINIMUM - 1 {
            revocations.insert(Revocation::Session(n.to_string()), NOW + 1, NOW);
        }
        let later = NOW + LIFETIME;
        revocations.insert(Revocation::Session("sess_1".into()), later + 1, later);
        assert_eq!(revocations.entries.read().expect("a lock").len(), 1);
    }

    #[test]
    fn tokens_wait_until_the_revocations_are_loaded() {
        let revocations = Revocations::loading();
        let token = token_of("sess_1", NOW / 1000);
        assert!(matches!(revocations.check(&token, NOW), Err(VerifyError::KeysPending)));
        revocations.insert(Revocation::Session("sess_1".into()), NOW + LIFETIME, NOW);
        revocations.loaded();
        assert!(is_revoked(&revocations, &token, NOW));
        assert!(revocations.check(&token_of("sess_2", 0), NOW).is_ok());
        assert!(revocations.check(&token, NOW + LIFETIME).is_ok());
    }
}
