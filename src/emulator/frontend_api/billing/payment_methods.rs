//! Payment methods: test cards, which need no payment provider.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{delete, get, post, put},
};
use serde::Deserialize;
use serde_json::json;

use super::payer::Payer;
use crate::emulator::{
    http::{ClerkError, FormBody, JsonResult, Page, Query, Result},
    store::{EmulatorState, GATEWAY_ID, Instance},
    tokens::random_id,
};

pub(super) fn routes(path: &str) -> Router<Arc<Instance>> {
    Router::new()
        .route(&format!("{path}/payment_methods"), get(list).post(add))
        .route(&format!("{path}/payment_methods/initialize"), post(initialize))
        .route(&format!("{path}/payment_methods/{{payment_method_id}}"), delete(remove))
        .route(&format!("{path}/payers/default_payment_method"), put(make_default))
}

async fn list(
    State(instance): EmulatorState,
    payer: Payer,
    Query(page): Query<Page>,
) -> JsonResult {
    page.with_total(instance.store().payment_methods(&payer.id))
}

/// Returns what the payment provider's form for a new card requires.
async fn initialize(_: Payer) -> JsonResult {
    Ok(Json(json!({
        "object": "commerce_payment_method_initialize",
        "external_client_secret": format!("seti_{}_secret_{}", random_id(24), random_id(24)),
        "external_gateway_id": GATEWAY_ID,
        "payment_method_order": ["card"],
    })))
}

/// A card that was entered in the payment provider's form.
#[derive(Deserialize)]
struct NewCard {
    gateway: String,
    payment_token: String,
    org_id: Option<String>,
}

/// Adds a test card. Any token stands for one.
async fn add(
    State(instance): EmulatorState,
    payer: Payer,
    FormBody(new): FormBody<NewCard>,
) -> JsonResult {
    check_gateway(&new.gateway)?;
    if new.payment_token.is_empty() {
        return Err(ClerkError::missing_param("payment_token"));
    }
    let payer = payer.or_named(&instance, new.org_id)?;
    instance.store().add_payment_method(payer.kind, &payer.id).map(Json)
}

pub(super) fn check_gateway(gateway: &str) -> Result<()> {
    if gateway == "stripe" { Ok(()) } else { Err(ClerkError::invalid_value("gateway", "stripe")) }
}

#[derive(Deserialize)]
struct PaymentMethodPath {
    payment_method_id: String,
}

async fn remove(
    State(instance): EmulatorState,
    payer: Payer,
    Path(path): Path<PaymentMethodPath>,
) -> JsonResult {
    let mut store = instance.store();
    store.remove_payment_method(payer.kind, &payer.id, &path.payment_method_id).map(Json)
}

#[derive(Deserialize)]
struct DefaultCard {
    payment_method_id: String,
}

async fn make_default(
    State(instance): EmulatorState,
    payer: Payer,
    FormBody(card): FormBody<DefaultCard>,
) -> JsonResult {
    let mut store = instance.store();
    store.make_payment_method_default(payer.kind, &payer.id, &card.payment_method_id).map(Json)
}
