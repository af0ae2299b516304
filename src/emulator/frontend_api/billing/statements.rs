//! The monthly statements of payments.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::get,
};
use serde::Deserialize;

use super::payer::Payer;
use crate::emulator::{
    http::{JsonResult, Page, Query},
    store::{EmulatorState, Instance},
};

pub(super) fn routes(path: &str) -> Router<Arc<Instance>> {
    Router::new()
        .route(&format!("{path}/statements"), get(list))
        .route(&format!("{path}/statements/{{statement_id}}"), get(retrieve))
}

/// Lists statements, newest first.
async fn list(
    State(instance): EmulatorState,
    payer: Payer,
    Query(page): Query<Page>,
) -> JsonResult {
    let mut statements = instance.store().statements_of(&payer.id);
    statements.reverse();
    page.with_total(statements)
}

#[derive(Deserialize)]
struct StatementPath {
    statement_id: String,
}

async fn retrieve(
    State(instance): EmulatorState,
    payer: Payer,
    Path(path): Path<StatementPath>,
) -> JsonResult {
    instance.store().statement_of(&payer.id, &path.statement_id).map(Json)
}
