//! Configuration from environment variables.

use std::{sync::Arc, time::Duration};

use secrecy::SecretString;

use super::{builder::ClerkConfigBuilder, token_type::TokenType};
#[cfg(feature = "redis")]
use crate::cache::RedisCache;
use crate::cache::SharedCache;

impl ClerkConfigBuilder {
    /// Reads the options from the environment. Empty variables are ignored.
    ///
    /// | variable | option |
    /// |---|---|
    /// | `CLERK_SECRET_KEY` | [`secret_key`](Self::secret_key) |
    /// | `CLERK_PUBLISHABLE_KEY` | [`publishable_key`](Self::publishable_key) |
    /// | `CLERK_JWT_KEY` | [`jwt_key`](Self::jwt_key) |
    /// | `CLERK_MACHINE_SECRET_KEY` | [`machine_secret_key`](Self::machine_secret_key) |
    /// | `CLERK_MACHINE_ID` | [`machine_id`](Self::machine_id) |
    /// | `CLERK_WEBHOOK_SIGNING_SECRET` | [`webhook_signing_secrets`](Self::webhook_signing_secrets), separated by commas |
    /// | `CLERK_API_URL` | [`api_url`](Self::api_url) |
    /// | `CLERK_REDIS_URL` | [`shared_cache`](Self::shared_cache): the URL of a Redis server, or the URLs of nodes of a cluster, separated by commas (feature `redis`) |
    /// | `CLERK_PUBLIC_ORIGIN` | [`public_origin`](Self::public_origin) |
    /// | `CLERK_TRUSTED_HOSTS` | [`trusted_hosts`](Self::trusted_hosts), separated by commas |
    /// | `CLERK_PROXY_URL` | [`proxy_url`](Self::proxy_url) |
    /// | `CLERK_FAPI_URL` | [`frontend_api_url`](Self::frontend_api_url) |
    /// | `CLERK_CLIENT_IP_HEADER` | [`client_ip_header`](Self::client_ip_header) |
    /// | `CLERK_DOMAIN` | [`domain`](Self::domain) |
    /// | `CLERK_IS_SATELLITE` | [`satellite`](Self::satellite), `true` or `false` |
    /// | `CLERK_SATELLITE_AUTO_SYNC` | [`satellite_auto_sync`](Self::satellite_auto_sync), `true` or `false` |
    /// | `CLERK_SIGN_IN_URL` | [`sign_in_url`](Self::sign_in_url) |
    /// | `CLERK_SIGN_UP_URL` | [`sign_up_url`](Self::sign_up_url) |
    /// | `CLERK_SIGN_OUT_URL` | [`sign_out_url`](Self::sign_out_url) |
    /// | `CLERK_CLOCK_SKEW_MS` | [`clock_skew`](Self::clock_skew), in milliseconds |
    /// | `CLERK_AUTHORIZED_PARTIES` | [`authorized_parties`](Self::authorized_parties), separated by commas |
    /// | `CLERK_AUDIENCE` | [`audiences`](Self::audiences), separated by commas |
    /// | `CLERK_EXCLUDED_ROUTES` | [`exclude`](Self::exclude), separated by commas |
    /// | `CLERK_ACCEPTS_TOKEN` | [`accept_tokens`](Self::accept_tokens): `any`, or a list of `session_token`, `api_key`, `m2m_token` and `oauth_token` |
    /// | `CLERK_ORGANIZATION_PATTERNS` | [`organization_patterns`](Self::organization_patterns), separated by commas; they do not protect the paths |
    /// | `CLERK_PERSONAL_ACCOUNT_PATTERNS` | [`personal_account_patterns`](Self::personal_account_patterns), separated by commas |
    pub fn env(self) -> Self {
        self.variables(|name| std::env::var(name).ok())
    }

