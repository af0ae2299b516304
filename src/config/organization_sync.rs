//! Organization sync: paths that belong to an organization or to the personal account.

/// The organization or account that should be active on a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    OrganizationId(String),
    OrganizationSlug(String),
    PersonalAccount,
}

/// The configured patterns, such as `/orgs/:slug`, `/orgs/:id/(.*)` or `/me`. Matching ignores case
/// and allows a trailing slash.
#[derive(Clone, Debug, Default)]
pub(crate) struct OrganizationSync {
    organizations: Vec<Pattern>,
    personal_accounts: Vec<Pattern>,
}

#[derive(Clone, Debug)]
struct Pattern {
    segments: Vec<Segment>,
    /// Whether the pattern ends in `/(.*)`.
    is_prefix: bool,
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
            patterns.iter().map(|text| Pattern::new(text)).collect::<Result<_, _>>()
        };
        Ok(Self {
            organizations: read(organizations)?,
            personal_accounts: read(personal_accounts)?,
        })
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
        let (path, is_prefix) = match text.strip_suffix("/(.*)") {
            Some(path) => (path, true),
            None => (text, false),
        };
        let path =
            if path.is_empty() { path } else { path.strip_prefix('/').ok_or_else(invalid)? };
        let segments = path.split('/').filter(|segment| !segment.is_empty()).map(|segment| {
            let is_word = |name: &str| {
                !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
            };
            match segment.strip_prefix(':') {
                Some(name) if is_word(name) => Ok(Segment::Parameter(name.to_owned())),
                None if !segment
                    .contains(['(', ')', '{', '}', '*', '?', '+', ':', '[', ']', '\\']) =>
                {
                    Ok(Segment::Literal(segment.to_lowercase()))
                }
                _ => Err(invalid()),
            }
        });
        Ok(Self { segments: segments.collect::<Result<_, _>>()?, is_prefix })
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
        let matches =
            if self.is_prefix { rest.starts_with('/') } else { rest.is_empty() || rest == "/" };
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
        for pattern in ["orgs/:slug", "/orgs/:", "/orgs/(a|b)", "/orgs/*", "/:a-:b"] {
            assert!(OrganizationSync::new(&[pattern.to_owned()], &[]).is_err(), "{pattern}");
        }
    }
}
