//! Authentication of browsers, by their cookies.

mod cookies;
mod handshake;
mod organization;
mod refresh;
mod request;
mod satellite;

use std::sync::Arc;

use self::{cookies::ClerkCookies, refresh::Refresh, request::BrowserRequest};
use super::{
    lookup::{Lookup, LookupResults},
    request::RequestHead,
    state::{Reason, RequestState},
};
use crate::{
    config::ClerkConfig,
    token::{InspectedToken, TokenClass, TokenError, VerifiedToken, Verifier, VerifyError},
};

/// Authenticates a request by its cookies. Without a publishable key there are no browsers.
pub(super) fn authenticate(
    head: RequestHead<'_>,
    config: &ClerkConfig,
    verifier: &Verifier,
    results: &LookupResults,
) -> Result<RequestState, Lookup> {
    let Some(publishable_key) = config.publishable_key() else {
        return Ok(RequestState::signed_out(Reason::SessionTokenAndUatMissing));
    };
    let cookies = ClerkCookies::parse(head, publishable_key.cookie_suffix());
    let (request, session) = BrowserRequest::new(head, config, publishable_key, &cookies, verifier);

    if let Some(state) = handshake::resolve(request, verifier, results)? {
        return Ok(state);
    }
    let redirect = satellite::sync_with_primary(request, session.is_some())
        .or_else(|| satellite::return_to_satellite(request));
    if let Some(state) = redirect {
        return Ok(state);
    }
    if request.is_development() && head.has_query("__clerk_db_jwt") {
        return Ok(handshake::start(request, Reason::DevBrowserSync));
    }
    if request.is_development() && request.dev_browser_token().is_none() {
        return Ok(handshake::start(request, Reason::DevBrowserMissing));
    }
    match (session, request.client_uat) {
        (None, 0) => Ok(RequestState::signed_out(Reason::SessionTokenAndUatMissing)),
        (Some(_), 0) => Ok(handshake::start(request, Reason::SessionTokenButNoClientUat)),
        (None, _) => Ok(handshake::start(request, Reason::ClientUatButNoSessionToken)),
        (Some(session), _) => check_session_token(request, session, verifier, results),
    }
}

/// Handles an invalid session token from the `Authorization` header: if it has expired, the cookies
/// may allow to refresh it.
pub(super) fn recover_header_token(
    error: TokenError,
    head: RequestHead<'_>,
    config: &ClerkConfig,
    verifier: &Verifier,
    results: &LookupResults,
) -> Result<RequestState, Lookup> {
    let Some(publishable_key) = config.publishable_key() else {
        return Ok(RequestState::signed_out(error));
    };
    let cookies = ClerkCookies::parse(head, publishable_key.cookie_suffix());
    let (request, _) = BrowserRequest::new(head, config, publishable_key, &cookies, verifier);
    recover(request, error, verifier, results)
}

/// Returns the token that identifies the browser to a development instance.
pub(crate) fn dev_browser_token(head: RequestHead<'_>, config: &ClerkConfig) -> Option<String> {
    let suffix = config.publishable_key()?.cookie_suffix();
    let cookies = ClerkCookies::parse(head, suffix);
    let cookie = cookies.dev_browser.get(true).or_else(|| cookies.dev_browser.get(false));
    head.query("__clerk_db_jwt").or_else(|| Some(cookie?.as_str().to_owned()))
}

/// Returns whether a request has a session cookie, valid or not.
#[cfg(feature = "axum")]
pub(super) fn has_session_cookie(head: RequestHead<'_>, config: &ClerkConfig) -> bool {
    config.publishable_key().is_some_and(|publishable_key| {
        let cookies = ClerkCookies::parse(head, publishable_key.cookie_suffix());
        cookies.session.plain.is_some() || cookies.session.suffixed.is_some()
    })
}

fn check_session_token(
    request: BrowserRequest<'_>,
    session: InspectedToken<'_>,
    verifier: &Verifier,
    results: &LookupResults,
) -> Result<RequestState, Lookup> {
    let is_session = session.class_markers().and_then(|markers| TokenClass::Session.check(markers));
    if let Err(error) = is_session {
        return Ok(RequestState::signed_out(error));
    }
    let client_uat = request.client_uat as f64;
    if session.issued_at().is_some_and(|issued_at| issued_at < client_uat) {
        return Ok(handshake::start(request, Reason::SessionTokenIatBeforeClientUat));
    }
    match verifier.verify_inspected(session, TokenClass::Session) {
        Ok(token) => Ok(check_signed_in(request, token)),
        Err(VerifyError::KeysPending) => Err(Lookup::Keys),
        Err(VerifyError::Invalid(error)) => recover(request, error, verifier, results),
    }
}

/// Checks whether a valid session token may be out of date: the user may have signed in or out on
/// another domain, or the path may belong to another organization.
fn check_signed_in(request: BrowserRequest<'_>, token: Arc<VerifiedToken>) -> RequestState {
    if satellite::comes_from_another_domain(request) && request.redirect_count() == 0 {
        return handshake::start(request, Reason::PrimaryDomainCrossOriginSync);
    }
    if organization::needs_sync(request, token.claims())
        && request.redirect_count() < handshake::MAX_REDIRECTS
    {
        let state = handshake::start(request, Reason::ActiveOrganizationMismatch);
        if matches!(state, RequestState::Redirect { .. }) {
            return state;
        }
    }
    RequestState::signed_in(token)
}

/// Handles an invalid session token: refreshes it, or sends the browser to fetch another one.
fn recover(
    request: BrowserRequest<'_>,
    error: TokenError,
    verifier: &Verifier,
    results: &LookupResults,
) -> Result<RequestState, Lookup> {
    let reason = match error {
        TokenError::NotActiveYet => Reason::SessionTokenNotActiveYet,
        TokenError::IssuedInTheFuture => Reason::SessionTokenIssuedInTheFuture,
        TokenError::Expired => match refresh::refresh(request, verifier, results)? {
            Refresh::Refreshed(state) => return Ok(state),
            Refresh::Failed(refresh) => Reason::SessionTokenExpired { refresh },
        },
        // The user may have signed in again.
        TokenError::SessionRevoked => match refresh::refresh(request, verifier, results)? {
            Refresh::Refreshed(state) => return Ok(state),
            Refresh::Failed(_) => Reason::Token(error),
        },
        error => return Ok(RequestState::signed_out(error)),
    };
    Ok(handshake::start(request, reason))
}