    /// Reads the same variables as [`env`](Self::env) from another source, such as a secret store.
    ///
    /// ```
    /// # use axum_clerk::ClerkConfig;
    /// let config = ClerkConfig::builder()
    ///     .variables(|name| (name == "CLERK_SECRET_KEY").then(|| "sk_test_abc".to_owned()))
    ///     .build()?;
    /// # Ok::<_, axum_clerk::ConfigError>(())
    /// ```
    pub fn variables(mut self, lookup: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name: &str| {
            lookup(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
        };
        let list = |name: &str| {
            text(name)
                .map(|list| list.split(',').map(|item| item.trim().to_owned()).collect::<Vec<_>>())
        };
        let mut problems = Vec::new();
        let mut flag = |name: &str| match text(name)?.to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            other => {
                problems.push(format!("{name} is `{other}`; set it to `true` or `false`"));
                None
            }
        };
        let options = &mut self.options;
        let replace = |option: &mut Option<String>, value: Option<String>| {
            *option = value.or_else(|| option.take())
        };
        let secret = |option: &mut Option<SecretString>, value: Option<String>| {
            *option = value.map(SecretString::from).or_else(|| option.take());
        };
        secret(&mut options.secret_key, text("CLERK_SECRET_KEY"));
        secret(&mut options.machine_secret_key, text("CLERK_MACHINE_SECRET_KEY"));
        replace(&mut options.publishable_key, text("CLERK_PUBLISHABLE_KEY"));
        replace(&mut options.jwt_key, text("CLERK_JWT_KEY"));
        replace(&mut options.proxy_url, text("CLERK_PROXY_URL"));
        replace(&mut options.client_ip_header, text("CLERK_CLIENT_IP_HEADER"));
        replace(&mut options.domain, text("CLERK_DOMAIN"));
        replace(&mut options.public_origin, text("CLERK_PUBLIC_ORIGIN"));
        replace(&mut options.machine_id, text("CLERK_MACHINE_ID"));
        if let Some(secrets) = list("CLERK_WEBHOOK_SIGNING_SECRET") {
            options.webhook_signing_secrets = secrets.into_iter().map(SecretString::from).collect();
        }
        replace(&mut options.sign_in_url, text("CLERK_SIGN_IN_URL"));
        replace(&mut options.sign_up_url, text("CLERK_SIGN_UP_URL"));
        replace(&mut options.sign_out_url, text("CLERK_SIGN_OUT_URL"));
        options.is_satellite = flag("CLERK_IS_SATELLITE").unwrap_or(options.is_satellite);
        options.satellite_auto_sync =
            flag("CLERK_SATELLITE_AUTO_SYNC").unwrap_or(options.satellite_auto_sync);
        for (option, name) in [
            (&mut options.authorized_parties, "CLERK_AUTHORIZED_PARTIES"),
            (&mut options.audiences, "CLERK_AUDIENCE"),
            (&mut options.trusted_hosts, "CLERK_TRUSTED_HOSTS"),
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
        if let Some(url) = text("CLERK_FAPI_URL") {
            options.frontend_api_url = url;
        }
        if let Some(urls) = list("CLERK_REDIS_URL") {
            match redis_cache(&urls) {
                Ok(cache) => options.shared_cache = Some(cache),
                Err(problem) => problems.push(format!("CLERK_REDIS_URL cannot be used: {problem}")),
            }
        }
        if let Some(skew) = text("CLERK_CLOCK_SKEW_MS") {
            match skew.parse() {
                Ok(millis) => options.clock_skew = Duration::from_millis(millis),
                Err(_) => problems.push(format!(
                    "CLERK_CLOCK_SKEW_MS is `{skew}`; set it to a whole number of milliseconds"
                )),
            }
        }
        if let Some(types) = list("CLERK_ACCEPTS_TOKEN") {
            match token_types(&types) {
                Ok(types) => options.accepted_tokens = types,
                Err(unknown) => problems.push(format!(
                    "CLERK_ACCEPTS_TOKEN contains `{unknown}`; set it to `any`, or list session_token, api_key, m2m_token or oauth_token"
                )),
            }
        }
        self.problems.append(&mut problems);
        self
    }
}

#[cfg(feature = "redis")]
fn redis_cache(urls: &[String]) -> Result<Arc<dyn SharedCache>, String> {
    let cache = match urls {
        [url] => RedisCache::new(url),
        urls => RedisCache::cluster(urls.iter().map(String::as_str)),
    };
    let help = "set it to a URL such as redis://HOST:6379";
    cache.map(|cache| Arc::new(cache) as _).map_err(|error| format!("{error}; {help}"))
}

#[cfg(not(feature = "redis"))]
fn redis_cache(_: &[String]) -> Result<Arc<dyn SharedCache>, String> {
    Err("enable the feature `redis` of axum-clerk".into())
}

fn token_types(names: &[String]) -> Result<Vec<TokenType>, &String> {
    if let [any] = names
        && any == "any"
    {
        return Ok(TokenType::ALL.to_vec());
    }
    names.iter().map(|name| name.parse().map_err(|_| name)).collect()
}

#[cfg(test)]
mod tests {
    use http::HeaderName;
    use secrecy::ExposeSecret;

