//! The user's email addresses and phone numbers.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, patch, post},
};
use serde::Deserialize;
use serde_json::Value;

use crate::emulator::{
    frontend_api::{
        browser::app_redirect_url,
        current_client::{CurrentClient, CurrentSession},
        documents,
    },
    http::{FormBody, JsonResult, Params, Result},
    store::{EMAIL_ADDRESS, EmulatorState, IdentificationKind, Instance, PHONE_NUMBER},
};

/// Builds the routes whose responses contain the client.
pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/me/email_addresses", post(create_email_address))
        .route("/me/email_addresses/{id}", get(email_address).delete(delete_email_address))
        .route("/me/email_addresses/{id}/prepare_verification", post(prepare_email_address))
        .route("/me/email_addresses/{id}/attempt_verification", post(attempt_email_address))
        .route("/me/phone_numbers", post(create_phone_number))
        .route("/me/phone_numbers/{id}", get(phone_number).delete(delete_phone_number))
        .route("/me/phone_numbers/{id}", patch(update_phone_number))
        .route("/me/phone_numbers/{id}/prepare_verification", post(prepare_phone_number))
        .route("/me/phone_numbers/{id}/attempt_verification", post(attempt_phone_number))
}

/// Builds the routes whose responses are plain lists.
pub(super) fn list_routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/me/email_addresses", get(email_addresses))
        .route("/me/phone_numbers", get(phone_numbers))
}

async fn email_addresses(State(instance): EmulatorState, session: CurrentSession) -> JsonResult {
    list(&instance, &session, &EMAIL_ADDRESS)
}

async fn phone_numbers(State(instance): EmulatorState, session: CurrentSession) -> JsonResult {
    list(&instance, &session, &PHONE_NUMBER)
}

fn list(instance: &Instance, session: &CurrentSession, kind: &IdentificationKind) -> JsonResult {
    let store = instance.store();
    let user = documents::user(&store, store.user(&session.user_id)?);
    Ok(Json(user[kind.list].clone()))
}

#[derive(Deserialize)]
struct NewEmailAddress {
    email_address: String,
}

async fn create_email_address(
    State(instance): EmulatorState,
    session: CurrentSession,
    FormBody(new): FormBody<NewEmailAddress>,
) -> JsonResult {
    create(&instance, &session, &EMAIL_ADDRESS, &new.email_address)
}

#[derive(Deserialize)]
struct NewPhoneNumber {
    phone_number: String,
}

async fn create_phone_number(
    State(instance): EmulatorState,
    session: CurrentSession,
    FormBody(new): FormBody<NewPhoneNumber>,
) -> JsonResult {
    create(&instance, &session, &PHONE_NUMBER, &new.phone_number)
}

fn create(
    instance: &Instance,
    session: &CurrentSession,
    kind: &IdentificationKind,
    identifier: &str,
) -> JsonResult {
    let mut store = instance.store();
    store.check_reverified(&session.session_id)?;
    let params = [("user_id", session.user_id.as_str()), (kind.name, identifier)];
    let params: Params =
        params.into_iter().map(|(name, text)| (name.to_owned(), text.into())).collect();
    let created = store.create_identification(kind, params)?;
    Ok(Json(documents::identification(&store, &created)))
}

async fn email_address(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
) -> JsonResult {
    retrieve(&instance, &session, &EMAIL_ADDRESS, &id)
}

async fn phone_number(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
) -> JsonResult {
    retrieve(&instance, &session, &PHONE_NUMBER, &id)
}

fn retrieve(
    instance: &Instance,
    session: &CurrentSession,
    kind: &IdentificationKind,
    id: &str,
) -> JsonResult {
    let store = instance.store();
    let own = store.own_identification(&session.user_id, kind, id)?;
    Ok(Json(documents::identification(&store, own)))
}

#[derive(Deserialize)]
struct EmailPreparation {
    strategy: String,
    redirect_url: Option<String>,
}

async fn prepare_email_address(
    State(instance): EmulatorState,
    CurrentClient(client): CurrentClient,
    session: CurrentSession,
    Path(id): Path<String>,
    FormBody(preparation): FormBody<EmailPreparation>,
) -> JsonResult {
    if preparation.strategy == "email_link" {
        let redirect_url = app_redirect_url(&instance, preparation.redirect_url)?;
        let page = |token: &str| instance.email_link(token);
        let mut store = instance.store();
        store.own_identification(&session.user_id, &EMAIL_ADDRESS, &id)?;
        store.send_verification_link(&client, &id, &redirect_url, page)?;
        drop(store);
        return retrieve(&instance, &session, &EMAIL_ADDRESS, &id);
    }
    prepare(&instance, &session, &EMAIL_ADDRESS, &id)
}

async fn prepare_phone_number(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
) -> JsonResult {
    prepare(&instance, &session, &PHONE_NUMBER, &id)
}

/// Sends a code.
fn prepare(
    instance: &Instance,
    session: &CurrentSession,
    kind: &IdentificationKind,
    id: &str,
) -> JsonResult {
    let mut store = instance.store();
    store.own_identification(&session.user_id, kind, id)?;
    store.prepare_verification(kind, id)?;
    drop(store);
    retrieve(instance, session, kind, id)
}

#[derive(Deserialize)]
struct Attempt {
    code: String,
}

async fn attempt_email_address(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
    FormBody(attempt): FormBody<Attempt>,
) -> JsonResult {
    verify(&instance, &session, &EMAIL_ADDRESS, &id, &attempt.code)
}

async fn attempt_phone_number(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
    FormBody(attempt): FormBody<Attempt>,
) -> JsonResult {
    verify(&instance, &session, &PHONE_NUMBER, &id, &attempt.code)
}

fn verify(
    instance: &Instance,
    session: &CurrentSession,
    kind: &IdentificationKind,
    id: &str,
    code: &str,
) -> JsonResult {
    let mut store = instance.store();
    store.own_identification(&session.user_id, kind, id)?;
    store.verify_by_code(kind, id, code)?;
    drop(store);
    retrieve(instance, session, kind, id)
}

#[derive(Deserialize)]
struct PhoneNumberUpdate {
    reserved_for_second_factor: Option<bool>,
    default_second_factor: Option<bool>,
}

async fn update_phone_number(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
    FormBody(update): FormBody<PhoneNumberUpdate>,
) -> JsonResult {
    let mut store = instance.store();
    store.own_identification(&session.user_id, &PHONE_NUMBER, &id)?;
    if let Some(reserved) = update.reserved_for_second_factor {
        let name = "reserved_for_second_factor".to_owned();
        let params = Params::from_iter([(name, reserved.into())]);
        store.update_identification(&PHONE_NUMBER, &id, params)?;
    }
    if update.default_second_factor == Some(true) {
        store.set_default_second_factor(&session.user_id, &id)?;
    }
    store.complete_tasks(&session.session_id)?;
    drop(store);
    retrieve(&instance, &session, &PHONE_NUMBER, &id)
}

async fn delete_email_address(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
) -> JsonResult {
    delete(&instance, &session, &EMAIL_ADDRESS, &id).map(Json)
}

async fn delete_phone_number(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
) -> JsonResult {
    delete(&instance, &session, &PHONE_NUMBER, &id).map(Json)
}

fn delete(
    instance: &Instance,
    session: &CurrentSession,
    kind: &IdentificationKind,
    id: &str,
) -> Result<Value> {
    let mut store = instance.store();
    store.own_identification(&session.user_id, kind, id)?;
    store.check_reverified(&session.session_id)?;
    store.delete_identification(kind, id)
}
