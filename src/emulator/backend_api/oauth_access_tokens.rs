//! The endpoint that verifies OAuth access tokens.

use std::sync::Arc;

use axum::{Json, Router, extract::State, routing::post};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::emulator::{
    http::{ClerkError, JsonBody, JsonResult},
    store::{CredentialKind, EmulatorState, Instance},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/oauth_applications/access_tokens/verify", post(verify))
}

#[derive(Deserialize)]
struct Verify {
    access_token: Option<String>,
    /// The previous name of `access_token`.
    secret: Option<String>,
}

/// Verifies a token: a JWT by its signature and claims, an opaque token by looking it up.
async fn verify(State(instance): EmulatorState, JsonBody(verify): JsonBody<Verify>) -> JsonResult {
    let token = verify
        .access_token
        .or(verify.secret)
        .ok_or_else(|| ClerkError::missing_param("access_token"))?;
    let claims = instance.keys.verify(&token).map(|jwt| jwt.claims);
    let mut store = instance.store();
    match claims.and_then(|claims| oauth_token_document(&claims, store.now())) {
        Some(document) => Ok(Json(document)),
        None => store.verify_credential(CredentialKind::OAuthToken, &token, |_| true).map(Json),
    }
}

/// Returns the document of an OAuth access token with the given claims, or `None` if the claims are
/// those of a different kind of token.
fn oauth_token_document(claims: &Value, now: i64) -> Option<Value> {
    let text = |name: &str| claims[name].as_str();
    let (id, subject) = (text("jti")?, text("sub")?);
    let (client_id, scopes) = (text("client_id")?, text("scope")?);
    let time = |name: &str| Some(claims[name].as_i64()?.saturating_mul(1000));
    let (issued_at, expiration) = (time("iat")?, time("exp")?);
    if expiration <= now {
        return Some(json!({ "active": false }));
    }
    Some(json!({
        "object": "clerk_idp_oauth_access_token",
        "id": id,
        "client_id": client_id,
        "subject": subject,
        "scopes": scopes.split_whitespace().collect::<Vec<_>>(),
        "revoked": false,
        "revocation_reason": null,
        "expired": false,
        "expiration": expiration,
        "created_at": issued_at,
        "updated_at": issued_at,
    }))
}
