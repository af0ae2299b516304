//! Endpoints for checks of proxies in front of the Frontend API.

use std::{sync::Arc, time::Duration};

use axum::{Json, Router, extract::State, routing::post};
use reqwest::redirect;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::emulator::{
    http::{ClerkError, JsonBody, JsonResult},
    store::{EmulatorState, Instance},
};

/// The time in which a proxy must respond.
const TIMEOUT: Duration = Duration::from_secs(10);

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/proxy_checks", post(check))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Check {
    domain_id: Option<String>,
    proxy_url: Option<String>,
}

/// Checks whether a proxy forwards requests to the Frontend API as one for its URL.
async fn check(State(instance): EmulatorState, JsonBody(check): JsonBody<Check>) -> JsonResult {
    let domain_id = check.domain_id.ok_or_else(|| ClerkError::missing_param("domain_id"))?;
    let url = instance.store().proxy_url(&domain_id, check.proxy_url)?;
    if !reaches_frontend_api(&domain_id, &url).await {
        let message = format!(
            "The Frontend API cannot be reached through the proxy {url}, or the proxy does not \
             send the headers Clerk-Proxy-Url and Clerk-Secret-Key."
        );
        return Err(ClerkError::param("invalid_proxy_configuration", "proxy_url", message));
    }
    Ok(Json(instance.store().record_proxy_check(&domain_id, &url)))
}

async fn reaches_frontend_api(domain_id: &str, proxy_url: &str) -> bool {
    let client = reqwest::Client::builder()
        .redirect(redirect::Policy::none())
        .timeout(TIMEOUT)
        .build()
        .expect("the client's configuration is valid");
    let base = format!("{}/v1/proxy-health", proxy_url.trim_end_matches('/'));
    let Ok(health) = Url::parse_with_params(&base, [("domain_id", domain_id)]) else {
        return false;
    };
    let Ok(response) = client.get(health).send().await else { return false };
    let (is_success, body) = (response.status().is_success(), response.bytes().await);
    let body: Option<Value> = body.ok().and_then(|body| serde_json::from_slice(&body).ok());
    is_success && body.is_some_and(|body| body["status"] == "healthy")
}
