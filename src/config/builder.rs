//! The builder of the configuration.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use secrecy::SecretString;

use super::{
    ClerkConfig, Settings,
    check::{self, ConfigError},
    options::{HttpClientSetup, Options},
    publishable_key::InstanceType,
    token_type::TokenType,
};
use crate::{cache::SharedCache, clock::Clock};

impl ClerkConfig {
    /// Returns a builder with the default options.
    pub fn builder() -> ClerkConfigBuilder {
        ClerkConfigBuilder::default()
    }

    /// Reads the configuration from the environment. Shorthand for `builder().env().build()`; see
    /// [`ClerkConfigBuilder::env`] for the variables.
    ///
    /// # Errors
    ///
    /// As [`ClerkConfigBuilder::build`].
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::builder().env().build()
    }
}

/// Builds a [`ClerkConfig`]. Later calls override earlier ones.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ClerkConfigBuilder {
    pub(super) options: Options,
    pub(super) problems: Vec<String>,
}

impl ClerkConfigBuilder {
    /// Sets the secret key, `sk_test_…` or `sk_live_…`. It is used to call the Backend API and to
    /// fetch the keys that verify tokens.
    pub fn secret_key(mut self, key: impl Into<SecretString>) -> Self {
        self.options.secret_key = Some(key.into());
        self
    }

    /// Sets the publishable key, `pk_test_…` or `pk_live_…`, which authenticating browsers
    /// requires. Without it cookies are ignored and only tokens in the `Authorization` header are
    /// accepted.
    ///
    /// Without a [secret key](Self::secret_key), a [JWT key](Self::jwt_key) and a [machine
    /// key](Self::machine_secret_key), session tokens are verified with the keys that the Frontend
    /// API publishes at `https://FRONTEND_API/.well-known/jwks.json`. Features that need the
    /// Backend API, such as users, opaque machine tokens and some handshakes, are then unavailable.
    pub fn publishable_key(mut self, key: impl Into<String>) -> Self {
        self.options.publishable_key = Some(key.into());
        self
    }

    /// Sets the instance's JWT public key in PEM. Tokens are then verified with this key alone,
    /// without fetching keys from Clerk.
    pub fn jwt_key(mut self, pem: impl Into<String>) -> Self {
        self.options.jwt_key = Some(pem.into());
        self
    }

    /// Sets the secret key of a machine, `ak_…`, with which machine-to-machine tokens are verified.
    pub fn machine_secret_key(mut self, key: impl Into<SecretString>) -> Self {
        self.options.machine_secret_key = Some(key.into());
        self
    }

    /// Sets the ID of the machine that the application represents, `mch_…`. Machine-to-machine
    /// tokens are then only accepted if it is among their scopes, which are the machines that a
    /// token may be sent to. [`guard::machine`](crate::guard::machine) requires a certain sender.
    pub fn machine_id(mut self, machine_id: impl Into<String>) -> Self {
        self.options.machine_id = Some(machine_id.into());
        self
    }

