//! The handle of a Clerk instance: configuration, verifier, caches and API client.

mod circuit_breaker;
mod document;
mod keys;
mod lookup_cache;
mod lookups;
mod messages;
mod observe;
#[cfg(feature = "api")]
mod resource_cache;
#[cfg(feature = "api")]
mod resources;
mod revocation;
mod seal;
mod shared;
mod shared_keys;
mod stats;
mod sync;

use std::{fmt, ops::Deref, sync::Arc};

use futures_util::FutureExt;
use http::request::Parts;
use tokio::sync::Semaphore;

#[cfg(feature = "axum")]
pub(crate) use self::document::fetch_document;
pub(crate) use self::shared::Shared;
pub use self::stats::{CacheCounts, CacheStats};
use self::{
    keys::{JWKS_TIMEOUT, fetch_keys, fetch_public_keys},
    lookup_cache::LookupCache,
    messages::MachineSync,
    observe::observe,
    shared_keys::fetch_shared_keys,
};
use crate::{
    api::{Client, RetryPolicy},
    authenticate::{
        HandshakePayload, Lookup, LookupResults, MachineToken, MachineTokenError, RequestHead,
        RequestState, VerifiedSession, decide,
    },
    config::ClerkConfig,
    token::{
        FetchKeys, Jwks, JwksLifetimes, KeySource, Revocations, TokenClass, TokenError, Verifier,
        VerifierSettings, VerifyError,
    },
};

/// The maximum number of times that a request waits for the keys of an instance: once for the first
/// fetch, and once because of an unknown `kid`.
const MAX_KEY_FETCHES: usize = 2;

/// The handle of a Clerk instance: its keys, its API, and the caches. Cheap to clone; the layer,
/// the handlers and background jobs should share one.
///
/// It dereferences to the [API client](Client), which gives access to every resource:
///
/// ```no_run
/// use axum_clerk::{Clerk, ClerkConfig, api::ListUsers};
///
/// # async fn run(jwt: &str) -> axum_clerk::Result<()> {
/// let clerk = Clerk::new(ClerkConfig::from_env()?);
/// let params = ListUsers::default().limit(10).email_address(["ada@example.com"]);
/// let users = clerk.users().list(&params).await?;
/// let session = clerk.verify_token(jwt).await?;
/// println!("{}", session.claims().user_id());
/// # Ok(())
/// # }
/// ```
///
/// With Axum, handlers extract the handle of the layer as `Clerk`. An application that has it in its
/// state, for background jobs or for routes without the layer, extracts `State<Clerk>`:
///
/// ```
/// # #[cfg(feature = "axum")] {
/// use axum::{Router, extract::{FromRef, State}, routing::get};
/// use axum_clerk::{Clerk, ClerkConfig, ClerkLayer, ConfigError};
///
/// #[derive(Clone)]
/// struct AppState {
///     clerk: Clerk,
/// }
///
/// // Or derive it, with Axum's feature `macros`.
/// impl FromRef<AppState> for Clerk {
///     fn from_ref(state: &AppState) -> Self {
///         state.clerk.clone()
///     }
/// }
///
/// async fn keys(State(clerk): State<Clerk>) -> String {
///     format!("{:?}", clerk.config().publishable_key())
/// }
///
/// fn app() -> Result<Router, ConfigError> {
///     let state = AppState { clerk: Clerk::new(ClerkConfig::from_env()?) };
///     let layer = ClerkLayer::new(state.clerk.clone());
///     Ok(Router::new().route("/keys", get(keys)).with_state(state).layer(layer))
/// }
/// # }
/// ```
#[derive(Clone)]
pub struct Clerk(Arc<Inner>);

struct Inner {
    config: ClerkConfig,
    verifier: Verifier,
    api: Client,
    #[cfg(feature = "api")]
    resources: resource_cache::ResourceCaches,
    lookups: Lookups,
    sync: Option<MachineSync>,
}

/// The caches of the calls that requests can cause, and their common limit.
struct Lookups {
    permits: Semaphore,
    handshakes: LookupCache<HandshakePayload>,
    refreshes: LookupCache<Result<Vec<String>, String>>,
    machine_tokens: LookupCache<Result<Arc<MachineToken>, MachineTokenError>>,
}

