//! Sign-ins.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};
use serde::Deserialize;

use super::{browser::app_redirect_url, current_client::CurrentClient, documents};
use crate::emulator::{
    http::{ClerkError, FormBody, JsonResult},
    store::{
        EmulatorState, FactorAttempt, FactorLevel, FactorPreparation, Instance, SignIn, Store,
    },
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/client/sign_ins", post(create))
        .route("/client/sign_ins/{sign_in_id}", get(retrieve))
        .route("/client/sign_ins/{sign_in_id}/prepare_first_factor", post(prepare_first_factor))
        .route("/client/sign_ins/{sign_in_id}/attempt_first_factor", post(attempt_first_factor))
        .route("/client/sign_ins/{sign_in_id}/prepare_second_factor", post(prepare_second_factor))
        .route("/client/sign_ins/{sign_in_id}/attempt_second_factor", post(attempt_second_factor))
        .route("/client/sign_ins/{sign_in_id}/reset_password", post(reset_password))
}

#[derive(Deserialize)]
struct NewSignIn {
    strategy: Option<String>,
    identifier: Option<String>,
    password: Option<String>,
    ticket: Option<String>,
    redirect_url: Option<String>,
    #[serde(default)]
    transfer: bool,
}

/// Starts a sign-in, and verifies the password or prepares the strategy that was sent along.
async fn create(
    State(instance): EmulatorState,
    CurrentClient(client): CurrentClient,
    FormBody(new): FormBody<NewSignIn>,
) -> JsonResult {
    if new.strategy.as_deref() == Some("ticket") {
        let ticket = new.ticket.ok_or_else(|| ClerkError::missing_param("ticket"))?;
        let ticket = instance.read_ticket(&ticket)?;
        let mut store = instance.store();
        let sign_in = store.sign_in_with_ticket(&client, &ticket)?;
        return Ok(document(&store, &sign_in));
    }
    if new.transfer {
        let mut store = instance.store();
        let sign_in = store.transfer_to_sign_in(&client)?;
        return Ok(document(&store, &sign_in));
    }
    if let Some(strategy) = new.strategy.as_deref().filter(|own| own.starts_with("oauth_")) {
        let redirect_url = app_redirect_url(&instance, new.redirect_url)?;
        let page = |state: &str| instance.provider_url(state);
        let mut store = instance.store();
        let sign_in = store.sign_in_with_provider(&client, strategy, &redirect_url, page)?;
        return Ok(document(&store, &sign_in));
    }
    let identifier = new.identifier.filter(|identifier| !identifier.is_empty());
    let mut store = instance.store();
    let mut sign_in = store.start_sign_in(&client, identifier.as_deref())?;
    if let Some(password) = new.password {
        let attempt = FactorAttempt::password(password);
        let id = sign_in.id.clone();
        sign_in = store.attempt_sign_in_factor(&client, &id, FactorLevel::First, &attempt)?;
    } else if let Some(strategy) = new.strategy.filter(|strategy| strategy.ends_with("_code")) {
        let preparation = FactorPreparation::new(strategy);
        let id = sign_in.id.clone();
        sign_in = store.prepare_sign_in_factor(&client, &id, FactorLevel::First, &preparation)?;
    }
    Ok(document(&store, &sign_in))
}

async fn retrieve(
    State(instance): EmulatorState,
    CurrentClient(client): CurrentClient,
    Path(id): Path<String>,
) -> JsonResult {
    let store = instance.store();
    Ok(document(&store, store.sign_in(&client, &id)?))
}

async fn prepare_first_factor(
    State(instance): EmulatorState,
    CurrentClient(client): CurrentClient,
    Path(id): Path<String>,
    FormBody(preparation): FormBody<FactorPreparation>,
) -> JsonResult {
    if preparation.strategy == "email_link" {
        let redirect_url = app_redirect_url(&instance, preparation.redirect_url)?;
        let page = |token: &str| instance.email_link(token);
        let mut store = instance.store();
        store.send_sign_in_link(&client, &id, &redirect_url, page)?;
        return Ok(document(&store, store.sign_in(&client, &id)?));
    }
    let mut store = instance.store();
    let sign_in = store.prepare_sign_in_factor(&client, &id, FactorLevel::First, &preparation)?;
    Ok(document(&store, &sign_in))
}

async fn prepare_second_factor(
    State(instance): EmulatorState,
    CurrentClient(client): CurrentClient,
    Path(id): Path<String>,
    FormBody(preparation): FormBody<FactorPreparation>,
) -> JsonResult {
    let mut store = instance.store();
    let sign_in = store.prepare_sign_in_factor(&client, &id, FactorLevel::Second, &preparation)?;
    Ok(document(&store, &sign_in))
}

async fn attempt_first_factor(
    State(instance): EmulatorState,
    CurrentClient(client): CurrentClient,
    Path(id): Path<String>,
    FormBody(attempt): FormBody<FactorAttempt>,
) -> JsonResult {
    let mut store = instance.store();
    let sign_in = store.attempt_sign_in_factor(&client, &id, FactorLevel::First, &attempt)?;
    Ok(document(&store, &sign_in))
}

async fn attempt_second_factor(
    State(instance): EmulatorState,
    CurrentClient(client): CurrentClient,
    Path(id): Path<String>,
    FormBody(attempt): FormBody<FactorAttempt>,
) -> JsonResult {
    let mut store = instance.store();
    let sign_in = store.attempt_sign_in_factor(&client, &id, FactorLevel::Second, &attempt)?;
    Ok(document(&store, &sign_in))
}

#[derive(Deserialize)]
struct PasswordReset {
    password: String,
    #[serde(default)]
    sign_out_of_other_sessions: bool,
}

async fn reset_password(
    State(instance): EmulatorState,
    CurrentClient(client): CurrentClient,
    Path(id): Path<String>,
    FormBody(reset): FormBody<PasswordReset>,
) -> JsonResult {
    let mut store = instance.store();
    let sign_in = store.reset_password_to_sign_in(
        &client,
        &id,
        &reset.password,
        reset.sign_out_of_other_sessions,
    )?;
    Ok(document(&store, &sign_in))
}

fn document(store: &Store, sign_in: &SignIn) -> Json<serde_json::Value> {
    Json(documents::sign_in(store, sign_in))
}
