//! What a user tells this crate, and what follows from it.

use std::{fmt, sync::Arc, time::Duration};

use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::{
    Clock, InstanceType, PublishableKey, authenticate::OrganizationSync, keys::secret_key_instance,
    path_patterns::PathPatterns, token::VerifyingKey,
};

/// The configuration of one Clerk instance, checked as a whole. Cheap to clone.
///
/// ```
/// use axum_clerk::ClerkConfig;
///
/// let config = ClerkConfig::builder()
///     .secret_key("sk_test_abc")
///     .publishable_key("pk_test_Zm9vLWJhci0xMy5jbGVyay5hY2NvdW50cy5kZXYk")
///     .authorized_parties(["https://example.com"])
///     .exclude(["/health", "/public/*"])
///     .build()?;
/// assert_eq!(config.frontend_api(), Some("foo-bar-13.clerk.accounts.dev"));
/// # Ok::<_, axum_clerk::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ClerkConfig(Arc<Settings>);

#[derive(Debug)]
struct Settings {
    options: Options,
    publishable_key: Option<PublishableKey>,
    jwt_key: Option<Arc<VerifyingKey>>,
    api_url: Url,
    excluded: PathPatterns,
    organization_sync: OrganizationSync,
    frontend_api: Option<String>,
    issuer: Option<String>,
    http_client: reqwest::Client,
}

/// What the builder was told.
#[derive(Clone, Debug)]
struct Options {
    secret_key: Option<SecretString>,
    publishable_key: Option<String>,
    jwt_key: Option<String>,
    machine_secret_key: Option<SecretString>,
    api_url: String,
    authorized_parties: Vec<String>,
    audiences: Vec<String>,
    clock_skew: Duration,
    proxy_url: Option<String>,
    domain: Option<String>,
    is_satellite: bool,
    satellite_auto_sync: bool,
    sign_in_url: Option<String>,
    sign_up_url: Option<String>,
    sign_out_url: Option<String>,
    excluded_routes: Vec<String>,
    accepted_tokens: Vec<TokenType>,
    organization_patterns: Vec<String>,
    personal_account_patterns: Vec<String>,
    pending_is_signed_in: bool,
    token_cache_capacity: u64,
    resource_cache_capacity: u64,
    resource_cache_lifetime: Duration,
    machine_token_cache_lifetime: Duration,
    jwks_refresh: Duration,
    jwks_grace: Duration,
    api_timeout: Duration,
    http_client: Option<reqwest::Client>,
    clock: Clock,
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

impl ClerkConfig {
    /// A builder with nothing but defaults.
    pub fn builder() -> ClerkConfigBuilder {
        ClerkConfigBuilder::default()
    }

    /// The configuration that the environment holds: short for `builder().env().build()`.
    ///
    /// # Errors
    ///
    /// As [`ClerkConfigBuilder::build`].
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::builder().env().build()
    }

    /// The publishable key.
    #[must_use]
    pub fn publishable_key(&self) -> Option<&PublishableKey> {
        self.0.publishable_key.as_ref()
    }

    /// Whether the instance is for development or production, as its publishable key says.
    #[must_use]
    pub fn instance_type(&self) -> Option<InstanceType> {
        self.publishable_key().map(PublishableKey::instance_type)
    }

    /// The frontend API that browsers use: the proxy URL where one is set, `clerk.DOMAIN` for a production satellite,
    /// else the host in the publishable key.
    #[must_use]
    pub fn frontend_api(&self) -> Option<&str> {
        self.0.frontend_api.as_deref()
    }

    /// The Backend API's base URL.
    #[must_use]
    pub fn api_url(&self) -> &Url {
        &self.0.api_url
    }

