//! Rewrites requests of clerk-js to the methods and paths of Clerk's documents.

use axum::extract::Request;
use http::{Method, Uri, uri::PathAndQuery};
use url::form_urlencoded;

/// Applies the `_method` parameter, with which clerk-js sends `PUT`, `PATCH` and `DELETE` as `POST`
/// to save a CORS preflight request, and removes superfluous slashes from the path.
pub(in crate::emulator) async fn rewrite(mut request: Request) -> Request {
    if request.method() == Method::POST
        && let Some(method) = overridden_method(request.uri())
    {
        *request.method_mut() = method;
    }
    if let Some(uri) = without_superfluous_slashes(request.uri()) {
        *request.uri_mut() = uri;
    }
    request
}

fn overridden_method(uri: &Uri) -> Option<Method> {
    let mut query = form_urlencoded::parse(uri.query()?.as_bytes());
    let (_, method) = query.find(|(name, _)| name == "_method")?;
    match method.as_ref() {
        "DELETE" => Some(Method::DELETE),
        "PATCH" => Some(Method::PATCH),
        "PUT" => Some(Method::PUT),
        _ => None,
    }
}

/// With a proxy URL without a path, clerk-js requests `//api_keys`.
fn without_superfluous_slashes(uri: &Uri) -> Option<Uri> {
    let path = uri.path();
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let normalized = format!("/{}", segments.join("/"));
    if normalized == path {
        return None;
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = PathAndQuery::try_from(normalized + &query).ok();
    Uri::from_parts(parts).ok()
}
