//! The router of the emulator.

use std::sync::Arc;

use axum::{
    Router,
    extract::{ConnectInfo, OriginalUri, Request, State},
    middleware::{self, Next},
    response::Response,
};
use http::{Method, header::AUTHORIZATION};
use tower_layer::Layer;
use tower_service::Service;

use crate::emulator::{
    backend_api, frontend_api,
    http::{ClerkError, Connection, Result, allow_any_origin, allow_apps, read_body, rewrite},
    store::{EmulatorState, Instance},
};

/// Builds the router of both APIs and the pages. Unknown routes return 404.
///
/// Some endpoints of the Frontend API have the same paths as those of the Backend API, where they
/// are at another host. Requests with a secret key are for the Backend API.
pub(in crate::emulator) fn app(instance: Arc<Instance>) -> Router {
    let backend = Router::new()
        .nest("/v1", backend_api::routes(&instance))
        // Some of Clerk's SDKs call these without `/v1`.
        .merge(backend_api::machine_routes(&instance))
        .fallback(not_emulated)
        .method_not_allowed_fallback(not_emulated)
        .layer(middleware::from_fn_with_state(instance.clone(), backend_api::limit_rate))
        .with_state(instance.clone());
    let unknown_method = {
        let backend = backend.clone();
        move |request| call(backend, request)
    };
    let for_apps = Router::new()
        .nest("/v1", frontend_api::script_routes(&instance))
        .merge(frontend_api::api_key_routes())
        .method_not_allowed_fallback(unknown_method.clone());
    let for_any_origin = frontend_api::token_routes()
        .merge(frontend_api::npm_package_routes())
        .method_not_allowed_fallback(unknown_method.clone());
    let pages = Router::new()
        .nest("/v1", frontend_api::redirects())
        .merge(frontend_api::pages())
        .method_not_allowed_fallback(unknown_method);
    let backend = guard(backend, &instance);
    // The CORS layers are the outermost ones, so that scripts can read all errors. They must
    // surround the fallbacks, because they respond to preflight requests.
    let frontend = guard(pages, &instance)
        .merge(guard(for_apps, &instance).layer(allow_apps()))
        .merge(guard(for_any_origin, &instance).layer(allow_any_origin()))
        .fallback_service(allow_apps().layer(backend.clone()))
        .with_state(instance.clone());
    let either = move |request: Request| {
        call(if has_secret_key(&request) { backend } else { frontend }, request)
    };
    let app = Router::new()
        .fallback(either)
        .layer(middleware::from_fn_with_state(instance, count_request));
    // Middleware of a router runs after routing, which the rewritten request must precede.
    Router::new().fallback_service(middleware::map_request(rewrite).layer(app))
}

/// Adds what precedes all requests: reading the body, and the faults that tests request.
fn guard<S: Clone + Send + Sync + 'static>(
    router: Router<S>,
    instance: &Arc<Instance>,
) -> Router<S> {
    router
        .layer(middleware::from_fn_with_state(instance.clone(), apply_faults))
        .layer(middleware::from_fn(read_body))
}

async fn call(mut service: Router, request: Request) -> Response {
    match service.call(request).await {
        Ok(response) => response,
        Err(error) => match error {},
    }
}

fn has_secret_key(request: &Request) -> bool {
    let authorization = request.headers().get(AUTHORIZATION);
    authorization.is_some_and(|value| value.as_bytes().starts_with(b"Bearer sk_"))
}

async fn count_request(State(instance): EmulatorState, request: Request, next: Next) -> Response {
    instance.count_request(request.uri().path());
    next.run(request).await
}

async fn apply_faults(
    State(instance): EmulatorState,
    ConnectInfo(connection): ConnectInfo<Connection>,
    request: Request,
    next: Next,
) -> Result<Response> {
    instance.faults.apply(request.uri().path(), &connection).await?;
    Ok(next.run(request).await)
}

async fn not_emulated(method: Method, OriginalUri(uri): OriginalUri) -> ClerkError {
    ClerkError::not_emulated(&method, uri.path())
}
