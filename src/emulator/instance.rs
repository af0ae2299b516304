//! The emulated instance: its names and keys, and what it stores.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{
    error::{ClerkError, Result},
    id::random_id,
    keys::Keys,
    session_token::{SESSION_TOKEN, TEMPLATE_TOKEN, session_claims, template_claims},
    store::{SessionStatus, Store},
};
use crate::{Clock, PublishableKey};

/// What the handle, its sessions and the server share.
pub(super) struct Instance {
    pub(super) url: String,
    pub(super) secret_key: String,
    pub(super) publishable_key: PublishableKey,
    pub(super) clock: Clock,
    pub(super) keys: Keys,
    store: Mutex<Store>,
    /// How often each path was asked for.
    requests: Mutex<HashMap<String, usize>>,
}

impl Instance {
    /// A development instance whose APIs, Backend and Frontend, are at `host`.
    pub(super) fn new(host: &str, clock: Clock) -> Self {
        Self {
            url: format!("http://{host}"),
            secret_key: format!("sk_test_{}", random_id(42)),
            publishable_key: publishable_key(host),
            keys: Keys::generate(),
            store: Mutex::new(Store::new(clock.clone())),
            requests: Mutex::default(),
            clock,
        }
    }

    pub(super) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn count_request(&self, path: &str) {
        *self.counts().entry(path.to_owned()).or_default() += 1;
    }

    pub(super) fn requests(&self, path: &str) -> usize {
        self.counts().get(path).copied().unwrap_or_default()
    }

    /// A fresh token of a session, over or not.
    pub(super) fn session_token(&self, session_id: &str, lifetime: Option<Duration>) -> Result<String> {
        let store = self.store();
        let claims = session_claims(&store, store.session(session_id)?, &self.url, lifetime);
        drop(store);
        Ok(self.sign(SESSION_TOKEN, &claims))
    }

    pub(super) fn template_token(
        &self,
        session_id: &str,
        template: &str,
        lifetime: Option<Duration>,
    ) -> Result<String> {
        let store = self.store();
        let claims = template_claims(&store, store.session(session_id)?, template, &self.url, lifetime)?;
        drop(store);
        Ok(self.sign(TEMPLATE_TOKEN, &claims))
    }

    /// Refuses sessions that get no tokens any more.
    pub(super) fn check_signed_in(&self, session_id: &str) -> Result<()> {
        let store = self.store();
        match store.session(session_id)?.status_at(store.now()) {
            SessionStatus::Active | SessionStatus::Pending => Ok(()),
            _ => Err(ClerkError::not_found("active session", session_id)),
        }
    }

    fn sign(&self, category: &str, claims: &Value) -> String {
        let key = self.keys.current();
        key.sign(&json!({ "alg": "RS256", "cat": category, "kid": key.id, "typ": "JWT" }), claims)
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The key of a development instance with its Frontend API at `host`.
fn publishable_key(host: &str) -> PublishableKey {
    let key = format!("pk_test_{}", STANDARD.encode(format!("{host}$")));
    PublishableKey::parse(&key).expect("a key around a host is a publishable key")
}
