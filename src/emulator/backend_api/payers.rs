//! Endpoints for the subscriptions and credit balances of users and organizations.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::get,
};

use crate::emulator::{
    http::{JsonBody, JsonResult},
    store::{CreditAdjustment, EmulatorState, Instance, PayerKind, credit_balance},
};

pub(super) fn user_routes() -> Router<Arc<Instance>> {
    routes("/users/{user_id}/billing", PayerKind::User)
}

pub(super) fn organization_routes() -> Router<Arc<Instance>> {
    routes("/organizations/{organization_id}/billing", PayerKind::Organization)
}

fn routes(path: &str, payer: PayerKind) -> Router<Arc<Instance>> {
    let subscription =
        get(move |State(instance): EmulatorState, Path(id): Path<String>| async move {
            JsonResult::Ok(Json(instance.store().subscription_document(payer, &id)?))
        });
    let credits = get(move |State(instance): EmulatorState, Path(id): Path<String>| async move {
        let store = instance.store();
        store.check_payer(payer, &id)?;
        let balance = store.billing.account(&id).and_then(|account| account.credit);
        JsonResult::Ok(Json(credit_balance(balance)))
    })
    .post(
        move |State(instance): EmulatorState,
              Path(id): Path<String>,
              JsonBody(adjustment): JsonBody<CreditAdjustment>| async move {
            JsonResult::Ok(Json(instance.store().adjust_credit(payer, &id, adjustment)?))
        },
    );
    Router::new()
        .route(&format!("{path}/subscription"), subscription)
        .route(&format!("{path}/credits"), credits)
}
