//! The conditions of a requirement.
//!
//! All checks are pure functions of the principal. Missing or malformed claims never satisfy a
//! condition, and neither do they satisfy its negation.

use std::fmt;

use super::{
    names::{Permission, Role},
    predicate::Predicate,
    reverification::Reverification,
    verdict::Verdict,
};
use crate::{authenticate::Principal, config::TokenType, token::SessionClaims};

/// A single condition of a [`Requirement`](crate::Requirement).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Condition {
    /// An active organization.
    ActiveOrganization,
    /// A role in the active organization.
    Role(Role),
    /// A permission in the active organization.
    Permission(Permission),
    /// A feature of the user or of the active organization.
    Feature(String),
    /// A plan of the user or of the active organization.
    Plan(String),
    /// A recent verification of the user's factors.
    Reverification(Reverification),
    /// A scope of a machine token.
    Scope(String),
    /// A machine, as the sender of a machine-to-machine token.
    Machine(String),
    /// A function of the application.
    When(Predicate),
}

impl Condition {
    /// Returns whether tokens of a type can satisfy the condition at all.
    pub(super) fn applies_to(&self, token_type: TokenType) -> bool {
        match self {
            Self::ActiveOrganization
            | Self::Role(_)
            | Self::Permission(_)
            | Self::Feature(_)
            | Self::Plan(_)
            | Self::Reverification(_) => token_type == TokenType::SessionToken,
            Self::Scope(_) => token_type != TokenType::SessionToken,
            Self::Machine(_) => token_type == TokenType::M2mToken,
            Self::When(_) => true,
        }
    }

    pub(super) fn check(&self, principal: &Principal) -> Verdict {
        match self {
            Self::Scope(scope) => {
                principal.machine_token().map(|token| token.has_scope(scope)).into()
            }
            Self::Machine(machine_id) => principal.machine_id().map(|id| id == machine_id).into(),
            Self::When(predicate) => predicate.check(principal).into(),
            _ => principal.claims().map_or(Verdict::Unknown, |claims| self.check_session(claims)),
        }
    }

    fn check_session(&self, claims: &SessionClaims) -> Verdict {
        let organization = claims.organization();
        match self {
            Self::ActiveOrganization => match organization {
                Some(_) => Verdict::Met,
                None if states_organization(claims) => Verdict::Unknown,
                None => Verdict::Unmet,
            },
            Self::Role(asked) => organization
                .and_then(|organization| organization.role())
                .map(|role| without_org(role) == without_org(asked.as_str()))
                .into(),
            Self::Permission(asked) => {
                let asked = without_org(asked.as_str());
                let is_asked =
                    |held: &String| held.strip_prefix("org:").is_some_and(|held| held == asked);
                organization
                    .and_then(|organization| organization.permissions())
                    .map(|held| held.iter().any(is_asked))
                    .into()
            }
            Self::Feature(asked) => is_entitled(claims.payload().features(), asked).into(),
            Self::Plan(asked) => is_entitled(claims.payload().plans(), asked).into(),
            Self::Reverification(asked) => asked.check(claims.factor_ages()),
            Self::Scope(_) | Self::Machine(_) | Self::When(_) => Verdict::Unknown,
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ActiveOrganization => f.write_str("active organization"),
            Self::Role(role) => write!(f, "role {role}"),
            Self::Permission(permission) => write!(f, "permission {permission}"),
            Self::Feature(feature) => write!(f, "feature {feature}"),
            Self::Plan(plan) => write!(f, "plan {plan}"),
            Self::Reverification(reverification) => reverification.fmt(f),
            Self::Scope(scope) => write!(f, "scope {scope}"),
            Self::Machine(machine_id) => write!(f, "machine {machine_id}"),
            Self::When(predicate) => predicate.fmt(f),
        }
    }
}

/// Returns whether the token has the claim of an active organization, possibly malformed.
fn states_organization(claims: &SessionClaims) -> bool {
    ["o", "org_id"].iter().any(|name| claims.get(name).is_some_and(|claim| !claim.is_null()))
}

fn without_org(name: &str) -> &str {
    let mut name = name;
    while let Some(rest) = name.strip_prefix("org:") {
        name = rest;
    }
    name
}

/// Checks a list of features or plans, which are written as `SCOPE:NAME` and separated by commas.
/// Returns `None` if the list is missing or malformed, or if the requested scope is unknown.
fn is_entitled(claim: Option<&str>, asked: &str) -> Option<bool> {
    let claim = claim.filter(|claim| !claim.is_empty())?;
    let mut words = asked.split(':');
    let (first, second) = (words.next().unwrap_or_default(), words.next());
    let (of_organization, of_user) = match (first, second) {
        (_, None) => (true, true),
        ("o" | "org" | "organization", _) => (true, false),
        ("u" | "user", _) => (false, true),
        _ => return None,
    };
    let name = second.filter(|name| !name.is_empty()).unwrap_or(first);
    let mut found = Some(false);
    for entitlement in claim.split(',') {
        let (scope, held) = entitlement.trim().split_once(':')?;
        let is_in_scope = match scope {
            "o" => Some(of_organization),
            "u" => Some(of_user),
            "ou" | "uo" => Some(true),
            _ => None,
        };
        if held == name && found != Some(true) && is_in_scope != Some(false) {
            found = is_in_scope;
        }
    }
    found
}