    use super::{
        super::{ClerkConfig, check::ConfigError, path_pattern::RequestPath},
        *,
    };

    const TEST_KEY: &str = "pk_test_Zm9vLWJhci0xMy5jbGVyay5hY2NvdW50cy5kZXYk";
    const LIVE_KEY: &str = "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k";
    const WEBHOOK_SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";

    fn from(variables: &[(&str, &str)]) -> Result<ClerkConfig, ConfigError> {
        let lookup = |name: &str| {
            variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned())
        };
        ClerkConfig::builder().variables(lookup).build()
    }

    #[test]
    fn every_environment_variable_is_read() {
        let config = from(&[
            ("CLERK_SECRET_KEY", " sk_live_abc\n"),
            ("CLERK_PUBLISHABLE_KEY", LIVE_KEY),
            ("CLERK_MACHINE_SECRET_KEY", "ak_abc"),
            ("CLERK_WEBHOOK_SIGNING_SECRET", &format!("{WEBHOOK_SECRET}, {WEBHOOK_SECRET}")),
            ("CLERK_API_URL", "http://127.0.0.1:4010"),
            ("CLERK_FAPI_URL", "http://127.0.0.1:4010/fapi/"),
            ("CLERK_CLIENT_IP_HEADER", "CF-Connecting-IP"),
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
        assert_eq!(config.0.options.webhook_signing_secrets.len(), 2);
        assert_eq!(config.frontend_api(), Some("clerk.satellite.dev"));
        assert_eq!(config.api_url().as_str(), "http://127.0.0.1:4010/");
        assert_eq!(config.frontend_api_url().as_str(), "http://127.0.0.1:4010/fapi/");
        assert_eq!(config.client_ip_header().map(HeaderName::as_str), Some("cf-connecting-ip"));
        assert!(config.is_satellite() && config.satellite_auto_sync());
        assert_eq!(config.clock_skew_millis(), 60_000);
        assert_eq!(config.authorized_parties(), ["https://a.example", "https://b.example"]);
        assert_eq!(config.audiences(), ["api"]);
        assert_eq!(config.accepted_tokens(), [TokenType::SessionToken, TokenType::ApiKey]);
        assert_eq!(
            (config.sign_up_url(), config.sign_out_url()),
            (Some("/sign-up"), Some("/sign-out"))
        );
        assert!(config.organization_sync().target("/orgs/acme").is_some());
        assert!(config.organization_sync().target("/me").is_some());
        let excludes = |path| {
            config.excludes(|| RequestPath { original: path, current: path, nested_at: None })
        };
        assert!(excludes("/health") && excludes("/public/a") && !excludes("/"));
    }

    #[test]
    fn proxy_url_replaces_the_frontend_api() {
        let config = from(&[
            ("CLERK_SECRET_KEY", "sk_live_abc"),
            ("CLERK_PUBLISHABLE_KEY", LIVE_KEY),
            ("CLERK_PROXY_URL", "/__clerk"),
        ]);
        let config = config.expect("a configuration");
        assert_eq!(
            (config.frontend_api(), config.issuer()),
            (Some("/__clerk"), Some("clerk.example.com"))
        );
    }

    #[test]
    fn all_problems_are_reported_together() {
        let error = from(&[
            ("CLERK_SECRET_KEY", TEST_KEY),
            ("CLERK_PUBLISHABLE_KEY", "sk_test_abc"),
            ("CLERK_JWT_KEY", "nonsense"),
            ("CLERK_WEBHOOK_SIGNING_SECRET", "sk_test_abc"),
            ("CLERK_API_URL", "api.clerk.com"),
            ("CLERK_FAPI_URL", "frontend-api.clerk.dev"),
            ("CLERK_CLIENT_IP_HEADER", "cf connecting ip"),
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
        let message = error.to_string();
        for name in [
            "SECRET_KEY",
            "PUBLISHABLE_KEY",
            "JWT_KEY",
            "WEBHOOK_SIGNING_SECRET",
            "API_URL",
            "FAPI_URL",
            "CLIENT_IP_HEADER",
            "CLOCK_SKEW_MS",
            "IS_SATELLITE",
            "ACCEPTS_TOKEN",
            "SIGN_IN_URL",
            "SIGN_UP_URL",
            "DOMAIN",
            "AUTHORIZED_PARTIES",
            "EXCLUDED_ROUTES",
        ] {
            assert!(message.contains(&format!("CLERK_{name}")), "{name} in {message}");
        }
        assert!(!message.contains("sk_test_abc"), "a secret in {message}");
    }

    #[test]
    fn frontend_api_url_is_a_bare_url_over_https() {
        let problem = |url| {
            let error = from(&[("CLERK_SECRET_KEY", "sk_test_abc"), ("CLERK_FAPI_URL", url)]);
            error.err().map(|error| error.to_string())
        };
        for url in ["https://clerk.example", "https://a.example:8443/b/", "http://localhost:1"] {
            assert_eq!(problem(url), None, "{url}");
        }
        for url in [
            "http://clerk.example",
            "ftp://clerk.example",
            "//clerk.example",
            "https://user@clerk.example",
            "https://:password@clerk.example",
            "https://clerk.example/?a",
            "https://clerk.example/#a",
        ] {
            assert!(problem(url).is_some_and(|text| text.contains("CLERK_FAPI_URL")), "{url}");
        }
    }

    #[test]
    fn keys_of_different_instances_are_rejected() {
        let error =
            from(&[("CLERK_SECRET_KEY", "sk_live_abc"), ("CLERK_PUBLISHABLE_KEY", TEST_KEY)])
                .expect_err("a problem");
        assert_eq!(error.problems().len(), 1);
        assert!(error.to_string().contains("different instances"));
    }

    #[test]
    fn satellite_requires_domain_and_sign_in_url() {
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
    fn missing_keys_are_a_problem() {
        assert!(from(&[]).expect_err("a problem").to_string().contains("CLERK_SECRET_KEY"));
    }

    #[test]
    fn publishable_key_alone_verifies_with_published_keys() {
        const KEY: (&str, &str) =
            ("CLERK_PUBLISHABLE_KEY", "pk_test_Zm9vLWJhci0xMy5jbGVyay5hY2NvdW50cy5kZXYk");
        let host = "https://foo-bar-13.clerk.accounts.dev/.well-known/jwks.json";
        for (other, url) in [
            (("", ""), Some(host)),
            (("CLERK_PROXY_URL", "/__clerk"), Some(host)),
            (
                ("CLERK_PROXY_URL", "https://a.example/__clerk/"),
                Some("https://a.example/__clerk/.well-known/jwks.json"),
            ),
            (
                ("CLERK_PROXY_URL", "http://127.0.0.1:3000"),
                Some("http://127.0.0.1:3000/.well-known/jwks.json"),
            ),
            (("CLERK_SECRET_KEY", "sk_test_abc"), None),
            (("CLERK_MACHINE_SECRET_KEY", "ak_abc"), None),
        ] {
            let config = from(&[KEY, other]).expect("a configuration");
            assert_eq!(config.jwks_url().map(|url| url.as_str()), url, "{other:?}");
        }
        let error = from(&[KEY, ("CLERK_PROXY_URL", "http://a.example")]).expect_err("a problem");
        assert!(error.to_string().contains("use https"), "{error}");
    }

    #[test]
    fn debug_output_contains_no_secrets() {
        let config = from(&[
            ("CLERK_SECRET_KEY", "sk_test_hidden"),
            ("CLERK_MACHINE_SECRET_KEY", "ak_hidden"),
            ("CLERK_WEBHOOK_SIGNING_SECRET", "whsec_hiddenhiddenhiddenhiddenhiddenhi"),
        ])
        .expect("a configuration");
        assert!(!format!("{config:?}").contains("hidden"));
    }
}
