//! What the Frontend API proxy needs to know.

use url::Url;

use super::{ClerkConfig, path_pattern::PathPatterns};

/// The path of the proxy if no proxy URL is configured, as in Clerk's SDKs.
const DEFAULT_PATH: &str = "/__clerk";

/// Where browsers find the proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProxyLocation {
    /// The origin of the proxy URL; `None` if it is a path on the application's own origin.
    pub(crate) origin: Option<Url>,
    /// The path without a trailing slash; empty for the root.
    pub(crate) path: String,
}

impl ClerkConfig {
    pub(crate) fn proxy_location(&self) -> ProxyLocation {
        let proxy_url = self.0.options.proxy_url.as_deref().unwrap_or(DEFAULT_PATH);
        let any_origin = Url::parse("http://localhost").expect("a URL");
        let mut url = any_origin.join(proxy_url).expect("a configuration has a valid proxy URL");
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path("");
        url.set_query(None);
        url.set_fragment(None);
        ProxyLocation { origin: (!proxy_url.starts_with('/')).then_some(url), path }
    }

    /// Excludes the path of the proxy URL from authentication from now on, if the application itself
    /// receives the requests to it: a handshake of a request to the Frontend API would never end.
    pub(crate) fn exclude_proxy(&self) {
        let ProxyLocation { origin, path } = self.proxy_location();
        let is_configured = self.0.options.proxy_url.is_some() && !path.is_empty();
        if !is_configured || !origin.is_none_or(|origin| self.is_own_origin(&origin)) {
            return;
        }
        match PathPatterns::new([format!("{path}/*")]) {
            Ok(pattern) => drop(self.0.served_proxy.set(pattern)),
            Err(error) => tracing::warn!(
                "the path of CLERK_PROXY_URL cannot be excluded from authentication: {error}"
            ),
        }
    }

    /// Returns whether a proxy URL may be at the application: at its public origin or one of its
    /// trusted hosts, if either is configured.
    fn is_own_origin(&self, origin: &Url) -> bool {
        let hosts = self.trusted_hosts();
        match self.public_origin() {
            Some(public) => public.origin() == origin.origin(),
            None => {
                hosts.is_empty()
                    || hosts.iter().any(|host| host.eq_ignore_ascii_case(origin.authority()))
            }
        }
    }

    /// Creates the HTTP client of the proxy. Unlike that of the API it passes on compressed responses
    /// as they are.
    pub(crate) fn new_proxy_client(&self) -> reqwest::Result<reqwest::Client> {
        let client = self
            .0
            .options
            .http_client
            .apply(reqwest::Client::builder())
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate();
        // Through another proxy, the secret key would leave the machine unencrypted.
        let is_on_this_machine = self.frontend_api_url().scheme() == "http";
        if is_on_this_machine { client.no_proxy().build() } else { client.build() }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{ClerkConfigBuilder, RequestPath},
        *,
    };

    fn config(with: impl FnOnce(ClerkConfigBuilder) -> ClerkConfigBuilder) -> ClerkConfig {
        with(ClerkConfig::builder().secret_key("sk_test_a")).build().expect("a configuration")
    }

    fn excludes(config: &ClerkConfig, path: &str) -> bool {
        config.excludes(|| RequestPath { original: path, current: path, nested_at: None })
    }

    #[test]
    fn proxy_url_is_split_into_origin_and_path() {
        for (url, origin, path) in [
            (None, None, "/__clerk"),
            (Some("/"), None, ""),
            (Some("/clerk/api//"), None, "/clerk/api"),
            (Some("/clerk?a#b"), None, "/clerk"),
            (Some("https://example.com"), Some("https://example.com/"), ""),
            (Some("https://example.com:8443/clerk/"), Some("https://example.com:8443/"), "/clerk"),
        ] {
            let location = config(|builder| match url {
                Some(url) => builder.proxy_url(url),
                None => builder,
            })
            .proxy_location();
            assert_eq!(location.origin.as_ref().map(Url::as_str), origin, "{url:?}");
            assert_eq!(location.path, path, "{url:?}");
        }
    }

    #[test]
    fn path_is_excluded_only_once_the_proxy_is_served() {
        let config = config(|builder| builder.proxy_url("/__clerk"));
        assert!(!excludes(&config, "/__clerk/v1/client"));
        config.exclude_proxy();
        config.exclude_proxy();
        for path in ["/__clerk", "/__clerk/", "/__clerk/v1/client", "/__clerk//v1"] {
            assert!(excludes(&config, path), "{path}");
        }
        for path in ["/", "/__clerk2", "/__clerk/../admin", "/__clerk/..%2fadmin", "/a/__clerk"] {
            assert!(!excludes(&config, path), "{path}");
        }
    }

    #[test]
    fn proxy_of_another_origin_is_not_excluded() {
        type With = fn(ClerkConfigBuilder) -> ClerkConfigBuilder;
        let cases: [(With, bool); 9] = [
            (|builder| builder, false),
            (|builder| builder.proxy_url("/"), false),
            (|builder| builder.proxy_url("https://example.com"), false),
            (|builder| builder.proxy_url("https://example.com/__clerk"), true),
            (
                |builder| {
                    builder
                        .proxy_url("https://example.com/__clerk")
                        .public_origin("https://example.com")
                },
                true,
            ),
            (
                |builder| {
                    builder
                        .proxy_url("https://example.com/__clerk")
                        .public_origin("https://app.example.com")
                },
                false,
            ),
            (
                |builder| {
                    builder
                        .proxy_url("https://example.com:8443/__clerk")
                        .trusted_hosts(["a.example", "EXAMPLE.com:8443"])
                },
                true,
            ),
            (
                |builder| {
                    builder.proxy_url("https://example.com/__clerk").trusted_hosts(["a.example"])
                },
                false,
            ),
            (|builder| builder.proxy_url("/__clerk").trusted_hosts(["a.example"]), true),
        ];
        for (number, (with, is_excluded)) in cases.into_iter().enumerate() {
            let config = config(with);
            config.exclude_proxy();
            assert_eq!(excludes(&config, "/__clerk/v1"), is_excluded, "case {number}");
            assert!(!excludes(&config, "/other"), "case {number}");
        }
    }

    #[test]
    fn configured_routes_stay_excluded_beside_the_proxy() {
        let config = config(|builder| builder.proxy_url("/__clerk").exclude(["/health"]));
        config.exclude_proxy();
        assert!(excludes(&config, "/health") && excludes(&config, "/__clerk/v1"));
        assert!(!excludes(&config, "/me"));
    }
}
