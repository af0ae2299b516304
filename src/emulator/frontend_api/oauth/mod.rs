//! The instance as an OAuth 2 authorization server and OpenID Connect provider.

mod authorization_request;
mod authorize;
mod client_authentication;
mod consent;
mod destination;
mod discovery;
mod registration;
mod revocation;
mod token;
mod token_info;
mod user_info;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};

use crate::emulator::store::Instance;

pub(super) fn pages() -> Router<Arc<Instance>> {
    Router::new().route("/oauth/authorize", get(authorize::authorize).post(authorize::authorize))
}

/// Builds the routes that apps without a server call from the browser, with tokens rather than
/// cookies.
pub(in crate::emulator) fn token_routes() -> Router<Arc<Instance>> {
    Router::new()
        .merge(discovery::routes())
        .route("/oauth/register", post(registration::register))
        .route("/oauth/token", post(token::issue))
        .route("/oauth/token/revoke", post(revocation::revoke))
        .route("/oauth/token_info", post(token_info::introspect))
        .route("/oauth/userinfo", get(user_info::retrieve).post(user_info::retrieve))
}

/// Builds the routes below `/v1`.
pub(super) fn consent_routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/me/oauth/consent/{client_id}", get(consent::retrieve).post(consent::submit))
}
