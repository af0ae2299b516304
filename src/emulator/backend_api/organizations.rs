//! Endpoints for organizations.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, patch, put},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::emulator::{
    http::{Body, Image, JsonResult, Page, Query, contains, selects, sort},
    store::{EmulatorState, Instance, Store},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/organizations", get(list).post(create))
        .route("/organizations/{organization_id}", get(retrieve).patch(update).delete(delete))
        .route(
            "/organizations/{organization_id}/metadata",
            patch(merge_metadata).put(replace_metadata),
        )
        .route("/organizations/{organization_id}/logo", put(upload_logo).delete(delete_logo))
}

async fn list(
    State(instance): EmulatorState,
    Query(filter): Query<Filter>,
    Query(include): Query<OptionalFields>,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    let mut found: Vec<&Value> = store
        .organizations
        .iter()
        .filter(|organization| filter.matches(organization, &store))
        .collect();
    sort(
        &mut found,
        filter.order_by.as_deref(),
        &["name", "created_at", "members_count"],
        |organization, by| match by {
            "members_count" => json!(store.members(organization).count()),
            name => organization[name].clone(),
        },
    )?;
    page.with_total(
        found.into_iter().map(|organization| include.document(organization, &store)).collect(),
    )
}

async fn create(State(instance): EmulatorState, Body(params): Body) -> JsonResult {
    instance.store().create_organization(params).map(Json)
}

async fn retrieve(
    State(instance): EmulatorState,
    Path(id_or_slug): Path<String>,
    Query(include): Query<OptionalFields>,
) -> JsonResult {
    let store = instance.store();
    Ok(Json(include.document(store.organization(&id_or_slug)?, &store)))
}

async fn update(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    Body(params): Body,
) -> JsonResult {
    instance.store().update_organization(&id, params).map(Json)
}

async fn delete(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().delete_organization(&id).map(Json)
}

async fn merge_metadata(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    Body(params): Body,
) -> JsonResult {
    instance.store().set_organization_metadata(&id, params, true).map(Json)
}

async fn replace_metadata(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    Body(params): Body,
) -> JsonResult {
    instance.store().set_organization_metadata(&id, params, false).map(Json)
}

async fn upload_logo(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    logo: Image,
) -> JsonResult {
    let mut store = instance.store();
    if let Some(user_id) = &logo.uploader_user_id {
        store.user(user_id)?;
    }
    store.set_organization_logo(&id, &logo.url).map(Json)
}

async fn delete_logo(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().delete_organization_logo(&id).map(Json)
}

#[derive(Deserialize)]
struct Filter {
    query: Option<String>,
    #[serde(default)]
    user_id: Vec<String>,
    #[serde(default)]
    organization_id: Vec<String>,
    order_by: Option<String>,
}

impl Filter {
    fn matches(&self, organization: &Value, store: &Store) -> bool {
        let id = organization["id"].as_str().unwrap_or_default();
        let matches_query = |query: &String| {
            id == query
                || contains(&organization["name"], query)
                || contains(&organization["slug"], query)
        };
        self.query.as_ref().is_none_or(matches_query)
            && selects(&self.user_id, |user_id| store.membership(id, user_id).is_some())
            && selects(&self.organization_id, |organization_id| id == organization_id)
    }
}

/// The optional fields of an organization that a request includes.
#[derive(Default, Deserialize)]
#[serde(default)]
struct OptionalFields {
    include_members_count: bool,
    include_missing_member_with_elevated_permissions: bool,
}

impl OptionalFields {
    fn document(&self, organization: &Value, store: &Store) -> Value {
        let mut document = organization.clone();
        if self.include_members_count {
            document["members_count"] = json!(store.members(organization).count());
            document["pending_invitations_count"] =
                json!(store.pending_invitations(organization).count());
        }
        if self.include_missing_member_with_elevated_permissions {
            document["missing_member_with_elevated_permissions"] =
                json!(!store.members(organization).any(|member| store.is_elevated(member)));
        }
        document
    }
}
