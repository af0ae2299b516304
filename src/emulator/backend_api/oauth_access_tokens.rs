//! OAuth access tokens over HTTP.

use std::sync::Arc;

use axum::{Json, Router, extract::State, routing::post};
use serde::Deserialize;

use super::{
    super::{error::ClerkError, machine_token::oauth_token_document, store::CredentialKind},
    Answer, Clerk, Instance,
    params::JsonBody,
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/oauth_applications/access_tokens/verify", post(verify))
}

#[derive(Deserialize)]
struct Verify {
    access_token: Option<String>,
    /// The older name of the same.
    secret: Option<String>,
}

/// A JWT is verified by what it says; an opaque token is looked up.
async fn verify(State(clerk): Clerk, JsonBody(verify): JsonBody<Verify>) -> Answer {
    let token =
        verify.access_token.or(verify.secret).ok_or_else(|| ClerkError::missing("access_token"))?;
    let claims = clerk.keys.read_token(&token);
    let mut store = clerk.store();
    match claims.and_then(|claims| oauth_token_document(&claims, store.now())) {
        Some(document) => Ok(Json(document)),
        None => store.use_credential(CredentialKind::OAuthToken, &token, |_| true).map(Json),
    }
}
