//! Sign-ups.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{browser::app_redirect_url, current_client::CurrentClient};
use crate::emulator::{
    http::{FormBody, JsonResult, Params, Result, fields},
    store::{EmulatorState, Instance, SignUp, Store},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/client/sign_ups", post(create))
        .route("/client/sign_ups/{sign_up_id}", get(retrieve).patch(update))
        .route("/client/sign_ups/{sign_up_id}/prepare_verification", post(prepare_verification))
        .route("/client/sign_ups/{sign_up_id}/attempt_verification", post(attempt_verification))
}

#[derive(Deserialize)]
struct SignUpFields {
    email_address: Option<String>,
    phone_number: Option<String>,
    email_address_or_phone_number: Option<String>,
    username: Option<String>,
    password: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    unsafe_metadata: Option<String>,
    legal_accepted: Option<bool>,
    locale: Option<String>,
    ticket: Option<String>,
    strategy: Option<String>,
    redirect_url: Option<String>,
    #[serde(default)]
    transfer: bool,
}

impl SignUpFields {
    /// Takes the strategy of a social provider, and the URL to return to from its page.
    fn provider(&mut self, instance: &Instance) -> Result<Option<(String, String)>> {
        let strategy = self.strategy.take().filter(|strategy| strategy.starts_with("oauth_"));
        let redirect_url = self.redirect_url.take();
        strategy
            .map(|strategy| Ok((strategy, app_redirect_url(instance, redirect_url)?)))
            .transpose()
    }

    /// Returns the fields as the Backend API names them. Empty ones count as missing.
    fn into_params(self, now: i64) -> Result<Params> {
        let either = self.email_address_or_phone_number;
        let (email_address, phone_number) = match either {
            Some(text) if text.contains('@') => (Some(text), None),
            other => (None, other),
        };
        let texts = [
            ("email_address", self.email_address.or(email_address)),
            ("phone_number", self.phone_number.or(phone_number)),
            ("username", self.username),
            ("password", self.password),
            ("first_name", self.first_name),
            ("last_name", self.last_name),
            ("locale", self.locale),
        ];
        let given = texts.into_iter().filter_map(|(name, text)| {
            let text = text.filter(|text| !text.is_empty())?;
            Some((name.to_owned(), json!(text)))
        });
        let mut params: Params = given.collect();
        if let Some(metadata) = self.unsafe_metadata {
            params.insert("unsafe_metadata".into(), fields::json("unsafe_metadata", &metadata)?);
        }
        if self.legal_accepted == Some(true) {
            let now = OffsetDateTime::from_unix_timestamp(now.div_euclid(1000)).ok();
            let now = now.and_then(|now| now.format(&Rfc3339).ok());
            params.insert("legal_accepted_at".into(), json!(now));
        }
        Ok(params)
    }
}

async fn create(
    State(instance): EmulatorState,
    CurrentClient(client): CurrentClient,
    FormBody(mut new): FormBody<SignUpFields>,
) -> JsonResult {
    if new.transfer {
        let mut store = instance.store();
        let sign_up = store.transfer_to_sign_up(&client)?;
        return Ok(document(&store, &sign_up));
    }
    let provider = new.provider(&instance)?;
    let ticket = new.ticket.take().map(|ticket| instance.read_ticket(&ticket)).transpose()?;
    let mut store = instance.store();
    let params = new.into_params(store.now())?;
    let mut sign_up = store.start_sign_up(&client, params, ticket)?;
    if let Some((strategy, redirect_url)) = provider {
        let page = |state: &str| instance.provider_url(state);
        sign_up = store.sign_up_with_provider(&client, sign_up, &strategy, &redirect_url, page)?;
    }
    Ok(document(&store, &sign_up))
}

async fn retrieve(
    State(instance): EmulatorState,
    CurrentClient(client): CurrentClient,
    Path(id): Path<String>,
) -> JsonResult {
    let store = instance.store();
    Ok(document(&store, store.sign_up(&client, &id)?))
}

async fn update(
    State(instance): EmulatorState,
    CurrentClient(client): CurrentClient,
    Path(id): Path<String>,
    FormBody(mut update): FormBody<SignUpFields>,
) -> JsonResult {
    let provider = update.provider(&instance)?;
    let mut store = instance.store();
    let params = update.into_params(store.now())?;
    let mut sign_up = store.update_sign_up(&client, &id, params)?;
    if let Some((strategy, redirect_url)) = provider {
        let page = |state: &str| instance.provider_url(state);
        sign_up = store.sign_up_with_provider(&client, sign_up, &strategy, &redirect_url, page)?;
    }
    Ok(document(&store, &sign_up))
}

#[derive(Deserialize)]
struct Preparation {
    strategy: String,
    redirect_url: Option<String>,
}

async fn prepare_verification(
    State(instance): EmulatorState,
    CurrentClient(client): CurrentClient,
    Path(id): Path<String>,
    FormBody(preparation): FormBody<Preparation>,
) -> JsonResult {
    if preparation.strategy == "email_link" {
        let redirect_url = app_redirect_url(&instance, preparation.redirect_url)?;
        let page = |token: &str| instance.email_link(token);
        let mut store = instance.store();
        store.send_sign_up_link(&client, &id, &redirect_url, page)?;
        return Ok(document(&store, store.sign_up(&client, &id)?));
    }
    let mut store = instance.store();
    let sign_up = store.prepare_sign_up_verification(&client, &id, &preparation.strategy)?;
    Ok(document(&store, &sign_up))
}

#[derive(Deserialize)]
struct Attempt {
    strategy: String,
    code: String,
}

async fn attempt_verification(
    State(instance): EmulatorState,
    CurrentClient(client): CurrentClient,
    Path(id): Path<String>,
    FormBody(attempt): FormBody<Attempt>,
) -> JsonResult {
    let mut store = instance.store();
    let sign_up =
        store.attempt_sign_up_verification(&client, &id, &attempt.strategy, &attempt.code)?;
    Ok(document(&store, &sign_up))
}

fn document(store: &Store, sign_up: &SignUp) -> Json<Value> {
    Json(store.sign_up_document(sign_up))
}
