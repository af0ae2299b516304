//! Organization sync: the path of a request may require another active organization.

use super::request::BrowserRequest;
use crate::{config::Target, token::SessionClaims};

/// Returns whether the active organization differs from the one that the path belongs to.
pub(super) fn needs_sync(request: BrowserRequest<'_>, claims: &SessionClaims) -> bool {
    let Some(target) = request.organization_target() else { return false };
    if claims.is_pending() {
        return false;
    }
    let active = claims.organization();
    match target {
        Target::OrganizationId(id) => active.is_none_or(|active| active.id() != id),
        Target::OrganizationSlug(slug) => active.is_none_or(|active| active.slug() != Some(&slug)),
        Target::PersonalAccount => active.is_some(),
    }
}