    /// Sets the secrets that sign the webhooks, `whsec_…`: usually one, and several while one is
    /// being rotated. Webhooks require the feature `webhooks`.
    pub fn webhook_signing_secrets<S: Into<SecretString>>(
        mut self,
        secrets: impl IntoIterator<Item = S>,
    ) -> Self {
        self.options.webhook_signing_secrets = secrets.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the maximum size of a webhook in bytes; 1 MiB by default.
    pub fn webhook_body_limit(mut self, bytes: usize) -> Self {
        self.options.webhook_body_limit = bytes;
        self
    }

    /// Sets the URL of the Backend API; `https://api.clerk.com` by default.
    pub fn api_url(mut self, url: impl Into<String>) -> Self {
        self.options.api_url = url.into();
        self
    }

    /// Sets the authorized parties: the origins that tokens may be issued to, such as
    /// `https://example.com`. Setting them is strongly recommended, as it prevents an application
    /// on another subdomain from using its tokens here.
    pub fn authorized_parties<S: Into<String>>(
        mut self,
        origins: impl IntoIterator<Item = S>,
    ) -> Self {
        self.options.authorized_parties = strings(origins);
        self
    }

    /// Sets the accepted audiences. A token with an `aud` claim must name one of them.
    pub fn audiences<S: Into<String>>(mut self, audiences: impl IntoIterator<Item = S>) -> Self {
        self.options.audiences = strings(audiences);
        self
    }

    /// Sets the tolerated difference between Clerk's clock and the local one; 5 seconds by default.
    pub fn clock_skew(mut self, skew: Duration) -> Self {
        self.options.clock_skew = skew;
        self
    }

    /// Sets the URL at which the Frontend API is proxied, or its path on the application's own
    /// domain.
    pub fn proxy_url(mut self, url: impl Into<String>) -> Self {
        self.options.proxy_url = Some(url.into());
        self
    }

    /// Sets the URL that the Frontend API proxy sends requests to;
    /// `https://frontend-api.clerk.dev` by default. Only the feature `proxy` has the proxy.
    pub fn frontend_api_url(mut self, url: impl Into<String>) -> Self {
        self.options.frontend_api_url = url.into();
        self
    }

    /// Sets the request header from which the Frontend API proxy takes the client's IP address, such
    /// as `cf-connecting-ip` or `x-real-ip`; by default it takes the address of the connection. Of a
    /// list, as in `x-forwarded-for`, the last address counts: the one that the server in front of
    /// the application added.
    ///
    /// That server must set the header in every request, overwriting or appending to what the client
    /// sent. Otherwise clients choose the address by which Clerk limits their attempts to sign in.
    pub fn client_ip_header(mut self, name: impl Into<String>) -> Self {
        self.options.client_ip_header = Some(name.into());
        self
    }

    /// Sets the public origin of the application, such as `https://example.com`. It replaces the
    /// scheme and the host that requests carry.
    ///
    /// If neither this nor [`trusted_hosts`](Self::trusted_hosts) is set, `x-forwarded-host` and
    /// `x-forwarded-proto` are trusted. The proxy in front of the application must then overwrite
    /// both: with a [proxy path](Self::proxy_url), a forged host would receive the session token in
    /// a redirect.
    pub fn public_origin(mut self, origin: impl Into<String>) -> Self {
        self.options.public_origin = Some(origin.into());
        self
    }

    /// Sets the hosts that requests may be addressed to, such as `example.com` or `localhost:3000`,
    /// for applications with several public origins. Browsers that use any other host are not
    /// redirected to Clerk or to the sign-in page.
    pub fn trusted_hosts<S: Into<String>>(mut self, hosts: impl IntoIterator<Item = S>) -> Self {
        self.options.trusted_hosts = strings(hosts);
        self
    }

    /// Sets the domain of a satellite application, such as `satellite.com`.
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.options.domain = Some(domain.into());
        self
    }

    /// Sets whether the application is a
    /// [satellite](https://clerk.com/docs/guides/dashboard/dns-domains/satellite-domains) of another
    /// domain.
    pub fn satellite(mut self, is_satellite: bool) -> Self {
        self.options.is_satellite = is_satellite;
        self
    }

    /// Sets whether a satellite syncs every new browser with the primary domain; off by default.
    pub fn satellite_auto_sync(mut self, auto_sync: bool) -> Self {
        self.options.satellite_auto_sync = auto_sync;
        self
    }

    /// Sets the URL or path of the sign-in page; that of the account portal by default.
    pub fn sign_in_url(mut self, url: impl Into<String>) -> Self {
        self.options.sign_in_url = Some(url.into());
        self
    }

    /// Sets the URL or path of the sign-up page; that of the account portal by default.
    pub fn sign_up_url(mut self, url: impl Into<String>) -> Self {
        self.options.sign_up_url = Some(url.into());
        self
    }

