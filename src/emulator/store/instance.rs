//! The emulated instance: its URL and keys, and its store.

use std::{
    collections::HashMap,
    ops::{Deref, DerefMut},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::extract::State;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{
    credential_claims::credential_claims,
    records::{Credential, CredentialKind, Domain, INSTANCE_ID, Session},
    session_claims::{session_claims, template_claims},
    state::Store,
};
use crate::clock::Clock;
use crate::config::{InstanceType, PublishableKey};
use crate::emulator::{
    clock::EmulatorClock,
    http::{ClerkError, Faults, RateLimits, Result},
    tokens::{InstanceKeys, M2M_TOKEN, SESSION_TOKEN, TEMPLATE_TOKEN, Ticket, random_id},
    webhooks::Outbox,
};

/// The locked store.
pub(in crate::emulator) struct StoreGuard<'a> {
    store: MutexGuard<'a, Store>,
    outbox: &'a Outbox,
    /// Whether the store may have changed.
    is_changed: bool,
}

impl Deref for StoreGuard<'_> {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl DerefMut for StoreGuard<'_> {
    fn deref_mut(&mut self) -> &mut Store {
        self.is_changed = true;
        &mut self.store
    }
}

impl Drop for StoreGuard<'_> {
    fn drop(&mut self) {
        if self.is_changed {
            self.outbox.push(&self.store.take_events());
        }
    }
}

/// The state of all handlers.
pub(in crate::emulator) type EmulatorState = State<Arc<Instance>>;

/// The options that an instance starts with.
#[derive(Clone, Debug)]
pub(in crate::emulator) struct InstanceOptions {
    pub(in crate::emulator) clock: Clock,
    pub(in crate::emulator) instance_type: InstanceType,
    pub(in crate::emulator) session_token_lifetime: Duration,
    pub(in crate::emulator) app_origin: AppOrigin,
    pub(in crate::emulator) satellites: Vec<String>,
    /// The folder of the npm packages, if it was set.
    pub(in crate::emulator) npm_packages: Option<PathBuf>,
    pub(in crate::emulator) rate_limits: bool,
}

/// The origin of the app that the tokens of sessions are issued to.
#[derive(Clone, Debug)]
pub(in crate::emulator) enum AppOrigin {
    /// The usual origin in development.
    Default,
    Set(String),
}

impl AppOrigin {
    pub(in crate::emulator) fn as_str(&self) -> &str {
        match self {
            Self::Default => "http://localhost:3000",
            Self::Set(origin) => origin,
        }
    }
}

/// The instance, shared by the handles and the server.
pub(in crate::emulator) struct Instance {
    pub(in crate::emulator) url: String,
    pub(in crate::emulator) secret_key: String,
    pub(in crate::emulator) publishable_key: PublishableKey,
    /// The issuer of session tokens: the Frontend API in the publishable key.
    pub(in crate::emulator) issuer: String,
    pub(in crate::emulator) clock: EmulatorClock,
    pub(in crate::emulator) app_origin: AppOrigin,
    pub(in crate::emulator) npm_packages: Option<PathBuf>,
    pub(in crate::emulator) keys: InstanceKeys,
    /// The webhooks of all changes to the store.
    pub(in crate::emulator) outbox: Arc<Outbox>,
    store: Mutex<Store>,
    /// The faults that tests have requested.
    pub(in crate::emulator) faults: Faults,
    pub(in crate::emulator) rate_limits: Option<RateLimits>,
    /// The number of requests for each path.
    requests: Mutex<HashMap<String, usize>>,
}

