//! Path patterns, for excluded routes and for the paths that a guard covers.
//!
//! A request's path can be spelled in many ways, and routers disagree about which of them are the
//! same: Axum matches the path as received, while file servers decode it and resolve empty and dot
//! segments. Patterns are therefore matched against every interpretation of a path. Protecting a
//! path takes one interpretation that matches, exempting it takes all of them.

use std::{borrow::Cow, fmt};

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// Characters that are percent-encoded in the path of a request.
const NOT_IN_PATH: AsciiSet =
    CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'^').add(b'|');

/// The file that file servers send for a directory.
const INDEX: &str = "/index.html";

/// Characters that are not allowed in literal segments, because they have a meaning in the patterns
/// of other libraries.
const SPECIAL: [char; 12] = ['*', '(', ')', '?', '+', '[', ']', '\\', '#', ':', '{', '}'];

/// The paths of a request: as received, and as the service sees it, which differs inside nested
/// routers and behind middleware that rewrites URIs. All are percent-encoded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestPath<'a> {
    pub(crate) original: &'a str,
    pub(crate) current: &'a str,
    /// The path where the router of the service is nested, as a pattern of Axum.
    pub(crate) nested_at: Option<&'a str>,
}

impl<'a> RequestPath<'a> {
    /// Returns the paths to match. If the URI was rewritten, any of them may be the one that
    /// matters.
    fn distinct(self) -> impl Iterator<Item = Cow<'a, str>> {
        let is_same = self.original == self.current;
        let below_nest = self.nested_at.filter(|_| !self.is_stripped());
        let below_nest =
            below_nest.map(|nest| nest.trim_end_matches('/').to_owned() + self.current);
        [
            Some(Cow::Borrowed(self.original)),
            (!is_same).then_some(Cow::Borrowed(self.current)),
            below_nest.map(Cow::Owned),
        ]
        .into_iter()
        .flatten()
    }

    /// Returns whether nested routers are all that changed the path: the original path without the
    /// path of the nest is the current one.
    fn is_stripped(self) -> bool {
        let Some(nest) = self.nested_at else { return false };
        let mut rest = self.original;
        for expected in nest.trim_end_matches('/').split('/').skip(1) {
            let Some(path) = rest.strip_prefix('/') else { return false };
            let (segment, after) = path.split_at(path.find('/').unwrap_or(path.len()));
            if segment != expected && !expected.starts_with('{') {
                return false;
            }
            rest = after;
        }
        rest == self.current || (rest.is_empty() && self.current == "/")
    }
}

/// A set of path patterns.
#[derive(Clone, Debug, Default)]
pub(crate) struct PathPatterns(Vec<PathPattern>);

/// A pattern such as `/health`, `/orgs/{id}/settings` or `/admin/*`.
///
/// Each pattern is matched by itself: in a common router, conflicting patterns would have to be
/// dropped.
#[derive(Clone, Debug)]
struct PathPattern {
    routes: matchit::Router<()>,
    /// Whether the pattern is the index of a directory, which file servers also send for the
    /// directory itself.
    is_index: bool,
}

/// The error of parsing an invalid pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InvalidPattern {
    pattern: String,
    reason: &'static str,
    suggestion: Option<String>,
}

impl fmt::Display for InvalidPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pattern, reason, suggestion } = self;
        write!(f, "`{pattern}` is not a valid path pattern: {reason}")?;
        match suggestion {
            Some(suggestion) => write!(f, "; write `{suggestion}`"),
            None => Ok(()),
        }
    }
}

