//! The URLs of the Frontend API, and where they appear on the application's domain.

use http::HeaderValue;
use url::Url;

/// The Frontend API that requests are sent to.
#[derive(Debug)]
pub(super) struct Upstream {
    url: Url,
    /// The path before that of each request, without a trailing slash.
    base_path: String,
}

impl Upstream {
    pub(super) fn new(url: Url) -> Self {
        let base_path = url.path().trim_end_matches('/').to_owned();
        Self { url, base_path }
    }

    /// Appends a path, which starts with a slash, and a query. Returns `None` if the path cannot be
    /// appended without being resolved.
    pub(super) fn target(&self, path: &str, query: Option<&str>) -> Option<Url> {
        if path.contains('\\') || path.split('/').any(is_dot_segment) {
            return None;
        }
        let mut target = self.url.clone();
        target.set_path(&format!("{}{path}", self.base_path));
        target.set_query(query);
        // Setting a path cannot change the origin; this only makes sure of it.
        (target.origin() == self.url.origin()).then_some(target)
    }

    /// Returns the value of a `Location` header on the application's domain, or `None` if it leads
    /// to another host than the Frontend API's.
    pub(super) fn public_location(
        &self,
        location: &HeaderValue,
        target: &Url,
        proxy_url: &str,
    ) -> Option<HeaderValue> {
        let location =
            std::str::from_utf8(location.as_bytes()).ok().filter(|url| !url.is_empty())?;
        let location = target.join(location).ok()?;
        let is_upstream = matches!(location.scheme(), "http" | "https")
            && location.host() == self.url.host()
            && location.port() == self.url.port();
        let path = location.path().strip_prefix(&self.base_path)?;
        if !is_upstream || !(path.is_empty() || path.starts_with('/')) {
            return None;
        }
        let query = location.query().map(|query| format!("?{query}")).unwrap_or_default();
        let fragment =
            location.fragment().map(|fragment| format!("#{fragment}")).unwrap_or_default();
        HeaderValue::from_str(&format!("{proxy_url}{path}{query}{fragment}")).ok()
    }
}

/// Returns whether a segment is `.` or `..`, which URL parsers also recognize percent-encoded.
fn is_dot_segment(segment: &str) -> bool {
    // Most segments need not be decoded.
    segment.len() <= "%2e%2e".len()
        && matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upstream(url: &str) -> Upstream {
        Upstream::new(Url::parse(url).expect("a URL"))
    }

    fn target(base: &str, path: &str, query: Option<&str>) -> Option<String> {
        upstream(base).target(path, query).map(String::from)
    }

    #[test]
    fn path_and_query_are_appended_to_the_base() {
        for (base, path, query, expected) in [
            ("https://a.example", "/v1/client", None, "https://a.example/v1/client"),
            ("https://a.example/", "/", Some(""), "https://a.example/?"),
            ("https://a.example/b/", "/v1", Some("c=d&e"), "https://a.example/b/v1?c=d&e"),
            ("https://a.example:8443/b//", "/v1/", None, "https://a.example:8443/b/v1/"),
            ("https://a.example", "/a%20b;c=1,d:e", None, "https://a.example/a%20b;c=1,d:e"),
            ("https://a.example", "/...", None, "https://a.example/..."),
            ("https://a.example", "/.well-known/x", None, "https://a.example/.well-known/x"),
        ] {
            assert_eq!(target(base, path, query).as_deref(), Some(expected), "{base} {path}");
        }
    }

    #[test]
    fn hostile_paths_stay_at_the_upstream_or_are_rejected() {
        for (path, expected) in [
            ("//evil.example", Some("https://a.example/b//evil.example")),
            ("///evil.example/x", Some("https://a.example/b///evil.example/x")),
            ("/%2F%2Fevil.example", Some("https://a.example/b/%2F%2Fevil.example")),
            ("/@evil.example", Some("https://a.example/b/@evil.example")),
            ("/:80@evil.example", Some("https://a.example/b/:80@evil.example")),
            ("/https://evil.example", Some("https://a.example/b/https://evil.example")),
            ("/..%2f..%2fx", Some("https://a.example/b/..%2f..%2fx")),
            ("/%5c%5cevil.example", Some("https://a.example/b/%5c%5cevil.example")),
            ("/a?b#c", Some("https://a.example/b/a%3Fb%23c")),
            ("/\\evil.example", None),
            ("/a\\..\\..", None),
            ("/..", None),
            ("/../x", None),
            ("/./x", None),
            ("/a/.", None),
            ("/%2e%2e/x", None),
            ("/.%2E/x", None),
            ("/%2E./x", None),
            ("/a/%2e", None),
        ] {
            let found = target("https://a.example/b", path, None);
            assert_eq!(found.as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn locations_at_the_upstream_move_to_the_proxy() {
        let upstream = upstream("https://a.example/b");
        let requested = upstream.target("/v1/client", Some("x")).expect("a URL");
        for (location, expected) in [
            ("https://a.example/b/v1/x?y=z#w", Some("https://app.example/__clerk/v1/x?y=z#w")),
            ("https://a.example/b", Some("https://app.example/__clerk")),
            ("http://a.example/b/v1", Some("https://app.example/__clerk/v1")),
            ("//a.example/b/v1", Some("https://app.example/__clerk/v1")),
            ("/b/v1", Some("https://app.example/__clerk/v1")),
            ("other?y", Some("https://app.example/__clerk/v1/other?y")),
            ("?y", Some("https://app.example/__clerk/v1/client?y")),
            ("https://user@a.example/b/v1", Some("https://app.example/__clerk/v1")),
            ("/b//evil.example", Some("https://app.example/__clerk//evil.example")),
            ("/elsewhere", None),
            ("/bb", None),
            ("https://a.example:8443/b/v1", None),
            ("https://other.example/b/v1", None),
            ("//other.example/b", None),
            ("ftp://a.example/b", None),
            ("mailto:a@a.example", None),
            ("https://", None),
            ("", None),
        ] {
            let value = HeaderValue::from_static(location);
            let found = upstream.public_location(&value, &requested, "https://app.example/__clerk");
            assert_eq!(found, expected.map(HeaderValue::from_static), "{location}");
        }
        let bytes = HeaderValue::from_bytes(b"/b/\xff").expect("a value");
        assert_eq!(upstream.public_location(&bytes, &requested, "https://app.example"), None);
    }
}
