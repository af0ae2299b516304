//! The part of a request that its authentication depends on.

use http::{
    Extensions, HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, header, request::Parts,
};
use url::{Url, form_urlencoded};

use crate::config::{ClerkConfig, RequestPath};

pub(crate) const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
pub(crate) const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
/// The scheme before a token.
pub(super) const BEARER: &[u8] = b"Bearer ";
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// The head of a request, which is all that its authentication depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestHead<'a> {
    pub(crate) method: &'a Method,
    /// The URI as the service sees it, inside nested routers and behind middleware that rewrites
    /// it.
    pub(crate) current_uri: &'a Uri,
    pub(crate) headers: &'a HeaderMap,
    /// Where Axum stores the URI as received. Only looked at if needed.
    pub(crate) extensions: &'a Extensions,
}

impl<'a> From<&'a Parts> for RequestHead<'a> {
    fn from(parts: &'a Parts) -> Self {
        Self {
            method: &parts.method,
            current_uri: &parts.uri,
            headers: &parts.headers,
            extensions: &parts.extensions,
        }
    }
}

impl<'a, B> From<&'a Request<B>> for RequestHead<'a> {
    fn from(request: &'a Request<B>) -> Self {
        Self {
            method: request.method(),
            current_uri: request.uri(),
            headers: request.headers(),
            extensions: request.extensions(),
        }
    }
}

