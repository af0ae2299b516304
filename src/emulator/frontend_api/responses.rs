//! Responses that set cookies and redirect browsers.

use axum::response::{AppendHeaders, IntoResponse, Response};
use cookie::Cookie;
use http::{
    HeaderName, StatusCode,
    header::{CACHE_CONTROL, LOCATION, SET_COOKIE},
};
use url::Url;

/// Redirects a browser: with 307 in the middle of a chain of redirects, or with 303 after a form.
pub(super) fn redirect(
    status: StatusCode,
    to: &Url,
    cookies: impl IntoIterator<Item = Cookie<'static>>,
) -> Response {
    let headers = [(LOCATION, to.to_string()), (CACHE_CONTROL, "no-store".to_owned())];
    (status, headers, set_cookies(cookies)).into_response()
}

pub(super) fn set_cookies(
    cookies: impl IntoIterator<Item = Cookie<'static>>,
) -> AppendHeaders<Vec<(HeaderName, String)>> {
    AppendHeaders(cookies.into_iter().map(|cookie| (SET_COOKIE, cookie.to_string())).collect())
}