    /// Sets the URL or path of the sign-out page.
    pub fn sign_out_url(mut self, url: impl Into<String>) -> Self {
        self.options.sign_out_url = Some(url.into());
        self
    }

    /// Excludes routes from authentication; guards let requests to them pass. A pattern consists of
    /// literal segments and `{name}` segments, such as `/health` or `/orgs/{id}/logo`. With `/*` at
    /// the end it covers the path and everything below it, and with `{*rest}` only what is below
    /// it.
    ///
    /// A path is excluded only if every router would interpret it as one that matches:
    /// `/public/../admin` is not excluded by `/public/*`.
    pub fn exclude<S: Into<String>>(mut self, patterns: impl IntoIterator<Item = S>) -> Self {
        self.options.excluded_routes = strings(patterns);
        self
    }

    /// Sets the accepted types of token; only session tokens by default. Guards and extractors
    /// decide which of them a route accepts, for example [`guard::accept`](crate::guard::accept);
    /// [`require_auth`](crate::require_auth) and [`SignedIn`](crate::SignedIn) only accept sessions.
    pub fn accept_tokens(mut self, types: impl IntoIterator<Item = TokenType>) -> Self {
        self.options.accepted_tokens = types.into_iter().collect();
        self
    }

    /// Sets the patterns of paths that belong to an organization, such as `/orgs/:slug/(.*)` or
    /// `/orgs/:id` in Clerk's syntax, or `/orgs/{slug}/*` in that of [`exclude`](Self::exclude).
    /// When a browser visits such a path, the organization becomes the active one.
    ///
    /// <div class="warning">
    ///
    /// This does not protect the path. Requests with a bearer token, fetches, and pages of users who
    /// are not members are passed on with another active organization, and have its permissions.
    /// Guard the path with [`guard::organization_in_path`](crate::guard::organization_in_path).
    ///
    /// </div>
    pub fn organization_patterns<S: Into<String>>(
        mut self,
        patterns: impl IntoIterator<Item = S>,
    ) -> Self {
        self.options.organization_patterns = strings(patterns);
        self
    }

    /// Sets the patterns of paths that belong to the personal account, such as `/me/(.*)` or
    /// `/me/*`.
    pub fn personal_account_patterns<S: Into<String>>(
        mut self,
        patterns: impl IntoIterator<Item = S>,
    ) -> Self {
        self.options.personal_account_patterns = strings(patterns);
        self
    }

    /// Sets whether a session with pending
    /// [tasks](https://clerk.com/docs/guides/configure/session-tasks) counts as signed in; off by
    /// default.
    pub fn pending_is_signed_in(mut self, signed_in: bool) -> Self {
        self.options.pending_is_signed_in = signed_in;
        self
    }

    /// Sets the approximate maximum number of cached verified tokens; 100,000 by default. With 0, the
    /// token of every request is verified.
    ///
    /// Only tokens that have not expired are kept, and a session has a new one each minute, so set it
    /// to at least the number of users who are active within a minute. A token takes about 2 KiB.
    pub fn token_cache_capacity(mut self, tokens: u64) -> Self {
        self.options.token_cache_capacity = tokens;
        self
    }

    /// Sets the maximum number of cached users, and of cached organizations; 10,000 each by
    /// default. 0 disables the caches. Only the feature `api` has these caches.
    pub fn resource_cache_capacity(mut self, entries: u64) -> Self {
        self.options.resource_cache_capacity = entries;
        self
    }

    /// Sets how long users and organizations are cached; 60 seconds by default.
    pub fn resource_cache_lifetime(mut self, lifetime: Duration) -> Self {
        self.options.resource_cache_lifetime = lifetime;
        self
    }

