//! The options that the builder collects, and their defaults.

use std::time::Duration;

use secrecy::SecretString;

use super::token_type::TokenType;
use crate::clock::Clock;

/// The options of a configuration, before they are validated.
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