impl PathPatterns {
    /// Parses patterns. Fails with the first invalid one.
    pub(crate) fn new<P: AsRef<str>>(
        patterns: impl IntoIterator<Item = P>,
    ) -> Result<Self, InvalidPattern> {
        let parse = |pattern: P| PathPattern::new(pattern.as_ref());
        patterns.into_iter().map(parse).collect::<Result<_, _>>().map(Self)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether any router could interpret the path as one that matches a pattern.
    pub(crate) fn could_match(&self, path: RequestPath<'_>) -> bool {
        path.distinct().any(|path| {
            interpretations(&path)
                .any(|path| self.0.iter().any(|pattern| pattern.could_match(&path)))
        })
    }

    /// Returns whether every router would interpret the path as one that matches a pattern. A path
    /// that was only stripped by nested routers is matched as received.
    pub(crate) fn always_match(&self, path: RequestPath<'_>) -> bool {
        let matches = |path: &str| {
            interpretations(path).all(|path| self.0.iter().any(|pattern| pattern.matches(&path)))
        };
        if self.is_empty() {
            false
        } else if path.is_stripped() {
            matches(path.original)
        } else {
            path.distinct().all(|path| matches(&path))
        }
    }
}

impl PathPattern {
    fn new(pattern: &str) -> Result<Self, InvalidPattern> {
        let invalid = |reason| InvalidPattern {
            pattern: pattern.to_owned(),
            reason,
            suggestion: suggestion(pattern)
                .filter(|suggestion| suggestion != pattern && check(suggestion).is_ok()),
        };
        check(pattern).map_err(invalid)?;
        let mut router = matchit::Router::new();
        // The pattern may be written percent-encoded or not.
        let decoded = keep_slashes(pattern);
        let Ok(decoded) = percent_decode_str(&decoded).decode_utf8() else {
            return Err(invalid("it is not UTF-8 after percent-decoding"));
        };
        if decoded.matches(SPECIAL).count() != pattern.matches(SPECIAL).count() {
            return Err(invalid("it contains percent-encoded special characters"));
        }
        let encoded = utf8_percent_encode(&decoded, &NOT_IN_PATH).to_string();
        for pattern in [pattern, &decoded, &encoded] {
            let routes = match pattern.strip_suffix("/*") {
                None => vec![pattern.to_owned()],
                Some("") => vec!["/".to_owned(), "/{*rest}".to_owned()],
                Some(base) => {
                    vec![base.to_owned(), format!("{base}/"), format!("{base}/{{*rest}}")]
                }
            };
            for route in routes {
                match router.insert(route, ()) {
                    // The spellings may be the same.
                    Ok(()) | Err(matchit::InsertError::Conflict { .. }) => {}
                    Err(_) => return Err(invalid("its parameters are malformed")),
                }
            }
        }
        Ok(Self { routes: router, is_index: decoded.ends_with(INDEX) })
    }

    fn matches(&self, path: &str) -> bool {
        self.routes.at(path).is_ok()
    }

    /// Returns whether the pattern matches the path with or without a trailing slash, or as the
    /// index of a directory.
    fn could_match(&self, path: &str) -> bool {
        let with_or_without_slash =
            |path: &str| self.matches(path) || self.matches(&format!("{path}/"));
        let path = path.strip_suffix('/').unwrap_or(path);
        let directory = path.strip_suffix(INDEX);
        with_or_without_slash(path)
            || directory.is_some_and(with_or_without_slash)
            || (self.is_index && self.matches(&format!("{path}{INDEX}")))
    }
}

/// Checks the syntax of a pattern: literal segments, `{name}`, and `*` or `{*rest}` at the end.
fn check(pattern: &str) -> Result<(), &'static str> {
    let Some(path) = pattern.strip_prefix('/') else { return Err("it does not start with `/`") };
    let mut segments = path.split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        let is_name =
            |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        let parameter = segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}'));
        match parameter {
            _ if segment == "*" && is_last => {}
            Some(name) if is_name(name) => {}
            Some(name) if is_last && name.strip_prefix('*').is_some_and(is_name) => {}
            _ if segment.contains(SPECIAL) => {
                return Err(
                    "it may only contain literal segments, `{name}` segments, and a final `/*` or \
                     `/{*rest}`",
                );
            }
            _ => {}
        }
    }
    Ok(())
}

/// Translates the syntax of other libraries: `:name`, `(.*)`, `**`.
fn suggestion(pattern: &str) -> Option<String> {
    let pattern = format!("/{}", pattern.trim_start_matches('/'));
    let below = ["/(.*)", "(.*)", "/**", "**", "*", ".*"]
        .into_iter()
        .find_map(|end| pattern.strip_suffix(end))
        .map(|base| base.trim_end_matches('/'));
    let segments: Vec<_> = below
        .unwrap_or(&pattern)
        .split('/')
        .map(|segment| match segment.strip_prefix(':') {
            Some(name) => format!("{{{name}}}"),
            None if segment == "*" || segment == "(.*)" => "{any}".to_owned(),
            None => segment.to_owned(),
        })
        .collect();
    let path = segments.join("/");
    Some(if below.is_some() { format!("{path}/*") } else { path })
}

/// Returns the ways in which routers interpret a percent-encoded path.
fn interpretations(path: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let others = (!is_plain(path)).then(|| {
        let decoded = [decode(path), decode(&keep_slashes(path)).into_owned().into()];
        // Whether a backslash separates segments depends on the system.
        let resolved = decoded.clone().into_iter().flat_map(|path| {
            [&['/'][..], &['/', '\\']].map(|separators| resolve_segments(&path, separators).into())
        });
        decoded.into_iter().chain(resolved)
    });
    std::iter::once(Cow::Borrowed(path)).chain(others.into_iter().flatten())
}

