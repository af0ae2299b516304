//! The handshake: a browser whose state is not known is sent to Clerk and comes back with it known.

use std::sync::Arc;

use http::{HeaderValue, header};
use url::Url;

use super::{Browser, Question, Reason, RequestState, ResponseHeaders, organization_sync::Target};
use crate::{
    InstanceType,
    api::API_VERSION,
    token::{TokenClass, TokenError, Unverified, VerifiedToken},
};

/// How often in a row a browser may be sent away before it counts as signed out.
pub(super) const MAX_REDIRECTS: u32 = 3;

/// Sends the browser through a handshake, or elsewhere to the same end. Where it cannot go, or has been too often, it
/// is signed out for the same reason.
pub(super) fn start(browser: &Browser<'_>, reason: Reason, elsewhere: Option<Url>) -> RequestState {
    if !browser.head.wants_document() {
        return RequestState::signed_out(reason);
    }
    let Some(location) = elsewhere.or_else(|| location(browser, &reason)) else {
        return RequestState::signed_out(reason);
    };
    if browser.redirect_count() >= MAX_REDIRECTS {
        tracing::warn!(%reason, "a browser was sent to Clerk and back three times in a row: do the publishable key and the secret key belong to the same instance?");
        return RequestState::signed_out(reason);
    }
    let mut headers = ResponseHeaders::new();
    let count = format!(
        "__clerk_redirect_count={}; SameSite=Lax; HttpOnly; Max-Age=2",
        browser.redirect_count() + 1
    );
    append_cookie(&mut headers, &count);
    RequestState::Redirect {
        location: location.into(),
        reason: Some(reason),
        is_handshake: true,
        headers,
    }
}

fn location(browser: &Browser<'_>, reason: &Reason) -> Option<Url> {
    let back = without_query(&browser.url()?, &["__clerk_db_jwt", "__dev_session"]);
    let mut url = browser.frontend_api_url()?;
    let path = format!("{}/v1/client/handshake", url.path().trim_end_matches('/'));
    url.set_path(&path);
    let mut query = url.query_pairs_mut();
    query
        .append_pair("redirect_url", back.as_str())
        .append_pair("__clerk_api_version", API_VERSION)
        .append_pair("suffixed_cookies", if browser.use_suffixed { "true" } else { "false" })
        .append_pair("__clerk_hs_reason", &reason.as_str())
        .append_pair("format", "nonce");
    if let Some(token) = browser.session_token() {
        query.append_pair("__session", token);
    }
    if let (InstanceType::Development, Some(token)) =
        (browser.instance_type, browser.dev_browser_token())
    {
        query.append_pair("__clerk_db_jwt", &token);
    }
    if let Some(target) = browser.organization_target() {
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

/// Ends a handshake that the browser comes back from. `None` where it failed and the request is to be looked at as if
/// there had been none.
pub(super) fn resolve(browser: &Browser<'_>) -> Result<Option<RequestState>, Question> {
    let in_development = browser.instance_type == InstanceType::Development;
    let directives = if let Some(nonce) =
        browser.query_or("__clerk_handshake_nonce", &browser.cookies.handshake_nonce)
    {
        match &browser.answers.handshake_payload {
            None => return Err(Question::HandshakePayload { nonce }),
            Some(directives) => directives.clone().unwrap_or_default(),
        }
    } else if let Some(token) = browser.query_or("__clerk_handshake", &browser.cookies.handshake) {
        match browser.verifier.verify_handshake(&token) {
            Ok(directives) => directives,
            Err(Unverified::KeysNeeded) => return Err(Question::Keys),
            // The token came in the URL, so it is no other application's: the keys were switched.
            Err(Unverified::Refused(error)) if in_development => {
                return Ok(Some(RequestState::HandshakeFailed(error)));
            }
            Err(Unverified::Refused(error)) => {
                tracing::debug!(%error, "a handshake token was refused");
                return Ok(None);
            }
        }
    } else {
        return Ok(None);
    };

    let mut headers = vec![
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("null")),
        (header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true")),
    ];
    let session_token = set_cookies(&mut headers, &directives);
    let state = if session_token.is_empty() {
        RequestState::signed_out(Reason::SessionTokenMissing)
    } else {
        match verify_fresh(browser, session_token, in_development) {
            Ok(token) => RequestState::signed_in(token),
            Err(Unverified::KeysNeeded) => return Err(Question::Keys),
            Err(Unverified::Refused(error)) => {
                tracing::error!(%error, "the session token of a handshake was refused");
                return Ok(None);
            }
        }
    };
    let back = browser.url().filter(|_| in_development).map(|url| {
        without_query(
            &url,
            &["__clerk_handshake", "__clerk_help", "__clerk_db_jwt", "__clerk_handshake_nonce"],
        )
    });
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

/// In development the clock may be off, which would make every handshake fail.
fn verify_fresh(
    browser: &Browser<'_>,
    token: &str,
    in_development: bool,
) -> Result<Arc<VerifiedToken>, Unverified> {
    use TokenError::{Expired, IssuedInTheFuture, NotActiveYet};
    match browser.verifier.verify(token, TokenClass::Session) {
        Err(Unverified::Refused(error @ (Expired | NotActiveYet | IssuedInTheFuture)))
            if in_development =>
        {
            tracing::error!(%error, "a fresh session token is out of date: set this machine's clock");
            browser.verifier.verify_despite_clock(token)
        }
        result => result,
    }
}

/// Copies the cookies that Clerk wants set, and returns the session token among them.
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
    match HeaderValue::from_str(directive) {
        Ok(mut value) => {
            value.set_sensitive(true);
            headers.push((header::SET_COOKIE, value));
        }
        Err(_) => tracing::warn!("Clerk sent a cookie that no header can carry"),
    }
}

/// The URL without some query parameters.
fn without_query(url: &Url, names: &[&str]) -> Url {
    let mut without = url.clone();
    if url.query().is_some() {
        let kept: Vec<_> =
            url.query_pairs().filter(|(name, _)| !names.contains(&name.as_ref())).collect();
        without.set_query(None);
        if !kept.is_empty() {
            without.query_pairs_mut().extend_pairs(kept);
        }
    }
    without
}
