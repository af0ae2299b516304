//! Path patterns, for excluded routes and for the paths that a guard covers.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// A set of path patterns, matched against percent-decoded paths.
///
/// A pattern is a path in the syntax of [`matchit`], which Axum also uses, such as `/health` or
/// `/orgs/{id}/settings`. A pattern that ends in `/*` covers that path and everything below it.
#[derive(Clone, Debug, Default)]
pub(crate) struct PathPatterns(Option<matchit::Router<()>>);

impl PathPatterns {
    /// Parses patterns. The error names the first invalid one.
    pub(crate) fn new<P: AsRef<str>>(
        patterns: impl IntoIterator<Item = P>,
    ) -> Result<Self, String> {
        let mut router = None;
        for pattern in patterns {
            let pattern = pattern.as_ref();
            let invalid = |why: &dyn std::fmt::Display| {
                format!("`{pattern}` is not a valid path pattern: {why}")
            };
            if !pattern.starts_with('/') {
                return Err(invalid(&"it does not start with `/`"));
            }
            let router = router.get_or_insert_with(matchit::Router::new);
            let mut insert = |route: String| match router.insert(route, ()) {
                Ok(()) | Err(matchit::InsertError::Conflict { .. }) => Ok(()),
                Err(error) => Err(invalid(&error)),
            };
            match pattern.strip_suffix("/*") {
                None => insert(pattern.to_owned())?,
                Some(base) => {
                    if !base.is_empty() {
                        insert(base.to_owned())?;
                    }
                    insert(format!("{base}/"))?;
                    insert(format!("{base}/{{*below}}"))?;
                }
            }
        }
        Ok(Self(router))
    }

    /// Returns whether a path matches one of the patterns. The path is percent-encoded, as
    /// received.
    pub(crate) fn matches(&self, path: &str) -> bool {
        self.matches_decoded(&decode(path))
    }

    /// Returns whether a path [matches](Self::matches), or whether a router could interpret it as a
    /// path that does: Axum's router, which treats an encoded slash as part of a segment, or a
    /// lenient router, which resolves empty and dot segments.
    pub(crate) fn could_match(&self, path: &str) -> bool {
        [decode(path), decode(&keep_slashes(path))]
            .iter()
            .any(|path| self.matches_decoded(path) || self.matches_decoded(&resolve_segments(path)))
    }

    fn matches_decoded(&self, path: &str) -> bool {
        self.0.as_ref().is_some_and(|router| router.at(path).is_ok())
    }
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

fn resolve_segments(path: &str) -> String {
    let mut segments = Vec::new();
    for segment in path.split(['/', '\\']) {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            _ => segments.push(segment),
        }
    }
    format!("/{}", segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns() -> PathPatterns {
        PathPatterns::new(["/health", "/public/*", "/orgs/{id}/settings", "/health"])
            .expect("patterns")
    }

    #[test]
    fn paths_match_percent_decoded() {
        // An empty segment matches a parameter, as in Axum.
        for path in [
            "/health",
            "/he%61lth",
            "/public",
            "/public/",
            "/public/a/b",
            "/orgs/7/settings",
            "/orgs//settings",
        ] {
            assert!(patterns().matches(path), "{path}");
        }
        for path in ["/", "/healthy", "/health/", "/publication", "/Public/a", "/orgs/7/settings/x"]
        {
            assert!(!patterns().matches(path), "{path}");
        }
    }

    #[test]
    fn no_patterns_match_nothing() {
        assert!(!PathPatterns::default().matches("/"));
        assert!(!PathPatterns::new::<&str>([]).expect("patterns").matches("/"));
    }

    #[test]
    fn catch_all_pattern_matches_everything() {
        let all = PathPatterns::new(["/*"]).expect("patterns");
        assert!(all.matches("/") && all.matches("/a/b"));
    }

    #[test]
    fn disguised_paths_could_match() {
        for path in [
            "//public/x",
            "/./public",
            "/a/../public/x",
            "/%2e%2e/public",
            "/public%2Fx",
            "/a/..%2fhealth",
        ] {
            assert!(patterns().could_match(path), "{path}");
        }
        assert!(!patterns().could_match("/private"));
    }

    #[test]
    fn encoded_slash_could_be_part_of_a_segment() {
        for path in [
            "/orgs/a%2Fb/settings",
            "/orgs/%2f/settings",
            "//orgs/a%5cb/settings",
            "/orgs/..%2F/./settings",
        ] {
            assert!(patterns().could_match(path), "{path}");
        }
    }

    #[test]
    fn invalid_patterns_are_rejected() {
        for pattern in ["", "health", "/{", "/{*a}/b"] {
            assert!(PathPatterns::new([pattern]).is_err(), "{pattern}");
        }
    }
}
