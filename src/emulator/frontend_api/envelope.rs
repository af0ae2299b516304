//! The envelope of the Frontend API's responses: `{"response": …, "client": …}`.

use axum::{
    Json,
    body::{Body, to_bytes},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::header::CONTENT_LENGTH;
use serde_json::{Value, json};

use super::{
    current_client::{CurrentClient, RequestOrigin},
    documents,
};
use crate::emulator::store::EmulatorState;

/// Adds the client to responses and, as metadata, to errors, so that clerk-js notices changes
/// without requesting the client.
pub(super) async fn add_client(
    State(instance): EmulatorState,
    origin: RequestOrigin,
    request: Request,
    next: Next,
) -> Response {
    let token =
        request.extensions().get::<CurrentClient>().map(|CurrentClient(token)| token.clone());
    let response = next.run(request).await;
    let (mut head, body) = response.into_parts();
    // The responses of this API are in memory already.
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let Ok(mut document) = serde_json::from_slice::<Value>(&bytes) else {
        return Response::from_parts(head, Body::from(bytes));
    };
    let client =
        token.map_or(Value::Null, |token| documents::client(&instance, &token, origin.as_deref()));
    head.headers.remove(CONTENT_LENGTH);
    let document = if head.status.is_success() {
        json!({ "response": document, "client": client })
    } else {
        document["meta"] = json!({ "client": client });
        document
    };
    (head, Json(document)).into_response()
}
