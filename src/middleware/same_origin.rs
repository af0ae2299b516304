//! Detection of requests that another site may have caused.

use http::{HeaderMap, HeaderName, Method, header};

use super::auth::ClerkAuth;
use crate::authenticate::RequestHead;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Returns whether a request cannot have been forged by another site: it changes nothing, carries
/// its credentials in the `Authorization` header, or comes from an origin that is trusted.
pub(super) fn is_same_origin(auth: &ClerkAuth, head: RequestHead<'_>) -> bool {
    if is_safe(head) || is_authenticated_by_header(auth, head) {
        return true;
    }
    let config = auth.clerk().config();
    let site = head.headers.get(SEC_FETCH_SITE);
    let origin = head.headers.get(header::ORIGIN);
    let public_origin = || head.public_url(config).map(|url| url.origin().ascii_serialization());
    let is_accepted = match (site, origin) {
        (_, Some(origin)) if config.authorized_parties().iter().any(|party| origin == party) => {
            true
        }
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, Some(origin)) => public_origin().is_some_and(|expected| origin == expected.as_str()),
        // Not a browser, or a very old one.
        (None, None) => auth.state().session().is_none(),
    };
    if !is_accepted {
        tracing::debug!(
            ?site,
            ?origin,
            expected = public_origin(),
            "the request comes from another origin than the expected one, which behind a proxy \
             depends on the forwarded host and scheme"
        );
    }
    is_accepted
}

/// Returns whether the request only reads. A WebSocket starts with a `GET`, but can do anything.
fn is_safe(head: RequestHead<'_>) -> bool {
    matches!(*head.method, Method::GET | Method::HEAD | Method::OPTIONS)
        && !is_upgrade(head.headers)
}

fn is_upgrade(headers: &HeaderMap) -> bool {
    let lists_upgrade = |list: &[u8]| {
        list.split(|&byte| byte == b',')
            .any(|item| item.trim_ascii().eq_ignore_ascii_case(b"upgrade"))
    };
    headers.contains_key(header::UPGRADE)
        || headers.get_all(header::CONNECTION).iter().any(|list| lists_upgrade(list.as_bytes()))
}

/// Returns whether the token that was accepted is the one in the `Authorization` header, which
/// browsers never add by themselves. An expired token in that header may have been refreshed by
/// cookies.
fn is_authenticated_by_header(auth: &ClerkAuth, head: RequestHead<'_>) -> bool {
    match auth.state().session() {
        Some(session) => head.header_token() == Some(session.token().as_bytes()),
        None => auth.machine_token().is_some(),
    }
}
