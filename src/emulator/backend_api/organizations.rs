//! Organizations over HTTP.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::get,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    super::store::Store,
    Answer, Clerk, Instance,
    params::{Body, Page, Query, contains, selects, sort},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/organizations", get(list).post(create))
        .route("/organizations/{organization_id}", get(retrieve))
}

async fn list(
    State(clerk): Clerk,
    Query(filter): Query<Filter>,
    Query(view): Query<View>,
    Query(page): Query<Page>,
) -> Answer {
    let store = clerk.store();
    let mut found: Vec<&Value> =
        store.organizations.iter().filter(|organization| filter.matches(organization, &store)).collect();
    sort(
        &mut found,
        filter.order_by.as_deref(),
        &["name", "created_at", "members_count"],
        |organization, by| match by {
            "members_count" => json!(store.members(organization).count()),
            name => organization[name].clone(),
        },
    )?;
    page.counted(found.into_iter().map(|organization| view.show(organization, &store)).collect())
}

async fn create(State(clerk): Clerk, Body(params): Body) -> Answer {
    clerk.store().create_organization(params).map(Json)
}

async fn retrieve(State(clerk): Clerk, Path(id_or_slug): Path<String>, Query(view): Query<View>) -> Answer {
    let store = clerk.store();
    Ok(Json(view.show(store.organization(&id_or_slug)?, &store)))
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
            id == query || contains(&organization["name"], query) || contains(&organization["slug"], query)
        };
        self.query.as_ref().is_none_or(matches_query)
            && selects(&self.user_id, |user_id| store.membership(id, user_id).is_some())
            && selects(&self.organization_id, |organization_id| id == organization_id)
    }
}

/// What is shown of an organization only where it is asked for.
#[derive(Default, Deserialize)]
#[serde(default)]
struct View {
    include_members_count: bool,
    include_missing_member_with_elevated_permissions: bool,
}

impl View {
    fn show(&self, organization: &Value, store: &Store) -> Value {
        let mut shown = organization.clone();
        if self.include_members_count {
            shown["members_count"] = json!(store.members(organization).count());
        }
        if self.include_missing_member_with_elevated_permissions {
            shown["missing_member_with_elevated_permissions"] =
                json!(!store.members(organization).any(|member| member.role == "org:admin"));
        }
        shown
    }
}
