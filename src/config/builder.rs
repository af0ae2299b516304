//! The builder of the configuration.

use std::{sync::Arc, time::Duration};

use secrecy::SecretString;
use url::Url;

use super::{
    ClerkConfig, Settings,
    check::{self, ConfigError},
    options::Options,
    organization_sync::OrganizationSync,
    path_pattern::PathPatterns,
    publishable_key::{InstanceType, PublishableKey},
    token_type::TokenType,
};
use crate::{clock::Clock, token::VerifyingKey};

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

    /// Excludes routes from authentication. A pattern is a path such as `/health` or
    /// `/orgs/{id}/logo`; with `/*` at the end it covers the path and everything below it. Patterns
    /// are matched against the percent-decoded path.
    pub fn exclude<S: Into<String>>(mut self, patterns: impl IntoIterator<Item = S>) -> Self {
        self.options.excluded_routes = strings(patterns);
        self
    }

    /// Sets the accepted types of token; only session tokens by default.
    pub fn accept_tokens(mut self, types: impl IntoIterator<Item = TokenType>) -> Self {
        self.options.accepted_tokens = types.into_iter().collect();
        self
    }

    /// Sets the patterns of paths that belong to an organization, such as `/orgs/:slug/(.*)` or
    /// `/orgs/:id`. When a browser visits such a path, the organization becomes the active one.
    pub fn organization_patterns<S: Into<String>>(
        mut self,
        patterns: impl IntoIterator<Item = S>,
    ) -> Self {
        self.options.organization_patterns = strings(patterns);
        self
    }

    /// Sets the patterns of paths that belong to the personal account, such as `/me/(.*)`.
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

    /// Sets the maximum number of cached verified tokens; 10,000 by default. With 0, the token of
    /// every request is verified.
    pub fn token_cache_capacity(mut self, tokens: u64) -> Self {
        self.options.token_cache_capacity = tokens;
        self
    }

    /// Sets the maximum number of cached users, and of cached organizations; 10,000 each by
    /// default. 0 disables the caches.
    pub fn resource_cache_capacity(mut self, entries: u64) -> Self {
        self.options.resource_cache_capacity = entries;
        self
    }

    /// Sets how long users and organizations are cached; 60 seconds by default.
    pub fn resource_cache_lifetime(mut self, lifetime: Duration) -> Self {
        self.options.resource_cache_lifetime = lifetime;
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

    /// Sets the timeout of a single attempt to call the Backend API; 10 seconds by default.
    pub fn api_timeout(mut self, timeout: Duration) -> Self {
        self.options.api_timeout = timeout;
        self
    }

    /// Sets the HTTP client that calls Clerk, for example to use a proxy, custom certificates or
    /// another TLS backend.
    ///
    /// The crate's feature `rustls` is only needed for the default client. To use the operating
    /// system's TLS instead, disable the default features of this crate and depend on the same
    /// version of `reqwest` with `default-features = false, features = ["native-tls"]`:
    ///
    /// ```
    /// use axum_clerk::ClerkConfig;
    ///
    /// # fn config() -> Result<ClerkConfig, Box<dyn std::error::Error>> {
    /// // Clerk's API does not redirect, and a secret key should not follow a redirect.
    /// let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    /// let config = ClerkConfig::builder().env().http_client(client).build()?;
    /// # Ok(config) }
    /// ```
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.options.http_client = Some(client);
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
        let publishable_key = options.publishable_key.as_deref().and_then(|text| {
            PublishableKey::parse(text.trim())
                .map_err(|why| problems.push(format!("CLERK_PUBLISHABLE_KEY is not a publishable key: {why}; copy it from the API keys page of the Clerk Dashboard")))
                .ok()
        });
        let jwt_key = options.jwt_key.as_deref().and_then(|pem| {
            VerifyingKey::from_pem(pem)
                .map_err(|why| problems.push(format!("CLERK_JWT_KEY is invalid: {why}; copy the JWT public key in PEM from the API keys page of the Clerk Dashboard")))
                .ok()
        });
        check::secret_keys(&options, publishable_key.as_ref(), &mut problems);
        check::lists(&options, &mut problems);
        check::urls(&options, &mut problems);
        check::satellite(&options, publishable_key.as_ref(), &mut problems);
        let api_url = Url::parse(&options.api_url)
            .ok()
            .filter(|url| check::is_web(url) && url.host().is_some());
        if api_url.is_none() {
            problems.push(format!(
                "CLERK_API_URL is `{}`; set it to a URL such as https://api.clerk.com",
                options.api_url
            ));
        }
        let excluded = PathPatterns::new(&options.excluded_routes).unwrap_or_else(|why| {
            problems.push(format!(
                "CLERK_EXCLUDED_ROUTES is invalid: {why}; list paths such as /health or /public/*"
            ));
            PathPatterns::default()
        });
        let organization_sync = OrganizationSync::new(
            &options.organization_patterns,
            &options.personal_account_patterns,
        )
        .unwrap_or_else(|why| {
            problems.push(format!(
                "CLERK_ORGANIZATION_PATTERNS or CLERK_PERSONAL_ACCOUNT_PATTERNS is invalid: {why}"
            ));
            OrganizationSync::default()
        });
        let needs_tls = api_url.as_ref().is_some_and(|url| url.scheme() == "https");
        if options.http_client.is_none() && needs_tls && !cfg!(feature = "rustls") {
            problems.push("there is no TLS to reach Clerk with: enable the feature `rustls` of axum-clerk, or pass a `reqwest::Client` with TLS to `http_client`".into());
        }
        let http_client = options.http_client.clone().or_else(|| {
            let built =
                reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build();
            built
                .map_err(|error| {
                    problems.push(format!("the HTTP client could not be created: {error}"))
                })
                .ok()
        });
        let (Some(api_url), Some(http_client), true) = (api_url, http_client, problems.is_empty())
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
        if publishable_key.is_none() {
            tracing::debug!(
                "no publishable key is set: cookies are ignored, only bearer tokens are accepted"
            );
        }
        Ok(ClerkConfig(Arc::new(Settings {
            publishable_key,
            jwt_key: jwt_key.map(Arc::new),
            api_url,
            excluded,
            organization_sync,
            frontend_api,
            issuer,
            http_client,
            options,
        })))
    }
}

fn strings<S: Into<String>>(items: impl IntoIterator<Item = S>) -> Vec<String> {
    items.into_iter().map(Into::into).collect()
}