impl Clerk {
    /// Creates a handle from a configuration.
    #[must_use]
    pub fn new(config: ClerkConfig) -> Self {
        let mut api = Client::from_http_client(config.http_client().clone())
            .with_base_url(config.api_url().clone())
            .with_timeout(config.api_timeout());
        if let Some(key) = config.secret_key() {
            api = api.with_secret_key(key.clone());
        }
        let clock = config.clock().clone();
        let shared = Shared::new(&config).map(Arc::new);
        let clerk = Self(Arc::new_cyclic(|inner| {
            #[cfg(feature = "api")]
            let api = api.with_on_change(Self::forget_changed(inner.clone()));
            #[cfg(not(feature = "api"))]
            let _ = inner;
            Inner {
                verifier: verifier(&config, &api, shared.as_ref()),
                #[cfg(feature = "api")]
                resources: resource_cache::ResourceCaches::new(&config, shared.as_ref()),
                lookups: Lookups {
                    permits: Semaphore::new(
                        config.max_concurrent_lookups().min(Semaphore::MAX_PERMITS),
                    ),
                    handshakes: LookupCache::new(clock.clone()),
                    refreshes: LookupCache::new(clock.clone()),
                    machine_tokens: LookupCache::new(clock.clone()),
                },
                sync: shared.map(|shared| MachineSync::new(shared, &config)),
                api,
                config,
            }
        }));
        clerk.start_sync();
        clerk
    }

    /// Returns the configuration.
    #[must_use]
    pub fn config(&self) -> &ClerkConfig {
        &self.0.config
    }

    /// Returns the client of the Backend API.
    #[must_use]
    pub fn api(&self) -> &Client {
        &self.0.api
    }

    /// Verifies a session token, or a token created from a JWT template, without a request.
    ///
    /// # Errors
    ///
    /// The reason why the token is invalid, or could not be verified.
    pub async fn verify_token(&self, token: &str) -> Result<VerifiedSession, TokenError> {
        self.verify_token_of(TokenClass::SessionOrTemplate, token).await
    }

    /// Verifies a session token without a request. Rejects tokens created from a JWT template.
    pub(crate) async fn verify_session_token(
        &self,
        token: &str,
    ) -> Result<VerifiedSession, TokenError> {
        self.verify_token_of(TokenClass::Session, token).await
    }

    async fn verify_token_of(
        &self,
        class: TokenClass,
        token: &str,
    ) -> Result<VerifiedSession, TokenError> {
        for _ in 0..=MAX_KEY_FETCHES {
            match self.0.verifier.verify(token.as_bytes(), class) {
                Ok(verified) => return Ok(verified.into()),
                Err(VerifyError::Invalid(error)) => return Err(error),
                Err(VerifyError::KeysPending) => self.keys_ready().await,
            }
        }
        Err(TokenError::KeysUnavailable)
    }

    /// Authenticates a request by its head, without any framework.
    pub async fn authenticate(&self, request: &Parts) -> RequestState {
        match self.authenticate_now(request.into()) {
            Ok(state) => state,
            Err(lookup) => self.authenticate_after(request.into(), lookup).await,
        }
    }

    /// Authenticates a request if that is possible without waiting, or returns the lookup to wait
    /// for.
    pub(crate) fn authenticate_now(&self, head: RequestHead<'_>) -> Result<RequestState, Lookup> {
        static NO_RESULTS: LookupResults = LookupResults::NONE;
        decide(head, &self.0.config, &self.0.verifier, &NO_RESULTS).inspect(observe)
    }

    /// Continues after [`authenticate_now`](Self::authenticate_now) returned a lookup.
    pub(crate) async fn authenticate_after(
        &self,
        head: RequestHead<'_>,
        mut lookup: Lookup,
    ) -> RequestState {
        let mut results = LookupResults::NONE;
        let mut key_fetches = 0;
        let state = loop {
            key_fetches += usize::from(matches!(lookup, Lookup::Keys));
            if key_fetches > MAX_KEY_FETCHES {
                break RequestState::signed_out(TokenError::KeysUnavailable);
            }
            results.resolve(lookup, self).await;
            match decide(head, &self.0.config, &self.0.verifier, &results) {
                Ok(state) => break state,
                Err(next) => lookup = next,
            }
        };
        observe(&state);
        state
    }

