//! Subscriptions and their items.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{delete, get},
};
use serde::Deserialize;

use super::payer::Payer;
use crate::emulator::{
    http::{JsonResult, Page, Query},
    store::{EmulatorState, Instance},
};

pub(super) fn routes(path: &str) -> Router<Arc<Instance>> {
    Router::new()
        .route(&format!("{path}/subscription"), get(retrieve))
        .route(&format!("{path}/subscription_items"), get(list))
        .route(&format!("{path}/subscription_items/{{subscription_item_id}}"), delete(cancel))
}

async fn retrieve(State(instance): EmulatorState, payer: Payer) -> JsonResult {
    instance.store().subscription_document(payer.kind, &payer.id).map(Json)
}

/// Lists all items of the payer, including ended ones, newest first.
async fn list(
    State(instance): EmulatorState,
    payer: Payer,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    let account = store.billing.account(&payer.id);
    let items = account.into_iter().flat_map(|account| {
        account.items.iter().rev().map(|item| store.item_document(account, item))
    });
    page.with_total(items.collect())
}

#[derive(Deserialize)]
struct ItemPath {
    subscription_item_id: String,
}

/// Cancels an item at the end of its period.
async fn cancel(
    State(instance): EmulatorState,
    payer: Payer,
    Path(item): Path<ItemPath>,
) -> JsonResult {
    let id = &item.subscription_item_id;
    instance.store().cancel_own_subscription_item(&payer.id, id).map(Json)
}
