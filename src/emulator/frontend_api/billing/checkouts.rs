//! Checkouts.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, patch, post},
};
use serde::Deserialize;

use super::{payer::Payer, payment_methods::check_gateway};
use crate::emulator::{
    http::{FormBody, JsonResult, Result},
    store::{CheckoutCard, EmulatorState, Instance, Period},
};

pub(super) fn routes(path: &str) -> Router<Arc<Instance>> {
    let checkout = format!("{path}/checkouts/{{checkout_id}}");
    Router::new()
        .route(&format!("{path}/checkouts"), post(create))
        .route(&checkout, get(retrieve).patch(update))
        .route(&format!("{checkout}/confirm"), patch(confirm))
}

#[derive(Deserialize)]
struct NewCheckout {
    plan_id: String,
    plan_period: Period,
    payment_method_id: Option<String>,
    org_id: Option<String>,
}

async fn create(
    State(instance): EmulatorState,
    payer: Payer,
    FormBody(new): FormBody<NewCheckout>,
) -> JsonResult {
    let payer = payer.or_named(&instance, new.org_id)?;
    let card_id = new.payment_method_id.filter(|id| !id.is_empty());
    let mut store = instance.store();
    store.create_checkout(payer.kind, &payer.id, &new.plan_id, new.plan_period, card_id).map(Json)
}

#[derive(Deserialize)]
struct CheckoutPath {
    checkout_id: String,
}

async fn retrieve(
    State(instance): EmulatorState,
    payer: Payer,
    Path(path): Path<CheckoutPath>,
) -> JsonResult {
    instance.store().checkout(&payer.id, &path.checkout_id).map(Json)
}

#[derive(Deserialize)]
struct Update {
    promo_code: Option<String>,
}

async fn update(
    State(instance): EmulatorState,
    payer: Payer,
    Path(path): Path<CheckoutPath>,
    FormBody(update): FormBody<Update>,
) -> JsonResult {
    let store = instance.store();
    store.apply_promo_code(&payer.id, &path.checkout_id, update.promo_code.as_deref()).map(Json)
}

#[derive(Deserialize)]
struct Confirmation {
    payment_method_id: Option<String>,
    payment_token: Option<String>,
    gateway: Option<String>,
    #[serde(default)]
    use_test_card: bool,
}

impl Confirmation {
    fn card(self) -> Result<CheckoutCard> {
        if let Some(gateway) = self.gateway.filter(|gateway| !gateway.is_empty()) {
            check_gateway(&gateway)?;
        }
        if self.use_test_card {
            return Ok(CheckoutCard::New);
        }
        let known = self.payment_method_id.filter(|id| !id.is_empty()).map(CheckoutCard::Known);
        let entered = self.payment_token.filter(|token| !token.is_empty());
        Ok(known.or(entered.map(|_| CheckoutCard::New)).unwrap_or(CheckoutCard::Current))
    }
}

/// Subscribes the payer to the plan, and pays for it.
async fn confirm(
    State(instance): EmulatorState,
    payer: Payer,
    Path(path): Path<CheckoutPath>,
    FormBody(confirmation): FormBody<Confirmation>,
) -> JsonResult {
    let card = confirmation.card()?;
    let mut store = instance.store();
    store.confirm_checkout(payer.kind, &payer.id, &path.checkout_id, card).map(Json)
}
