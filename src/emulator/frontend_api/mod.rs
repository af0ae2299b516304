//! The Frontend API, as far as servers send browsers there, and the pages that Clerk has at the account portal.

mod browser;
mod handshake;
mod pages;
mod portal;
mod sign_in;
mod tickets;

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    response::{AppendHeaders, IntoResponse, Response},
};
use cookie::Cookie;
use http::{
    HeaderName, StatusCode,
    header::{CACHE_CONTROL, LOCATION, SET_COOKIE},
};
use url::Url;

use super::instance::Instance;

pub(super) use self::portal::routes as pages;

type Clerk = State<Arc<Instance>>;

pub(super) fn routes() -> Router<Arc<Instance>> {
    handshake::routes().merge(tickets::routes())
}

/// Sends a browser elsewhere: 307 where it was on its way anyway, 303 from a form.
fn redirect(
    status: StatusCode,
    to: &Url,
    cookies: impl IntoIterator<Item = Cookie<'static>>,
) -> Response {
    let headers = [(LOCATION, to.to_string()), (CACHE_CONTROL, "no-store".to_owned())];
    (status, headers, set_cookies(cookies)).into_response()
}

fn set_cookies(
    cookies: impl IntoIterator<Item = Cookie<'static>>,
) -> AppendHeaders<Vec<(HeaderName, String)>> {
    AppendHeaders(cookies.into_iter().map(|cookie| (SET_COOKIE, cookie.to_string())).collect())
}
