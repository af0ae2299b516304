//! Billing: plans, and the subscriptions and payments of users and organizations. The endpoints of
//! users and organizations are the same, below `/me/billing` and `/organizations/{id}/billing`.

mod checkouts;
mod payer;
mod payment_attempts;
mod payment_methods;
mod plans;
mod statements;
mod subscriptions;

use std::sync::Arc;

use axum::Router;

pub(super) use self::{payment_attempts::routes as payment_routes, plans::routes as plan_routes};
use crate::emulator::store::Instance;

/// Builds the routes whose responses contain the client.
pub(super) fn routes() -> Router<Arc<Instance>> {
    payer_routes("/me/billing").merge(payer_routes("/organizations/{organization_id}/billing"))
}

fn payer_routes(path: &str) -> Router<Arc<Instance>> {
    Router::new()
        .merge(checkouts::routes(path))
        .merge(payment_methods::routes(path))
        .merge(statements::routes(path))
        .merge(subscriptions::routes(path))
}
