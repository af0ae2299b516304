//! The conditions of a requirement.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::token::{FactorAges, SessionClaims};

/// One or more conditions that a session must satisfy, all of them.
///
/// ```
/// use axum_clerk::{Reverification, guard};
///
/// let requirement = guard::role("org:admin").and(guard::plan("o:pro")).and(Reverification::STRICT);
/// assert_eq!(
///     requirement.to_string(),
///     "role org:admin, plan o:pro, reverification of the second factor within 10 minutes"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement(Vec<Condition>);

/// A single condition of a [`Requirement`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Condition {
    /// A role in the active organization.
    Role(String),
    /// A permission in the active organization.
    Permission(String),
    /// A feature of the user or of the active organization.
    Feature(String),
    /// A plan of the user or of the active organization.
    Plan(String),
    /// A recent verification of the user's factors.
    Reverification(Reverification),
}

/// Requires a role in the active organization, such as `org:admin`. The prefix `org:` is optional.
#[must_use]
pub fn role(role: impl Into<String>) -> Requirement {
    Condition::Role(role.into()).into()
}

/// Requires a permission in the active organization, such as `org:billing:read`. The prefix `org:`
/// is optional.
#[must_use]
pub fn permission(permission: impl Into<String>) -> Requirement {
    Condition::Permission(permission.into()).into()
}

/// Requires a [feature](https://clerk.com/docs/billing/overview): of the active organization with
/// the scope `org:NAME` (or `o:`, `organization:`), of the user with `user:NAME` (or `u:`), and of
/// either without a scope.
#[must_use]
pub fn feature(feature: impl Into<String>) -> Requirement {
    Condition::Feature(feature.into()).into()
}

/// Requires a [plan](https://clerk.com/docs/billing/overview), with the scopes of [`feature`].
#[must_use]
pub fn plan(plan: impl Into<String>) -> Requirement {
    Condition::Plan(plan.into()).into()
}

impl Requirement {
    /// Adds the conditions of another requirement.
    #[must_use]
    pub fn and(mut self, other: impl Into<Self>) -> Self {
        self.0.extend(other.into().0);
        self
    }

    /// The conditions, in the order in which they were added.
    #[must_use]
    pub fn conditions(&self) -> &[Condition] {
        &self.0
    }

    /// Returns whether the claims satisfy every condition.
    #[must_use]
    pub fn is_met_by(&self, claims: &SessionClaims) -> bool {
        self.unmet_by(claims).is_none()
    }

    /// Returns the first condition that the claims do not satisfy. Reverification is checked last,
    /// so that users are not asked to verify again if the request is forbidden anyway.
    pub(crate) fn unmet_by(&self, claims: &SessionClaims) -> Option<&Condition> {
        let is_reverification =
            |condition: &&Condition| matches!(condition, Condition::Reverification(_));
        let unmet = |condition: &&Condition| !condition.is_met_by(claims);
        let mut others = self.0.iter().filter(|condition| !is_reverification(condition));
        others.find(unmet).or_else(|| self.0.iter().filter(is_reverification).find(unmet))
    }
}

impl From<Condition> for Requirement {
    fn from(condition: Condition) -> Self {
        Self(vec![condition])
    }
}

impl From<Reverification> for Requirement {
    fn from(reverification: Reverification) -> Self {
        Condition::Reverification(reverification).into()
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, condition) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            condition.fmt(f)?;
        }
        Ok(())
    }
}

impl Condition {
    fn is_met_by(&self, claims: &SessionClaims) -> bool {
        match self {
            Self::Role(asked) => claims
                .organization()
                .and_then(|organization| organization.role())
                .is_some_and(|role| without_org(role) == without_org(asked)),
            Self::Permission(asked) => claims
                .organization()
                .and_then(|organization| organization.permissions())
                .is_some_and(|held| {
                    held.iter()
                        .any(|p| p.strip_prefix("org:").is_some_and(|p| p == without_org(asked)))
                }),
            Self::Feature(asked) => is_entitled(claims.payload().features(), asked),
            Self::Plan(asked) => is_entitled(claims.payload().plans(), asked),
            Self::Reverification(asked) => asked.is_met_by(claims.factor_ages()),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role(role) => write!(f, "role {role}"),
            Self::Permission(permission) => write!(f, "permission {permission}"),
            Self::Feature(feature) => write!(f, "feature {feature}"),
            Self::Plan(plan) => write!(f, "plan {plan}"),
            Self::Reverification(reverification) => reverification.fmt(f),
        }
    }
}

fn without_org(name: &str) -> &str {
    let mut name = name;
    while let Some(rest) = name.strip_prefix("org:") {
        name = rest;
    }
    name
}

