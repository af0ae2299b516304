//! The user's accounts at social providers.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{delete, patch, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::emulator::{
    frontend_api::{
        browser::app_redirect_url,
        current_client::{CurrentClient, CurrentSession},
        documents,
    },
    http::{ClerkError, FormBody, JsonResult, Result},
    store::{EmulatorState, Instance, SocialPurpose, Store},
    tokens::new_id,
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    let account = "/me/external_accounts/{external_account_id}";
    Router::new()
        .route("/me/external_accounts", post(create))
        .route(account, delete(remove))
        .route(&format!("{account}/reauthorize"), patch(reauthorize))
        .route(&format!("{account}/tokens"), delete(delete_tokens))
}

#[derive(Deserialize)]
struct NewAccount {
    strategy: String,
    redirect_url: Option<String>,
}

/// Begins to connect an account. The response leads to the provider's page.
async fn create(
    State(instance): EmulatorState,
    client: CurrentClient,
    session: CurrentSession,
    FormBody(new): FormBody<NewAccount>,
) -> JsonResult {
    let redirect_url = app_redirect_url(&instance, new.redirect_url)?;
    let mut store = instance.store();
    store.check_reverified(&session.session_id)?;
    let verification =
        visit(&instance, &mut store, &client, &session, &new.strategy, &redirect_url)?;
    let now = store.now();
    Ok(Json(json!({
        "object": "external_account",
        "id": new_id("eac"),
        "provider": new.strategy,
        "identification_id": "",
        "provider_user_id": "",
        "approved_scopes": "",
        "email_address": "",
        "first_name": "",
        "last_name": "",
        "public_metadata": {},
        "created_at": now,
        "updated_at": now,
        "verification": verification,
    })))
}

#[derive(Deserialize)]
struct Reauthorization {
    redirect_url: String,
}

async fn reauthorize(
    State(instance): EmulatorState,
    client: CurrentClient,
    session: CurrentSession,
    Path(id): Path<String>,
    FormBody(reauthorization): FormBody<Reauthorization>,
) -> JsonResult {
    let redirect_url = app_redirect_url(&instance, Some(reauthorization.redirect_url))?;
    let mut store = instance.store();
    let mut account = own_account(&store, &session, &id)?;
    let strategy = account["provider"].as_str().unwrap_or_default().to_owned();
    account["verification"] =
        visit(&instance, &mut store, &client, &session, &strategy, &redirect_url)?;
    Ok(Json(account))
}

fn visit(
    instance: &Instance,
    store: &mut Store,
    CurrentClient(client): &CurrentClient,
    session: &CurrentSession,
    strategy: &str,
    redirect_url: &str,
) -> Result<Value> {
    let purpose = SocialPurpose::Connection { user_id: session.user_id.clone() };
    let page = |state: &str| instance.provider_url(state);
    Ok(store.visit_provider(client, strategy, redirect_url, purpose, page)?.document())
}

async fn remove(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
) -> JsonResult {
    let mut store = instance.store();
    store.check_reverified(&session.session_id)?;
    store.delete_external_account(&session.user_id, &id).map(Json)
}

/// Forgets the provider's tokens.
async fn delete_tokens(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
) -> JsonResult {
    let mut store = instance.store();
    own_account(&store, &session, &id)?;
    store.forget_provider_tokens(&id);
    Ok(Json(documents::user(&store, store.user(&session.user_id)?)))
}

fn own_account(store: &Store, session: &CurrentSession, id: &str) -> Result<Value> {
    let accounts = store.user(&session.user_id)?["external_accounts"].as_array();
    let own = accounts.and_then(|all| all.iter().find(|account| account["id"] == id));
    own.cloned().ok_or_else(|| ClerkError::resource_not_found("external account", id))
}
