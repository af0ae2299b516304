//! The authentication of OAuth clients (RFC 6749, 2.3).

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, header::AUTHORIZATION};
use serde_json::Value;
use url::form_urlencoded;

use crate::emulator::{
    http::{OAuthError, OAuthParams, OAuthResult},
    store::Store,
};

/// Authenticates a client by its secret in the `Authorization` header or the body. Public clients
/// have no secret, and name themselves.
pub(super) fn authenticate(
    store: &Store,
    headers: &HeaderMap,
    params: &OAuthParams,
) -> OAuthResult<Value> {
    let (body_id, body_secret) = (params.get("client_id")?, params.get("client_secret")?);
    let basic = basic_credentials(headers)?;
    let (client_id, secret) = match &basic {
        Some(_) if body_secret.is_some() => {
            return Err(OAuthError::invalid_request("The client authenticated in two ways."));
        }
        Some((id, _)) if body_id.is_some_and(|other| other != id) => {
            return Err(OAuthError::invalid_request("The client IDs differ."));
        }
        Some((id, secret)) => (id.as_str(), Some(secret.as_str()).filter(|s| !s.is_empty())),
        None => (body_id.ok_or_else(OAuthError::invalid_client)?, body_secret),
    };
    let application =
        store.oauth_application_of_client(client_id).ok_or_else(OAuthError::invalid_client)?;
    let is_authenticated = match secret {
        Some(secret) => application["public"] != true && store.is_oauth_secret(client_id, secret),
        None => application["public"] == true,
    };
    if is_authenticated { Ok(application.clone()) } else { Err(OAuthError::invalid_client()) }
}

/// Returns the client ID and the secret of the `Authorization` header, if it has the scheme Basic.
fn basic_credentials(headers: &HeaderMap) -> OAuthResult<Option<(String, String)>> {
    let Some(header) = headers.get(AUTHORIZATION) else { return Ok(None) };
    let credentials = header
        .to_str()
        .ok()
        .and_then(|header| header.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"))
        .and_then(|(_, encoded)| STANDARD.decode(encoded.trim()).ok())
        .and_then(|decoded| String::from_utf8(decoded).ok());
    let (id, secret) = credentials
        .as_deref()
        .and_then(|credentials| credentials.split_once(':'))
        .ok_or_else(OAuthError::invalid_client)?;
    Ok(Some((decode(id), decode(secret))))
}

/// Decodes the client ID or the secret, which clients encode like a form field.
fn decode(text: &str) -> String {
    let pair = form_urlencoded::parse(text.as_bytes()).next();
    pair.map(|(name, _)| name.into_owned()).unwrap_or_default()
}
