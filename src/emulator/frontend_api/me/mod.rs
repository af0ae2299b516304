//! The endpoints with which users manage their own account, below `/me`.

mod authenticator_app;
mod external_accounts;
mod identifications;
mod organizations;
mod password;
mod profile;
mod sessions;

use std::sync::Arc;

use axum::Router;

use crate::emulator::store::Instance;

/// Builds the routes whose responses contain the client.
pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .merge(authenticator_app::routes())
        .merge(external_accounts::routes())
        .merge(identifications::routes())
        .merge(organizations::routes())
        .merge(password::routes())
        .merge(profile::routes())
        .merge(sessions::revocation_routes())
}

/// Builds the routes whose responses are plain lists.
pub(super) fn list_routes() -> Router<Arc<Instance>> {
    sessions::routes().merge(identifications::list_routes())
}
