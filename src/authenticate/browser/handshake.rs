//! The handshake: a browser whose state is unknown is redirected to Clerk, and returns with it.

use std::sync::Arc;

use http::{HeaderValue, header};
use url::Url;

use super::{
    super::{
        lookup::{HandshakePayload, Lookup, LookupResults, is_url_safe},
        state::{Reason, RequestState, ResponseHeaders},
        url_query::without_query_parameters,
    },
    request::BrowserRequest,
};
use crate::{
    api::API_VERSION,
    config::Target,
    token::{TokenClass, TokenError, VerifiedToken, Verifier, VerifyError},
};

/// The number of consecutive redirects after which a browser is treated as signed out.
pub(super) const MAX_REDIRECTS: u32 = 3;

const MAX_NONCE_LENGTH: usize = 128;

/// Starts a handshake. If the browser cannot follow it, or has been redirected too often, it is
/// signed out with the same reason.
pub(super) fn start(request: BrowserRequest<'_>, reason: Reason) -> RequestState {
    if !request.head.wants_document() {
        return RequestState::signed_out(reason);
    }
    match handshake_url(request, &reason) {
        Some(location) => redirect(request, reason, location),
        None => RequestState::signed_out(reason),
    }
}

/// Redirects the browser to a page that syncs its state, under the same conditions as
/// [`start`].
pub(super) fn redirect(request: BrowserRequest<'_>, reason: Reason, location: Url) -> RequestState {
    if !request.head.wants_document() {
        return RequestState::signed_out(reason);
    }
    if request.redirect_count() >= MAX_REDIRECTS {
        tracing::warn!(
            %reason,
            "a browser was redirected to Clerk three times in a row; \
             do the publishable key and the secret key belong to the same instance?"
        );
        return RequestState::signed_out(reason);
    }
    let mut headers = ResponseHeaders::new();
    let count = request.redirect_count() + 1;
    append_cookie(
        &mut headers,
        &format!("__clerk_redirect_count={count}; SameSite=Lax; HttpOnly; Max-Age=2"),
    );
    RequestState::Redirect {
        location: location.into(),
        reason: Some(reason),
        is_handshake: true,
        headers,
    }
}

fn handshake_url(request: BrowserRequest<'_>, reason: &Reason) -> Option<Url> {
    let back = without_query_parameters(&request.url()?, &["__clerk_db_jwt", "__dev_session"]);
    let mut url = request.frontend_api_url()?;
    let path = format!("{}/v1/client/handshake", url.path().trim_end_matches('/'));
    url.set_path(&path);
    let mut query = url.query_pairs_mut();
    query
        .append_pair("redirect_url", back.as_str())
        .append_pair("__clerk_api_version", API_VERSION)
        .append_pair("suffixed_cookies", if request.use_suffixed { "true" } else { "false" })
        .append_pair("__clerk_hs_reason", &reason.as_str())
        .append_pair("format", "nonce");
    if let Some(token) = request.session_token() {
        query.append_pair("__session", token);
    }
    if request.is_development()
        && let Some(token) = request.dev_browser_token()
    {
        query.append_pair("__clerk_db_jwt", &token);
    }
    if let Some(target) = request.organization_target() {
        let organization = match &target {
            Target::OrganizationId(id) => id,
            Target::OrganizationSlug(slug) => slug,
            Target::PersonalAccount => "",
        };
        query.append_pair("organization_id", organization);
    }
    drop(query);
    Some(url)
}