    /// Sets a [cache that several machines share](crate::cache). Requires the secret key.
    pub fn shared_cache(mut self, cache: impl SharedCache) -> Self {
        self.options.shared_cache = Some(Arc::new(cache));
        self
    }

    /// Sets the maximum time that an operation of the [shared cache](Self::shared_cache) may take; 50
    /// milliseconds by default.
    pub fn shared_cache_timeout(mut self, timeout: Duration) -> Self {
        self.options.shared_cache_timeout = timeout;
        self
    }

    /// Sets how long the tokens of a [revoked session](crate::Clerk::revoke_session) are rejected;
    /// 10 minutes by default. It must be longer than the lifetime of the instance's tokens, which
    /// is a minute unless configured otherwise in the Clerk Dashboard.
    pub fn revocation_lifetime(mut self, lifetime: Duration) -> Self {
        self.options.revocation_lifetime = lifetime;
        self
    }

    /// Sets how long the verification of an opaque machine token is cached. A revoked token may
    /// still be accepted for this long. Not cached by default.
    pub fn machine_token_cache_lifetime(mut self, lifetime: Duration) -> Self {
        self.options.machine_token_cache_lifetime = lifetime;
        self
    }

    /// Sets the age at which the keys that verify tokens are refreshed; 5 minutes by default. The
    /// cached keys are used in the meantime.
    pub fn jwks_refresh(mut self, age: Duration) -> Self {
        self.options.jwks_refresh = age;
        self
    }

    /// Sets how long cached keys are used while Clerk cannot be reached; a day by default.
    pub fn jwks_grace(mut self, age: Duration) -> Self {
        self.options.jwks_grace = age;
        self
    }

    /// Sets the timeout of the calls to Clerk that authenticating a request requires: verifying an
    /// opaque machine token, exchanging a handshake nonce and refreshing a session. 2 seconds by
    /// default. These calls are not retried.
    pub fn lookup_timeout(mut self, timeout: Duration) -> Self {
        self.options.lookup_timeout = timeout;
        self
    }

    /// Sets the maximum number of concurrent calls to Clerk that authenticating requests requires;
    /// 32 by default. Beyond that, authentication is unavailable: requests are not queued.
    pub fn max_concurrent_lookups(mut self, calls: usize) -> Self {
        self.options.max_concurrent_lookups = calls;
        self
    }

    /// Sets how long it is cached that Clerk does not recognize a machine token or a handshake
    /// nonce; 30 seconds by default.
    pub fn not_found_cache_lifetime(mut self, lifetime: Duration) -> Self {
        self.options.not_found_cache_lifetime = lifetime;
        self
    }

    /// Sets the timeout of a single attempt to call the Backend API; 10 seconds by default.
    pub fn api_timeout(mut self, timeout: Duration) -> Self {
        self.options.api_timeout = timeout;
        self
    }

    /// Customizes the HTTP client that calls Clerk, for example to use a proxy or another TLS
    /// library. With TLS of your own, the feature `rustls` is not required.
    ///
    /// The HTTP client never follows redirects, whatever the function sets: Clerk does not
    /// redirect, and secrets must not be sent to another server. It must not store cookies, which
    /// all browsers would share through the Frontend API proxy.
    ///
    /// ```
    /// use axum_clerk::ClerkConfig;
    ///
    /// let builder = ClerkConfig::builder().http_client(|http| http.pool_max_idle_per_host(4));
    /// ```
    pub fn http_client(
        mut self,
        configure: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.options.http_client = HttpClientSetup(Some(Arc::new(configure)));
        self
    }

