//! Endpoints for users.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, patch, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::user_filter::{SORTABLE, UserFilter, sort_key};
use crate::emulator::{
    http::{Body, ClerkError, Image, JsonBody, JsonResult, Page, Query, Result, sort},
    store::{EmulatorState, Instance},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/users", get(list).post(create))
        .route("/users/count", get(count))
        .route("/users/ban", post(ban_all))
        .route("/users/unban", post(unban_all))
        .route("/users/{user_id}", get(retrieve).patch(update).delete(delete))
        .route("/users/{user_id}/metadata", patch(merge_metadata).put(replace_metadata))
        .route("/users/{user_id}/ban", post(ban))
        .route("/users/{user_id}/unban", post(unban))
        .route("/users/{user_id}/lock", post(lock))
        .route("/users/{user_id}/unlock", post(unlock))
        .route("/users/{user_id}/profile_image", post(set_image).delete(delete_image))
}

async fn list(
    State(instance): EmulatorState,
    Query(filter): Query<UserFilter>,
    Query(order): Query<Order>,
    Query(page): Query<Page>,
) -> JsonResult {
    filter.check()?;
    let store = instance.store();
    let mut users: Vec<&Value> =
        store.users.iter().filter(|user| filter.matches(user, &store)).collect();
    sort(&mut users, order.order_by.as_deref(), &SORTABLE, |user, by| sort_key(user, by))?;
    let after = order.skip(&users, page.offset)?;
    Ok(Json(json!(page.slice(users.into_iter().skip(after))?)))
}

async fn count(State(instance): EmulatorState, Query(filter): Query<UserFilter>) -> JsonResult {
    filter.check()?;
    let store = instance.store();
    let count = store.users.iter().filter(|user| filter.matches(user, &store)).count();
    Ok(Json(json!({ "object": "total_count", "total_count": count })))
}

async fn create(State(instance): EmulatorState, Body(params): Body) -> JsonResult {
    instance.store().create_user(params).map(Json)
}

async fn retrieve(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().user(&id).cloned().map(Json)
}

async fn update(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    Body(params): Body,
) -> JsonResult {
    instance.store().update_user(&id, params).map(Json)
}

async fn merge_metadata(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    Body(params): Body,
) -> JsonResult {
    instance.store().set_user_metadata(&id, params, true).map(Json)
}

async fn replace_metadata(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    Body(params): Body,
) -> JsonResult {
    instance.store().set_user_metadata(&id, params, false).map(Json)
}

async fn delete(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().delete_user(&id).map(Json)
}

async fn ban(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().set_banned(&id, true).map(Json)
}

async fn unban(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().set_banned(&id, false).map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserIds {
    user_ids: Vec<String>,
}

impl UserIds {
    fn checked(self) -> Result<Vec<String>> {
        match self.user_ids.len() {
            1..=50 => Ok(self.user_ids),
            _ => Err(ClerkError::invalid_value("user_ids", "a list of 1 to 50 IDs")),
        }
    }
}

async fn ban_all(State(instance): EmulatorState, JsonBody(ids): JsonBody<UserIds>) -> JsonResult {
    instance.store().set_all_banned(&ids.checked()?, true).map(Json)
}

async fn unban_all(State(instance): EmulatorState, JsonBody(ids): JsonBody<UserIds>) -> JsonResult {
    instance.store().set_all_banned(&ids.checked()?, false).map(Json)
}

async fn lock(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().set_locked(&id, true).map(Json)
}

async fn unlock(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().set_locked(&id, false).map(Json)
}

async fn set_image(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    image: Image,
) -> JsonResult {
    instance.store().set_profile_image(&id, Some(&image.url)).map(Json)
}

async fn delete_image(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().set_profile_image(&id, None).map(Json)
}

#[derive(Deserialize)]
struct Order {
    order_by: Option<String>,
    starting_after: Option<String>,
}

impl Order {
    /// The number of users before the page, which starts after the cursor `starting_after`.
    fn skip(&self, users: &[&Value], offset: usize) -> Result<usize> {
        let Some(id) = &self.starting_after else { return Ok(0) };
        if offset > 0 {
            return Err(ClerkError::invalid_value("offset", "0 when starting_after is given"));
        }
        if !self.order_by.as_deref().is_none_or(|order| order.ends_with("created_at")) {
            return Err(ClerkError::invalid_value(
                "order_by",
                "created_at when starting_after is given",
            ));
        }
        let position = users.iter().position(|user| user["id"] == id.as_str());
        position
            .map(|n| n + 1)
            .ok_or_else(|| ClerkError::invalid_value("starting_after", "the ID of a listed user"))
    }
}