/// Returns whether every router interprets the path in the same way. `OPTIONS *` has a path without
/// a leading slash.
fn is_plain(path: &str) -> bool {
    path.starts_with('/')
        && !path.contains(['%', '\\'])
        && !path.contains("//")
        && !path.contains("/.")
}

fn decode(path: &str) -> Cow<'_, str> {
    percent_decode_str(path).decode_utf8_lossy()
}

/// Encodes encoded slashes a second time, so that decoding the path leaves them encoded.
fn keep_slashes(path: &str) -> String {
    path.replace("%2F", "%252F")
        .replace("%2f", "%252F")
        .replace("%5C", "%255C")
        .replace("%5c", "%255C")
}

/// Resolves empty and dot segments. A trailing slash stays.
fn resolve_segments(path: &str, separators: &[char]) -> String {
    let mut segments = Vec::new();
    for segment in path.split(separators) {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            _ => segments.push(segment),
        }
    }
    let mut resolved = format!("/{}", segments.join("/"));
    if resolved.len() > 1 && path.ends_with(separators) {
        resolved.push('/');
    }
    resolved
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns() -> PathPatterns {
        PathPatterns::new(["/health", "/public/*", "/orgs/{id}/settings", "/health"])
            .expect("patterns")
    }

    fn plain(path: &str) -> RequestPath<'_> {
        RequestPath { original: path, current: path, nested_at: None }
    }

    #[test]
    fn matching_paths_match_under_every_interpretation() {
        for path in ["/health", "/public", "/public/", "/public/a/b", "/orgs/7/settings"] {
            assert!(patterns().always_match(plain(path)), "{path}");
            assert!(patterns().could_match(plain(path)), "{path}");
        }
        for path in ["/", "/healthy", "/publication", "/Public/a", "/orgs/7/settings/x"] {
            assert!(!patterns().always_match(plain(path)), "{path}");
            assert!(!patterns().could_match(plain(path)), "{path}");
        }
    }

    #[test]
    fn disguised_paths_could_match_but_do_not_always() {
        for path in [
            "/he%61lth",
            "/health/",
            "//public/x",
            "/./public",
            "/a/../public/x",
            "/%2e%2e/public",
            "/public%2Fx",
            "/a/..%2fhealth",
            "/public/../private",
            "/public/%2e%2e/private",
            "/orgs//settings",
            "/orgs/a%2Fb/settings",
            "/orgs/%2f/settings",
            "//orgs/a%5cb/settings",
            "/orgs/..%2F/./settings",
            "//orgs/a\\b/settings",
        ] {
            assert!(patterns().could_match(plain(path)), "{path}");
            assert!(!patterns().always_match(plain(path)), "{path}");
        }
    }

    #[test]
    fn patterns_may_be_written_percent_encoded_or_not() {
        for pattern in ["/caf%C3%A9/*", "/café/*", "/a b", "/a%20b"] {
            let patterns = PathPatterns::new([pattern]).expect("a pattern");
            let path = if pattern.starts_with("/c") { "/caf%C3%A9/x" } else { "/a%20b" };
            assert!(patterns.could_match(plain(path)), "{pattern}");
            assert!(patterns.always_match(plain(path)), "{pattern}");
        }
    }

    #[test]
    fn conflicting_patterns_are_all_matched() {
        for (patterns, path) in [
            (["/orgs/{id}/settings", "/orgs/*"], "/orgs/7/secret"),
            (["/{tenant}/public", "/*"], "/anything/else"),
            (["/a/{x}", "/a/{y}/b"], "/a/1/b"),
        ] {
            assert!(PathPatterns::new(patterns).expect("patterns").could_match(plain(path)));
        }
    }

    #[test]
    fn rewritten_paths_are_matched_before_and_after() {
        let patterns = PathPatterns::new(["/admin/*"]).expect("patterns");
        for (original, current, nested_at, could_match, always_matches) in [
            ("/login", "/admin/users", None, true, false),
            ("/admin/users", "/users", None, true, false),
            ("/en/admin/users", "/admin/users", None, true, false),
            ("/admin/a", "/admin/b", None, true, true),
            ("/admin/users", "/users", Some("/admin"), true, true),
            ("/admin", "/", Some("/admin"), true, true),
            ("/admin/users", "/", Some("/admin/{name}"), true, true),
            ("/x/admin/users", "/admin/users", Some("/{any}"), true, false),
            ("/admin/users", "/secrets", Some("/admin"), true, false),
            ("/x", "/users", Some("/admin"), true, false),
            ("/x", "/users", Some("/y"), false, false),
            ("/", "/", Some("/admin"), true, false),
            ("/admins/users", "/users", Some("/admin"), true, false),
            ("/admin/users", "/", Some("/admin"), true, false),
            ("/admin", "/users", Some("/admin"), true, false),
        ] {
            let path = RequestPath { original, current, nested_at };
            assert_eq!(patterns.could_match(path), could_match, "{path:?}");
            assert_eq!(patterns.always_match(path), always_matches, "{path:?}");
        }
    }

    #[test]
    fn index_of_a_directory_is_the_directory() {
        for (pattern, path, could_match) in [
            ("/docs/", "/docs/index.html", true),
            ("/docs", "/docs/index.html", true),
            ("/docs/index.html", "/docs/", true),
            ("/docs/index%2Ehtml", "/docs//", true),
            ("/index.html", "/", true),
            ("/", "/index.html", true),
            ("/docs", "/docs/index.html/", true),
            ("/{file}", "/index.html/", true),
            ("/{file}", "/", false),
            ("/docs/{*file}", "/docs/", false),
        ] {
            let patterns = PathPatterns::new([pattern]).expect("a pattern");
            assert_eq!(patterns.could_match(plain(path)), could_match, "{pattern} {path}");
            assert!(!patterns.always_match(plain(path)), "{pattern} {path}");
        }
    }

    #[test]
    fn no_patterns_match_nothing() {
        let none = PathPatterns::default();
        assert!(!none.could_match(plain("/")) && !none.always_match(plain("/")));
        let nested = RequestPath { original: "/a", current: "/", nested_at: Some("/a") };
        assert!(!none.always_match(nested));
    }

    #[test]
    fn catch_all_pattern_matches_everything() {
        let all = PathPatterns::new(["/*"]).expect("patterns");
        assert!(all.always_match(plain("/")) && all.always_match(plain("/a/b")));
        assert!(all.could_match(plain("*")) && !all.always_match(plain("*")));
    }

    #[test]
    fn dot_segments_resolve_to_the_root() {
        let patterns = PathPatterns::new(["/", "/./"]).expect("patterns");
        assert!(patterns.always_match(plain("/./")));
    }

    #[test]
    fn encoded_patterns_keep_their_trailing_slash() {
        let patterns = PathPatterns::new(["/caf%C3%A9/"]).expect("a pattern");
        assert!(patterns.always_match(plain("/caf%C3%A9/")));
        assert!(!patterns.always_match(plain("/caf%C3%A9")));
        assert!(!patterns.is_empty());
    }

    #[test]
    fn names_of_parameters_are_words() {
        for pattern in ["/{a_1}", "/{é}/b", "/a/{*a_1}"] {
            assert!(PathPatterns::new([pattern]).is_ok(), "{pattern}");
        }
        for pattern in ["/{a-b}", "/{a b}/c", "/{*a-b}", "/{*}", "/{}", "/{*a}/b"] {
            assert!(PathPatterns::new([pattern]).is_err(), "{pattern}");
        }
    }

    #[test]
    fn errors_name_the_pattern_and_the_reason() {
        let error = PathPatterns::new(["health"]).expect_err("no leading slash");
        assert_eq!(
            error.to_string(),
            "`health` is not a valid path pattern: it does not start with `/`; write `/health`"
        );
        let error = PathPatterns::new(["/a+"]).expect_err("a special character");
        assert!(!error.to_string().contains("; write"), "{error}");
    }

    #[test]
    fn invalid_patterns_are_rejected_with_a_suggestion() {
        for (pattern, suggestion) in [
            ("/admin(.*)", Some("/admin/*")),
            ("/admin/(.*)", Some("/admin/*")),
            ("/admin/**", Some("/admin/*")),
            ("/admin*", Some("/admin/*")),
            ("/orgs/:id/settings", Some("/orgs/{id}/settings")),
            ("/orgs/*/secret", Some("/orgs/{any}/secret")),
            ("/orgs/:id/(.*)", Some("/orgs/{id}/*")),
            ("admin/*", Some("/admin/*")),
            ("health", Some("/health")),
            ("/a?b", None),
            ("/a+", None),
            ("/[a-z]", None),
            ("/a\\b", None),
            ("/a#b", None),
            ("/{", None),
            ("/{}", None),
            ("/{*a}/b", None),
            ("/a{b}c", None),
            ("/%7Bid%7D", None),
            ("/a/%2A", None),
            ("/caf%E9", None),
        ] {
            let error = PathPatterns::new([pattern]).expect_err(pattern);
            assert_eq!(error.suggestion.as_deref(), suggestion, "{pattern}");
        }
    }
}