    /// Sets the clock; the system clock by default.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.options.clock = clock;
        self
    }

    /// Validates the options and builds the configuration.
    ///
    /// # Errors
    ///
    /// A [`ConfigError`] with all problems, each a sentence that says what to set.
    pub fn build(self) -> Result<ClerkConfig, ConfigError> {
        let Self { options, mut problems } = self;
        let publishable_key = check::publishable_key(&options, &mut problems);
        let jwt_key = check::jwt_key(&options, &mut problems);
        check::secret_keys(&options, publishable_key.as_ref(), &mut problems);
        check::webhook_signing_secrets(&options, &mut problems);
        check::lists(&options, &mut problems);
        check::urls(&options, &mut problems);
        check::satellite(&options, publishable_key.as_ref(), &mut problems);
        check::lifetimes(&options, &mut problems);
        check::shared_cache(&options, &mut problems);
        let api_url = check::api_url(&options, &mut problems);
        let frontend_api_url = check::frontend_api_url(&options, &mut problems);
        let client_ip_header = check::client_ip_header(&options, &mut problems);
        let public_origin = check::public_origin(&options, &mut problems);
        let excluded = check::excluded_routes(&options, &mut problems);
        let organization_sync = check::organization_sync(&options, &mut problems);
        let http_client = check::http_client(&options, api_url.as_ref(), &mut problems);
        let (Some(api_url), Some(frontend_api_url), Some(http_client), true) =
            (api_url, frontend_api_url, http_client, problems.is_empty())
        else {
            return Err(ConfigError { problems });
        };

        let issuer = publishable_key.as_ref().map(|key| match &options.domain {
            Some(domain)
                if options.is_satellite && key.instance_type() == InstanceType::Production =>
            {
                format!("clerk.{domain}")
            }
            _ => key.frontend_api().to_owned(),
        });
        let frontend_api = options.proxy_url.clone().or_else(|| issuer.clone());
        let jwks_url = check::jwks_url(&options, issuer.as_deref(), &mut problems);
        if !problems.is_empty() {
            return Err(ConfigError { problems });
        }
        let config = ClerkConfig(Arc::new(Settings {
            publishable_key,
            jwt_key: jwt_key.map(Arc::new),
            api_url,
            frontend_api_url,
            client_ip_header,
            excluded,
            served_proxy: OnceLock::new(),
            organization_sync,
            frontend_api,
            issuer,
            jwks_url,
            http_client,
            public_origin,
            options,
        }));
        config.log();
        Ok(config)
    }
}

impl ClerkConfig {
    /// Logs a summary at startup, so that a mistake is noticed before the first request.
    fn log(&self) {
        let instance = match self.instance_type() {
            Some(InstanceType::Development) => "development",
            Some(InstanceType::Production) => "production",
            None => "unknown instance",
        };
        let accepted: Vec<_> = self.accepted_tokens().iter().map(|kind| kind.as_str()).collect();
        tracing::info!(
            "Clerk: {instance}, {}, cookies {}, accepts {}, authorized parties {:?}",
            self.frontend_api().unwrap_or("no Frontend API"),
            if self.publishable_key().is_some() { "on" } else { "off" },
            accepted.join(" and "),
            self.authorized_parties(),
        );
        if self.publishable_key().is_none() && self.accepts_sessions() {
            tracing::warn!(
                "CLERK_PUBLISHABLE_KEY is not set: cookies are ignored, and only bearer tokens are accepted"
            );
        }
        if self.jwks_url().is_some() {
            tracing::warn!(
                "CLERK_SECRET_KEY is not set: session tokens are verified with the keys that the \
                 Frontend API publishes, and the Backend API is unavailable"
            );
        }
        let is_production = self.instance_type() == Some(InstanceType::Production);
        if is_production && self.accepts_sessions() && self.authorized_parties().is_empty() {
            tracing::warn!(
                "CLERK_AUTHORIZED_PARTIES is not set: a session token that was issued to another \
                 application on a subdomain is accepted here"
            );
        }
    }

    fn accepts_sessions(&self) -> bool {
        self.accepted_tokens().contains(&TokenType::SessionToken)
    }
}

fn strings<S: Into<String>>(items: impl IntoIterator<Item = S>) -> Vec<String> {
    items.into_iter().map(Into::into).collect()
}
