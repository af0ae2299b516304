//! Serves the metadata.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, Bytes},
    response::Response,
    routing::get,
};
use http::{HeaderName, HeaderValue, StatusCode, header};

use super::{
    metadata::{Metadata, PROTECTED_RESOURCE},
    relay::{AUTHORIZATION_SERVER, Relay},
};

/// Allows scripts of every origin to read the documents, which are public.
const CORS: [(HeaderName, HeaderValue); 4] = [
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    (header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, OPTIONS")),
    (header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*")),
    (header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("WWW-Authenticate")),
];

impl Metadata {
    /// Returns a router that serves the document at
    /// `/.well-known/oauth-protected-resource{path}`, to scripts of every origin too.
    ///
    /// For clients that predate RFC 9728 and expect the authorization server at the origin of the
    /// resource, it also relays Clerk's metadata (RFC 8414) at
    /// `/.well-known/oauth-authorization-server`, and at that path followed by the resource's. It
    /// is fetched once an hour; while that fails, the last version is served, or a 503.
    ///
    /// [Merge](Router::merge) it into the application's router, which must serve the root of the
    /// [public origin](crate::ClerkConfigBuilder::public_origin). The documents are public: keep
    /// guards of the whole application from them with
    /// [`except`](crate::guard::Guard::except)`(["/.well-known/*"])`.
    pub fn router<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let document = Bytes::from(self.document().to_string());
        let serve = move || std::future::ready(json(document.clone()));
        let relay = Arc::new(Relay::new(self));
        let serve_relay = move || {
            let relay = Arc::clone(&relay);
            async move { relay.document().await.map_or_else(unavailable, json) }
        };
        let mut router = Router::new()
            .route(&format!("{PROTECTED_RESOURCE}{}", self.path), get(serve).options(preflight))
            .route(AUTHORIZATION_SERVER, get(serve_relay.clone()).options(preflight));
        if !self.path.is_empty() {
            let path = format!("{AUTHORIZATION_SERVER}{}", self.path);
            router = router.route(&path, get(serve_relay).options(preflight));
        }
        router
    }
}

async fn preflight() -> Response {
    response(StatusCode::NO_CONTENT, Body::empty())
}

fn json(document: Bytes) -> Response {
    let mut response = response(StatusCode::OK, Body::from(document));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}

fn unavailable() -> Response {
    let mut response = response(StatusCode::SERVICE_UNAVAILABLE, Body::empty());
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
    response
}

fn response(status: StatusCode, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().extend(CORS);
    response
}