    /// Returns statistics about the caches since the handle was created.
    #[must_use]
    pub fn cache_stats(&self) -> CacheStats {
        let shared = self.shared();
        let [hits, misses, shared_failures] = shared.map_or([0; 3], |shared| shared.counts());
        CacheStats {
            #[cfg(feature = "api")]
            users: self.0.resources.users.counts(),
            #[cfg(feature = "api")]
            organizations: self.0.resources.organizations.counts(),
            shared: CacheCounts { hits, misses },
            shared_failures,
            shared_available: shared.is_some_and(|shared| shared.is_available()),
            ..CacheStats::default()
        }
    }

    /// Waits for the fetches that [`VerifyError::KeysPending`] refers to.
    async fn keys_ready(&self) {
        futures_util::future::join(self.0.verifier.keys_ready(), self.revocations_ready()).await;
    }

    /// Returns the revocations that this machine knows.
    pub(crate) fn revocations(&self) -> &Revocations {
        self.0.verifier.revocations()
    }

    /// Returns the shared cache, if any.
    pub(crate) fn shared(&self) -> Option<&Arc<Shared>> {
        self.0.sync.as_ref().map(|sync| &sync.shared)
    }

    fn lookups(&self) -> &Lookups {
        &self.0.lookups
    }
}

fn verifier(config: &ClerkConfig, api: &Client, shared: Option<&Arc<Shared>>) -> Verifier {
    let keys = if let Some(key) = config.jwt_key() {
        KeySource::Local(Arc::clone(key))
    } else if let Some(fetch) = key_fetcher(config, api, shared) {
        let lifetimes =
            JwksLifetimes { refresh: config.jwks_refresh(), grace: config.jwks_grace() };
        KeySource::Remote(Arc::new(Jwks::new(fetch, config.clock().clone(), lifetimes)))
    } else {
        KeySource::Missing
    };
    Verifier::new(
        keys,
        VerifierSettings {
            clock: config.clock().clone(),
            clock_skew: config.clock_skew_millis(),
            audiences: config.audiences().to_vec(),
            authorized_parties: config.authorized_parties().to_vec(),
            cache_capacity: config.token_cache_capacity(),
            revocations: Arc::new(if shared.is_some() {
                Revocations::loading()
            } else {
                Revocations::default()
            }),
        },
    )
}

/// Returns a function that fetches the instance's keys: from the Backend API if there is a secret
/// key, or else from the Frontend API of the publishable key.
fn key_fetcher(
    config: &ClerkConfig,
    api: &Client,
    shared: Option<&Arc<Shared>>,
) -> Option<FetchKeys> {
    let timeout = JWKS_TIMEOUT.min(config.api_timeout());
    let (clock, max_age) = (config.clock().clone(), config.jwks_refresh());
    if config.secret_key().is_none() {
        let (http, url) = (config.http_client().clone(), config.jwks_url()?.clone());
        return Some(Box::new(move |_| {
            let (http, url, clock) = (http.clone(), url.clone(), clock.clone());
            async move { fetch_public_keys(&http, &url, timeout, &clock).await }.boxed()
        }));
    }
    let api = api.with_timeout(timeout).with_retry(RetryPolicy::none());
    let shared = shared.map(Arc::clone);
    Some(Box::new(move |newer_than| {
        let (api, clock, shared) = (api.clone(), clock.clone(), shared.clone());
        async move {
            let fetch = fetch_keys(&api, &clock);
            match shared {
                Some(shared) => fetch_shared_keys(&shared, newer_than, max_age, fetch).await,
                None => fetch.await,
            }
        }
        .boxed()
    }))
}

impl From<ClerkConfig> for Clerk {
    fn from(config: ClerkConfig) -> Self {
        Self::new(config)
    }
}

impl Deref for Clerk {
    type Target = Client;

    fn deref(&self) -> &Client {
        self.api()
    }
}

impl fmt::Debug for Clerk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clerk").field("config", &self.0.config).finish_non_exhaustive()
    }
}
