//! The configuration of a Clerk instance.

mod builder;
mod check;
mod env;
mod frontend_api;
#[cfg(feature = "proxy")]
mod frontend_api_proxy;
mod options;
mod organization_sync;
mod path_pattern;
mod publishable_key;
mod token_type;
mod webhook_secret;

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use http::HeaderName;
use secrecy::SecretString;
use url::Url;

#[cfg(feature = "proxy")]
pub(crate) use self::frontend_api_proxy::ProxyLocation;
use self::options::Options;
#[cfg(feature = "webhooks")]
pub(crate) use self::webhook_secret::decode_webhook_secret;
pub use self::{
    builder::ClerkConfigBuilder,
    check::ConfigError,
    publishable_key::{InstanceType, PublishableKey},
    token_type::{ParseTokenTypeError, TokenType},
};
pub(crate) use self::{
    organization_sync::{OrganizationSync, Target},
    path_pattern::{PathPatterns, RequestPath},
    publishable_key::account_portal,
};
use crate::{cache::SharedCache, clock::Clock, timestamp::millis, token::VerifyingKey};

/// A validated configuration of a Clerk instance. Cheap to clone.
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
    frontend_api_url: Url,
    client_ip_header: Option<HeaderName>,
    public_origin: Option<Url>,
    excluded: PathPatterns,
    /// The path of the Frontend API proxy, once the application has created one.
    served_proxy: OnceLock<PathPatterns>,
    organization_sync: OrganizationSync,
    frontend_api: Option<String>,
    issuer: Option<String>,
    jwks_url: Option<Url>,
    http_client: reqwest::Client,
}

impl ClerkConfig {
    /// The publishable key.
    #[must_use]
    pub fn publishable_key(&self) -> Option<&PublishableKey> {
        self.0.publishable_key.as_ref()
    }

    /// The type of the instance, according to its publishable key.
    #[must_use]
    pub fn instance_type(&self) -> Option<InstanceType> {
        self.publishable_key().map(PublishableKey::instance_type)
    }

    /// The Frontend API that browsers use: the proxy URL if set, `clerk.DOMAIN` for a production
    /// satellite, and otherwise the host encoded in the publishable key.
    #[must_use]
    pub fn frontend_api(&self) -> Option<&str> {
        self.0.frontend_api.as_deref()
    }

    /// The Backend API's base URL.
    #[must_use]
    pub fn api_url(&self) -> &Url {
        &self.0.api_url
    }

    #[cfg_attr(
        not(any(feature = "proxy", test)),
        expect(dead_code, reason = "only the proxy sends requests to it")
    )]
    pub(crate) fn frontend_api_url(&self) -> &Url {
        &self.0.frontend_api_url
    }

    #[cfg_attr(
        not(any(feature = "proxy", test)),
        expect(dead_code, reason = "only the proxy needs the client's address")
    )]
    pub(crate) fn client_ip_header(&self) -> Option<&HeaderName> {
        self.0.client_ip_header.as_ref()
    }

    /// The domain of a satellite.
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        self.0.options.domain.as_deref()
    }

    pub(crate) fn public_origin(&self) -> Option<&Url> {
        self.0.public_origin.as_ref()
    }

    pub(crate) fn trusted_hosts(&self) -> &[String] {
        &self.0.options.trusted_hosts
    }

    pub(crate) fn machine_id(&self) -> Option<&str> {
        self.0.options.machine_id.as_deref()
    }

    #[cfg(feature = "webhooks")]
    pub(crate) fn webhook_signing_secrets(&self) -> &[SecretString] {
        &self.0.options.webhook_signing_secrets
    }

    #[cfg_attr(
        not(all(feature = "webhooks", feature = "axum")),
        expect(dead_code, reason = "only the extractor of webhooks reads bodies")
    )]
    pub(crate) fn webhook_body_limit(&self) -> usize {
        self.0.options.webhook_body_limit
    }

    pub(crate) fn lookup_timeout(&self) -> Duration {
        self.0.options.lookup_timeout
    }

    pub(crate) fn max_concurrent_lookups(&self) -> usize {
        self.0.options.max_concurrent_lookups
    }

    pub(crate) fn not_found_cache_lifetime(&self) -> Duration {
        self.0.options.not_found_cache_lifetime
    }

    /// Whether the application is a satellite.
    #[must_use]
    pub fn is_satellite(&self) -> bool {
        self.0.options.is_satellite
    }

    /// Whether a satellite syncs every new browser with the primary domain.
    #[must_use]
    pub fn satellite_auto_sync(&self) -> bool {
        self.0.options.satellite_auto_sync
    }

    /// The sign-in page, if not that of the account portal.
    #[must_use]
    pub fn sign_in_url(&self) -> Option<&str> {
        self.0.options.sign_in_url.as_deref()
    }

    /// The sign-up page, if not that of the account portal.
    #[must_use]
    pub fn sign_up_url(&self) -> Option<&str> {
        self.0.options.sign_up_url.as_deref()
    }

    /// The sign-out page.
    #[must_use]
    pub fn sign_out_url(&self) -> Option<&str> {
        self.0.options.sign_out_url.as_deref()
    }

    /// The accepted types of token.
    #[must_use]
    pub fn accepted_tokens(&self) -> &[TokenType] {
        &self.0.options.accepted_tokens
    }

    /// The secret key of the machine that verifies machine-to-machine tokens.
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

    /// The host in the `iss` claim of the instance's tokens.
    pub(crate) fn issuer(&self) -> Option<&str> {
        self.0.issuer.as_deref()
    }

    /// The keys that the Frontend API publishes, if they are used for verification: without a secret
    /// key.
    pub(crate) fn jwks_url(&self) -> Option<&Url> {
        self.0.jwks_url.as_ref()
    }

    /// Returns whether a path is excluded from authentication. The path is only determined if any
    /// are.
    pub(crate) fn excludes<'a>(&self, path: impl FnOnce() -> RequestPath<'a>) -> bool {
        let (excluded, proxy) = (&self.0.excluded, self.0.served_proxy.get());
        if excluded.is_empty() && proxy.is_none() {
            return false;
        }
        let path = path();
        excluded.always_match(path) || proxy.is_some_and(|proxy| proxy.always_match(path))
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
        millis(self.0.options.clock_skew)
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

    /// Returns the capacity and the lifetime of the caches of users and organizations.
    pub(crate) fn resource_cache(&self) -> (u64, Duration) {
        let options = &self.0.options;
        (options.resource_cache_capacity, options.resource_cache_lifetime)
    }

    pub(crate) fn shared_cache(&self) -> Option<&Arc<dyn SharedCache>> {
        self.0.options.shared_cache.as_ref()
    }

    pub(crate) fn shared_cache_timeout(&self) -> Duration {
        self.0.options.shared_cache_timeout
    }

    pub(crate) fn revocation_lifetime(&self) -> Duration {
        self.0.options.revocation_lifetime
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
