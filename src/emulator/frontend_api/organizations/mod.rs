//! The endpoints with which members manage their organizations, below `/organizations`.

mod domain_verifications;
mod domains;
mod invitations;
mod memberships;
mod profile;
mod requests;

use std::sync::Arc;

use axum::Router;

use crate::emulator::store::Instance;

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .merge(domain_verifications::routes())
        .merge(domains::routes())
        .merge(invitations::routes())
        .merge(memberships::routes())
        .merge(profile::routes())
        .merge(requests::routes())
}
