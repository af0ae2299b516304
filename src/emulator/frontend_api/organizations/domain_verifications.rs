//! The verification of domains: of the organization's affiliation, by a code sent to an address at
//! the domain, and of its ownership, by a DNS record.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::post,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::emulator::{
    frontend_api::{current_client::CurrentSession, documents},
    http::{FormBody, JsonResult, Result},
    store::{EmulatorState, Instance, Store, StoreGuard, system_permission},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    let domains = "/organizations/{organization_id}/domains";
    let domain = format!("{domains}/{{domain_id}}");
    Router::new()
        .route(&format!("{domain}/prepare_affiliation_verification"), post(prepare_affiliation))
        .route(&format!("{domain}/attempt_affiliation_verification"), post(attempt_affiliation))
        .route(&format!("{domain}/prepare_ownership_verification"), post(prepare_ownership))
        .route(&format!("{domain}/attempt_ownership_verification"), post(attempt_ownership))
        .route(&format!("{domains}/prepare_ownership_verification/bulk"), post(prepare_bulk))
        .route(&format!("{domains}/attempt_ownership_verification/bulk"), post(attempt_bulk))
}

#[derive(Deserialize)]
struct Affiliation {
    affiliation_email_address: String,
}

/// Sends a code to an email address at the domain.
async fn prepare_affiliation(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path((id, domain_id)): Path<(String, String)>,
    FormBody(affiliation): FormBody<Affiliation>,
) -> JsonResult {
    let mut store = managed(&instance, &session, &id)?;
    let domain = store.prepare_affiliation_verification(
        &id,
        &domain_id,
        &affiliation.affiliation_email_address,
    )?;
    Ok(Json(documents::domain(&store, &domain)))
}

#[derive(Deserialize)]
struct Attempt {
    code: String,
}

async fn attempt_affiliation(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path((id, domain_id)): Path<(String, String)>,
    FormBody(attempt): FormBody<Attempt>,
) -> JsonResult {
    let mut store = managed(&instance, &session, &id)?;
    let domain = store.attempt_affiliation_verification(&id, &domain_id, &attempt.code)?;
    Ok(Json(documents::domain(&store, &domain)))
}

async fn prepare_ownership(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path((id, domain_id)): Path<(String, String)>,
) -> JsonResult {
    let mut store = managed(&instance, &session, &id)?;
    let domain = store.prepare_ownership_verification(&id, &domain_id)?;
    Ok(Json(documents::domain(&store, &domain)))
}

/// Verifies the ownership. The emulator does not look up the DNS record.
async fn attempt_ownership(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path((id, domain_id)): Path<(String, String)>,
) -> JsonResult {
    let mut store = managed(&instance, &session, &id)?;
    let domain = store.verify_domain_ownership(&id, &domain_id)?;
    Ok(Json(documents::domain(&store, &domain)))
}

#[derive(Deserialize)]
struct Bulk {
    organization_domain_ids: Vec<String>,
}

async fn prepare_bulk(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
    FormBody(bulk): FormBody<Bulk>,
) -> JsonResult {
    let mut store = managed(&instance, &session, &id)?;
    Ok(Json(for_each(&mut store, bulk, |store, domain_id| {
        store.prepare_ownership_verification(&id, domain_id)
    })))
}

async fn attempt_bulk(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
    FormBody(bulk): FormBody<Bulk>,
) -> JsonResult {
    let mut store = managed(&instance, &session, &id)?;
    Ok(Json(for_each(&mut store, bulk, |store, domain_id| {
        store.verify_domain_ownership(&id, domain_id)
    })))
}

fn for_each(
    store: &mut Store,
    bulk: Bulk,
    change: impl Fn(&mut Store, &str) -> Result<Value>,
) -> Value {
    let (mut data, mut errors) = (Vec::new(), Vec::new());
    for id in bulk.organization_domain_ids {
        match change(store, &id) {
            Ok(domain) => data.push(documents::domain(store, &domain)),
            Err(error) => errors.push(json!({ "id": id, "code": error.code() })),
        }
    }
    json!({ "data": data, "errors": errors })
}

/// Locks the store for a user who may manage the organization's domains.
fn managed<'a>(
    instance: &'a Instance,
    session: &CurrentSession,
    organization_id: &str,
) -> Result<StoreGuard<'a>> {
    let store = instance.store();
    store.require_permission(
        organization_id,
        &session.user_id,
        system_permission::MANAGE_DOMAINS,
    )?;
    Ok(store)
}
