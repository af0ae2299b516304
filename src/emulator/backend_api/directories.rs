//! Endpoints for directories, and the deprecated ones for SCIM directories, which are the same
//! resources.

use std::sync::Arc;

use axum::{
    Extension, Json, Router,
    extract::{Path, State},
    routing::{delete, get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::emulator::{
    http::{JsonBody, JsonResult, Page, Query},
    store::{
        DIRECTORIES, DirectoryApi, DirectoryChange, EmulatorState, Instance, NewDirectory,
        NewGroupRoleMapping, SCIM_DIRECTORIES,
    },
};

type Api = Extension<&'static DirectoryApi>;

pub(super) fn routes() -> Router<Arc<Instance>> {
    routes_of(&DIRECTORIES).merge(routes_of(&SCIM_DIRECTORIES))
}

fn routes_of(api: &'static DirectoryApi) -> Router<Arc<Instance>> {
    let list_path = format!("/{}", api.list);
    let path = format!("{list_path}/{{directory_id}}");
    let mappings = format!("{path}/group_role_mappings");
    Router::new()
        .route(&list_path, get(list).post(create))
        .route(&path, get(retrieve).patch(update).delete(remove))
        .route(&format!("{path}/rotate_api_key"), post(rotate_api_key))
        .route(&mappings, get(list_mappings).post(create_mapping).put(replace_mappings))
        .route(&format!("{mappings}/{{mapping_id}}"), delete(remove_mapping))
        .layer(Extension(api))
}

async fn list(
    State(instance): EmulatorState,
    Extension(api): Api,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    let all = store.directories.iter();
    let mut documents: Vec<Value> =
        all.map(|one| store.directory_document(api, one, &instance.url)).collect();
    documents.reverse();
    page.with_total(documents)
}

async fn create(
    State(instance): EmulatorState,
    Extension(api): Api,
    JsonBody(new): JsonBody<NewDirectory>,
) -> JsonResult {
    let (id, key) = instance.store().create_directory(new)?;
    document_with_key(&instance, api, &id, &key)
}

async fn retrieve(
    State(instance): EmulatorState,
    Extension(api): Api,
    Path(id): Path<String>,
) -> JsonResult {
    let store = instance.store();
    Ok(Json(store.directory_document(api, store.directories.get(&id)?, &instance.url)))
}

async fn update(
    State(instance): EmulatorState,
    Extension(api): Api,
    Path(id): Path<String>,
    JsonBody(change): JsonBody<DirectoryChange>,
) -> JsonResult {
    let mut store = instance.store();
    let directory = store.update_directory(&id, change)?;
    Ok(Json(store.directory_document(api, &directory, &instance.url)))
}

async fn remove(
    State(instance): EmulatorState,
    Extension(api): Api,
    Path(id): Path<String>,
) -> JsonResult {
    instance.store().delete_directory(&id)?;
    Ok(Json(json!({ "object": api.object, "id": id, "deleted": true })))
}

async fn rotate_api_key(
    State(instance): EmulatorState,
    Extension(api): Api,
    Path(id): Path<String>,
) -> JsonResult {
    let key = instance.store().rotate_directory_key(&id)?;
    document_with_key(&instance, api, &id, &key)
}

fn document_with_key(instance: &Instance, api: &DirectoryApi, id: &str, key: &str) -> JsonResult {
    let store = instance.store();
    let mut document = store.directory_document(api, store.directories.get(id)?, &instance.url);
    document["api_key"] = json!(key);
    Ok(Json(document))
}

async fn list_mappings(
    State(instance): EmulatorState,
    Extension(api): Api,
    Path(id): Path<String>,
) -> JsonResult {
    let mappings = instance.store().group_role_mappings_of(api, &id)?;
    Ok(Json(json!({ "total_count": mappings.len(), "data": mappings })))
}

async fn create_mapping(
    State(instance): EmulatorState,
    Extension(api): Api,
    Path(id): Path<String>,
    JsonBody(new): JsonBody<NewGroupRoleMapping>,
) -> JsonResult {
    instance.store().create_group_role_mapping(api, &id, new).map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReplaceMappings {
    mappings: Vec<NewGroupRoleMapping>,
}

async fn replace_mappings(
    State(instance): EmulatorState,
    Extension(api): Api,
    Path(id): Path<String>,
    JsonBody(ReplaceMappings { mappings }): JsonBody<ReplaceMappings>,
) -> JsonResult {
    let mut store = instance.store();
    store.replace_group_role_mappings(&id, mappings)?;
    let mappings = store.group_role_mappings_of(api, &id)?;
    Ok(Json(json!({ "total_count": mappings.len(), "data": mappings })))
}

async fn remove_mapping(
    State(instance): EmulatorState,
    Extension(api): Api,
    Path((id, mapping_id)): Path<(String, String)>,
) -> JsonResult {
    instance.store().delete_group_role_mapping(api, &id, &mapping_id).map(Json)
}
