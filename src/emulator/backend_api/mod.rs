//! The Backend API, as far as the emulator has it.

mod allowlist_identifiers;
mod api_keys;
mod blocklist_identifiers;
mod clients;
mod domains;
mod instance_settings;
mod invitations;
mod jwks;
mod m2m_tokens;
mod machines;
mod oauth_access_tokens;
mod organization_settings;
mod organizations;
mod redirect_urls;
mod sessions;
mod sign_in_tokens;
mod testing_tokens;
mod user_filter;
mod users;
mod webhooks;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{FromRequestParts, Request, State},
    middleware::{self, Next},
    response::Response,
};
use http::{HeaderMap, header::AUTHORIZATION, request::Parts};
use serde_json::Value;

use super::{
    error::{ClerkError, Result},
    instance::Instance,
    params,
};

type Clerk = State<Arc<Instance>>;
type Answer = Result<Json<Value>>;

pub(super) fn routes(instance: &Arc<Instance>) -> Router<Arc<Instance>> {
    Router::new()
        .merge(allowlist_identifiers::routes())
        .merge(api_keys::routes())
        .merge(blocklist_identifiers::routes())
        .merge(clients::routes())
        .merge(domains::routes())
        .merge(instance_settings::routes())
        .merge(invitations::routes())
        .merge(jwks::routes())
        .merge(machines::routes())
        .merge(oauth_access_tokens::routes())
        .merge(organization_settings::routes())
        .merge(organizations::routes())
        .merge(redirect_urls::routes())
        .merge(sessions::routes())
        .merge(sign_in_tokens::routes())
        .merge(testing_tokens::routes())
        .merge(users::routes())
        .merge(webhooks::routes())
        .route_layer(middleware::from_fn_with_state(instance.clone(), require_secret_key))
        .merge(m2m_tokens::routes())
}

async fn require_secret_key(State(clerk): Clerk, request: Request, next: Next) -> Result<Response> {
    match bearer(request.headers()) {
        Some(key) if key == clerk.secret_key => Ok(next.run(request).await),
        _ => Err(ClerkError::key_invalid()),
    }
}

/// Who asks, where machines may ask as well.
enum Caller {
    Instance,
    /// The machine of that ID.
    Machine(String),
}

impl FromRequestParts<Arc<Instance>> for Caller {
    type Rejection = ClerkError;

    async fn from_request_parts(parts: &mut Parts, clerk: &Arc<Instance>) -> Result<Self> {
        let key = bearer(&parts.headers).ok_or_else(ClerkError::key_invalid)?;
        if key == clerk.secret_key {
            return Ok(Self::Instance);
        }
        let store = clerk.store();
        let machine = store.machines.iter().find(|machine| machine.secret_key == key);
        machine.map(|machine| Self::Machine(machine.id.clone())).ok_or_else(ClerkError::key_invalid)
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}
