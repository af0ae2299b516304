//! Refreshing an expired session token with the refresh token in the cookies.

use std::{borrow::Cow, collections::BTreeMap};

use http::{HeaderMap, Method};
use serde_json::Value;

use super::{
    super::{
        lookup::{Lookup, LookupResults, RefreshRequest},
        state::{RequestState, ResponseHeaders},
    },
    handshake::set_cookies,
    request::BrowserRequest,
};
use crate::token::{Jwt, TokenClass, Verifier, VerifyError};

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
    let Some(refresh_token) = request.cookies.refresh.as_deref() else {
        return failed("non-eligible-no-refresh-cookie");
    };
    let directives = match &results.refresh {
        Some(Ok(directives)) => directives,
        Some(Err(code)) => return Ok(Refresh::Failed(Cow::Owned(code.clone()))),
        None => {
            let token = request.session_token().unwrap_or_default();
            let Ok(jwt) = Jwt::decode(token) else {
                return failed("expired-session-token-decode-failed");
            };
            let session_id = jwt.claims.get("sid").and_then(Value::as_str).unwrap_or_default();
            if session_id.is_empty() {
                return failed("expired-session-token-missing-sid-claim");
            }
            return Err(Lookup::Refresh(Box::new(RefreshRequest {
                session_id: session_id.to_owned(),
                suffixed_cookies: request.use_suffixed,
                format: "cookie",
                expired_token: token.to_owned(),
                refresh_token: refresh_token.to_owned(),
                request_origin: request
                    .url()
                    .map_or_else(String::new, |url| url.origin().ascii_serialization()),
                request_headers: header_lists(request.head.headers),
            })));
        }
    };
    if directives.is_empty() {
        return failed("unexpected-sdk-error");
    }
    let mut headers = ResponseHeaders::new();
    let token = set_cookies(&mut headers, directives);
    match verifier.verify(token, TokenClass::Session) {
        Ok(token) => Ok(Refresh::Refreshed(RequestState::signed_in(token).with_headers(headers))),
        Err(VerifyError::KeysPending) => Err(Lookup::Keys),
        Err(VerifyError::Invalid(_)) => failed("invalid-session-token"),
    }
}

/// Returns the values of each header.
fn header_lists(headers: &HeaderMap) -> BTreeMap<String, Vec<String>> {
    let mut lists = BTreeMap::<_, Vec<_>>::new();
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        lists.entry(name.to_string()).or_default().push(value);
    }
    lists
}