/// Checks a list of features or plans, which are written as `SCOPE:NAME` and separated by commas.
fn is_entitled(claim: Option<&str>, asked: &str) -> bool {
    let Some(claim) = claim.filter(|claim| !claim.is_empty()) else { return false };
    let mut words = asked.split(':');
    let (first, second) = (words.next().unwrap_or_default(), words.next());
    let (of_organization, of_user) = match (first, second) {
        (_, None) => (true, true),
        ("o" | "org" | "organization", _) => (true, false),
        ("u" | "user", _) => (false, true),
        _ => return false,
    };
    let name = second.filter(|name| !name.is_empty()).unwrap_or(first);
    let mut found = false;
    for entitlement in claim.split(',') {
        let Some((scope, held)) = entitlement.trim().split_once(':') else { return false };
        found |= held == name
            && match scope {
                "o" => of_organization,
                "u" => of_user,
                "ou" | "uo" => true,
                _ => false,
            };
    }
    found
}

/// How recently and with which factors a user must have verified their identity: step-up
/// authentication, which Clerk calls
/// [reverification](https://clerk.com/docs/guides/secure/reverification).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reverification {
    level: ReverificationLevel,
    after_minutes: u32,
}

/// The factors that a [`Reverification`] requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReverificationLevel {
    /// The first factor.
    FirstFactor,
    /// The second factor if one is enrolled, otherwise the first.
    SecondFactor,
    /// Both factors, or only the first if no second factor is enrolled.
    MultiFactor,
}

impl Reverification {
    /// Both factors within 10 minutes.
    pub const STRICT_MFA: Self = Self::new(ReverificationLevel::MultiFactor, 10);
    /// The second factor within 10 minutes.
    pub const STRICT: Self = Self::new(ReverificationLevel::SecondFactor, 10);
    /// The second factor within an hour.
    pub const MODERATE: Self = Self::new(ReverificationLevel::SecondFactor, 60);
    /// The second factor within a day.
    pub const LAX: Self = Self::new(ReverificationLevel::SecondFactor, 1440);

    /// Requires that the factors were verified less than `after_minutes` minutes ago. 0 is never
    /// satisfied.
    #[must_use]
    pub const fn new(level: ReverificationLevel, after_minutes: u32) -> Self {
        Self { level, after_minutes }
    }

    /// The required factors.
    #[must_use]
    pub const fn level(self) -> ReverificationLevel {
        self.level
    }

    /// The number of minutes after which a verification is too old.
    #[must_use]
    pub const fn after_minutes(self) -> u32 {
        self.after_minutes
    }

    fn is_met_by(self, ages: Option<FactorAges>) -> bool {
        let Some(FactorAges { first, second }) = ages else { return false };
        let fresh = |age: f64| age < f64::from(self.after_minutes);
        match (self.level, first, second) {
            (ReverificationLevel::FirstFactor, first, _) | (_, first, None) => {
                first.is_some_and(fresh)
            }
            (ReverificationLevel::SecondFactor, _, Some(second)) => fresh(second),
            (ReverificationLevel::MultiFactor, first, Some(second)) => {
                first.is_some_and(fresh) && fresh(second)
            }
        }
    }
}

