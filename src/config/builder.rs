//! The builder: what can be told, in code and by the environment.

use std::{sync::Arc, time::Duration};

use secrecy::SecretString;
use url::Url;

use super::{ClerkConfig, ConfigError, Settings, TokenType, check};
use crate::{
    Clock, InstanceType, PublishableKey, authenticate::OrganizationSync,
    path_patterns::PathPatterns, token::VerifyingKey,
};

/// Builds a [`ClerkConfig`]. What is told twice counts as told last.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ClerkConfigBuilder {
    pub(super) options: Options,
    pub(super) problems: Vec<String>,
}

impl ClerkConfigBuilder {
    /// The secret key, `sk_test_…` or `sk_live_…`: for the Backend API, and to fetch the keys that sign tokens.
    pub fn secret_key(mut self, key: impl Into<SecretString>) -> Self {
        self.options.secret_key = Some(key.into());
        self
    }

    /// The publishable key, `pk_test_…` or `pk_live_…`: for everything that has to do with browsers. Without it only
    /// tokens in the `Authorization` header are looked at.
    pub fn publishable_key(mut self, key: impl Into<String>) -> Self {
        self.options.publishable_key = Some(key.into());
        self
    }

    /// The instance's JWT public key in PEM: tokens are verified with it alone, without the network.
    pub fn jwt_key(mut self, pem: impl Into<String>) -> Self {
        self.options.jwt_key = Some(pem.into());
        self
    }

    /// The secret key of a machine, `ak_…`, to verify machine-to-machine tokens with.
    pub fn machine_secret_key(mut self, key: impl Into<SecretString>) -> Self {
        self.options.machine_secret_key = Some(key.into());
        self
    }

    /// The Backend API's URL, `https://api.clerk.com` by default.
    pub fn api_url(mut self, url: impl Into<String>) -> Self {
        self.options.api_url = url.into();
        self
    }

    /// The origins that tokens may have been issued to, such as `https://example.com`. Set them: they keep a token
    /// that another application on a subdomain got hold of from counting here.
    pub fn authorized_parties<S: Into<String>>(
        mut self,
        origins: impl IntoIterator<Item = S>,
    ) -> Self {
        self.options.authorized_parties = strings(origins);
        self
    }

    /// The audiences that a token with an `aud` claim must name one of.
    pub fn audiences<S: Into<String>>(mut self, audiences: impl IntoIterator<Item = S>) -> Self {
        self.options.audiences = strings(audiences);
        self
    }

    /// How far Clerk's clock and ours may be apart; 5 seconds by default.
    pub fn clock_skew(mut self, skew: Duration) -> Self {
        self.options.clock_skew = skew;
        self
    }

    /// Where the frontend API is proxied: a URL, or a path on the application's own domain.
    pub fn proxy_url(mut self, url: impl Into<String>) -> Self {
        self.options.proxy_url = Some(url.into());
        self
    }

