//! The revocation of tokens (RFC 7009).

use axum::extract::State;
use http::{HeaderMap, StatusCode};

use super::client_authentication::authenticate;
use crate::emulator::{
    http::{OAuthError, OAuthParams, OAuthResult},
    store::{CredentialKind, EmulatorState},
};

/// Revokes an access token, or a refresh token along with the access tokens of its grant. Unknown
/// tokens are ignored.
pub(super) async fn revoke(
    State(instance): EmulatorState,
    headers: HeaderMap,
    params: OAuthParams,
) -> OAuthResult<StatusCode> {
    let mut store = instance.store();
    let client = authenticate(&store, &headers, &params)?;
    let token = params.require("token")?;
    let check_client = |client_id: &str| {
        if client["client_id"] == client_id {
            Ok(())
        } else {
            Err(OAuthError::invalid_grant("The token was issued to another client."))
        }
    };
    if token.contains('.') {
        return Err(OAuthError::new(
            "unsupported_token_type",
            "JWT access tokens cannot be revoked.",
        ));
    }
    if let Some((grant, _)) = store.refresh_token_grant(token) {
        check_client(&grant.client_id)?;
        let id = grant.id.clone();
        store.revoke_grant(&id);
        return Ok(StatusCode::OK);
    }
    let found = store
        .credentials
        .iter()
        .find(|one| one.kind == CredentialKind::OAuthToken && one.token == token);
    if let Some(credential) = found {
        check_client(&credential.client_id)?;
        store.revoke_credentials(|credential| credential.token == token);
    }
    Ok(StatusCode::OK)
}
