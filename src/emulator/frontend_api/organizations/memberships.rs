//! The members of organizations.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, patch},
};
use serde::Deserialize;
use serde_json::Value;

use crate::emulator::{
    frontend_api::{current_client::CurrentSession, documents},
    http::{ClerkError, FormBody, JsonResult, Page, Query, contains},
    store::{EmulatorState, Instance, NewMembership, Store, system_permission},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/organizations/{organization_id}/memberships", get(list).post(create))
        .route(
            "/organizations/{organization_id}/memberships/{user_id}",
            patch(update).delete(delete),
        )
}

#[derive(Deserialize)]
struct Filter {
    query: Option<String>,
    #[serde(default)]
    role: Vec<String>,
}

impl Filter {
    fn matches(&self, membership: &Value) -> bool {
        let user = &membership["public_user_data"];
        let has_text = |query: &String| {
            ["identifier", "first_name", "last_name", "user_id"]
                .iter()
                .any(|name| contains(&user[name], query))
        };
        self.query.as_ref().is_none_or(has_text)
            && (self.role.is_empty()
                || self.role.iter().any(|role| membership["role"] == *role.as_str()))
    }
}

async fn list(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    store.require_permission(&id, &session.user_id, system_permission::READ_MEMBERSHIPS)?;
    let members = store.members(store.organizations.get(&id)?);
    let members: Vec<Value> =
        members.filter_map(|member| documents::membership(&store, member).ok()).collect();
    page.array(members.into_iter().filter(|member| filter.matches(member)).collect())
}

#[derive(Deserialize)]
struct NewMember {
    user_id: String,
    role: String,
}

async fn create(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
    FormBody(new): FormBody<NewMember>,
) -> JsonResult {
    let mut store = instance.store();
    store.require_permission(&id, &session.user_id, system_permission::MANAGE_MEMBERSHIPS)?;
    store.create_membership(&id, NewMembership::new(&new.user_id, &new.role))?;
    document(&store, &id, &new.user_id)
}

#[derive(Deserialize)]
struct Update {
    role: String,
}

async fn update(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path((id, user_id)): Path<(String, String)>,
    FormBody(update): FormBody<Update>,
) -> JsonResult {
    let mut store = instance.store();
    store.require_permission(&id, &session.user_id, system_permission::MANAGE_MEMBERSHIPS)?;
    store.update_membership(&id, &user_id, &update.role)?;
    document(&store, &id, &user_id)
}

/// Removes a member, and returns the former membership.
async fn delete(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path((id, user_id)): Path<(String, String)>,
) -> JsonResult {
    let mut store = instance.store();
    store.require_permission(&id, &session.user_id, system_permission::MANAGE_MEMBERSHIPS)?;
    let membership = document(&store, &id, &user_id)?;
    store.delete_membership(&id, &user_id)?;
    Ok(membership)
}

fn document(store: &Store, organization_id: &str, user_id: &str) -> JsonResult {
    let membership = store.membership(organization_id, user_id);
    let membership =
        membership.ok_or_else(|| ClerkError::resource_not_found("membership of user", user_id))?;
    documents::membership(store, membership).map(Json)
}
