//! The Frontend API: the endpoints that clerk-js calls and that servers redirect browsers to, the
//! pages of the account portal, and the OAuth 2 and OpenID Connect server.

mod agent_tasks;
mod api_keys;
mod billing;
mod browser;
mod browser_state;
mod clients;
mod current_client;
mod disabled;
mod documents;
mod email_link;
mod enterprise_test_runs;
mod envelope;
mod environment;
mod handshake;
mod me;
mod npm_packages;
mod oauth;
mod organizations;
mod pages;
mod portal;
mod proxy_health;
mod responses;
mod reverifications;
mod sessions;
mod sign_in_page;
mod sign_ins;
mod sign_ups;
mod social;
mod status;
mod ticket_link;
mod ticket_pages;
mod visit;
mod waitlist;

use std::sync::Arc;

use axum::{Router, middleware};

pub(super) use self::{
    api_keys::routes as api_key_routes, npm_packages::routes as npm_package_routes,
    oauth::token_routes,
};
use self::{current_client::identify_client, envelope::add_client};
use crate::emulator::store::Instance;

/// Builds the routes of the pages, outside of `/v1`.
pub(super) fn pages() -> Router<Arc<Instance>> {
    portal::routes()
        .merge(oauth::pages())
        .merge(social::routes())
        .merge(status::association_routes())
}

/// Builds the routes below `/v1` that browsers are redirected to.
pub(super) fn redirects() -> Router<Arc<Instance>> {
    handshake::routes()
        .merge(agent_tasks::routes())
        .merge(enterprise_test_runs::routes())
        .merge(proxy_health::routes())
        .merge(browser_state::routes())
        .merge(disabled::saml_routes())
        .merge(email_link::routes())
        .merge(oauth::consent_routes())
        .merge(social::callback_routes())
        .merge(ticket_link::routes())
}

/// Builds the routes below `/v1` that the scripts of apps call.
pub(super) fn script_routes(instance: &Arc<Instance>) -> Router<Arc<Instance>> {
    Router::new()
        .merge(billing::routes())
        .merge(disabled::routes())
        .merge(me::routes())
        .merge(organizations::routes())
        .merge(reverifications::routes())
        .merge(sessions::routes())
        .merge(sign_ins::routes())
        .merge(sign_ups::routes())
        .route_layer(middleware::from_fn_with_state(instance.clone(), add_client))
        .merge(billing::payment_routes())
        .merge(clients::routes())
        .merge(disabled::plain_routes())
        .merge(me::list_routes())
        .merge(sessions::token_routes())
        .route_layer(middleware::from_fn_with_state(instance.clone(), identify_client))
        .merge(billing::plan_routes())
        .merge(clients::dev_browser_routes())
        .merge(environment::routes())
        .merge(status::routes())
        .merge(waitlist::routes())
}
