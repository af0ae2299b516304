//! The domains of organizations.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::emulator::{
    frontend_api::{current_client::CurrentSession, documents},
    http::{FormBody, JsonResult, Page, Query},
    store::{
        DomainChange, EmulatorState, Instance, NewDomain, is_domain_verified, system_permission,
    },
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    let domains = "/organizations/{organization_id}/domains";
    Router::new()
        .route(domains, get(list).post(create))
        .route(&format!("{domains}/bulk"), post(create_bulk))
        .route(&format!("{domains}/{{domain_id}}"), get(retrieve).delete(delete))
        .route(&format!("{domains}/{{domain_id}}/update_enrollment_mode"), post(update))
}

#[derive(Deserialize)]
struct Filter {
    verified: Option<bool>,
    enrollment_mode: Option<String>,
}

async fn list(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    store.require_permission(&id, &session.user_id, system_permission::READ_DOMAINS)?;
    let is_wanted = |domain: &&Value| {
        filter.verified.is_none_or(|verified| is_domain_verified(domain) == verified)
            && filter
                .enrollment_mode
                .as_ref()
                .is_none_or(|mode| domain["enrollment_mode"] == **mode)
    };
    let domains = store.organization_domains.of_organization(&id).filter(is_wanted);
    page.with_total(domains.map(|domain| documents::domain(&store, domain)).collect())
}

#[derive(Deserialize)]
struct New {
    name: String,
    enrollment_mode: Option<String>,
}

/// Creates a domain, which is yet to be verified.
async fn create(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
    FormBody(new): FormBody<New>,
) -> JsonResult {
    let mut store = instance.store();
    store.require_permission(&id, &session.user_id, system_permission::MANAGE_DOMAINS)?;
    let domain = store
        .create_organization_domain(&id, NewDomain::unverified(new.name, new.enrollment_mode))?;
    Ok(Json(documents::domain(&store, &domain)))
}

#[derive(Deserialize)]
struct NewBulk {
    names: Vec<String>,
    enrollment_mode: Option<String>,
}

/// Creates several domains, and reports those that are invalid.
async fn create_bulk(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
    FormBody(new): FormBody<NewBulk>,
) -> JsonResult {
    let mut store = instance.store();
    store.require_permission(&id, &session.user_id, system_permission::MANAGE_DOMAINS)?;
    let (mut data, mut errors) = (Vec::new(), Vec::new());
    for name in new.names {
        let domain = NewDomain::unverified(name.clone(), new.enrollment_mode.clone());
        match store.create_organization_domain(&id, domain) {
            Ok(domain) => data.push(documents::domain(&store, &domain)),
            Err(error) => errors.push(json!({ "name": name, "code": error.code() })),
        }
    }
    Ok(Json(json!({ "data": data, "errors": errors })))
}

async fn retrieve(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path((id, domain_id)): Path<(String, String)>,
) -> JsonResult {
    let store = instance.store();
    store.require_permission(&id, &session.user_id, system_permission::READ_DOMAINS)?;
    let domain = store.organization_domains.get_of_organization(&id, &domain_id)?;
    Ok(Json(documents::domain(&store, domain)))
}

async fn delete(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path((id, domain_id)): Path<(String, String)>,
) -> JsonResult {
    let mut store = instance.store();
    store.require_permission(&id, &session.user_id, system_permission::MANAGE_DOMAINS)?;
    store.delete_organization_domain(&id, &domain_id).map(Json)
}

#[derive(Deserialize)]
struct Update {
    enrollment_mode: String,
    #[serde(default)]
    delete_pending: bool,
}

async fn update(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path((id, domain_id)): Path<(String, String)>,
    FormBody(update): FormBody<Update>,
) -> JsonResult {
    let mut store = instance.store();
    store.require_permission(&id, &session.user_id, system_permission::MANAGE_DOMAINS)?;
    let change = DomainChange::enrollment_mode(update.enrollment_mode);
    let domain = store.update_organization_domain(&id, &domain_id, &change)?;
    if update.delete_pending {
        store.delete_pending_enrollments(&domain);
    }
    Ok(Json(documents::domain(&store, &domain)))
}
