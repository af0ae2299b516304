//! Checks whether an unauthenticated request carries credentials.

use super::{
    browser::has_session_cookie,
    request::RequestHead,
    state::{Reason, RequestState},
};
use crate::config::{ClerkConfig, TokenType};

/// Returns whether a request carries credentials for Clerk, valid or not.
pub(crate) fn carries_credentials(
    head: RequestHead<'_>,
    state: &RequestState,
    config: &ClerkConfig,
) -> bool {
    let Some(reason) = state.reason() else { return true };
    match reason {
        // Nothing was authenticated, or there is nothing to authenticate. Cookies of another
        // instance on the same domain do not matter.
        Reason::ExcludedRoute
        | Reason::NoTokenInHeader
        | Reason::SessionTokenAndUatMissing
        | Reason::ClientUatButNoSessionToken
        | Reason::SessionTokenMissing => false,
        Reason::Token(_)
        | Reason::MachineToken(_)
        | Reason::SessionTokenButNoClientUat
        | Reason::SessionTokenIatBeforeClientUat
        | Reason::SessionTokenExpired { .. }
        | Reason::SessionTokenNotActiveYet
        | Reason::SessionTokenIssuedInTheFuture
        | Reason::ActiveOrganizationMismatch => true,
        // Decided before the session token was inspected.
        Reason::DevBrowserMissing
        | Reason::DevBrowserSync
        | Reason::SatelliteNeedsSyncing
        | Reason::PrimaryRespondsToSyncing
        | Reason::PrimaryDomainCrossOriginSync => {
            config.accepted_tokens().contains(&TokenType::SessionToken)
                && has_session_cookie(head, config)
        }
    }
}