    /// The domain of a satellite application, such as `satellite.com`.
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.options.domain = Some(domain.into());
        self
    }

    /// Whether the application is a [satellite](https://clerk.com/docs/guides/dashboard/dns-domains/satellite-domains)
    /// of another domain.
    pub fn satellite(mut self, is_satellite: bool) -> Self {
        self.options.is_satellite = is_satellite;
        self
    }

    /// Whether a satellite asks the primary domain about every new browser; off by default.
    pub fn satellite_auto_sync(mut self, auto_sync: bool) -> Self {
        self.options.satellite_auto_sync = auto_sync;
        self
    }

    /// Where users sign in: a URL or a path. The account portal by default.
    pub fn sign_in_url(mut self, url: impl Into<String>) -> Self {
        self.options.sign_in_url = Some(url.into());
        self
    }

    /// Where users sign up: a URL or a path. The account portal by default.
    pub fn sign_up_url(mut self, url: impl Into<String>) -> Self {
        self.options.sign_up_url = Some(url.into());
        self
    }

    /// Where users sign out: a URL or a path.
    pub fn sign_out_url(mut self, url: impl Into<String>) -> Self {
        self.options.sign_out_url = Some(url.into());
        self
    }

    /// Routes that nobody is authenticated on: paths such as `/health` or `/orgs/{id}/logo`, or with `/*` at the end a
    /// path and all below it. They are matched on the percent-decoded path.
    pub fn exclude<S: Into<String>>(mut self, patterns: impl IntoIterator<Item = S>) -> Self {
        self.options.excluded_routes = strings(patterns);
        self
    }

    /// The types of token that count; session tokens alone by default.
    pub fn accept_tokens(mut self, types: impl IntoIterator<Item = TokenType>) -> Self {
        self.options.accepted_tokens = types.into_iter().collect();
        self
    }

    /// Patterns of paths that belong to an organization, such as `/orgs/:slug/(.*)` or `/orgs/:id`: a browser that
    /// goes there has that organization made the active one.
    pub fn organization_patterns<S: Into<String>>(
        mut self,
        patterns: impl IntoIterator<Item = S>,
    ) -> Self {
        self.options.organization_patterns = strings(patterns);
        self
    }

    /// Patterns of paths that belong to the personal account, such as `/me/(.*)`.
    pub fn personal_account_patterns<S: Into<String>>(
        mut self,
        patterns: impl IntoIterator<Item = S>,
    ) -> Self {
        self.options.personal_account_patterns = strings(patterns);
        self
    }

    /// Lets a session count as signed in while it has [tasks](https://clerk.com/docs/guides/configure/session-tasks) to
    /// complete; by default it does not.
    pub fn pending_is_signed_in(mut self, signed_in: bool) -> Self {
        self.options.pending_is_signed_in = signed_in;
        self
    }

    /// How many verified tokens are remembered, 10,000 by default; 0 verifies every token at every request.
    pub fn token_cache_capacity(mut self, tokens: u64) -> Self {
        self.options.token_cache_capacity = tokens;
        self
    }

    /// How many users and how many organizations are remembered, 10,000 of each by default; 0 remembers none.
    pub fn resource_cache_capacity(mut self, entries: u64) -> Self {
        self.options.resource_cache_capacity = entries;
        self
    }

    /// How long users and organizations are remembered; 60 seconds by default.
    pub fn resource_cache_lifetime(mut self, lifetime: Duration) -> Self {
        self.options.resource_cache_lifetime = lifetime;
        self
    }

    /// How long a verified opaque machine token counts without Clerk being asked again: as long as one that was revoked
    /// may still get in. Off by default.
    pub fn machine_token_cache_lifetime(mut self, lifetime: Duration) -> Self {
        self.options.machine_token_cache_lifetime = lifetime;
        self
    }

    /// After how long the keys that sign tokens are fetched anew; 5 minutes by default. The old ones serve meanwhile.
    pub fn jwks_refresh(mut self, age: Duration) -> Self {
        self.options.jwks_refresh = age;
        self
    }

    /// For how long keys serve where Clerk cannot be reached; a day by default.
    pub fn jwks_grace(mut self, age: Duration) -> Self {
        self.options.jwks_grace = age;
        self
    }

    /// How long one attempt to call the Backend API may take; 10 seconds by default.
    pub fn api_timeout(mut self, timeout: Duration) -> Self {
        self.options.api_timeout = timeout;
        self
    }

    /// The HTTP client used to reach Clerk: for a proxy, custom certificates or another TLS backend.
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

    /// The clock to go by; the system's by default.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.options.clock = clock;
        self
    }

    /// Checks all that was told.
    ///
    /// # Errors
    ///
    /// Every problem there is, each a sentence that says what to set.
    pub fn build(self) -> Result<ClerkConfig, ConfigError> {
        let Self { options, mut problems } = self;
        let publishable_key = options.publishable_key.as_deref().and_then(|text| {
            PublishableKey::parse(text.trim())
                .map_err(|why| problems.push(format!("CLERK_PUBLISHABLE_KEY is not a publishable key, {why}: copy it from the Clerk Dashboard, API keys")))
                .ok()
        });
        let jwt_key = options.jwt_key.as_deref().and_then(|pem| {
            VerifyingKey::from_pem(pem)
                .map_err(|why| problems.push(format!("CLERK_JWT_KEY cannot be used, {why}: copy the JWT public key in PEM from the Clerk Dashboard, API keys")))
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
                "CLERK_API_URL is `{}`: set it to a URL such as https://api.clerk.com",
                options.api_url
            ));
        }
        let excluded = PathPatterns::new(&options.excluded_routes).unwrap_or_else(|why| {
            problems.push(format!(
                "CLERK_EXCLUDED_ROUTES: {why}; set paths such as /health or /public/*"
            ));
            PathPatterns::default()
        });
        let organization_sync = OrganizationSync::new(
            &options.organization_patterns,
            &options.personal_account_patterns,
        )
        .unwrap_or_else(|why| {
            problems.push(format!(
                "CLERK_ORGANIZATION_PATTERNS or CLERK_PERSONAL_ACCOUNT_PATTERNS: {why}"
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
                .map_err(|error| problems.push(format!("an HTTP client cannot be set up: {error}")))
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
                "no publishable key is set, so cookies are not looked at, only bearer tokens"
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

/// What the builder was told.
#[derive(Clone, Debug)]
pub(super) struct Options {
    pub(super) secret_key: Option<SecretString>,
    pub(super) publishable_key: Option<String>,
    pub(super) jwt_key: Option<String>,
    pub(super) machine_secret_key: Option<SecretString>,
    pub(super) api_url: String,
    pub(super) authorized_parties: Vec<String>,
    pub(super) audiences: Vec<String>,
    pub(super) clock_skew: Duration,
    pub(super) proxy_url: Option<String>,
    pub(super) domain: Option<String>,
    pub(super) is_satellite: bool,
    pub(super) satellite_auto_sync: bool,
    pub(super) sign_in_url: Option<String>,
    pub(super) sign_up_url: Option<String>,
    pub(super) sign_out_url: Option<String>,
    pub(super) excluded_routes: Vec<String>,
    pub(super) accepted_tokens: Vec<TokenType>,
    pub(super) organization_patterns: Vec<String>,
    pub(super) personal_account_patterns: Vec<String>,
    pub(super) pending_is_signed_in: bool,
    pub(super) token_cache_capacity: u64,
    pub(super) resource_cache_capacity: u64,
    pub(super) resource_cache_lifetime: Duration,
    pub(super) machine_token_cache_lifetime: Duration,
    pub(super) jwks_refresh: Duration,
    pub(super) jwks_grace: Duration,
    pub(super) api_timeout: Duration,
    pub(super) http_client: Option<reqwest::Client>,
    pub(super) clock: Clock,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            secret_key: None,
            publishable_key: None,
            jwt_key: None,
            machine_secret_key: None,
            api_url: "https://api.clerk.com".into(),
            authorized_parties: Vec::new(),
            audiences: Vec::new(),
            clock_skew: Duration::from_secs(5),
            proxy_url: None,
            domain: None,
            is_satellite: false,
            satellite_auto_sync: false,
            sign_in_url: None,
            sign_up_url: None,
            sign_out_url: None,
            excluded_routes: Vec::new(),
            accepted_tokens: vec![TokenType::SessionToken],
            organization_patterns: Vec::new(),
            personal_account_patterns: Vec::new(),
            pending_is_signed_in: false,
            token_cache_capacity: 10_000,
            resource_cache_capacity: 10_000,
            resource_cache_lifetime: Duration::from_secs(60),
            machine_token_cache_lifetime: Duration::ZERO,
            jwks_refresh: Duration::from_secs(5 * 60),
            jwks_grace: Duration::from_secs(24 * 60 * 60),
            api_timeout: Duration::from_secs(10),
            http_client: None,
            clock: Clock::system(),
        }
    }
}

fn strings<S: Into<String>>(items: impl IntoIterator<Item = S>) -> Vec<String> {
    items.into_iter().map(Into::into).collect()
}
