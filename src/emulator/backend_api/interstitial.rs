//! The interstitial page, which older SDKs show while clerk-js determines the user's state. It needs
//! no secret key.

use std::sync::Arc;

use axum::{Router, extract::State, response::Html, routing::get};
use maud::{DOCTYPE, html};
use serde::Deserialize;

use crate::config::PublishableKey;
use crate::emulator::{
    http::{ClerkError, Query, Result},
    store::{EmulatorState, Instance},
};

/// The path of clerk-js below the Frontend API.
const SCRIPT: &str = "npm/@clerk/clerk-js@latest/dist/clerk.browser.js";

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/public/interstitial", get(page))
}

#[derive(Deserialize)]
struct Interstitial {
    #[serde(rename = "frontendApi")]
    old_frontend_api: Option<String>,
    frontend_api: Option<String>,
    publishable_key: Option<String>,
    proxy_url: Option<String>,
    domain: Option<String>,
    sign_in_url: Option<String>,
    #[serde(default)]
    use_domain_for_script: bool,
}

/// Renders a page that loads clerk-js.
async fn page(
    State(instance): EmulatorState,
    Query(query): Query<Interstitial>,
) -> Result<Html<String>> {
    let of_key = match &query.publishable_key {
        Some(key) => {
            let key = PublishableKey::parse(key).map_err(|_| {
                let message = "The publishable key is malformed.";
                ClerkError::bad_request("malformed_publishable_key", message)
            })?;
            Some(key.frontend_api().to_owned())
        }
        None => None,
    };
    let host = query.frontend_api.or(query.old_frontend_api).or(of_key).ok_or_else(|| {
        let message = "Either publishable_key or frontend_api is required.";
        ClerkError::bad_request("missing_query_parameter", message)
    })?;
    let base = match (query.proxy_url.as_deref(), query.domain.as_deref()) {
        (Some(url), _) => url.trim_end_matches('/').to_owned(),
        (None, Some(domain)) if query.use_domain_for_script => format!("https://clerk.{domain}"),
        // In development, the host in the key does not resolve.
        _ if host == instance.publishable_key.frontend_api() => instance.url.clone(),
        _ => format!("https://{host}"),
    };
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                title { "Loading" }
                script
                    async
                    crossorigin="anonymous"
                    src=(format!("{base}/{SCRIPT}"))
                    data-clerk-publishable-key=[query.publishable_key]
                    data-clerk-frontend-api=(host)
                    data-clerk-proxy-url=[query.proxy_url]
                    data-clerk-domain=[query.domain]
                    data-clerk-sign-in-url=[query.sign_in_url] {}
            }
            body {}
        }
    };
    Ok(Html(page.into_string()))
}
