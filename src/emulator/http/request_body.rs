//! Reads whole requests before they are answered.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header::CONNECTION};

use super::error::ClerkError;

/// The size of the largest body, in bytes: larger than any that an endpoint accepts.
const MAX_SIZE: usize = 21 * 1024 * 1024;

/// Reads the body before the request is handled. A response that precedes the end of the request,
/// such as a 401, would make the server close the connection, and break the next request on it.
///
/// Connections with a body that is too large or cannot be read are closed, and say so.
pub(in crate::emulator) async fn read_body(request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    if let Ok(bytes) = to_bytes(body, MAX_SIZE).await {
        return next.run(Request::from_parts(head, Body::from(bytes))).await;
    }
    let message = "The body is too large or could not be read.";
    let error = ClerkError::new(StatusCode::PAYLOAD_TOO_LARGE, "request_body_too_large", message);
    let mut response = error.into_response();
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}