/// Resolves the handshake that the browser returns from. Returns `None` if there is none, or if it
/// failed and the request is to be authenticated as if there had been none.
///
/// Only a request that could have started a handshake can end one. Otherwise any site could make a
/// browser send a request as the user of its choice.
pub(super) fn resolve(
    request: BrowserRequest<'_>,
    verifier: &Verifier,
    results: &LookupResults,
) -> Result<Option<RequestState>, Lookup> {
    let cookies = request.cookies;
    if request.head.uri().query().is_none()
        && cookies.handshake_nonce.is_none()
        && cookies.handshake.is_none()
    {
        return Ok(None);
    }
    if !request.head.wants_document() {
        return Ok(None);
    }
    let nonce =
        request.query_or_cookie("__clerk_handshake_nonce", cookies.handshake_nonce.as_ref());
    let token = || request.query_or_cookie("__clerk_handshake", cookies.handshake.as_ref());
    let directives = if let Some(nonce) = nonce {
        match &results.handshake_payload {
            // Clerk would not recognize it.
            _ if !is_url_safe(&nonce, MAX_NONCE_LENGTH) => Vec::new(),
            None => return Err(Lookup::HandshakePayload { nonce }),
            Some(HandshakePayload::Directives(directives)) => directives.clone(),
            Some(HandshakePayload::NotFound | HandshakePayload::Unavailable) => Vec::new(),
        }
    } else if let Some(token) = token() {
        match verifier.verify_handshake(&token) {
            Ok(directives) => directives,
            Err(VerifyError::KeysPending) => return Err(Lookup::Keys),
            // The token came in the URL, so it does not belong to another application. The keys
            // must have been switched.
            Err(VerifyError::Invalid(error)) if request.is_development() => {
                return Ok(Some(RequestState::HandshakeFailed(error)));
            }
            Err(VerifyError::Invalid(error)) => {
                tracing::debug!(%error, "rejected a handshake token");
                return Ok(None);
            }
        }
    } else {
        return Ok(None);
    };

    let back = request.url().filter(|_| request.is_development()).map(|url| {
        without_query_parameters(
            &url,
            &["__clerk_handshake", "__clerk_help", "__clerk_db_jwt", "__clerk_handshake_nonce"],
        )
    });
    let mut headers = ResponseHeaders::new();
    let session_token = set_cookies(&mut headers, &directives);
    let state = if session_token.is_empty() {
        RequestState::signed_out(Reason::SessionTokenMissing)
    } else {
        match verify_fresh(session_token, verifier, back.is_some()) {
            Ok(token) => RequestState::signed_in(token),
            Err(VerifyError::KeysPending) => return Err(Lookup::Keys),
            Err(VerifyError::Invalid(error)) => {
                tracing::debug!(%error, "rejected the session token of a handshake");
                return Ok(None);
            }
        }
    };
    if request.is_development() {
        // The cookies would be resolved again after the redirect, without end.
        for (name, cookie) in [
            ("__clerk_handshake_nonce", &cookies.handshake_nonce),
            ("__clerk_handshake", &cookies.handshake),
        ] {
            if cookie.is_some() {
                append_cookie(&mut headers, &format!("{name}=; Path=/; Max-Age=0"));
            }
        }
    }
    Ok(Some(match (back, state) {
        (Some(location), state) => RequestState::Redirect {
            location: location.into(),
            reason: state.reason().cloned(),
            is_handshake: false,
            headers,
        },
        (None, state) => state.with_headers(headers),
    }))
}

/// Verifies the session token of a handshake. Before the redirect in development, a wrong local clock
/// is tolerated, because it would make every handshake fail.
fn verify_fresh(
    token: &str,
    verifier: &Verifier,
    is_redirected: bool,
) -> Result<Arc<VerifiedToken>, VerifyError> {
    use TokenError::{Expired, IssuedInTheFuture, NotActiveYet};
    match verifier.verify(token.as_bytes(), TokenClass::Session) {
        Err(VerifyError::Invalid(error @ (Expired | NotActiveYet | IssuedInTheFuture)))
            if is_redirected =>
        {
            tracing::error!(%error, "a new session token is out of date; check this machine's clock");
            verifier.verify_despite_clock(token)
        }
        result => result,
    }
}

/// Appends the cookies that Clerk wants to set, and returns the session token among them, or an
/// empty string.
pub(super) fn set_cookies<'a>(headers: &mut ResponseHeaders, directives: &'a [String]) -> &'a str {
    let mut session_token = "";
    for directive in directives {
        append_cookie(headers, directive);
        let pair = directive.split(';').next().unwrap_or_default();
        let mut parts = pair.split('=');
        if parts.next().is_some_and(|name| name.starts_with("__session")) {
            session_token = parts.next().unwrap_or_default();
        }
    }
    session_token
}

fn append_cookie(headers: &mut ResponseHeaders, directive: &str) {
    if let Ok(mut value) = HeaderValue::from_str(directive) {
        value.set_sensitive(true);
        headers.push((header::SET_COOKIE, value));
    } else {
        tracing::warn!("Clerk sent a cookie that is not a valid header value");
    }
}
