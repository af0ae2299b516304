//! The emulated instance: its names and keys, and what it stores.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{
    ClerkEmulatorBuilder,
    error::{ClerkError, Result},
    id::random_id,
    keys::Keys,
    machine_token::{M2M_TOKEN, credential_claims},
    session_token::{SESSION_TOKEN, TEMPLATE_TOKEN, session_claims, template_claims},
    store::{Credential, CredentialKind, Domain, Store},
};
use crate::{Clock, InstanceType, PublishableKey};

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
    /// An instance whose APIs, Backend and Frontend, are at `host`.
    pub(super) fn new(host: &str, options: ClerkEmulatorBuilder) -> Self {
        let kind = match options.instance_type {
            InstanceType::Development => "test",
            InstanceType::Production => "live",
        };
        let publishable_key = format!("pk_{kind}_{}", STANDARD.encode(format!("{host}$")));
        let mut store = Store::new(options.clock.clone(), options.session_token_lifetime);
        store.domains.push(Domain::primary(host));
        store.domains.extend(options.satellites.iter().map(|host| Domain::satellite(host)));
        Self {
            url: format!("http://{host}"),
            secret_key: format!("sk_{kind}_{}", random_id(42)),
            publishable_key: PublishableKey::parse(&publishable_key)
                .expect("a key around a host is a publishable key"),
            keys: Keys::generate(),
            store: Mutex::new(store),
            requests: Mutex::default(),
            clock: options.clock,
        }
    }

    pub(super) fn instance_type(&self) -> InstanceType {
        self.publishable_key.instance_type()
    }

    /// What is stored, as it is now: locks that time has ended are off.
    pub(super) fn store(&self) -> MutexGuard<'_, Store> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        store.age_lockouts();
        store
    }

    pub(super) fn count_request(&self, path: &str) {
        *self.counts().entry(path.to_owned()).or_default() += 1;
    }

    pub(super) fn requests(&self, path: &str) -> usize {
        self.counts().get(path).copied().unwrap_or_default()
    }

    /// A fresh token of a session, over or not; for an app's origin, or for nobody in particular.
    pub(super) fn session_token(
        &self,
        session_id: &str,
        lifetime: Option<Duration>,
        app_origin: Option<&str>,
    ) -> Result<String> {
        let store = self.store();
        let claims =
            session_claims(&store, store.session(session_id)?, &self.url, lifetime, app_origin);
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
        let template = store.jwt_template(template)?;
        let claims =
            template_claims(&store, store.session(session_id)?, template, &self.url, lifetime)?;
        let key = template["id"].as_str().and_then(|id| store.signing_keys.get(id));
        Ok(key.map_or_else(|| self.sign(TEMPLATE_TOKEN, &claims), |key| key.sign(&claims)))
    }

    /// A machine-to-machine token or an OAuth access token as a JWT.
    pub(super) fn credential_jwt(&self, credential: &Credential) -> String {
        let claims = credential_claims(credential, &self.url, self.clock.unix_millis());
        match credential.kind {
            CredentialKind::OAuthToken => self.sign_as("at+jwt", None, &claims),
            _ => self.sign(M2M_TOKEN, &claims),
        }
    }

    /// Refuses sessions that get no tokens any more.
    pub(super) fn check_signed_in(&self, session_id: &str) -> Result<()> {
        let store = self.store();
        match store.session(session_id)?.is_over(store.now()) {
            false => Ok(()),
            true => Err(ClerkError::not_found("active session", session_id)),
        }
    }

    /// The token that ends a handshake.
    pub(super) fn handshake_token(&self, directives: &[String]) -> String {
        self.sign(SESSION_TOKEN, &json!({ "handshake": directives }))
    }

    fn sign(&self, category: &str, claims: &Value) -> String {
        self.sign_as("JWT", Some(category), claims)
    }

    pub(super) fn sign_as(
        &self,
        token_type: &str,
        category: Option<&str>,
        claims: &Value,
    ) -> String {
        let key = self.keys.current();
        let mut header = json!({ "alg": "RS256", "kid": key.id, "typ": token_type });
        if let Some(category) = category {
            header["cat"] = json!(category);
        }
        key.sign(&header, claims)
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
