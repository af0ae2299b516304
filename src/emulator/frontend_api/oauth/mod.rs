//! The instance as an OAuth 2 authorization server and OpenID Connect provider.

mod authorization_request;
mod authorize;
mod client_authentication;
mod consent;
mod cross_origin;
mod destination;
mod discovery;
mod registration;
mod revocation;
mod token;
mod token_info;
mod user_info;

use std::sync::Arc;

use axum::{
    Router, middleware,
    routing::{get, post},
};

use self::cross_origin::{allow_any_origin, preflight};
use crate::emulator::store::Instance;

pub(super) fn routes() -> Router<Arc<Instance>> {
    // Apps without a server call these from the browser, with tokens rather than cookies.
    let cross_origin = Router::new()
        .merge(discovery::routes())
        .route("/oauth/register", post(registration::register).options(preflight))
        .route("/oauth/token", post(token::issue).options(preflight))
        .route("/oauth/token/revoke", post(revocation::revoke).options(preflight))
        .route("/oauth/token_info", post(token_info::introspect).options(preflight))
        .route(
            "/oauth/userinfo",
            get(user_info::retrieve).post(user_info::retrieve).options(preflight),
        )
        .layer(middleware::from_fn(allow_any_origin));
    Router::new()
        .route("/oauth/authorize", get(authorize::authorize).post(authorize::authorize))
        .merge(cross_origin)
}

/// Builds the routes below `/v1`.
pub(super) fn consent_routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/me/oauth/consent/{client_id}", get(consent::retrieve).post(consent::submit))
}