    /// The domain of a satellite.
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        self.0.options.domain.as_deref()
    }

    /// Whether the application is a satellite of another domain.
    #[must_use]
    pub fn is_satellite(&self) -> bool {
        self.0.options.is_satellite
    }

    /// Whether a satellite asks the primary domain about every new browser.
    #[must_use]
    pub fn satellite_auto_sync(&self) -> bool {
        self.0.options.satellite_auto_sync
    }

    /// Where users sign in, if not at the account portal.
    #[must_use]
    pub fn sign_in_url(&self) -> Option<&str> {
        self.0.options.sign_in_url.as_deref()
    }

    /// Where users sign up, if not at the account portal.
    #[must_use]
    pub fn sign_up_url(&self) -> Option<&str> {
        self.0.options.sign_up_url.as_deref()
    }

    /// Where users sign out.
    #[must_use]
    pub fn sign_out_url(&self) -> Option<&str> {
        self.0.options.sign_out_url.as_deref()
    }

    /// The accepted types of token.
    #[must_use]
    pub fn accepted_tokens(&self) -> &[TokenType] {
        &self.0.options.accepted_tokens
    }

    /// The secret key of the machine, to verify machine-to-machine tokens with.
    #[must_use]
    pub fn machine_secret_key(&self) -> Option<&SecretString> {
        self.0.options.machine_secret_key.as_ref()
    }

    pub(crate) fn secret_key(&self) -> Option<&SecretString> {
        self.0.options.secret_key.as_ref()
    }

    pub(crate) fn jwt_key(&self) -> Option<&Arc<VerifyingKey>> {
        self.0.jwt_key.as_ref()
    }

    /// The host that the claim `iss` of this instance's tokens names.
    pub(crate) fn issuer(&self) -> Option<&str> {
        self.0.issuer.as_deref()
    }

    pub(crate) fn excludes(&self, path: &str) -> bool {
        self.0.excluded.matches(path)
    }

    pub(crate) fn organization_sync(&self) -> &OrganizationSync {
        &self.0.organization_sync
    }

    pub(crate) fn authorized_parties(&self) -> &[String] {
        &self.0.options.authorized_parties
    }

    pub(crate) fn audiences(&self) -> &[String] {
        &self.0.options.audiences
    }

    pub(crate) fn clock_skew_millis(&self) -> i64 {
        i64::try_from(self.0.options.clock_skew.as_millis()).unwrap_or(i64::MAX)
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.0.options.clock
    }

    pub(crate) fn pending_is_signed_in(&self) -> bool {
        self.0.options.pending_is_signed_in
    }

    pub(crate) fn token_cache_capacity(&self) -> u64 {
        self.0.options.token_cache_capacity
    }

    pub(crate) fn resource_cache_capacity(&self) -> u64 {
        self.0.options.resource_cache_capacity
    }

    pub(crate) fn resource_cache_lifetime(&self) -> Duration {
        self.0.options.resource_cache_lifetime
    }

    pub(crate) fn machine_token_cache_lifetime(&self) -> Duration {
        self.0.options.machine_token_cache_lifetime
    }

    pub(crate) fn jwks_refresh(&self) -> Duration {
        self.0.options.jwks_refresh
    }

    pub(crate) fn jwks_grace(&self) -> Duration {
        self.0.options.jwks_grace
    }

    pub(crate) fn api_timeout(&self) -> Duration {
        self.0.options.api_timeout
    }

    pub(crate) fn http_client(&self) -> &reqwest::Client {
        &self.0.http_client
    }
}

/// A type of token that a request may carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenType {
    /// A user's session token, in the cookie or the header.
    SessionToken,
    /// An [API key](https://clerk.com/docs/guides/development/machine-auth/api-keys) of a user or an organization.
    ApiKey,
    /// A [machine-to-machine token](https://clerk.com/docs/guides/development/machine-auth/m2m-tokens).
    M2mToken,
    /// An [OAuth access token](https://clerk.com/docs/guides/development/machine-auth/oauth-tokens).
    OAuthToken,
}

