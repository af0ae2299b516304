//! Dynamic client registration (RFC 7591).

use axum::{
    Json,
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header::CACHE_CONTROL};
use serde_json::json;
use url::Url;

use crate::emulator::{
    http::{ClerkError, OAuthError, OAuthResult, fields},
    store::{ClientRegistration, EmulatorState},
};

/// The maximum length of the metadata, in characters.
const MAX_NAME: usize = 256;
const MAX_TEXT: usize = 1024;

pub(super) async fn register(State(instance): EmulatorState, body: Bytes) -> Response {
    let mut store = instance.store();
    if store.settings.oauth_applications["dynamic_oauth_client_registration"] != true {
        return ClerkError::unprocessable(
            "dynamic_oauth_client_registration_disabled",
            "Dynamic client registration is not enabled for this instance. Enable it with \
             PATCH /v1/instance/oauth_application_settings.",
        )
        .into_response();
    }
    let registration = match parse(&body) {
        Ok(registration) => registration,
        Err(error) => return error.into_response(),
    };
    let application = store.register_oauth_client(&registration, &instance.url);
    let mut response = json!({
        "client_id": application["client_id"],
        "client_id_issued_at": store.now().div_euclid(1000),
        "client_secret_expires_at": 0,
        "client_name": application["name"],
        "redirect_uris": application["redirect_uris"],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "scope": application["scopes"],
        "token_endpoint_auth_method": registration.token_endpoint_auth_method,
    });
    if let Some(secret) = store.rotate_oauth_secret(&application) {
        response["client_secret"] = json!(secret);
    }
    for (name, value) in
        [("client_uri", &registration.client_uri), ("logo_uri", &registration.logo_uri)]
    {
        if let Some(value) = value {
            response[name] = json!(value);
        }
    }
    (StatusCode::CREATED, [(CACHE_CONTROL, "no-store")], Json(response)).into_response()
}

fn parse(body: &[u8]) -> OAuthResult<ClientRegistration> {
    let invalid = |message: String| OAuthError::new("invalid_client_metadata", message);
    let registration: ClientRegistration =
        serde_json::from_slice(body).map_err(|error| invalid(error.to_string()))?;
    if registration.redirect_uris.is_empty() {
        return Err(invalid_redirect_uri("At least one redirect URI is required."));
    }
    registration.redirect_uris.iter().try_for_each(|uri| check_redirect_uri(uri))?;
    for (name, value, max) in [
        ("client_name", &registration.client_name, MAX_NAME),
        ("client_uri", &registration.client_uri, MAX_TEXT),
        ("logo_uri", &registration.logo_uri, MAX_TEXT),
        ("scope", &registration.scope, MAX_TEXT),
    ] {
        let Some(value) = value else { continue };
        if value.chars().count() > max {
            return Err(invalid(format!("{name} must have at most {max} characters.")));
        }
        if name.ends_with("_uri") && fields::url(name, value).is_err() {
            return Err(invalid(format!("{name} must be a URL.")));
        }
    }
    Ok(registration)
}

/// Rejects URIs that a browser would execute, and those with a fragment (RFC 6749, 3.1.2).
fn check_redirect_uri(uri: &str) -> OAuthResult<()> {
    let is_valid = fields::url("redirect_uris", uri).is_ok()
        && Url::parse(uri).is_ok_and(|url| url.fragment().is_none());
    if is_valid {
        Ok(())
    } else {
        Err(invalid_redirect_uri("Redirect URIs must be absolute URIs without a fragment."))
    }
}

fn invalid_redirect_uri(message: &str) -> OAuthError {
    OAuthError::new("invalid_redirect_uri", message)
}
