//! Social providers, which the emulator plays: a page to choose an account, and the way back to the
//! app.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Form, State},
    response::{IntoResponse, Response},
    routing::get,
};
use http::StatusCode;
use serde::Deserialize;
use url::Url;

use super::{
    browser::{return_url, with_dev_browser},
    pages,
    responses::redirect,
};
use crate::emulator::{
    http::{FormBody, Query, Result, fields},
    store::{EmulatorState, Instance, SocialAccount},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/social-provider", get(choose).post(chosen))
}

/// Builds the route below `/v1` that the provider redirects back to.
pub(super) fn callback_routes() -> Router<Arc<Instance>> {
    Router::new().route("/oauth_callback", get(callback).post(posted_callback))
}

#[derive(Deserialize)]
struct Visit {
    state: String,
}

/// Shows the page of the provider.
async fn choose(State(instance): EmulatorState, Query(visit): Query<Visit>) -> Result<Response> {
    let store = instance.store();
    let attempt = store.social_attempt(&visit.state)?;
    let accounts = store.known_accounts(&attempt.strategy);
    Ok(pages::provider(&attempt.strategy, &accounts, None).into_response())
}

#[derive(Deserialize)]
struct Choice {
    email_address: String,
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    last_name: String,
}

/// Redirects the browser back to Clerk, with an authorization code for the chosen account.
async fn chosen(
    State(instance): EmulatorState,
    Query(visit): Query<Visit>,
    Form(choice): Form<Choice>,
) -> Result<Response> {
    let mut store = instance.store();
    let strategy = store.social_attempt(&visit.state)?.strategy.clone();
    let email_address = match fields::email_address("email_address", choice.email_address.trim()) {
        Ok(email_address) => email_address,
        Err(error) => {
            let accounts = store.known_accounts(&strategy);
            let page = pages::provider(&strategy, &accounts, Some(error.message()));
            return Ok((error.status(), page).into_response());
        }
    };
    let (first_name, last_name) = (choice.first_name, choice.last_name);
    let account = SocialAccount { strategy, email_address, first_name, last_name };
    let code = store.choose_account(&visit.state, account)?;
    let callback = format!("{}/v1/oauth_callback", instance.url);
    let parameters = [("state", visit.state.as_str()), ("code", &code)];
    let callback =
        Url::parse_with_params(&callback, parameters).expect("the emulator's URL is valid");
    Ok(redirect(StatusCode::SEE_OTHER, &callback, []))
}

#[derive(Deserialize)]
struct Callback {
    state: String,
    code: Option<String>,
}

async fn callback(instance: EmulatorState, Query(callback): Query<Callback>) -> Result<Response> {
    end_visit(instance, &callback)
}

async fn posted_callback(
    instance: EmulatorState,
    FormBody(callback): FormBody<Callback>,
) -> Result<Response> {
    end_visit(instance, &callback)
}

/// Redirects the browser back to the app.
fn end_visit(State(instance): EmulatorState, callback: &Callback) -> Result<Response> {
    let code = callback.code.as_deref().unwrap_or_default();
    let attempt = instance.store().return_from_provider(&callback.state, code)?;
    let url = return_url(&instance, &attempt.redirect_url)?;
    let url = with_dev_browser(&instance, url, &attempt.client_token);
    let cookies = [instance.client_cookie(&attempt.client_token)];
    Ok(redirect(StatusCode::SEE_OTHER, &url, cookies))
}
