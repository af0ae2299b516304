//! Organization sync: paths that belong to an organization or to the personal account.

/// The organization or account that should be active on a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    OrganizationId(String),
    OrganizationSlug(String),
    PersonalAccount,
}

/// The configured patterns in Clerk's syntax, such as `/orgs/:slug`, `/orgs/:id/(.*)` or `/me`, or
/// in that of the path patterns, such as `/orgs/{slug}/*`. Matching ignores case and allows a
/// trailing slash.
#[derive(Clone, Debug, Default)]
pub(crate) struct OrganizationSync {
    organizations: Vec<Pattern>,
    personal_accounts: Vec<Pattern>,
}

#[derive(Clone, Debug)]
struct Pattern {
    segments: Vec<Segment>,
    /// Whether the pattern matches the path of its segments.
    matches_path: bool,
    /// Whether the pattern matches the paths below.
    matches_below: bool,
}

#[derive(Clone, Debug)]
enum Segment {
    Literal(String),
    Parameter(String),
}

impl OrganizationSync {
    /// Parses patterns. The error names the first invalid one.
    pub(crate) fn new(
        organizations: &[String],
        personal_accounts: &[String],
    ) -> Result<Self, String> {
        let read = |patterns: &[String]| {
            patterns.iter().map(|text| Pattern::new(text)).collect::<Result<Vec<_>, _>>()
        };
        let sync = Self {
            organizations: read(organizations)?,
            personal_accounts: read(personal_accounts)?,
        };
        for (text, pattern) in organizations.iter().zip(&sync.organizations) {
            if !pattern.names_organization() {
                return Err(format!(
                    "`{text}` does not name an organization: use `:id` or `:slug`"
                ));
            }
        }
        Ok(sync)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.organizations.is_empty() && self.personal_accounts.is_empty()
    }

    /// Returns what should be active on a path, which is percent-encoded. Organization patterns
    /// take precedence.
    pub(crate) fn target(&self, path: &str) -> Option<Target> {
        let organization = self
            .organizations
            .iter()
            .find_map(|pattern| pattern.parameters(path))
            .and_then(|found| {
                let parameter = |name| {
                    found.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
                };
                parameter("id")
                    .map(Target::OrganizationId)
                    .or_else(|| parameter("slug").map(Target::OrganizationSlug))
            });
        organization.or_else(|| {
            let is_personal =
                self.personal_accounts.iter().any(|pattern| pattern.parameters(path).is_some());
            is_personal.then_some(Target::PersonalAccount)
        })
    }
}

impl Pattern {
    fn new(text: &str) -> Result<Self, String> {
        let invalid = || {
            format!(
                "`{text}` is not a valid pattern: use literal segments, `:id` or `:slug`, and a final `/(.*)`"
            )
        };
        let (path, matches_path, matches_below) = if let Some(path) =
            text.strip_suffix("/(.*)").or_else(|| text.strip_suffix("/{*rest}"))
        {
            (path, false, true)
        } else if let Some(path) = text.strip_suffix("/*") {
            (path, true, true)
        } else {
            (text, true, false)
        };
        let path =
            if path.is_empty() { path } else { path.strip_prefix('/').ok_or_else(invalid)? };
        let segments = path.split('/').filter(|segment| !segment.is_empty()).map(|segment| {
            let is_word = |name: &str| {
                !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
            };
            let in_braces =
                || segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}'));
            match segment.strip_prefix(':').or_else(in_braces) {
                Some(name) if is_word(name) => Ok(Segment::Parameter(name.to_owned())),
                None if !segment
                    .contains(['(', ')', '{', '}', '*', '?', '+', ':', '[', ']', '\\']) =>
                {
                    Ok(Segment::Literal(segment.to_lowercase()))
                }
                _ => Err(invalid()),
            }
        });
        Ok(Self { segments: segments.collect::<Result<_, _>>()?, matches_path, matches_below })
    }

    fn names_organization(&self) -> bool {
        self.segments.iter().any(
            |segment| matches!(segment, Segment::Parameter(name) if name == "id" || name == "slug"),
        )
    }

    fn parameters<'a>(&'a self, path: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
        let mut rest = path;
        let mut parameters = Vec::new();
        for segment in &self.segments {
            let tail = rest.strip_prefix('/')?;
            let end = tail.find('/').unwrap_or(tail.len());
            let (given, after) = tail.split_at(end);
            match segment {
                Segment::Literal(literal) if given.to_lowercase() == *literal => {}
                Segment::Parameter(name) if !given.is_empty() => {
                    parameters.push((name.as_str(), given))
                }
                _ => return None,
            }
            rest = after;
        }
        let is_path = rest.is_empty() || rest == "/";
        let is_below = rest.starts_with('/');
        let matches = (self.matches_path && is_path) || (self.matches_below && is_below);
        matches.then_some(parameters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sync() -> OrganizationSync {
        let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        OrganizationSync::new(
            &texts(&["/orgs/:slug", "/orgs/:slug/(.*)", "/org-by-id/:id/(.*)"]),
            &texts(&["/me", "/me/(.*)"]),
        )
        .expect("patterns")
    }

    #[test]
    fn paths_select_the_active_organization() {
        let (id, slug) = (
            |id: &str| Some(Target::OrganizationId(id.into())),
            |slug: &str| Some(Target::OrganizationSlug(slug.into())),
        );
        for (path, target) in [
            ("/orgs/acme", slug("acme")),
            ("/Orgs/acme/", slug("acme")),
            ("/orgs/acme/settings/x", slug("acme")),
            ("/org-by-id/org_1/x", id("org_1")),
            ("/org-by-id/org_1", None),
            ("/me", Some(Target::PersonalAccount)),
            ("/me/x", Some(Target::PersonalAccount)),
            ("/orgs", None),
            ("/orgs/", None),
            ("/orgs//x", None),
            ("/mere", None),
            ("/", None),
        ] {
            assert_eq!(sync().target(path), target, "{path}");
        }
    }

    #[test]
    fn invalid_patterns_are_rejected() {
        for pattern in [
            "orgs/:slug",
            "/orgs/:",
            "/orgs/(a|b)",
            "/orgs/*",
            "/:a-:b",
            "/orgs/{slug}x",
            "/orgs/{*slug}/x",
            "/orgs/:org/(.*)",
            "/orgs/{org}",
        ] {
            assert!(OrganizationSync::new(&[pattern.to_owned()], &[]).is_err(), "{pattern}");
        }
        assert!(OrganizationSync::new(&[], &["/me/{any}/*".to_owned()]).is_ok());
    }

    #[test]
    fn patterns_may_have_the_syntax_of_path_patterns() {
        for (pattern, path, matches) in [
            ("/orgs/{slug}", "/orgs/acme/", true),
            ("/orgs/{slug}", "/orgs/acme/x", false),
            ("/orgs/{slug}/*", "/orgs/acme", true),
            ("/orgs/{slug}/*", "/orgs/acme/x/y", true),
            ("/orgs/{slug}/{*rest}", "/orgs/acme", false),
            ("/orgs/{slug}/{*rest}", "/orgs/acme/x", true),
        ] {
            let sync = OrganizationSync::new(&[pattern.to_owned()], &[]).expect("a pattern");
            let acme = Target::OrganizationSlug("acme".into());
            assert_eq!(sync.target(path), matches.then_some(acme), "{pattern} {path}");
        }
    }
}
