//! Endpoints for plans, prices and statements.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::get,
};
use serde::Deserialize;

use crate::emulator::{
    http::{JsonBody, JsonResult, Page, Query},
    store::{EmulatorState, Instance, NewPrice, PayerKind, Price},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/billing/plans", get(list_plans))
        .route("/billing/prices", get(list_prices).post(create_price))
        .route("/billing/statements", get(list_statements))
        .route("/billing/statements/{statement_id}", get(retrieve_statement))
        .route("/billing/statements/{statement_id}/payment_attempts", get(list_payment_attempts))
}

#[derive(Deserialize)]
struct PlanFilter {
    payer_type: Option<PayerKind>,
}

async fn list_plans(
    State(instance): EmulatorState,
    Query(filter): Query<PlanFilter>,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    let catalog = &store.billing.catalog;
    let plans = catalog.plans.iter().rev();
    let plans = plans.filter(|plan| filter.payer_type.is_none_or(|payer| plan.payer == payer));
    page.map_with_total(plans.collect(), |plan| catalog.plan_document(plan))
}

#[derive(Deserialize)]
struct PriceFilter {
    plan_id: Option<String>,
}

/// Lists prices, lowest amount first, and the newest one first among equal ones.
async fn list_prices(
    State(instance): EmulatorState,
    Query(filter): Query<PriceFilter>,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    let catalog = &store.billing.catalog;
    if let Some(plan_id) = &filter.plan_id {
        catalog.plan(plan_id)?;
    }
    let prices = catalog.prices.iter().rev();
    let mut prices: Vec<_> = prices
        .filter(|price| filter.plan_id.as_ref().is_none_or(|plan_id| price.plan_id == *plan_id))
        .collect();
    prices.sort_by_key(|price| price.amount.unwrap_or_default());
    page.map_with_total(prices, Price::document)
}

async fn create_price(
    State(instance): EmulatorState,
    JsonBody(new): JsonBody<NewPrice>,
) -> JsonResult {
    let mut store = instance.store();
    let now = store.now();
    Ok(Json(store.billing.catalog.create_price(new, now)?.document()))
}

async fn list_statements(State(instance): EmulatorState, Query(page): Query<Page>) -> JsonResult {
    let store = instance.store();
    page.map_with_total(store.statements(), |(account, one)| store.statement_document(account, one))
}

async fn retrieve_statement(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().statement(&id).map(Json)
}

async fn list_payment_attempts(
    State(instance): EmulatorState,
    Path(statement_id): Path<String>,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    let (account, payments) = store.statement_payments(&statement_id)?;
    page.map_with_total(payments, |payment| store.payment_document(account, payment))
}
