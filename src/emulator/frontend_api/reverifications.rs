//! Reverifications: users verify themselves again in a session.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::post,
};
use serde::Deserialize;

use super::{current_client::CurrentClient, documents, sessions::check_own_session};
use crate::emulator::{
    http::{FormBody, JsonResult},
    store::{
        EmulatorState, FactorAttempt, FactorLevel, FactorPreparation, Instance, ReverificationLevel,
    },
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    let verify = "/client/sessions/{session_id}/verify";
    Router::new()
        .route(verify, post(start))
        .route(&format!("{verify}/prepare_first_factor"), post(prepare_first_factor))
        .route(&format!("{verify}/attempt_first_factor"), post(attempt_first_factor))
        .route(&format!("{verify}/prepare_second_factor"), post(prepare_second_factor))
        .route(&format!("{verify}/attempt_second_factor"), post(attempt_second_factor))
}

#[derive(Deserialize)]
struct Start {
    level: ReverificationLevel,
}

async fn start(
    State(instance): EmulatorState,
    CurrentClient(client): CurrentClient,
    Path(id): Path<String>,
    FormBody(start): FormBody<Start>,
) -> JsonResult {
    check_own_session(&instance, &client, &id)?;
    let mut store = instance.store();
    store.start_reverification(&id, start.level)?;
    documents::reverification(&store, &id).map(Json)
}

async fn prepare_first_factor(
    State(instance): EmulatorState,
    client: CurrentClient,
    Path(id): Path<String>,
    FormBody(preparation): FormBody<FactorPreparation>,
) -> JsonResult {
    prepare(&instance, &client, &id, FactorLevel::First, &preparation)
}

async fn prepare_second_factor(
    State(instance): EmulatorState,
    client: CurrentClient,
    Path(id): Path<String>,
    FormBody(preparation): FormBody<FactorPreparation>,
) -> JsonResult {
    prepare(&instance, &client, &id, FactorLevel::Second, &preparation)
}

fn prepare(
    instance: &Instance,
    CurrentClient(client): &CurrentClient,
    id: &str,
    level: FactorLevel,
    preparation: &FactorPreparation,
) -> JsonResult {
    check_own_session(instance, client, id)?;
    let mut store = instance.store();
    store.prepare_reverification(id, level, preparation)?;
    documents::reverification(&store, id).map(Json)
}

async fn attempt_first_factor(
    State(instance): EmulatorState,
    client: CurrentClient,
    Path(id): Path<String>,
    FormBody(attempt): FormBody<FactorAttempt>,
) -> JsonResult {
    verify(&instance, &client, &id, FactorLevel::First, &attempt)
}

async fn attempt_second_factor(
    State(instance): EmulatorState,
    client: CurrentClient,
    Path(id): Path<String>,
    FormBody(attempt): FormBody<FactorAttempt>,
) -> JsonResult {
    verify(&instance, &client, &id, FactorLevel::Second, &attempt)
}

fn verify(
    instance: &Instance,
    CurrentClient(client): &CurrentClient,
    id: &str,
    level: FactorLevel,
    attempt: &FactorAttempt,
) -> JsonResult {
    check_own_session(instance, client, id)?;
    let mut store = instance.store();
    store.attempt_reverification(id, level, attempt)?;
    documents::reverification(&store, id).map(Json)
}
