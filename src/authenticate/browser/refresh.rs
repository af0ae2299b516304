//! Refreshing an expired session token with the refresh token in the cookies.

use std::{borrow::Cow, collections::BTreeMap};

use http::{HeaderName, Method, header};

use super::{
    super::{
        lookup::{Lookup, LookupResults, RefreshRequest},
        state::{RequestState, ResponseHeaders},
    },
    cookies::ClerkCookies,
    handshake::set_cookies,
    request::BrowserRequest,
};
use crate::{
    config::PublishableKey,
    token::{Jwt, TokenClass, Verifier, VerifyError},
};

/// The outcome of refreshing a session token.
pub(super) enum Refresh {
    Refreshed(RequestState),
    /// The reason, in Clerk's words.
    Failed(Cow<'static, str>),
}

/// Refreshes an expired session token, if the request is eligible.
pub(super) fn refresh(
    request: BrowserRequest<'_>,
    verifier: &Verifier,
    results: &LookupResults,
) -> Result<Refresh, Lookup> {
    let failed = |reason: &'static str| Ok(Refresh::Failed(Cow::Borrowed(reason)));
    if request.head.method != Method::GET {
        return failed("non-eligible-non-get");
    }
    let Some(refresh_token) = &request.cookies.refresh else {
        return failed("non-eligible-no-refresh-cookie");
    };
    let directives = match &results.refresh {
        Some(Ok(directives)) => directives,
        Some(Err(code)) => return Ok(Refresh::Failed(Cow::Owned(code.clone()))),
        None => {
            let token = request.session_token().unwrap_or_default();
            let Ok(jwt) = Jwt::decode(token.as_bytes()) else {
                return failed("expired-session-token-decode-failed");
            };
            let session_id = jwt.payload.session_id().unwrap_or_default();
            if session_id.is_empty() {
                return failed("expired-session-token-missing-sid-claim");
            }
            return Err(Lookup::Refresh(Box::new(RefreshRequest {
                session_id: session_id.to_owned(),
                suffixed_cookies: request.use_suffixed,
                format: "cookie",
                expired_token: token.to_owned(),
                refresh_token: refresh_token.as_str().to_owned(),
                request_origin: request
                    .url()
                    .map_or_else(String::new, |url| url.origin().ascii_serialization()),
                request_headers: forwarded_headers(request),
            })));
        }
    };
    if directives.is_empty() {
        return failed("unexpected-sdk-error");
    }
    let mut headers = ResponseHeaders::new();
    let token = set_cookies(&mut headers, directives);
    match verifier.verify(token.as_bytes(), TokenClass::Session) {
        Ok(token) => Ok(Refresh::Refreshed(RequestState::signed_in(token).with_headers(headers))),
        Err(VerifyError::KeysPending) => Err(Lookup::Keys),
        Err(VerifyError::Invalid(_)) => failed("invalid-session-token"),
    }
}

/// Returns the values of the request headers that Clerk needs. Other headers may carry secrets of
/// the application, and so may its cookies.
fn forwarded_headers(request: BrowserRequest<'_>) -> BTreeMap<String, Vec<String>> {
    let mut lists = BTreeMap::<_, Vec<_>>::new();
    let suffix = request.config.publishable_key().map_or("", PublishableKey::cookie_suffix);
    let mut push = |name: &HeaderName, value: &[u8]| {
        let value = String::from_utf8_lossy(value).into_owned();
        lists.entry(name.to_string()).or_default().push(value);
    };
    for (name, value) in request.head.headers {
        if *name == header::COOKIE {
            let cookies = ClerkCookies::filter(value.as_bytes(), suffix);
            if !cookies.is_empty() {
                push(name, &cookies);
            }
        } else if is_forwarded(name) {
            push(name, value.as_bytes());
        }
    }
    lists
}

/// Returns whether Clerk uses a header: to show the device and the location of a session, or to
/// check the origin of the request.
fn is_forwarded(name: &HeaderName) -> bool {
    const FORWARDED: [&str; 13] = [
        "accept-language",
        "cf-connecting-ip",
        "cf-ipcountry",
        "forwarded",
        "host",
        "origin",
        "referer",
        "true-client-ip",
        "user-agent",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-real-ip",
    ];
    FORWARDED.contains(&name.as_str()) || name.as_str().starts_with("sec-ch-ua")
}