impl Instance {
    /// Creates an instance whose Backend API and Frontend API are at `host`.
    pub(in crate::emulator) fn new(host: &str, options: InstanceOptions) -> Self {
        let kind = match options.instance_type {
            InstanceType::Development => "test",
            InstanceType::Production => "live",
        };
        // clerk-js takes an instance for a development instance if its Frontend API is at such a
        // host. The apps' proxy URL is that of the emulator.
        let frontend_api = match options.instance_type {
            InstanceType::Development => {
                format!("{}.clerk.accounts.dev", host.replace([':', '.'], "-"))
            }
            InstanceType::Production => host.to_owned(),
        };
        let publishable_key = format!("pk_{kind}_{}", STANDARD.encode(format!("{frontend_api}$")));
        let clock = EmulatorClock::new(options.clock.clone());
        let mut store = Store::new(clock.clone(), options.session_token_lifetime);
        store.domains.push(Domain::primary(host));
        store.domains.extend(options.satellites.iter().map(|host| Domain::satellite(host)));
        Self {
            url: format!("http://{host}"),
            issuer: match options.instance_type {
                InstanceType::Development => format!("https://{frontend_api}"),
                InstanceType::Production => format!("http://{host}"),
            },
            secret_key: format!("sk_{kind}_{}", random_id(42)),
            publishable_key: PublishableKey::parse(&publishable_key)
                .expect("a publishable key for the host is valid"),
            keys: InstanceKeys::generate(),
            outbox: Arc::new(Outbox::new(INSTANCE_ID, options.clock)),
            store: Mutex::new(store),
            faults: Faults::default(),
            rate_limits: options.rate_limits.then(|| match options.instance_type {
                InstanceType::Development => RateLimits::development(),
                InstanceType::Production => RateLimits::production(),
            }),
            requests: Mutex::default(),
            clock,
            app_origin: options.app_origin,
            npm_packages: options.npm_packages,
        }
    }

    pub(in crate::emulator) fn instance_type(&self) -> InstanceType {
        self.publishable_key.instance_type()
    }

