//! Plans, which are public.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::get,
};
use serde::Deserialize;

use crate::emulator::{
    http::{ClerkError, JsonResult, Page, Query},
    store::{EmulatorState, Instance, PayerKind},
};

pub(in crate::emulator) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/billing/plans", get(list))
        .route("/billing/plans/{plan_id_or_slug}", get(retrieve))
}

#[derive(Deserialize)]
struct Filter {
    payer_type: Option<PayerKind>,
}

/// Lists plans in order of creation, beginning with the default plan, as pricing tables show them.
async fn list(
    State(instance): EmulatorState,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    let catalog = &store.billing.catalog;
    let plans = catalog.plans.iter();
    let plans = plans.filter(|plan| filter.payer_type.is_none_or(|payer| plan.payer == payer));
    page.with_total(plans.map(|plan| catalog.plan_document(plan)).collect())
}

async fn retrieve(State(instance): EmulatorState, Path(id_or_slug): Path<String>) -> JsonResult {
    let store = instance.store();
    let catalog = &store.billing.catalog;
    let mut plans = catalog.plans.iter();
    let plan = plans.find(|plan| plan.id == id_or_slug || plan.slug == id_or_slug);
    let plan = plan.ok_or_else(|| ClerkError::resource_not_found("plan", &id_or_slug))?;
    Ok(Json(catalog.plan_document(plan)))
}
