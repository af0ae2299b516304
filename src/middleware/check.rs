//! The conditions under which guards pass requests on.

use super::{audience::is_for_audience, organization_in_path::is_in, rejection::RejectionKind};
use crate::{
    authenticate::Principal,
    authorization::{Condition, Requirement},
    config::TokenType,
};

/// The condition under which a guard passes a request on.
#[derive(Debug)]
pub(super) enum Check {
    /// The request carries a valid token of one of these types.
    Accept(Vec<TokenType>),
    Requirement(Requirement),
    /// The token is intended for this audience.
    Audience(String),
    /// The caller belongs to the organization that a path parameter names.
    #[cfg_attr(not(feature = "axum"), expect(dead_code, reason = "the router is Axum's"))]
    OrganizationInPath(String),
    /// No other site may have caused the request.
    SameOrigin,
}

impl Check {
    /// Returns whether tokens of a type can pass. A valid token of another type is rejected like an
    /// unauthenticated request.
    pub(super) fn accepts(&self, token_type: TokenType) -> bool {
        match self {
            Self::Accept(types) => types.contains(&token_type),
            Self::Requirement(requirement) => requirement.applies_to(token_type),
            Self::OrganizationInPath(_) => {
                matches!(token_type, TokenType::SessionToken | TokenType::ApiKey)
            }
            Self::Audience(_) | Self::SameOrigin => true,
        }
    }

    /// Checks a caller with a token of an accepted type, and the value of the path parameter.
    pub(super) fn check(
        &self,
        caller: &Principal,
        path_parameter: Option<&str>,
    ) -> Result<(), RejectionKind> {
        match self {
            Self::Accept(_) | Self::SameOrigin => Ok(()),
            Self::Requirement(requirement) => check_requirement(caller, requirement),
            Self::Audience(audience) if is_for_audience(caller, audience) => Ok(()),
            Self::Audience(_) => Err(RejectionKind::wrong_audience()),
            Self::OrganizationInPath(name) => match path_parameter {
                Some(id_or_slug) if is_in(caller, id_or_slug) => Ok(()),
                Some(_) => Err(RejectionKind::NotInOrganization),
                None => {
                    tracing::warn!(
                        parameter = name,
                        "rejected a request, because its route has no such path parameter, or its \
                         value is ambiguous or not UTF-8; add guard::organization_in_path to routes \
                         with the parameter"
                    );
                    Err(RejectionKind::NotInOrganization)
                }
            },
        }
    }
}

/// Checks a caller with a token of a type that the requirement applies to.
pub(super) fn check_requirement(
    caller: &Principal,
    requirement: &Requirement,
) -> Result<(), RejectionKind> {
    let Some(unmet) = requirement.unmet_by(caller) else { return Ok(()) };
    Err(match unmet.condition() {
        Some(Condition::Reverification(reverification)) => {
            RejectionKind::Reverification(*reverification)
        }
        Some(Condition::Scope(scope)) => RejectionKind::MissingScope(scope.clone()),
        _ => RejectionKind::Forbidden(unmet.clone()),
    })
}
