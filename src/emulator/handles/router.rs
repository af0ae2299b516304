//! The router of the emulator.

use std::sync::Arc;

use axum::{
    Router,
    extract::{OriginalUri, Request, State},
    middleware::{self, Next},
    response::Response,
};
use http::Method;

use crate::emulator::{
    backend_api, frontend_api,
    http::{ClerkError, Result, read_body},
    store::{EmulatorState, Instance},
};

/// Builds the router of both APIs and the pages. Unknown routes return 404.
pub(in crate::emulator) fn app(instance: Arc<Instance>) -> Router {
    Router::new()
        .nest("/v1", backend_api::routes(&instance).merge(frontend_api::routes()))
        // Some of Clerk's SDKs call these without `/v1`.
        .merge(backend_api::machine_routes(&instance))
        .merge(frontend_api::pages())
        .fallback(not_emulated)
        .method_not_allowed_fallback(not_emulated)
        .layer(middleware::from_fn_with_state(instance.clone(), apply_faults))
        .layer(middleware::from_fn(read_body))
        .layer(middleware::from_fn_with_state(instance.clone(), count_request))
        .with_state(instance)
}

async fn count_request(State(instance): EmulatorState, request: Request, next: Next) -> Response {
    instance.count_request(request.uri().path());
    next.run(request).await
}

async fn apply_faults(
    State(instance): EmulatorState,
    request: Request,
    next: Next,
) -> Result<Response> {
    instance.faults.apply(request.uri().path()).await?;
    Ok(next.run(request).await)
}

async fn not_emulated(method: Method, OriginalUri(uri): OriginalUri) -> ClerkError {
    ClerkError::not_emulated(&method, uri.path())
}
