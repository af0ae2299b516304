//! Endpoints for subscription items.

use std::{collections::HashSet, sync::Arc};

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{delete, get, post},
};
use serde::Deserialize;
use serde_json::Value;

use crate::emulator::{
    http::{ClerkError, JsonBody, JsonResult, Page, Query, contains, fields},
    store::{EmulatorState, Instance, ItemStatus, PayerKind, Store, SubscriptionItem},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    const ITEM: &str = "/billing/subscription_items/{subscription_item_id}";
    Router::new()
        .route("/billing/subscription_items", get(list))
        .route(ITEM, delete(cancel))
        .route(&format!("{ITEM}/extend_free_trial"), post(extend_free_trial))
        .route(&format!("{ITEM}/price_transition"), post(change_price))
        .route(&format!("{ITEM}/discounts"), post(apply_discount))
        .route(&format!("{ITEM}/discounts/{{discount_id}}"), delete(remove_discount))
}

#[derive(Deserialize)]
struct Filter {
    status: Option<Status>,
    payer_type: Option<PayerKind>,
    plan_id: Option<String>,
    #[serde(default)]
    include_free: bool,
    query: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Active,
    Ended,
    PastDue,
    Upcoming,
    FreeTrial,
}

impl Filter {
    fn matches(&self, item: &SubscriptionItem) -> bool {
        let has_status = self.status.is_none_or(|status| match status {
            Status::Active => item.status == ItemStatus::Active,
            Status::Ended => item.status == ItemStatus::Ended,
            Status::PastDue => item.status == ItemStatus::PastDue,
            Status::Upcoming => item.status == ItemStatus::Upcoming,
            Status::FreeTrial => item.is_free_trial && item.is_current(),
        });
        has_status
            && self.plan_id.as_ref().is_none_or(|id| item.plan_id == *id)
            && (self.include_free || !item.is_default)
    }
}

/// Returns the IDs of the users and organizations whose ID, name or email address contains a text.
fn owners_with<'a>(store: &'a Store, text: &str) -> HashSet<&'a str> {
    let has_name = |owner: &Value| {
        let names = ["id", "first_name", "last_name", "name"];
        names.into_iter().any(|name| contains(&owner[name], text))
    };
    let has_email_address = |user: &Value| {
        let mut all = user["email_addresses"].as_array().into_iter().flatten();
        all.any(|one| contains(&one["email_address"], text))
    };
    let users = store.users.iter().filter(|user| has_name(user) || has_email_address(user));
    let organizations = store.organizations.iter().filter(|organization| has_name(organization));
    users.chain(organizations).filter_map(|owner| owner["id"].as_str()).collect()
}

/// Lists subscription items, newest first.
async fn list(
    State(instance): EmulatorState,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    let owners = filter.query.as_ref().map(|text| owners_with(&store, text));
    let accounts = store.billing.accounts.iter().filter(|account| {
        filter.payer_type.is_none_or(|payer| account.kind == payer)
            && owners.as_ref().is_none_or(|owners| owners.contains(account.owner_id.as_str()))
    });
    let items = accounts.flat_map(|account| account.items.iter().map(move |item| (account, item)));
    let mut items: Vec<_> = items.filter(|(_, item)| filter.matches(item)).collect();
    items.sort_by_key(|(_, item)| item.created_at);
    items.reverse();
    page.map_with_total(items, |(account, item)| store.item_document(account, item))
}

#[derive(Deserialize)]
struct Cancellation {
    #[serde(default)]
    end_now: bool,
}

async fn cancel(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    Query(cancellation): Query<Cancellation>,
) -> JsonResult {
    instance.store().cancel_subscription_item(&id, cancellation.end_now).map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Extension {
    extend_to: String,
}

async fn extend_free_trial(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    JsonBody(extension): JsonBody<Extension>,
) -> JsonResult {
    let end = fields::date("extend_to", Value::String(extension.extend_to))?;
    let end = end.as_i64().ok_or_else(|| ClerkError::missing_param("extend_to"))?;
    instance.store().extend_free_trial(&id, end).map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PriceChange {
    from_price_id: String,
    to_price_id: String,
}

async fn change_price(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    JsonBody(change): JsonBody<PriceChange>,
) -> JsonResult {
    let mut store = instance.store();
    store.change_price(&id, &change.from_price_id, &change.to_price_id).map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DiscountChoice {
    discount_id: String,
}

async fn apply_discount(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    JsonBody(choice): JsonBody<DiscountChoice>,
) -> JsonResult {
    instance.store().apply_discount(&id, &choice.discount_id).map(Json)
}

async fn remove_discount(
    State(instance): EmulatorState,
    Path((id, discount_id)): Path<(String, String)>,
) -> JsonResult {
    instance.store().remove_discount(&id, &discount_id).map(Json)
}
