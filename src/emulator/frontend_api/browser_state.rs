//! Endpoints that browsers are sent to because of the state that the Frontend API keeps in them.

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderName, StatusCode};
use serde::Deserialize;

use super::{
    browser::{Browser, return_url, with_dev_browser},
    responses::{redirect, set_cookies},
};
use crate::emulator::{
    http::{ClerkError, Query, Result, expired},
    store::{EmulatorState, Instance},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/redirect", get(redirect_to_app))
        .route("/clear-site-data", get(clear))
        .route("/dev_browser/init", get(init_dev_browser))
        .route("/dev_browser/set_first_party_cookie", post(set_cookie))
}

#[derive(Deserialize)]
struct Redirect {
    redirect_url: Option<String>,
}

/// Redirects to the app, which then recognizes the browser.
async fn redirect_to_app(
    State(instance): EmulatorState,
    browser: Browser,
    Query(query): Query<Redirect>,
) -> Result<Response> {
    let url = query.redirect_url.ok_or_else(|| ClerkError::missing_param("redirect_url"))?;
    let client = browser.page_client(&instance);
    let url = with_dev_browser(&instance, return_url(&instance, &url)?, &client);
    Ok(redirect(StatusCode::TEMPORARY_REDIRECT, &url, [instance.client_cookie(&client)]))
}

/// Makes the browser forget its client.
async fn clear(State(instance): EmulatorState) -> impl IntoResponse {
    let header = HeaderName::from_static("clear-site-data");
    ([(header, "\"cookies\"")], set_cookies([expired(instance.client_cookie_name())]))
}

/// Returns the page in an iframe with which old versions of clerk-js set up a dev browser.
async fn init_dev_browser(State(instance): EmulatorState, browser: Browser) -> impl IntoResponse {
    set_cookies([instance.client_cookie(&browser.page_client(&instance))])
}

/// Keeps the client in a cookie of the Frontend API.
async fn set_cookie(State(instance): EmulatorState, browser: Browser) -> impl IntoResponse {
    set_cookies([instance.client_cookie(&browser.page_client(&instance))])
}
