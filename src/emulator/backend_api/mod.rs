//! The Backend API, as far as the emulator has it.

mod api_keys;
mod clients;
mod identifications;
mod jwks;
mod jwt_templates;
mod m2m_tokens;
mod machines;
mod oauth_access_tokens;
mod oauth_applications;
mod organization_domains;
mod organization_invitations;
mod organization_memberships;
mod organization_permissions;
mod organization_roles;
mod organizations;
mod sessions;
mod user_credentials;
mod user_filter;
mod users;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{FromRequestParts, Request, State},
    middleware::{self, Next, map_response},
    response::Response,
};
use http::{HeaderMap, StatusCode, header::AUTHORIZATION, request::Parts};
use serde_json::Value;

use super::{
    error::{ClerkError, Result},
    image::Image,
    instance::Instance,
    params,
};

type Clerk = State<Arc<Instance>>;
type Answer = Result<Json<Value>>;

pub(super) fn routes(instance: &Arc<Instance>) -> Router<Arc<Instance>> {
    Router::new()
        .merge(api_keys::routes().route_layer(map_response(bad_request)))
        .merge(clients::routes())
        .merge(identifications::routes())
        .merge(jwks::routes())
        .merge(jwt_templates::routes())
        .merge(machines::routes())
        .merge(organization_domains::routes())
        .merge(organization_invitations::routes())
        .merge(organization_memberships::routes())
        .merge(organization_permissions::routes())
        .merge(organization_roles::routes())
        .merge(oauth_access_tokens::routes().route_layer(map_response(bad_request)))
        .merge(oauth_applications::routes())
        .merge(organizations::routes())
        .merge(sessions::routes())
        .merge(user_credentials::routes())
        .merge(users::routes())
        .route_layer(middleware::from_fn_with_state(instance.clone(), require_secret_key))
        .merge(m2m_tokens::routes().route_layer(map_response(bad_request)))
}

/// What answers for the tokens of programs refuses with 400 where the rest of the API does with 422.
async fn bad_request(mut response: Response) -> Response {
    if response.status() == StatusCode::UNPROCESSABLE_ENTITY {
        *response.status_mut() = StatusCode::BAD_REQUEST;
    }
    response
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
        store
            .machine_of_key(key)
            .map(|machine| Self::Machine(machine.id.clone()))
            .ok_or_else(ClerkError::key_invalid)
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}