impl fmt::Display for Reverification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let factors = match self.level {
            ReverificationLevel::FirstFactor => "the first factor",
            ReverificationLevel::SecondFactor => "the second factor",
            ReverificationLevel::MultiFactor => "both factors",
        };
        write!(f, "reverification of {factors} within {} minutes", self.after_minutes)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn claims(value: &serde_json::Value) -> SessionClaims {
        SessionClaims::from_json(value)
    }

    fn member() -> SessionClaims {
        claims(&json!({
            "sub": "user_1", "v": 2, "fva": [3, -1], "fea": "o:dashboard,uo:teams, u:export", "pla": "u:free,o:pro",
            "o": { "id": "org_1", "rol": "admin", "per": "read,manage", "fpm": "3,1" },
        }))
    }

    #[test]
    fn roles_and_permissions_apply_to_the_active_organization() {
        let member = member();
        for met in [
            role("org:admin"),
            role("admin"),
            permission("org:dashboard:read"),
            permission("dashboard:manage"),
        ] {
            assert!(met.is_met_by(&member), "{met}");
        }
        for unmet in
            [role("org:member"), role(""), permission("org:teams:manage"), permission("dashboard")]
        {
            assert!(!unmet.is_met_by(&member), "{unmet}");
        }
        let nobody = claims(&json!({ "sub": "user_1", "v": 2 }));
        assert!(
            !role("admin").is_met_by(&nobody)
                && !permission("org:dashboard:read").is_met_by(&nobody)
        );
    }

    #[test]
    fn features_and_plans_respect_their_scope() {
        let member = member();
        for met in [
            "o:dashboard",
            "organization:dashboard",
            "dashboard",
            "user:teams",
            "org:teams",
            "export",
        ] {
            assert!(feature(met).is_met_by(&member), "{met}");
        }
        for unmet in ["user:dashboard", "org:export", "bogus:dashboard", "", "dash", "o:"] {
            assert!(!feature(unmet).is_met_by(&member), "{unmet}");
        }
        assert!(plan("free").is_met_by(&member) && plan("o:pro").is_met_by(&member));
        assert!(!plan("o:free").is_met_by(&member));
        let malformed = claims(&json!({ "sub": "user_1", "fea": "o:dashboard,teams" }));
        assert!(!feature("dashboard").is_met_by(&malformed));
    }

    #[test]
    fn every_condition_must_hold() {
        let member = member();
        assert!(role("admin").and(plan("pro")).and(Reverification::STRICT).is_met_by(&member));
        assert!(!role("admin").and(plan("none")).is_met_by(&member));
    }

    #[test]
    fn requirements_describe_their_conditions() {
        let requirement = role("org:admin")
            .and(permission("org:billing:read"))
            .and(feature("o:dashboard"))
            .and(plan("u:free"))
            .and(Reverification::STRICT_MFA);
        assert_eq!(
            requirement.to_string(),
            "role org:admin, permission org:billing:read, feature o:dashboard, plan u:free, \
             reverification of both factors within 10 minutes"
        );
        let [Condition::Role(role), .., Condition::Reverification(reverification)] =
            requirement.conditions()
        else {
            panic!("{:?}", requirement.conditions());
        };
        assert_eq!(role, "org:admin");
        assert_eq!(reverification.level(), ReverificationLevel::MultiFactor);
        assert_eq!(reverification.after_minutes(), 10);
    }

    #[test]
    fn reverification_is_checked_last() {
        let stale = claims(&json!({ "sub": "user_1", "fva": [600, -1] }));
        let requirement = Requirement::from(Reverification::STRICT).and(role("admin"));
        assert_eq!(requirement.unmet_by(&stale), Some(&Condition::Role("admin".into())));
    }

    /// Checks every preset against every kind of `fva`.
    #[test]
    fn presets_require_recently_verified_factors() {
        use Reverification as R;
        let first_factor = R::new(ReverificationLevel::FirstFactor, 5);
        #[rustfmt::skip]
        let table = [
            //  fva                 STRICT_MFA STRICT MODERATE  LAX   first factor, 5 minutes
            (json!([0, 0]),        [true,     true,  true,     true,  true]),
            (json!([3, -1]),       [true,     true,  true,     true,  true]),
            (json!([9, -1]),       [true,     true,  true,     true,  false]),
            (json!([10, -1]),      [false,    false, true,     true,  false]),
            (json!([59, -1]),      [false,    false, true,     true,  false]),
            (json!([60, -1]),      [false,    false, false,    true,  false]),
            (json!([1439, -1]),    [false,    false, false,    true,  false]),
            (json!([1440, -1]),    [false,    false, false,    false, false]),
            (json!([3, 5]),        [true,     true,  true,     true,  true]),
            (json!([20, 5]),       [false,    true,  true,     true,  false]),
            (json!([5, 20]),       [false,    false, true,     true,  false]),
            (json!([1, 90]),       [false,    false, false,    true,  true]),
            (json!([2000, 2000]),  [false,    false, false,    false, false]),
            (json!([-1, 4]),       [false,    true,  true,     true,  false]),
            (json!([-1, -1]),      [false,    false, false,    false, false]),
            (json!([1]),           [false,    false, false,    false, false]),
            (json!([1, 2, 3]),     [false,    false, false,    false, false]),
            (json!(["3", 5]),      [false,    false, false,    false, false]),
            (json!([-2, 5]),       [false,    false, false,    false, false]),
            (json!([null, 5]),     [false,    false, false,    false, false]),
            (json!(null),          [false,    false, false,    false, false]),
            (json!("3,5"),         [false,    false, false,    false, false]),
        ];
        for (fva, expected) in table {
            let claims = claims(&json!({ "sub": "user_1", "fva": fva }));
            let found = [R::STRICT_MFA, R::STRICT, R::MODERATE, R::LAX, first_factor]
                .map(|asked| Requirement::from(asked).is_met_by(&claims));
            assert_eq!(found, expected, "fva {fva}");
        }
        let unasked = claims(&json!({ "sub": "user_1" }));
        assert!(!Requirement::from(R::LAX).is_met_by(&unasked), "no fva");
        let fresh = claims(&json!({ "sub": "user_1", "fva": [0, 0] }));
        assert!(
            !Requirement::from(R::new(ReverificationLevel::FirstFactor, 0)).is_met_by(&fresh),
            "zero minutes"
        );
    }
}
