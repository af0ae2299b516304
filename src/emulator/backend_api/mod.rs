//! The Backend API, as far as the emulator has it.

mod jwks;
mod organizations;
mod params;
mod sessions;
mod users;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{OriginalUri, Request, State},
    middleware::{self, Next},
    response::Response,
};
use http::{Method, header::AUTHORIZATION};
use serde_json::Value;

use super::{
    error::{ClerkError, Result},
    instance::Instance,
};

type Clerk = State<Arc<Instance>>;
type Answer = Result<Json<Value>>;

/// The emulator's HTTP side; whatever has no route answers 501.
pub(super) fn app(instance: Arc<Instance>) -> Router {
    let backend_api = Router::new()
        .merge(jwks::routes())
        .merge(organizations::routes())
        .merge(sessions::routes())
        .merge(users::routes())
        .fallback(not_emulated)
        .method_not_allowed_fallback(not_emulated)
        .layer(middleware::from_fn_with_state(instance.clone(), require_secret_key));
    Router::new()
        .nest("/v1", backend_api)
        .fallback(not_emulated)
        .layer(middleware::from_fn_with_state(instance.clone(), count_request))
        .with_state(instance)
}

async fn require_secret_key(State(clerk): Clerk, request: Request, next: Next) -> Result<Response> {
    let authorization = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    match authorization.and_then(|value| value.strip_prefix("Bearer ")) {
        Some(key) if key == clerk.secret_key => Ok(next.run(request).await),
        _ => Err(ClerkError::key_invalid()),
    }
}

async fn count_request(State(clerk): Clerk, request: Request, next: Next) -> Response {
    clerk.count_request(request.uri().path());
    next.run(request).await
}

async fn not_emulated(method: Method, OriginalUri(uri): OriginalUri) -> ClerkError {
    ClerkError::not_emulated(&method, uri.path())
}
