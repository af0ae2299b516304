//! The endpoint that tells whether a request came through a proxy.

use std::sync::Arc;

use axum::{Json, Router, extract::State, http::HeaderMap, routing::get};
use http::{HeaderName, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::emulator::{
    http::{Query, Result, fields},
    store::{EmulatorState, Instance},
};

const PROXY_URL: HeaderName = HeaderName::from_static("clerk-proxy-url");
const SECRET_KEY: HeaderName = HeaderName::from_static("clerk-secret-key");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/proxy-health", get(health))
}

#[derive(Deserialize)]
struct Health {
    domain_id: String,
}

async fn health(
    State(instance): EmulatorState,
    Query(query): Query<Health>,
    headers: HeaderMap,
) -> Result<(StatusCode, Json<Value>)> {
    instance.store().domain_mut(&query.domain_id)?;
    let header = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let has_proxy_url =
        header(&PROXY_URL).is_some_and(|url| fields::http_url("proxy_url", url).is_ok());
    let message = if !has_proxy_url {
        "The header Clerk-Proxy-Url is missing or invalid."
    } else if header(&SECRET_KEY) != Some(&instance.secret_key) {
        "The header Clerk-Secret-Key is missing or does not belong to this instance."
    } else if let Some(address) = header(&FORWARDED_FOR) {
        let body = json!({ "status": "healthy", "x_forwarded_for": address });
        return Ok((StatusCode::OK, Json(body)));
    } else {
        "The header X-Forwarded-For is missing."
    };
    let body = json!({ "status": "unhealthy", "message": message });
    Ok((StatusCode::SERVICE_UNAVAILABLE, Json(body)))
}