    /// Locks the store, after ending expired lockouts and updating subscriptions. Changes to it are
    /// reported by webhooks when the guard is dropped.
    pub(in crate::emulator) fn store(&self) -> StoreGuard<'_> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let is_changed = !store.lockouts.is_empty() | store.refresh_subscriptions();
        store.refresh_lockouts();
        StoreGuard { store, outbox: &self.outbox, is_changed }
    }

    /// Delivers the webhooks of all further changes to an endpoint.
    pub(in crate::emulator) fn deliver_webhooks_to(&self, url: String) {
        let mut store = self.store();
        store.record_events();
        self.outbox.add_endpoint(url);
    }

    pub(in crate::emulator) fn count_request(&self, path: &str) {
        *self.counts().entry(path.to_owned()).or_default() += 1;
    }

    pub(in crate::emulator) fn requests(&self, path: &str) -> usize {
        self.counts().get(path).copied().unwrap_or_default()
    }

    /// Issues a session token, whether the session is over or not. `app_origin` becomes the
    /// authorized party.
    pub(in crate::emulator) fn session_token(
        &self,
        session_id: &str,
        lifetime: Option<Duration>,
        app_origin: Option<&str>,
    ) -> Result<String> {
        let store = self.store();
        let session = store.session(session_id)?;
        let claims = session_claims(&store, session, &self.issuer, lifetime, app_origin);
        drop(store);
        Ok(self.keys.sign("JWT", Some(SESSION_TOKEN), &claims))
    }

    /// Issues a session token with an organization, or with none if the ID is empty, instead of the
    /// active one.
    pub(in crate::emulator) fn organization_token(
        &self,
        session_id: &str,
        organization_id: &str,
        app_origin: Option<&str>,
    ) -> Result<String> {
        let store = self.store();
        let mut session = store.session(session_id)?.clone();
        session.organization_id = if organization_id.is_empty() {
            None
        } else {
            store.check_member(organization_id, &session.user_id)?;
            Some(organization_id.to_owned())
        };
        let claims = session_claims(&store, &session, &self.url, None, app_origin);
        drop(store);
        Ok(self.keys.sign("JWT", Some(SESSION_TOKEN), &claims))
    }

    pub(in crate::emulator) fn template_token(
        &self,
        session_id: &str,
        template: &str,
        lifetime: Option<Duration>,
    ) -> Result<String> {
        let store = self.store();
        let template = store.jwt_template(template)?;
        let session = store.session(session_id)?;
        let claims = template_claims(&store, session, template, &self.issuer, lifetime)?;
        let key = template["id"].as_str().and_then(|id| store.template_keys.get(id));
        Ok(key.map_or_else(
            || self.keys.sign("JWT", Some(TEMPLATE_TOKEN), &claims),
            |key| key.sign(&claims),
        ))
    }

    /// Encodes a machine-to-machine token or an OAuth access token as a JWT.
    pub(in crate::emulator) fn credential_jwt(&self, credential: &Credential) -> String {
        let claims = credential_claims(credential, &self.url, self.clock.unix_millis());
        match credential.kind {
            CredentialKind::OAuthToken => self.keys.sign("at+jwt", None, &claims),
            _ => self.keys.sign("JWT", Some(M2M_TOKEN), &claims),
        }
    }

    /// Finds a valid OAuth access token, opaque or a JWT.
    pub(in crate::emulator) fn oauth_access_token(&self, token: &str) -> Option<Credential> {
        let jwt = self.keys.verify(token).filter(|jwt| jwt.header["typ"] == "at+jwt");
        let store = self.store();
        let now = store.now();
        let is_expired = |claims: &Value| {
            claims["exp"].as_i64().is_none_or(|exp| exp.saturating_mul(1000) <= now)
        };
        let id = jwt.filter(|jwt| !is_expired(&jwt.claims)).map(|jwt| jwt.claims["jti"].clone());
        let found = store.credentials.iter().find(|credential| {
            credential.kind == CredentialKind::OAuthToken
                && (credential.token == token || id.as_ref().is_some_and(|id| *id == credential.id))
        });
        found.filter(|credential| credential.is_valid(now)).cloned()
    }

    /// Rejects sessions that are over.
    pub(in crate::emulator) fn check_signed_in(&self, session_id: &str) -> Result<()> {
        let store = self.store();
        if store.session(session_id)?.is_over(store.now()) {
            return Err(ClerkError::resource_not_found("active session", session_id));
        }
        Ok(())
    }

    /// Issues a ticket for a source. The expiration time is in milliseconds since the epoch.
    pub(in crate::emulator) fn issue_ticket(
        &self,
        kind: &str,
        source_id: &str,
        expires_at_ms: i64,
        redirect_url: Option<&str>,
    ) -> String {
        Ticket::issue(&self.keys, &self.url, kind, source_id, expires_at_ms, redirect_url)
    }

    /// Returns the link that contains a ticket.
    pub(in crate::emulator) fn ticket_url(&self, ticket: &str) -> String {
        format!("{}/v1/tickets/accept?ticket={ticket}", self.url)
    }

    /// Returns the link of an invitation to an organization.
    pub(in crate::emulator) fn organization_invitation_url(
        &self,
        id: &str,
        expires_at_ms: i64,
        redirect_url: Option<&str>,
    ) -> String {
        let kind = "organization_invitation";
        self.ticket_url(&self.issue_ticket(kind, id, expires_at_ms, redirect_url))
    }

    /// Returns the link that is sent to verify an email address.
    pub(in crate::emulator) fn email_link(&self, token: &str) -> String {
        format!("{}/v1/verify?token={token}", self.url)
    }

    /// Returns the URL of a social provider's page.
    pub(in crate::emulator) fn provider_url(&self, state: &str) -> String {
        format!("{}/social-provider?state={state}", self.url)
    }

    /// Verifies and parses a ticket of this instance, without rejecting expired ones.
    pub(in crate::emulator) fn read_ticket(&self, ticket: &str) -> Result<Ticket> {
        Ticket::read(&self.keys, ticket, self.clock.unix_millis())
            .ok_or_else(ClerkError::ticket_invalid)
    }

    /// Issues the token that ends a handshake.
    pub(in crate::emulator) fn handshake_token(&self, directives: &[String]) -> String {
        self.keys.sign("JWT", Some(SESSION_TOKEN), &json!({ "handshake": directives }))
    }

    /// Calls a function with the session of the user who is signed in on a client, if any.
    pub(in crate::emulator) fn with_current_session<T>(
        &self,
        client_token: &str,
        f: impl FnOnce(&Session) -> T,
    ) -> Option<T> {
        let store = self.store();
        Some(f(store.current_session(store.client(client_token)?)?))
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
