//! Reads requests completely before they are handled.

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

/// Reads the body before the request is handled. If the server responded earlier, for example with
/// a 401, it would close the connection, and the next request on it would fail.
///
/// If the body is too large or cannot be read, the response closes the connection.
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
