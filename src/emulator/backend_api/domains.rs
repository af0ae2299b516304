//! Endpoints for the instance's domains.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, patch, post, put},
};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::api::Patch;
use crate::config::InstanceType;
use crate::emulator::{
    http::{ClerkError, HOST, JsonBody, JsonResult, Result, fields},
    store::{Domain, EmulatorState, Instance, SessionStatus, Store},
};

/// Domains of hosting services, whose subdomains cannot be domains of an instance.
const HOSTING_DOMAINS: [&str; 5] =
    ["vercel.app", "netlify.app", "herokuapp.com", "pages.dev", "onrender.com"];

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/domains", get(list).post(add))
        .route("/domains/{domain_id}", patch(update).delete(delete))
        .route("/instance/change_domain", post(change_primary))
        .route("/beta_features/domain", put(change_primary))
}

async fn list(State(instance): EmulatorState) -> Json<Value> {
    let store = instance.store();
    let all: Vec<Value> =
        store.domains.iter().map(|domain| document(&instance, &store, domain)).collect();
    Json(json!({ "total_count": all.len(), "data": all }))
}

#[derive(Deserialize)]
struct Add {
    name: String,
    is_satellite: bool,
    proxy_url: Option<String>,
}

async fn add(State(instance): EmulatorState, JsonBody(add): JsonBody<Add>) -> JsonResult {
    if !add.is_satellite {
        let message =
            "The instance already has a primary domain. Further domains must be satellites.";
        return Err(ClerkError::param("primary_domain_already_exists", "is_satellite", message));
    }
    let mut store = instance.store();
    check_name(&instance, &store, &add.name, None)?;
    if let Some(url) = &add.proxy_url {
        check_proxy_url(&instance, url)?;
    }
    let domain = Domain { proxy_url: add.proxy_url, ..Domain::satellite(&add.name) };
    let document = document(&instance, &store, &domain);
    store.domains.push(domain);
    Ok(Json(document))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Update {
    name: Option<String>,
    #[serde(default)]
    proxy_url: Patch<String>,
    /// Whether the domain belongs to a secondary app, which makes no difference here.
    #[serde(rename = "is_secondary")]
    _is_secondary: Option<bool>,
}

async fn update(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    JsonBody(update): JsonBody<Update>,
) -> JsonResult {
    let mut store = instance.store();
    store.domain_mut(&id)?;
    if let Some(name) = &update.name {
        check_name(&instance, &store, name, Some(&id))?;
    }
    if let Patch::Set(url) = &update.proxy_url {
        check_proxy_url(&instance, url)?;
    }
    let domain = store.domain_mut(&id)?;
    if let Some(name) = update.name {
        domain.name = name;
    }
    match update.proxy_url {
        Patch::Keep => {}
        Patch::Clear => domain.proxy_url = None,
        Patch::Set(url) => domain.proxy_url = Some(url),
    }
    let found = store.domains.iter().find(|domain| domain.id == id);
    Ok(Json(found.map(|domain| document(&instance, &store, domain)).unwrap_or_default()))
}

async fn delete(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().delete_domain(&id)?;
    Ok(Json(json!({ "object": "domain", "id": id, "deleted": true })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangePrimary {
    home_url: String,
    #[serde(default)]
    is_secondary: bool,
}

/// Renames the primary domain and revokes all sessions. The emulator's own address does not change.
async fn change_primary(
    State(instance): EmulatorState,
    JsonBody(change): JsonBody<ChangePrimary>,
) -> Result<StatusCode> {
    check_production(&instance)?;
    let url =
        Url::parse(&change.home_url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let host = url.as_ref().and_then(Url::host_str).filter(|host| fields::is_domain(host));
    let host = host
        .ok_or_else(|| ClerkError::invalid_format("home_url", "the URL of a page at a domain"))?;
    let name = if change.is_secondary { host } else { host.strip_prefix("www.").unwrap_or(host) };
    if HOSTING_DOMAINS
        .iter()
        .any(|hosting| name == *hosting || name.ends_with(&format!(".{hosting}")))
    {
        let message = format!("{name} belongs to a hosting service.");
        return Err(ClerkError::param("known_hosting_domain", "home_url", message));
    }
    let mut store = instance.store();
    let primary =
        store.domains.iter().find(|domain| !domain.is_satellite).map(|domain| domain.id.clone());
    store.check_domain_name("home_url", name, primary.as_deref())?;
    if let Some(domain) = store.domains.iter_mut().find(|domain| !domain.is_satellite) {
        name.clone_into(&mut domain.name);
    }
    store.end_sessions(SessionStatus::Revoked, |_| true);
    Ok(StatusCode::ACCEPTED)
}

/// Returns a domain as the Backend API represents it. Whatever its name, its Frontend API is the
/// emulator.
fn document(instance: &Instance, store: &Store, domain: &Domain) -> Value {
    let frontend_api = match &domain.proxy_url {
        Some(url) => url.clone(),
        None if domain.is_satellite => instance.url.replacen(HOST, domain.host(), 1),
        None => instance.url.clone(),
    };
    let needs_dns =
        instance.instance_type() == InstanceType::Production && domain.proxy_url.is_none();
    let cname_targets = needs_dns.then(|| {
        json!([{
            "host": format!("clerk.{}", domain.name),
            "value": "frontend-api.clerk.services",
            "required": true,
        }])
    });
    json!({
        "object": "domain",
        "id": domain.id,
        "name": domain.name,
        "is_satellite": domain.is_satellite,
        "frontend_api_url": frontend_api,
        "accounts_portal_url": (!domain.is_satellite).then_some(&instance.url),
        "proxy_url": domain.proxy_url,
        "development_origin": store.settings.development_origin,
        "cname_targets": cname_targets,
    })
}

/// Checks a domain name. In development, it may have a port and needs no dot.
fn check_name(instance: &Instance, store: &Store, name: &str, own_id: Option<&str>) -> Result<()> {
    let is_name = match instance.instance_type() {
        InstanceType::Production => fields::is_domain(name),
        InstanceType::Development => Url::parse(&format!("http://{name}/"))
            .is_ok_and(|url| url.path() == "/" && url.authority().eq_ignore_ascii_case(name)),
    };
    if is_name {
        store.check_domain_name("name", name, own_id)
    } else {
        Err(ClerkError::invalid_format("name", "the name of a domain"))
    }
}

fn check_proxy_url(instance: &Instance, url: &str) -> Result<()> {
    check_production(instance)?;
    fields::http_url("proxy_url", url)
}

fn check_production(instance: &Instance) -> Result<()> {
    match instance.instance_type() {
        InstanceType::Production => Ok(()),
        InstanceType::Development => Err(ClerkError::bad_request(
            "domain_update_forbidden",
            "This is only available for production instances.",
        )),
    }
}
