//! Organizations, their logos and their roles.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post, put},
};
use serde::Deserialize;
use serde_json::Value;

use crate::emulator::{
    frontend_api::{current_client::CurrentSession, documents},
    http::{ClerkError, FormBody, Image, JsonResult, Page, Params, Query},
    store::{EmulatorState, Instance, system_permission},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/organizations", post(create))
        .route("/organizations/{organization_id}", get(retrieve).patch(update).delete(delete))
        .route("/organizations/{organization_id}/logo", put(set_logo).delete(delete_logo))
        .route("/organizations/{organization_id}/roles", get(roles))
}

#[derive(Deserialize)]
struct Fields {
    name: Option<String>,
    slug: Option<String>,
}

impl Fields {
    fn into_params(self) -> Params {
        let fields = [("name", self.name), ("slug", self.slug)].into_iter();
        let given = fields.filter_map(|(name, text)| {
            let text = text.filter(|text| !text.is_empty())?;
            Some((name.to_owned(), text.into()))
        });
        given.collect()
    }
}

/// Creates an organization with the user as its first member.
async fn create(
    State(instance): EmulatorState,
    session: CurrentSession,
    FormBody(fields): FormBody<Fields>,
) -> JsonResult {
    let mut store = instance.store();
    if store.user(&session.user_id)?["create_organization_enabled"] == false {
        let message = "You are not allowed to create an organization.";
        return Err(ClerkError::forbidden("organization_creation_not_allowed", message));
    }
    let mut params = fields.into_params();
    params.insert("created_by".into(), session.user_id.into());
    let created = store.create_organization(params)?;
    Ok(Json(documents::organization(&store, &created)))
}

async fn retrieve(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
) -> JsonResult {
    let store = instance.store();
    store.require_membership(&id, &session.user_id)?;
    Ok(Json(documents::organization(&store, store.organizations.get(&id)?)))
}

async fn update(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
    FormBody(fields): FormBody<Fields>,
) -> JsonResult {
    let mut store = instance.store();
    store.require_permission(&id, &session.user_id, system_permission::MANAGE_PROFILE)?;
    let updated = store.update_organization(&id, fields.into_params())?;
    Ok(Json(documents::organization(&store, &updated)))
}

async fn delete(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
) -> JsonResult {
    let mut store = instance.store();
    store.require_permission(&id, &session.user_id, system_permission::DELETE_PROFILE)?;
    if store.organizations.get(&id)?["admin_delete_enabled"] == false {
        let message = "The organization does not allow members to delete it.";
        return Err(ClerkError::forbidden("organization_admin_delete_not_enabled", message));
    }
    store.delete_organization(&id).map(Json)
}

async fn set_logo(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
    image: Image,
) -> JsonResult {
    let mut store = instance.store();
    store.require_permission(&id, &session.user_id, system_permission::MANAGE_PROFILE)?;
    let updated = store.set_organization_logo(&id, &image.url)?;
    Ok(Json(documents::organization(&store, &updated)))
}

async fn delete_logo(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
) -> JsonResult {
    let mut store = instance.store();
    store.require_permission(&id, &session.user_id, system_permission::MANAGE_PROFILE)?;
    store.delete_organization_logo(&id)?;
    let logo_id = id.replacen("org", "img", 1);
    Ok(Json(serde_json::json!({ "object": "image", "id": logo_id, "deleted": true })))
}

async fn roles(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    store.require_membership(&id, &session.user_id)?;
    let roles: Vec<Value> = store.roles.iter().map(|role| store.role_document(role)).collect();
    let roles = roles.iter().map(documents::role).collect();
    page.with_total(roles).map(|Json(mut list)| {
        list["has_role_set_migration"] = false.into();
        Json(list)
    })
}
