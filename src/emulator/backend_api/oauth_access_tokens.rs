//! OAuth access tokens over HTTP.

use std::sync::Arc;

use axum::{Json, Router, extract::State, routing::post};
use serde::Deserialize;

use super::{super::store::CredentialKind, Answer, Clerk, Instance, params::JsonBody};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/oauth_applications/access_tokens/verify", post(verify))
}

#[derive(Deserialize)]
struct Verify {
    access_token: String,
}

async fn verify(State(clerk): Clerk, JsonBody(verify): JsonBody<Verify>) -> Answer {
    let mut store = clerk.store();
    let now = store.now();
    let token = store.use_credential(CredentialKind::OAuthToken, &verify.access_token)?;
    Ok(Json(token.document(now)))
}
