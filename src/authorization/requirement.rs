//! Requirements, and how they are combined.

use std::fmt;

use super::{
    condition::Condition,
    names::{Permission, Role},
    predicate::Predicate,
    reverification::Reverification,
    verdict::Verdict,
};
use crate::{authenticate::Principal, config::TokenType};

/// A condition on a [`Principal`], or a combination of several.
///
/// ```
/// use axum_clerk::{Reverification, guard};
///
/// let admin = guard::role("org:admin").and(guard::plan("o:pro")).and(Reverification::STRICT);
/// assert_eq!(
///     admin.to_string(),
///     "role org:admin, plan o:pro, reverification of the second factor within 10 minutes"
/// );
/// let export = guard::permission("org:data:export").or(guard::scope("export"));
/// assert_eq!(export.to_string(), "permission org:data:export or scope export");
/// ```
///
/// A condition about data that the token lacks is not satisfied, and neither is its
/// [negation](not()): `not(role("org:guest"))` rejects users without an active organization. The
/// same holds for conditions that do not apply to the type of token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement(Expression);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Expression {
    Condition(Condition),
    All(Vec<Requirement>),
    Any(Vec<Requirement>),
    Not(Box<Requirement>),
}

/// Requires any active organization.
#[must_use]
pub fn active_organization() -> Requirement {
    Condition::ActiveOrganization.into()
}

/// Requires a role in the active organization, such as `org:admin`. The prefix `org:` is optional.
#[must_use]
pub fn role(role: impl Into<Role>) -> Requirement {
    Condition::Role(role.into()).into()
}