impl<'a> RequestHead<'a> {
    /// Returns the URI as received. Axum strips the prefix of nested routers from the request's own
    /// URI.
    pub(crate) fn uri(self) -> &'a Uri {
        #[cfg(feature = "axum")]
        if let Some(original) = self.extensions.get::<axum::extract::OriginalUri>() {
            return &original.0;
        }
        self.current_uri
    }

    /// Returns the path where the router that the service belongs to is nested.
    fn nested_at(self) -> Option<&'a str> {
        let extensions = self.extensions;
        #[cfg(feature = "axum")]
        return extensions
            .get::<axum::extract::NestedPath>()
            .map(axum::extract::NestedPath::as_str);
        #[cfg(not(feature = "axum"))]
        {
            let _ = extensions;
            None
        }
    }

    /// The path to match with patterns.
    pub(crate) fn path(self) -> RequestPath<'a> {
        RequestPath {
            original: self.uri().path(),
            current: self.current_uri.path(),
            nested_at: self.nested_at(),
        }
    }

    /// Returns the first value of a header, if it is UTF-8 and not empty.
    pub(crate) fn header(self, name: impl header::AsHeaderName) -> Option<&'a str> {
        // `HeaderValue::to_str` checks byte by byte, which is slow for long values such as tokens.
        std::str::from_utf8(self.headers.get(name)?.as_bytes())
            .ok()
            .filter(|value| !value.is_empty())
    }

    /// Returns the token in the `Authorization` header, with the scheme `Bearer` or without a
    /// scheme. It may be any bytes.
    pub(crate) fn header_token(self) -> Option<&'a [u8]> {
        let value = self.headers.get(header::AUTHORIZATION)?.as_bytes();
        let bearer = value.strip_prefix(BEARER);
        let is_bearer = bearer.is_some();
        let rest = bearer.unwrap_or(value);
        let end = memchr::memchr(b' ', rest).unwrap_or(rest.len());
        // A second word means that the first one is another scheme. A scheme without a second word
        // is taken as a token.
        let token = match (is_bearer, end) {
            (true, 0) => b"Bearer",
            (true, _) => &rest[..end],
            (false, _) if rest.get(end + 1).is_none_or(|&next| next == b' ') => &rest[..end],
            (false, _) => return None,
        };
        (!token.is_empty()).then_some(token)
    }

    /// Returns the first value of a query parameter, if it is not empty.
    pub(crate) fn query(self, name: &str) -> Option<String> {
        self.query_value(name).filter(|value| !value.is_empty())
    }

    pub(crate) fn has_query(self, name: &str) -> bool {
        self.query_value(name).is_some()
    }

    fn query_value(self, name: &str) -> Option<String> {
        let mut pairs = form_urlencoded::parse(self.uri().query()?.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// Returns the URL that the browser requested, or `None` if its host is missing, invalid or not
    /// trusted. The host and the scheme are those of the configured public origin, else those that
    /// a proxy forwarded, else those of the request itself.
    pub(crate) fn public_url(self, config: &ClerkConfig) -> Option<Url> {
        if let Some(origin) = config.public_origin() {
            return Some(with_path(origin.clone(), self.uri()));
        }
        let (scheme, host) = self.scheme_and_host()?;
        let is_trusted = |trusted: &String| trusted.eq_ignore_ascii_case(host);
        if !config.trusted_hosts().is_empty() && !config.trusted_hosts().iter().any(is_trusted) {
            return None;
        }
        Some(with_path(origin(&scheme.to_ascii_lowercase(), host)?, self.uri()))
    }

    fn scheme_and_host(self) -> Option<(&'a str, &'a str)> {
        let first = |name: HeaderName| {
            self.header(name).map(|value| value.split(',').next().unwrap_or_default().trim())
        };
        let scheme = first(X_FORWARDED_PROTO).or(self.uri().scheme_str()).unwrap_or("http");
        let host = first(X_FORWARDED_HOST)
            .or_else(|| self.header(header::HOST))
            .or(self.uri().authority().map(|authority| authority.as_str()))?;
        Some((scheme, host))
    }

    /// Returns whether a URL begins with the origin that the browser requested. Unlike a comparison
    /// of parsed URLs, it is fast but may return false for the same origin spelled in another way.
    pub(crate) fn is_obvious_origin_of(self, url: &str, config: &ClerkConfig) -> bool {
        if let Some(origin) = config.public_origin() {
            return url.starts_with(origin.as_str());
        }
        let path = self.scheme_and_host().and_then(|(scheme, host)| {
            url.strip_prefix(scheme)?.strip_prefix("://")?.strip_prefix(host)
        });
        path.is_some_and(|path| path.is_empty() || path.starts_with('/'))
    }

    /// Returns whether a browser requests a page, so that it can follow redirects to another site
    /// and back.
    pub(crate) fn wants_document(self) -> bool {
        self.method == Method::GET && self.accepts_document()
    }

    /// Returns whether a browser will display the response as a page, regardless of the method.
    pub(crate) fn accepts_document(self) -> bool {
        match self.headers.get(SEC_FETCH_DEST).map(HeaderValue::as_bytes) {
            Some(destination) if !destination.is_empty() => {
                matches!(destination, b"document" | b"iframe")
            }
            _ => self.header(header::ACCEPT).is_some_and(|accept| accept.starts_with("text/html")),
        }
    }

    /// Returns whether a browser explicitly requests a top-level page.
    pub(crate) fn is_navigation(self) -> bool {
        self.method == Method::GET
            && self.headers.get(SEC_FETCH_DEST).is_some_and(|destination| destination == "document")
    }
}

/// Parses an origin, if it consists of nothing else.
fn origin(scheme: &str, host: &str) -> Option<Url> {
    let scheme = match scheme {
        // Some proxies forward the scheme of a WebSocket.
        "http" | "ws" => "http",
        "https" | "wss" => "https",
        _ => return None,
    };
    // A host with a path, a query or a user name would change the meaning of the URL.
    let url = Url::parse(&format!("{scheme}://{host}")).ok()?;
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    (is_bare && !host.contains(['@', '/', '\\'])).then_some(url)
}

fn with_path(mut url: Url, uri: &Uri) -> Url {
    url.set_path(uri.path());
    url.set_query(uri.query());
    url
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;
    use crate::config::ClerkConfigBuilder;

    fn parts(uri: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).expect("a request").into_parts().0
    }

    #[test]
    fn token_follows_bearer_or_stands_alone() {
        for (header, token) in [
            ("Bearer abc", Some("abc")),
            ("abc", Some("abc")),
            ("Bearer", Some("Bearer")),
            ("Bearer abc def", Some("abc")),
            ("Bearer  abc", Some("Bearer")),
            ("bearer abc", None),
            ("Basic abc", None),
            ("abc ", Some("abc")),
            ("abc  def", Some("abc")),
            ("Bearer ", Some("Bearer")),
            ("", None),
        ] {
            let parts = parts("/", &[("authorization", header)]);
            assert_eq!(
                RequestHead::from(&parts).header_token(),
                token.map(str::as_bytes),
                "{header:?}"
            );
        }
    }

    fn config(with: impl FnOnce(ClerkConfigBuilder) -> ClerkConfigBuilder) -> ClerkConfig {
        with(ClerkConfig::builder().secret_key("sk_test_a")).build().expect("a configuration")
    }

    fn public_url(config: &ClerkConfig, uri: &str, headers: &[(&str, &str)]) -> Option<String> {
        RequestHead::from(&parts(uri, headers)).public_url(config).map(String::from)
    }

    #[test]
    fn public_url_is_the_url_the_browser_requested() {
        let forwarded = [
            ("host", "inner"),
            ("x-forwarded-host", "example.com:8443, inner"),
            ("x-forwarded-proto", "https,http"),
        ];
        let spaced = [
            ("host", "inner"),
            ("x-forwarded-host", " example.com , inner"),
            ("x-forwarded-proto", "HTTPS , http"),
        ];
        let web_socket = [("host", "example.com"), ("x-forwarded-proto", "wss")];
        for (uri, headers, url) in [
            (
                "/a%20b?c=d",
                &[("host", "localhost:3000")][..],
                Some("http://localhost:3000/a%20b?c=d"),
            ),
            ("/a", &forwarded, Some("https://example.com:8443/a")),
            ("/a", &spaced, Some("https://example.com/a")),
            ("/a", &web_socket, Some("https://example.com/a")),
            (
                "//evil.example/a",
                &[("host", "example.com")],
                Some("http://example.com//evil.example/a"),
            ),
            ("https://example.com/a", &[], Some("https://example.com/a")),
            ("/a", &[], None),
            ("/a", &[("host", "user@evil.example")], None),
            ("/a", &[("host", "evil.example/path")], None),
            ("/a", &[("host", "example.com"), ("x-forwarded-proto", "javascript")], None),
        ] {
            let found = public_url(&config(|b| b), uri, headers);
            assert_eq!(found.as_deref(), url, "{uri} {headers:?}");
        }
    }

    #[test]
    fn documents_are_recognized_by_destination_or_else_by_type() {
        for (headers, wants_document) in [
            (&[("sec-fetch-dest", "document"), ("accept", "*/*")][..], true),
            (&[("sec-fetch-dest", "iframe")], true),
            (&[("sec-fetch-dest", "empty"), ("accept", "text/html")], false),
            (&[("sec-fetch-dest", ""), ("accept", "text/html")], true),
            (&[("accept", "text/html,*/*")], true),
            (&[("accept", "application/json")], false),
            (&[], false),
        ] {
            let parts = parts("/", headers);
            assert_eq!(RequestHead::from(&parts).wants_document(), wants_document, "{headers:?}");
        }
    }

    #[test]
    fn obvious_origins_are_the_request_s_own() {
        for (url, headers, is_own) in [
            ("http://example.com/a", &[("host", "example.com")][..], true),
            ("http://example.com", &[("host", "example.com")], true),
            ("http://example.com.evil.example/", &[("host", "example.com")], false),
            ("http://example.com:81/", &[("host", "example.com")], false),
            ("http://example.com@evil.example/", &[("host", "example.com")], false),
            ("https://example.com/", &[("host", "example.com")], false),
            (
                "https://example.com/",
                &[
                    ("host", "10.0.0.1"),
                    ("x-forwarded-host", "example.com"),
                    ("x-forwarded-proto", "https"),
                ],
                true,
            ),
            ("http://example.com/", &[], false),
        ] {
            let parts = parts("/", headers);
            let head = RequestHead::from(&parts);
            assert_eq!(head.is_obvious_origin_of(url, &config(|b| b)), is_own, "{url} {headers:?}");
        }
        let parts = parts("/", &[("host", "other.example")]);
        let config = config(|b| b.public_origin("https://example.com"));
        let is_own = |url| RequestHead::from(&parts).is_obvious_origin_of(url, &config);
        assert!(is_own("https://example.com/a"));
        assert!(!is_own("http://other.example/") && !is_own("https://example.com.evil.example/"));
    }

    #[test]
    fn configured_origin_overrides_all_headers() {
        let config = config(|b| b.public_origin("https://example.com"));
        let forged = [("host", "evil.example"), ("x-forwarded-host", "evil.example")];
        let url = public_url(&config, "/a?b", &forged);
        assert_eq!(url.as_deref(), Some("https://example.com/a?b"));
    }

    #[test]
    fn untrusted_hosts_have_no_public_url() {
        let config = config(|b| b.trusted_hosts(["example.com", "localhost:3000"]));
        for (host, is_trusted) in [
            ("example.com", true),
            ("EXAMPLE.com", true),
            ("localhost:3000", true),
            ("localhost", false),
            ("evil.example", false),
            ("example.com.evil.example", false),
        ] {
            for header in ["host", "x-forwarded-host"] {
                let url = public_url(&config, "/", &[(header, host)]);
                assert_eq!(url.is_some(), is_trusted, "{header}: {host}");
            }
        }
    }

    #[test]
    fn host_with_a_query_or_fragment_has_no_public_url() {
        for host in ["example.com?a", "example.com#a", "example.com?a#b", "example.com/?a"] {
            assert_eq!(public_url(&config(|b| b), "/", &[("host", host)]), None, "{host}");
        }
    }
}
