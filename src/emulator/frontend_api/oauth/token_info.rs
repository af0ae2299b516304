//! The introspection of tokens (RFC 7662).

use axum::{Json, extract::State};
use http::HeaderMap;
use serde_json::{Value, json};

use super::client_authentication::authenticate;
use crate::emulator::{
    http::{OAuthError, OAuthParams, OAuthResult},
    store::EmulatorState,
};

/// Describes an access token or a refresh token to a confidential client.
pub(super) async fn introspect(
    State(instance): EmulatorState,
    headers: HeaderMap,
    params: OAuthParams,
) -> OAuthResult<Json<Value>> {
    let client = authenticate(&instance.store(), &headers, &params)?;
    if client["public"] == true {
        return Err(OAuthError::invalid_client());
    }
    let token = params.require("token")?;
    let access_token = instance.oauth_access_token(token);
    let store = instance.store();
    let (scopes, subject, client_id, issued_at, grant) = match &access_token {
        Some(found) => {
            let grant = found.grant_id.as_deref().and_then(|id| store.oauth_grant(id));
            (&found.scopes, &found.subject, &found.client_id, found.created_at, grant)
        }
        None => match store.refresh_token_grant(token) {
            Some((grant, issued_at)) => {
                (&grant.scopes, &grant.user_id, &grant.client_id, issued_at, Some(grant))
            }
            None => return Ok(Json(json!({ "active": false }))),
        },
    };
    let mut required = params.get("scope")?.unwrap_or_default().split_whitespace();
    if !required.all(|scope| scopes.iter().any(|granted| granted == scope)) {
        return Ok(Json(json!({ "active": false })));
    }
    let mut info = json!({
        "active": true,
        "client_id": client_id,
        "iat": issued_at.div_euclid(1000),
        "scope": scopes.join(" "),
        "sub": subject,
    });
    let organization_id = grant.and_then(|grant| grant.organization_id.as_ref());
    if let Some(id) = organization_id.filter(|_| scopes.iter().any(|s| s == "user:org:read")) {
        info["org_id"] = json!(id);
    }
    Ok(Json(info))
}