/// Requires a permission in the active organization, such as `org:billing:read`. The prefix `org:`
/// is optional. It can also be given as an [enum](Permission) of the application.
#[must_use]
pub fn permission(permission: impl Into<Permission>) -> Requirement {
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

/// Requires a machine token with a scope: an API key or an OAuth access token that was granted
/// `read:invoices`, for example.
///
/// The scopes of a machine-to-machine token are not permissions but the IDs of the machines that it
/// may be sent to, of which the configuration's
/// [`machine_id`](crate::ClerkConfigBuilder::machine_id) must be one. To require a certain sender,
/// use [`machine`].
#[must_use]
pub fn scope(scope: impl Into<String>) -> Requirement {
    Condition::Scope(scope.into()).into()
}

/// Requires a machine-to-machine token that was issued to a certain machine, `mch_…`: the sender of
/// the request.
#[must_use]
pub fn machine(machine_id: impl Into<String>) -> Requirement {
    Condition::Machine(machine_id.into()).into()
}

/// Requires that a function of the application returns `true`. It returns `None` if it cannot
/// decide because data is missing; then neither the requirement nor its [negation](not()) is
/// satisfied.
///
/// ```
/// use axum_clerk::{Principal, guard};
///
/// let beta = guard::when(|caller: &Principal| caller.claims()?.get("beta")?.as_bool());
/// let staff = guard::when(|caller: &Principal| caller.user_id() == Some("user_ada"));
/// let guard = guard::require(beta.or(staff));
/// ```
///
/// The function runs with every request, so it should be fast.
#[must_use]
pub fn when<F, R>(function: F) -> Requirement
where
    F: Fn(&Principal) -> R + Send + Sync + 'static,
    R: Into<Option<bool>>,
{
    Condition::When(Predicate::new(move |principal| function(principal).into())).into()
}

/// Requires all of several requirements.
///
/// # Panics
///
/// Panics at startup if the list is empty.
#[must_use]
pub fn all<R: Into<Requirement>>(requirements: impl IntoIterator<Item = R>) -> Requirement {
    let all: Vec<Requirement> = requirements.into_iter().map(Into::into).collect();
    assert!(!all.is_empty(), "guard::all without requirements would admit every caller");
    Requirement(Expression::All(all))
}

/// Requires at least one of several requirements.
///
/// ```
/// use axum_clerk::guard;
///
/// let may_export = guard::any([
///     guard::permission("org:data:export"),
///     guard::scope("export"),
///     guard::machine("mch_backup"),
/// ]);
/// let guard = guard::require(may_export);
/// ```
///
/// # Panics
///
/// Panics at startup if the list is empty.
#[must_use]
pub fn any<R: Into<Requirement>>(requirements: impl IntoIterator<Item = R>) -> Requirement {
    let any: Vec<Requirement> = requirements.into_iter().map(Into::into).collect();
    assert!(!any.is_empty(), "guard::any without requirements would reject every caller");
    Requirement(Expression::Any(any))
}

/// Requires that a requirement is not satisfied. If the token lacks the data to decide that, the
/// negation is not satisfied either.
#[must_use]
pub fn not(requirement: impl Into<Requirement>) -> Requirement {
    Requirement(Expression::Not(Box::new(requirement.into())))
}

impl Requirement {
    /// Requires another requirement as well.
    #[must_use]
    pub fn and(self, other: impl Into<Self>) -> Self {
        let flatten = |requirement: Self| match requirement.0 {
            Expression::All(all) => all,
            expression => vec![Self(expression)],
        };
        let mut all = flatten(self);
        all.extend(flatten(other.into()));
        Self(Expression::All(all))
    }

    /// Allows another requirement instead.
    #[must_use]
    pub fn or(self, other: impl Into<Self>) -> Self {
        let flatten = |requirement: Self| match requirement.0 {
            Expression::Any(any) => any,
            expression => vec![Self(expression)],
        };
        let mut any = flatten(self);
        any.extend(flatten(other.into()));
        Self(Expression::Any(any))
    }

    /// Returns the condition, if the requirement is a single one.
    #[must_use]
    pub fn condition(&self) -> Option<&Condition> {
        match &self.0 {
            Expression::Condition(condition) => Some(condition),
            _ => None,
        }
    }

    /// Returns all conditions that the requirement mentions, in the order in which they were added.
    #[must_use]
    pub fn conditions(&self) -> Vec<&Condition> {
        match &self.0 {
            Expression::Condition(condition) => vec![condition],
            Expression::All(several) | Expression::Any(several) => {
                several.iter().flat_map(Self::conditions).collect()
            }
            Expression::Not(requirement) => requirement.conditions(),
        }
    }

    /// Returns whether the principal satisfies the requirement.
    #[must_use]
    pub fn is_met_by(&self, principal: &Principal) -> bool {
        self.check(principal) == Verdict::Met
    }

    /// Returns whether tokens of a type can satisfy the requirement at all.
    pub(crate) fn applies_to(&self, token_type: TokenType) -> bool {
        let applies = |requirement: &Self| requirement.applies_to(token_type);
        match &self.0 {
            Expression::Condition(condition) => condition.applies_to(token_type),
            Expression::All(all) => all.iter().all(applies),
            Expression::Any(any) => any.iter().any(applies),
            Expression::Not(requirement) => requirement.applies_to(token_type),
        }
    }

    fn check(&self, principal: &Principal) -> Verdict {
        let check = |requirement: &Self| requirement.check(principal);
        match &self.0 {
            Expression::Condition(condition) => condition.check(principal),
            Expression::All(all) => Verdict::all(all.iter().map(check)),
            Expression::Any(any) => Verdict::any(any.iter().map(check)),
            Expression::Not(requirement) => requirement.check(principal).negate(),
        }
    }

    /// Returns the part of the requirement that the principal does not satisfy. Reverification comes
    /// last, so that users are not asked to verify again if the request is forbidden anyway.
    pub(crate) fn unmet_by(&self, principal: &Principal) -> Option<&Self> {
        if self.is_met_by(principal) {
            return None;
        }
        Some(match &self.0 {
            Expression::Condition(_) | Expression::Not(_) => self,
            Expression::All(all) => {
                let mut unmet = all.iter().filter_map(|one| one.unmet_by(principal));
                let first = unmet.next().unwrap_or(self);
                if first.is_reverification() {
                    unmet.find(|one| !one.is_reverification()).unwrap_or(first)
                } else {
                    first
                }
            }
            Expression::Any(any) => {
                let applies = |one: &&Self| one.applies_to(principal.token_type());
                let unmet = any.iter().filter(applies).filter_map(|one| one.unmet_by(principal));
                let unmet: Vec<_> = unmet.collect();
                match (unmet.iter().find(|one| one.is_reverification()), &unmet[..]) {
                    // Reverification is all that one of the alternatives lacks.
                    (Some(one), _) | (None, [one]) => one,
                    _ => self,
                }
            }
        })
    }

    fn is_reverification(&self) -> bool {
        matches!(self.condition(), Some(Condition::Reverification(_)))
    }

    /// Describes what a caller lacks, for example "the role org:admin".
    pub(crate) fn description(&self) -> String {
        match self.condition() {
            Some(condition @ Condition::ActiveOrganization) => format!("an {condition}"),
            Some(condition) => format!("the {condition}"),
            None => self.to_string(),
        }
    }

    /// Writes several requirements, with parentheses around those that consist of several parts.
    fn write_list(list: &[Self], separator: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, requirement) in list.iter().enumerate() {
            if i > 0 {
                f.write_str(separator)?;
            }
            match &requirement.0 {
                Expression::All(_) | Expression::Any(_) if list.len() > 1 => {
                    write!(f, "({requirement})")?;
                }
                _ => write!(f, "{requirement}")?,
            }
        }
        Ok(())
    }
}

impl Principal {
    /// Returns whether the principal satisfies a requirement.
    ///
    /// ```
    /// use axum_clerk::{Principal, guard};
    ///
    /// fn may_export(caller: &Principal) -> bool {
    ///     caller.has(guard::permission("org:data:export").or(guard::scope("export")))
    /// }
    /// ```
    #[must_use]
    pub fn has(&self, requirement: impl Into<Requirement>) -> bool {
        requirement.into().is_met_by(self)
    }
}

impl From<Condition> for Requirement {
    fn from(condition: Condition) -> Self {
        Self(Expression::Condition(condition))
    }
}

impl From<Reverification> for Requirement {
    fn from(reverification: Reverification) -> Self {
        Condition::Reverification(reverification).into()
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Expression::Condition(condition) => condition.fmt(f),
            Expression::All(all) => Self::write_list(all, ", ", f),
            Expression::Any(any) => Self::write_list(any, " or ", f),
            Expression::Not(requirement) => match requirement.0 {
                Expression::All(_) | Expression::Any(_) => write!(f, "not ({requirement})"),
                _ => write!(f, "not {requirement}"),
            },
        }
    }
}