impl TokenType {
    /// Every type there is.
    pub const ALL: [Self; 4] = [Self::SessionToken, Self::ApiKey, Self::M2mToken, Self::OAuthToken];

    /// The type as Clerk's SDKs spell it, such as `session_token`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SessionToken => "session_token",
            Self::ApiKey => "api_key",
            Self::M2mToken => "m2m_token",
            Self::OAuthToken => "oauth_token",
        }
    }
}

/// Builds a [`ClerkConfig`]. What is told twice counts as told last.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ClerkConfigBuilder {
    options: Options,
    problems: Vec<String>,
}

impl ClerkConfigBuilder {
    /// Takes what the environment holds: `CLERK_SECRET_KEY`, `CLERK_PUBLISHABLE_KEY`, `CLERK_JWT_KEY`,
    /// `CLERK_MACHINE_SECRET_KEY`, `CLERK_API_URL`, `CLERK_PROXY_URL`, `CLERK_DOMAIN`, `CLERK_IS_SATELLITE`,
    /// `CLERK_SATELLITE_AUTO_SYNC`, `CLERK_SIGN_IN_URL`, `CLERK_SIGN_UP_URL`, `CLERK_SIGN_OUT_URL`,
    /// `CLERK_CLOCK_SKEW_MS` (milliseconds) and, each a list with commas, `CLERK_AUTHORIZED_PARTIES`,
    /// `CLERK_AUDIENCE`, `CLERK_EXCLUDED_ROUTES`, `CLERK_ACCEPTS_TOKEN` (`any`, or of `session_token`, `api_key`,
    /// `m2m_token`, `oauth_token`), `CLERK_ORGANIZATION_PATTERNS`, `CLERK_PERSONAL_ACCOUNT_PATTERNS`.
    ///
    /// An empty variable counts as absent.
    pub fn env(self) -> Self {
        self.variables(|name| std::env::var(name).ok())
    }

