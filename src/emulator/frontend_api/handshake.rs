//! Handshakes: an app redirects browsers of unknown state here, and the Frontend API redirects them
//! back along with their state.

use std::sync::Arc;

use axum::{
    Router,
    extract::{OriginalUri, State},
    response::Response,
    routing::get,
};
use http::StatusCode;
use serde::Deserialize;
use url::Url;

use super::{
    browser::{Browser, is_satellite, return_url},
    responses::redirect,
};
use crate::authenticate::set_query_parameter;
use crate::config::InstanceType;
use crate::emulator::{
    http::{ClerkError, Query, Result, short_lived},
    store::{EmulatorState, Instance},
    tokens::random_id,
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/client/handshake", get(handshake))
        .route("/client/sync", get(sync))
        .route("/client/link", get(link))
}

#[derive(Deserialize)]
struct Handshake {
    redirect_url: Option<String>,
    #[serde(default)]
    format: Format,
    organization_id: Option<String>,
    /// Whether a satellite has already synced with the primary domain.
    #[serde(default)]
    __clerk_synced: bool,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Format {
    Nonce,
    #[default]
    Token,
}

async fn handshake(
    State(instance): EmulatorState,
    browser: Browser,
    OriginalUri(uri): OriginalUri,
    Query(query): Query<Handshake>,
) -> Result<Response> {
    let redirect_url =
        query.redirect_url.ok_or_else(|| ClerkError::missing_param("redirect_url"))?;
    let back = return_url(&instance, &redirect_url)?;
    let client = match browser.app_client(&instance) {
        Some(client) => client,
        None if browser.is_at_satellite(&instance) && !query.__clerk_synced => {
            let handshake = browser.origin.join(&uri.to_string()).unwrap_or(browser.origin);
            return Ok(redirect_to_primary(&instance, handshake));
        }
        None => instance.store().create_client().token.clone(),
    };
    if let Some(organization) = query.organization_id {
        activate(&instance, &client, &organization)?;
    }

    end_handshake(&instance, &client, back, query.format)
}

/// Redirects a browser back to the app, along with the state of its client.
pub(super) fn end_handshake(
    instance: &Instance,
    client: &str,
    mut back: Url,
    format: Format,
) -> Result<Response> {
    let cookies = instance.handshake_cookies(client, &back.origin().ascii_serialization())?;
    let directives: Vec<String> = cookies.iter().map(ToString::to_string).collect();
    let (name, value) = match format {
        Format::Token => ("__clerk_handshake", instance.handshake_token(&directives)),
        Format::Nonce => {
            let nonce = random_id(40);
            instance.store().handshakes.insert(nonce.clone(), directives);
            ("__clerk_handshake_nonce", nonce)
        }
    };
    let cookies = match instance.instance_type() {
        InstanceType::Development => {
            set_query_parameter(&mut back, name, &value);
            vec![]
        }
        InstanceType::Production => vec![short_lived(name, value), instance.client_cookie(client)],
    };
    Ok(redirect(StatusCode::TEMPORARY_REDIRECT, &back, cookies))
}

/// Activates an organization, given as ID or slug, or the personal account if the string is empty.
/// Does nothing if the organization does not exist or the user is not a member of it.
fn activate(instance: &Instance, client: &str, organization: &str) -> Result<()> {
    let Some(session_id) = instance.with_current_session(client, |session| session.id.clone())
    else {
        return Ok(());
    };
    let mut store = instance.store();
    if organization.is_empty() {
        return store.activate_personal_account(&session_id);
    }
    let id =
        store.organization(organization).ok().and_then(|organization| organization["id"].as_str());
    if let Some(id) = id.map(str::to_owned) {
        // Users who are not members keep their active organization.
        let _ = store.activate_organization(&session_id, &id);
    }
    Ok(())
}

/// Redirects from a satellite's Frontend API to that of the primary domain, whose cookies it does
/// not share.
fn redirect_to_primary(instance: &Instance, mut handshake: Url) -> Response {
    set_query_parameter(&mut handshake, "__clerk_synced", "true");
    let sync = format!("{}/v1/client/sync", instance.url);
    let sync = Url::parse_with_params(
        &sync,
        [("link_domain", handshake.authority()), ("redirect_url", handshake.as_str())],
    );
    redirect(StatusCode::TEMPORARY_REDIRECT, &sync.unwrap_or(handshake), [])
}

#[derive(Deserialize)]
struct Sync {
    redirect_url: String,
}

/// At the primary domain: redirects back to the satellite with a nonce for the browser's client.
async fn sync(
    State(instance): EmulatorState,
    browser: Browser,
    Query(query): Query<Sync>,
) -> Result<Response> {
    let mut link = return_url(&instance, &query.redirect_url)?;
    if !is_satellite(&instance, &link) {
        return Err(ClerkError::invalid_value("redirect_url", "a URL at a satellite"));
    }
    let client = browser.page_client(&instance);
    let nonce = random_id(40);
    instance.store().links.insert(nonce.clone(), client.clone());
    link.set_path("/v1/client/link");
    link.query_pairs_mut()
        .clear()
        .append_pair("__clerk_token", &nonce)
        .append_pair("redirect_url", &query.redirect_url);
    let cookies = [instance.client_cookie(&client)];
    Ok(redirect(StatusCode::TEMPORARY_REDIRECT, &link, cookies))
}

#[derive(Deserialize)]
struct Link {
    __clerk_token: String,
    redirect_url: String,
}

/// Back at the satellite: exchanges the nonce for the client's cookie.
async fn link(State(instance): EmulatorState, Query(query): Query<Link>) -> Result<Response> {
    let back = return_url(&instance, &query.redirect_url)?;
    let client = instance.store().links.remove(&query.__clerk_token);
    let client = client.ok_or_else(|| ClerkError::unknown_token("link token"))?;
    let cookies = [instance.client_cookie(&client)];
    Ok(redirect(StatusCode::TEMPORARY_REDIRECT, &back, cookies))
}
