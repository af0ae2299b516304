//! The payments of users.
//!
//! Unlike Clerk's document says, the responses do not contain the client: clerk-js fails if they
//! are in an envelope.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::get,
};

use super::payer::Payer;
use crate::emulator::{
    http::{JsonResult, Page, Query},
    store::{EmulatorState, Instance},
};

pub(in crate::emulator) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/me/billing/payment_attempts", get(list))
        .route("/me/billing/payment_attempts/{payment_attempt_id}", get(retrieve))
}

/// Lists payments, newest first.
async fn list(
    State(instance): EmulatorState,
    payer: Payer,
    Query(page): Query<Page>,
) -> JsonResult {
    let mut payments = instance.store().payments_of(&payer.id);
    payments.reverse();
    page.with_total(payments)
}

async fn retrieve(
    State(instance): EmulatorState,
    payer: Payer,
    Path(id): Path<String>,
) -> JsonResult {
    instance.store().payment_of(&payer.id, &id).map(Json)
}
