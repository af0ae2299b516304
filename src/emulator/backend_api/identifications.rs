//! Endpoints for email addresses and phone numbers.

use std::sync::Arc;

use axum::{
    Extension, Json, Router,
    extract::{Path, State},
    routing::{get, post, put},
};
use serde::Deserialize;

use crate::emulator::{
    http::{Body, JsonBody, JsonResult},
    store::{EMAIL_ADDRESS, EmulatorState, IdentificationKind, Instance, PHONE_NUMBER},
};

type Kind = Extension<&'static IdentificationKind>;

pub(super) fn routes() -> Router<Arc<Instance>> {
    routes_of(&EMAIL_ADDRESS).merge(routes_of(&PHONE_NUMBER))
}

fn routes_of(kind: &'static IdentificationKind) -> Router<Arc<Instance>> {
    let IdentificationKind { name, list, .. } = kind;
    Router::new()
        .route(&format!("/{list}"), post(create))
        .route(&format!("/{list}/{{id}}"), get(retrieve).patch(update).delete(delete))
        .route(&format!("/{list}/{{id}}/prepare_verification"), post(prepare_verification))
        .route(&format!("/{list}/{{id}}/attempt_verification"), post(attempt_verification))
        .route(&format!("/users/{{user_id}}/{name}"), put(replace))
        .layer(Extension(kind))
}

async fn create(
    State(instance): EmulatorState,
    Extension(kind): Kind,
    Body(params): Body,
) -> JsonResult {
    instance.store().create_identification(kind, params).map(Json)
}

async fn retrieve(
    State(instance): EmulatorState,
    Extension(kind): Kind,
    Path(id): Path<String>,
) -> JsonResult {
    instance.store().identification(kind, &id).map(Json)
}

async fn update(
    State(instance): EmulatorState,
    Extension(kind): Kind,
    Path(id): Path<String>,
    Body(params): Body,
) -> JsonResult {
    instance.store().update_identification(kind, &id, params).map(Json)
}

async fn delete(
    State(instance): EmulatorState,
    Extension(kind): Kind,
    Path(id): Path<String>,
) -> JsonResult {
    instance.store().delete_identification(kind, &id).map(Json)
}

async fn replace(
    State(instance): EmulatorState,
    Extension(kind): Kind,
    Path(user_id): Path<String>,
    Body(params): Body,
) -> JsonResult {
    instance.store().replace_identifications(kind, &user_id, params).map(Json)
}

async fn prepare_verification(
    State(instance): EmulatorState,
    Extension(kind): Kind,
    Path(id): Path<String>,
) -> JsonResult {
    instance.store().prepare_verification(kind, &id).map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attempt {
    verification_id: String,
    code: String,
}

async fn attempt_verification(
    State(instance): EmulatorState,
    Extension(kind): Kind,
    Path(id): Path<String>,
    JsonBody(Attempt { verification_id, code }): JsonBody<Attempt>,
) -> JsonResult {
    instance.store().attempt_verification(kind, &id, &verification_id, &code).map(Json)
}
