//! The options that the builder collects, and their defaults.

use std::{fmt, sync::Arc, time::Duration};

use reqwest::ClientBuilder;
use secrecy::SecretString;

use super::token_type::TokenType;
use crate::{cache::SharedCache, clock::Clock};

type ConfigureHttpClient = dyn Fn(ClientBuilder) -> ClientBuilder + Send + Sync;

/// The function that customizes the HTTP client, if any.
#[derive(Clone, Default)]
pub(super) struct HttpClientSetup(pub(super) Option<Arc<ConfigureHttpClient>>);

impl HttpClientSetup {
    pub(super) fn apply(&self, builder: ClientBuilder) -> ClientBuilder {
        match &self.0 {
            Some(configure) => configure(builder),
            None => builder,
        }
    }
}

impl fmt::Debug for HttpClientSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "custom" } else { "default" })
    }
}

/// The options of a configuration, before they are validated.
#[derive(Clone, Debug)]
pub(super) struct Options {
    pub(super) secret_key: Option<SecretString>,
    pub(super) publishable_key: Option<String>,
    pub(super) jwt_key: Option<String>,
    pub(super) machine_secret_key: Option<SecretString>,
    pub(super) machine_id: Option<String>,
    pub(super) webhook_signing_secrets: Vec<SecretString>,
    pub(super) webhook_body_limit: usize,
    pub(super) api_url: String,
    pub(super) authorized_parties: Vec<String>,
    pub(super) audiences: Vec<String>,
    pub(super) clock_skew: Duration,
    pub(super) proxy_url: Option<String>,
    pub(super) frontend_api_url: String,
    pub(super) client_ip_header: Option<String>,
    pub(super) domain: Option<String>,
    pub(super) public_origin: Option<String>,
    pub(super) trusted_hosts: Vec<String>,
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
    pub(super) shared_cache: Option<Arc<dyn SharedCache>>,
    pub(super) shared_cache_timeout: Duration,
    pub(super) revocation_lifetime: Duration,
    pub(super) machine_token_cache_lifetime: Duration,
    pub(super) jwks_refresh: Duration,
    pub(super) jwks_grace: Duration,
    pub(super) api_timeout: Duration,
    pub(super) lookup_timeout: Duration,
    pub(super) max_concurrent_lookups: usize,
    pub(super) not_found_cache_lifetime: Duration,
    pub(super) http_client: HttpClientSetup,
    pub(super) clock: Clock,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            secret_key: None,
            publishable_key: None,
            jwt_key: None,
            machine_secret_key: None,
            machine_id: None,
            webhook_signing_secrets: Vec::new(),
            webhook_body_limit: 1024 * 1024,
            api_url: "https://api.clerk.com".into(),
            authorized_parties: Vec::new(),
            audiences: Vec::new(),
            clock_skew: Duration::from_secs(5),
            proxy_url: None,
            frontend_api_url: "https://frontend-api.clerk.dev".into(),
            client_ip_header: None,
            domain: None,
            public_origin: None,
            trusted_hosts: Vec::new(),
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
            token_cache_capacity: 100_000,
            resource_cache_capacity: 10_000,
            resource_cache_lifetime: Duration::from_secs(60),
            shared_cache: None,
            shared_cache_timeout: Duration::from_millis(50),
            revocation_lifetime: Duration::from_secs(10 * 60),
            machine_token_cache_lifetime: Duration::ZERO,
            jwks_refresh: Duration::from_secs(5 * 60),
            jwks_grace: Duration::from_secs(24 * 60 * 60),
            api_timeout: Duration::from_secs(10),
            lookup_timeout: Duration::from_secs(2),
            max_concurrent_lookups: 32,
            not_found_cache_lifetime: Duration::from_secs(30),
            http_client: HttpClientSetup::default(),
            clock: Clock::system(),
        }
    }
}