    /// As [`env`](Self::env), from any other source of the same variables, such as a secret store.
    ///
    /// ```
    /// # use axum_clerk::ClerkConfig;
    /// let config = ClerkConfig::builder()
    ///     .variables(|name| (name == "CLERK_SECRET_KEY").then(|| "sk_test_abc".to_owned()))
    ///     .build()?;
    /// # Ok::<_, axum_clerk::ConfigError>(())
    /// ```
    pub fn variables(mut self, lookup: impl Fn(&str) -> Option<String>) -> Self {
        let text =
            |name: &str| lookup(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let list = |name: &str| {
            text(name).map(|list| list.split(',').map(|item| item.trim().to_owned()).collect::<Vec<_>>())
        };
        let mut problems = Vec::new();
        let mut flag = |name: &str| match text(name)?.to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            other => {
                problems.push(format!("{name} is `{other}`: set it to `true` or `false`"));
                None
            }
        };
        let options = &mut self.options;
        let replace =
            |option: &mut Option<String>, value: Option<String>| *option = value.or_else(|| option.take());
        let secret = |option: &mut Option<SecretString>, value: Option<String>| {
            *option = value.map(SecretString::from).or_else(|| option.take());
        };
        secret(&mut options.secret_key, text("CLERK_SECRET_KEY"));
        secret(&mut options.machine_secret_key, text("CLERK_MACHINE_SECRET_KEY"));
        replace(&mut options.publishable_key, text("CLERK_PUBLISHABLE_KEY"));
        replace(&mut options.jwt_key, text("CLERK_JWT_KEY"));
        replace(&mut options.proxy_url, text("CLERK_PROXY_URL"));
        replace(&mut options.domain, text("CLERK_DOMAIN"));
        replace(&mut options.sign_in_url, text("CLERK_SIGN_IN_URL"));
        replace(&mut options.sign_up_url, text("CLERK_SIGN_UP_URL"));
        replace(&mut options.sign_out_url, text("CLERK_SIGN_OUT_URL"));
        options.is_satellite = flag("CLERK_IS_SATELLITE").unwrap_or(options.is_satellite);
        options.satellite_auto_sync =
            flag("CLERK_SATELLITE_AUTO_SYNC").unwrap_or(options.satellite_auto_sync);
        for (option, name) in [
            (&mut options.authorized_parties, "CLERK_AUTHORIZED_PARTIES"),
            (&mut options.audiences, "CLERK_AUDIENCE"),
            (&mut options.excluded_routes, "CLERK_EXCLUDED_ROUTES"),
            (&mut options.organization_patterns, "CLERK_ORGANIZATION_PATTERNS"),
            (&mut options.personal_account_patterns, "CLERK_PERSONAL_ACCOUNT_PATTERNS"),
        ] {
            if let Some(list) = list(name) {
                *option = list;
            }
        }
        if let Some(url) = text("CLERK_API_URL") {
            options.api_url = url;
        }
        if let Some(skew) = text("CLERK_CLOCK_SKEW_MS") {
            match skew.parse() {
                Ok(millis) => options.clock_skew = Duration::from_millis(millis),
                Err(_) => problems.push(format!(
                    "CLERK_CLOCK_SKEW_MS is `{skew}`: set it to a whole number of milliseconds"
                )),
            }
        }
        if let Some(types) = list("CLERK_ACCEPTS_TOKEN") {
            match token_types(&types) {
                Ok(types) => options.accepted_tokens = types,
                Err(unknown) => problems.push(format!(
                    "CLERK_ACCEPTS_TOKEN has `{unknown}`: set it to `any`, or list session_token, api_key, m2m_token, oauth_token"
                )),
            }
        }
        self.problems.append(&mut problems);
        self
    }

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
    pub fn authorized_parties<S: Into<String>>(mut self, origins: impl IntoIterator<Item = S>) -> Self {
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
    pub fn organization_patterns<S: Into<String>>(mut self, patterns: impl IntoIterator<Item = S>) -> Self {
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

    /// How long a call of the Backend API may take, its retries included; 10 seconds by default.
    pub fn api_timeout(mut self, timeout: Duration) -> Self {
        self.options.api_timeout = timeout;
        self
    }

    /// The HTTP client to reach Clerk with, for a proxy or certificates of your own.
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
        check_secret_keys(&options, publishable_key.as_ref(), &mut problems);
        check_lists(&options, &mut problems);
        check_urls(&options, &mut problems);
        check_satellite(&options, publishable_key.as_ref(), &mut problems);
        let api_url = Url::parse(&options.api_url).ok().filter(|url| is_web(url) && url.host().is_some());
        if api_url.is_none() {
            problems.push(format!(
                "CLERK_API_URL is `{}`: set it to a URL such as https://api.clerk.com",
                options.api_url
            ));
        }
        let excluded = PathPatterns::new(&options.excluded_routes).unwrap_or_else(|why| {
            problems.push(format!("CLERK_EXCLUDED_ROUTES: {why}; set paths such as /health or /public/*"));
            PathPatterns::default()
        });
        let organization_sync =
            OrganizationSync::new(&options.organization_patterns, &options.personal_account_patterns)
                .unwrap_or_else(|why| {
                    problems.push(format!(
                        "CLERK_ORGANIZATION_PATTERNS or CLERK_PERSONAL_ACCOUNT_PATTERNS: {why}"
                    ));
                    OrganizationSync::default()
                });
        let http_client = options.http_client.clone().or_else(|| {
            let built = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build();
            built.map_err(|error| problems.push(format!("an HTTP client cannot be set up: {error}"))).ok()
        });
        let (Some(api_url), Some(http_client), true) = (api_url, http_client, problems.is_empty()) else {
            return Err(ConfigError { problems });
        };

        let issuer = publishable_key.as_ref().map(|key| match &options.domain {
            Some(domain) if options.is_satellite && key.instance_type() == InstanceType::Production => {
                format!("clerk.{domain}")
            }
            _ => key.frontend_api().to_owned(),
        });
        let frontend_api = options.proxy_url.clone().or_else(|| issuer.clone());
        if publishable_key.is_none() {
            tracing::debug!("no publishable key is set, so cookies are not looked at, only bearer tokens");
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

fn check_secret_keys(
    options: &Options,
    publishable_key: Option<&PublishableKey>,
    problems: &mut Vec<String>,
) {
    let Some(secret_key) = &options.secret_key else {
        if options.jwt_key.is_none() && options.machine_secret_key.is_none() {
            problems.push("there is no secret key: set CLERK_SECRET_KEY, or CLERK_JWT_KEY to verify session tokens without the network".into());
        }
        return;
    };
    match secret_key_instance(secret_key.expose_secret()) {
        Err(why) => problems.push(format!("CLERK_SECRET_KEY is not a secret key, {why}: copy it from the Clerk Dashboard, API keys")),
        Ok(instance) if publishable_key.is_some_and(|key| key.instance_type() != instance) => problems.push(
            "CLERK_SECRET_KEY and CLERK_PUBLISHABLE_KEY are of different instances, one for development (`test`), one for production (`live`): set both from the same one".into(),
        ),
        Ok(_) => {}
    }
    for (name, key) in [
        ("CLERK_SECRET_KEY", Some(secret_key)),
        ("CLERK_MACHINE_SECRET_KEY", options.machine_secret_key.as_ref()),
    ] {
        if key.is_some_and(|key| HeaderValue::from_str(key.expose_secret()).is_err()) {
            problems.push(format!(
                "{name} has characters that no key has: copy it anew from the Clerk Dashboard"
            ));
        }
    }
}

fn check_lists(options: &Options, problems: &mut Vec<String>) {
    for party in &options.authorized_parties {
        if party.is_empty() || party.ends_with('/') {
            problems.push(format!("CLERK_AUTHORIZED_PARTIES has `{party}`: set origins such as https://example.com, without a path or a slash at the end"));
        }
    }
    if options.audiences.iter().any(String::is_empty) {
        problems.push("CLERK_AUDIENCE has an empty audience: leave it out".into());
    }
    if options.accepted_tokens.is_empty() {
        problems.push("no type of token is accepted: set CLERK_ACCEPTS_TOKEN to at least one".into());
    }
}

fn check_urls(options: &Options, problems: &mut Vec<String>) {
    for (name, url) in [
        ("CLERK_PROXY_URL", &options.proxy_url),
        ("CLERK_SIGN_IN_URL", &options.sign_in_url),
        ("CLERK_SIGN_UP_URL", &options.sign_up_url),
        ("CLERK_SIGN_OUT_URL", &options.sign_out_url),
    ] {
        if url.as_deref().is_some_and(|url| !is_path(url) && !is_url(url)) {
            problems.push(format!(
                "{name} is neither a URL nor a path: set it to one such as https://example.com/path or /path"
            ));
        }
    }
    if let Some(domain) = &options.domain {
        let host = Url::parse(&format!("https://{domain}"));
        if !host
            .is_ok_and(|url| url.path() == "/" && url.query().is_none() && !domain.contains(['/', '@', '\\']))
        {
            problems.push(format!("CLERK_DOMAIN is `{domain}`: set it to a host such as satellite.com, without https:// and without a path"));
        }
    }
}

fn check_satellite(options: &Options, publishable_key: Option<&PublishableKey>, problems: &mut Vec<String>) {
    if !options.is_satellite {
        return;
    }
    if options.domain.is_none() && options.proxy_url.is_none() {
        problems
            .push("a satellite needs its domain or a proxy URL: set CLERK_DOMAIN or CLERK_PROXY_URL".into());
    }
    let in_development = publishable_key.is_some_and(|key| key.instance_type() == InstanceType::Development);
    if in_development && !options.sign_in_url.as_deref().is_some_and(is_url) {
        problems.push("a satellite of a development instance needs the primary application's sign-in page: set CLERK_SIGN_IN_URL to its full URL".into());
    }
}

/// A path on the application's own domain; two slashes would name another host.
fn is_path(text: &str) -> bool {
    text.starts_with('/') && !text.starts_with("//") && !text.starts_with("/\\")
}

fn is_url(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| is_web(&url))
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

fn strings<S: Into<String>>(items: impl IntoIterator<Item = S>) -> Vec<String> {
    items.into_iter().map(Into::into).collect()
}

fn token_types(names: &[String]) -> Result<Vec<TokenType>, &String> {
    if let [any] = names
        && any == "any"
    {
        return Ok(TokenType::ALL.to_vec());
    }
    names
        .iter()
        .map(|name| TokenType::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or(name))
        .collect()
}

/// All that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    problems: Vec<String>,
}

impl ConfigError {
    /// The problems, each a sentence that says what to set.
    #[must_use]
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration of Clerk is not complete")?;
        for problem in &self.problems {
            write!(f, "\n- {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

#[cfg(test)]
mod tests {
    use super::*;

    const TEST_KEY: &str = "pk_test_Zm9vLWJhci0xMy5jbGVyay5hY2NvdW50cy5kZXYk";
    const LIVE_KEY: &str = "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k";

    fn from(variables: &[(&str, &str)]) -> Result<ClerkConfig, ConfigError> {
        let lookup =
            |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
        ClerkConfig::builder().variables(lookup).build()
    }

    #[test]
    fn every_variable_of_the_environment_counts() {
        let config = from(&[
            ("CLERK_SECRET_KEY", " sk_live_abc\n"),
            ("CLERK_PUBLISHABLE_KEY", LIVE_KEY),
            ("CLERK_MACHINE_SECRET_KEY", "ak_abc"),
            ("CLERK_API_URL", "http://127.0.0.1:4010"),
            ("CLERK_DOMAIN", "satellite.dev"),
            ("CLERK_IS_SATELLITE", "true"),
            ("CLERK_SATELLITE_AUTO_SYNC", "1"),
            ("CLERK_SIGN_IN_URL", "https://example.com/sign-in"),
            ("CLERK_SIGN_UP_URL", "/sign-up"),
            ("CLERK_SIGN_OUT_URL", "/sign-out"),
            ("CLERK_CLOCK_SKEW_MS", "60000"),
            ("CLERK_AUTHORIZED_PARTIES", "https://a.example, https://b.example"),
            ("CLERK_AUDIENCE", "api"),
            ("CLERK_ACCEPTS_TOKEN", "session_token,api_key"),
            ("CLERK_ORGANIZATION_PATTERNS", "/orgs/:slug"),
            ("CLERK_PERSONAL_ACCOUNT_PATTERNS", "/me"),
            ("CLERK_EXCLUDED_ROUTES", "/health,/public/*"),
        ])
        .expect("a configuration");
        assert_eq!(config.secret_key().map(ExposeSecret::expose_secret), Some("sk_live_abc"));
        assert_eq!(config.machine_secret_key().map(ExposeSecret::expose_secret), Some("ak_abc"));
        assert_eq!(config.frontend_api(), Some("clerk.satellite.dev"));
        assert_eq!(config.api_url().as_str(), "http://127.0.0.1:4010/");
        assert!(config.is_satellite() && config.satellite_auto_sync());
        assert_eq!(config.clock_skew_millis(), 60_000);
        assert_eq!(config.authorized_parties(), ["https://a.example", "https://b.example"]);
        assert_eq!(config.audiences(), ["api"]);
        assert_eq!(config.accepted_tokens(), [TokenType::SessionToken, TokenType::ApiKey]);
        assert_eq!((config.sign_up_url(), config.sign_out_url()), (Some("/sign-up"), Some("/sign-out")));
        assert!(config.organization_sync().target("/orgs/acme").is_some());
        assert!(config.organization_sync().target("/me").is_some());
        assert!(config.excludes("/health") && config.excludes("/public/a") && !config.excludes("/"));
    }

    #[test]
    fn the_proxy_url_replaces_the_frontend_api() {
        let config = from(&[
            ("CLERK_SECRET_KEY", "sk_live_abc"),
            ("CLERK_PUBLISHABLE_KEY", LIVE_KEY),
            ("CLERK_PROXY_URL", "/__clerk"),
        ]);
        let config = config.expect("a configuration");
        assert_eq!((config.frontend_api(), config.issuer()), (Some("/__clerk"), Some("clerk.example.com")));
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let error = from(&[
            ("CLERK_SECRET_KEY", TEST_KEY),
            ("CLERK_PUBLISHABLE_KEY", "sk_test_abc"),
            ("CLERK_JWT_KEY", "nonsense"),
            ("CLERK_API_URL", "api.clerk.com"),
            ("CLERK_CLOCK_SKEW_MS", "soon"),
            ("CLERK_IS_SATELLITE", "perhaps"),
            ("CLERK_ACCEPTS_TOKEN", "cookies"),
            ("CLERK_SIGN_IN_URL", "javascript:alert(1)"),
            ("CLERK_SIGN_UP_URL", "//evil.example"),
            ("CLERK_DOMAIN", "https://satellite.dev/"),
            ("CLERK_AUTHORIZED_PARTIES", "https://example.com/"),
            ("CLERK_EXCLUDED_ROUTES", "health"),
        ])
        .expect_err("problems");
        let told = error.to_string();
        for name in [
            "SECRET_KEY",
            "PUBLISHABLE_KEY",
            "JWT_KEY",
            "API_URL",
            "CLOCK_SKEW_MS",
            "IS_SATELLITE",
            "ACCEPTS_TOKEN",
            "SIGN_IN_URL",
            "SIGN_UP_URL",
            "DOMAIN",
            "AUTHORIZED_PARTIES",
            "EXCLUDED_ROUTES",
        ] {
            assert!(told.contains(&format!("CLERK_{name}")), "{name} in {told}");
        }
        assert!(!told.contains("sk_test_abc"), "a secret in {told}");
    }

    #[test]
    fn keys_of_two_instances_do_not_go_together() {
        let error = from(&[("CLERK_SECRET_KEY", "sk_live_abc"), ("CLERK_PUBLISHABLE_KEY", TEST_KEY)])
            .expect_err("a problem");
        assert_eq!(error.problems().len(), 1);
        assert!(error.to_string().contains("different instances"));
    }

    #[test]
    fn a_satellite_says_where_it_is_and_where_to_sign_in() {
        let development = [
            ("CLERK_SECRET_KEY", "sk_test_abc"),
            ("CLERK_PUBLISHABLE_KEY", TEST_KEY),
            ("CLERK_IS_SATELLITE", "true"),
        ];
        assert_eq!(from(&development).expect_err("problems").problems().len(), 2);
        let production = [
            ("CLERK_SECRET_KEY", "sk_live_abc"),
            ("CLERK_PUBLISHABLE_KEY", LIVE_KEY),
            ("CLERK_IS_SATELLITE", "true"),
            ("CLERK_DOMAIN", "satellite.dev"),
        ];
        assert!(from(&production).is_ok());
    }

    #[test]
    fn without_any_key_nothing_can_be_verified() {
        assert!(from(&[]).expect_err("a problem").to_string().contains("CLERK_SECRET_KEY"));
    }

    #[test]
    fn secrets_do_not_show() {
        let config =
            from(&[("CLERK_SECRET_KEY", "sk_test_hidden"), ("CLERK_MACHINE_SECRET_KEY", "ak_hidden")])
                .expect("a configuration");
        assert!(!format!("{config:?}").contains("hidden"));
    }
}
