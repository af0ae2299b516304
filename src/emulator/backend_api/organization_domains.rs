//! Endpoints for the domains of organizations.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, patch, post},
};
use serde::Deserialize;
use serde_json::Value;

use crate::emulator::{
    http::{ClerkError, JsonBody, JsonResult, Page, Query, Result, contains, selects, sort},
    store::{
        DomainChange, ENROLLMENT_MODES, EmulatorState, Instance, NewDomain, is_domain_verified,
    },
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/organization_domains", get(list_all))
        .route("/organizations/{organization_id}/domains", get(list).post(create))
        .route("/organizations/{organization_id}/domains/{domain_id}", patch(update).delete(delete))
        .route(
            "/organizations/{organization_id}/domains/{domain_id}/verify_ownership",
            post(verify_ownership),
        )
}

#[derive(Deserialize)]
struct Filter {
    verified: Option<bool>,
    #[serde(default)]
    enrollment_mode: Vec<String>,
}

impl Filter {
    /// Returns the matching domains in the requested order.
    fn apply<'a>(
        &self,
        domains: impl Iterator<Item = &'a Value>,
        order_by: Option<&str>,
    ) -> Result<Vec<&'a Value>> {
        let is_mode =
            |mode: &String| ENROLLMENT_MODES.contains(&mode.strip_prefix('-').unwrap_or(mode));
        if !self.enrollment_mode.iter().all(is_mode) {
            let expected = format!("one of {}", ENROLLMENT_MODES.join(", "));
            return Err(ClerkError::invalid_value("enrollment_mode", &expected));
        }
        let mut found: Vec<&Value> = domains
            .filter(|domain| {
                self.verified.is_none_or(|verified| is_domain_verified(domain) == verified)
                    && selects(&self.enrollment_mode, |mode| domain["enrollment_mode"] == mode)
            })
            .collect();
        sort(&mut found, order_by, &["name", "created_at"], |domain, by| domain[by].clone())?;
        Ok(found)
    }
}

async fn list(
    State(instance): EmulatorState,
    Path(organization_id): Path<String>,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    store.organizations.get(&organization_id)?;
    page.with_total(
        filter.apply(store.organization_domains.of_organization(&organization_id), None)?,
    )
}

#[derive(Deserialize)]
struct ListAllFilter {
    organization_id: Option<String>,
    query: Option<String>,
    #[serde(default)]
    domains: Vec<String>,
    order_by: Option<String>,
}

impl ListAllFilter {
    fn matches(&self, domain: &Value) -> bool {
        let matches_query = |query: &str| {
            if query.starts_with("org_") {
                domain["organization_id"] == query
            } else {
                contains(&domain["name"], query)
            }
        };
        self.organization_id.as_ref().is_none_or(|id| domain["organization_id"] == id.as_str())
            && self.query.as_deref().is_none_or(matches_query)
            && (self.domains.is_empty()
                || self.domains.iter().any(|name| domain["name"] == name.as_str()))
    }
}

async fn list_all(
    State(instance): EmulatorState,
    Query(filter): Query<Filter>,
    Query(all_filter): Query<ListAllFilter>,
    Query(page): Query<Page>,
) -> JsonResult {
    if all_filter.query.as_ref().is_some_and(|query| query.trim().is_empty()) {
        return Err(ClerkError::invalid_value("query", "more than whitespace"));
    }
    let store = instance.store();
    let domains = store.organization_domains.iter().filter(|domain| all_filter.matches(domain));
    let found = filter.apply(domains, all_filter.order_by.as_deref())?.into_iter().map(|domain| {
        let mut document = domain.clone();
        document["public_organization_data"] =
            store.public_organization_data(&domain["organization_id"]);
        document
    });
    page.with_total(found.collect())
}

async fn create(
    State(instance): EmulatorState,
    Path(organization_id): Path<String>,
    JsonBody(new): JsonBody<NewDomain>,
) -> JsonResult {
    instance.store().create_organization_domain(&organization_id, new).map(Json)
}

async fn update(
    State(instance): EmulatorState,
    Path((organization_id, id)): Path<(String, String)>,
    JsonBody(change): JsonBody<DomainChange>,
) -> JsonResult {
    instance.store().update_organization_domain(&organization_id, &id, &change).map(Json)
}

async fn delete(
    State(instance): EmulatorState,
    Path((organization_id, id)): Path<(String, String)>,
) -> JsonResult {
    instance.store().delete_organization_domain(&organization_id, &id).map(Json)
}

async fn verify_ownership(
    State(instance): EmulatorState,
    Path((organization_id, id)): Path<(String, String)>,
) -> JsonResult {
    instance.store().verify_domain_ownership(&organization_id, &id).map(Json)
}
