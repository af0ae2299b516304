//! The user info endpoint (OpenID Connect Core, 5.3).

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{AUTHORIZATION, WWW_AUTHENTICATE},
};
use serde_json::json;

use crate::emulator::{
    http::{ClerkError, OAuthParams, OAuthResult},
    store::EmulatorState,
};

/// Accepts the access token in the `Authorization` header, or in the form of a POST request (RFC
/// 6750, 2).
pub(super) async fn retrieve(
    State(instance): EmulatorState,
    headers: HeaderMap,
    params: OAuthResult<OAuthParams>,
) -> Response {
    let header = headers.get(AUTHORIZATION).and_then(|header| header.to_str().ok());
    let from_header =
        header.and_then(|header| header.split_once(' ')).and_then(|(scheme, token)| {
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
        });
    let from_form = || params.ok()?.get("access_token").ok()?.map(str::to_owned);
    let Some(token) = from_header.or_else(from_form) else {
        return unauthorized("Bearer", "The access token is missing.");
    };
    let Some(token) = instance.oauth_access_token(&token) else {
        return unauthorized(
            r#"Bearer error="invalid_token""#,
            "The access token is invalid, expired or revoked.",
        );
    };
    let store = instance.store();
    let grant = token.grant_id.as_deref().and_then(|id| store.oauth_grant(id));
    let organization_id = grant.and_then(|grant| grant.organization_id.as_deref());
    let Some(mut info) = store.user_info(&token.subject, &token.scopes, organization_id) else {
        return unauthorized(r#"Bearer error="invalid_token""#, "The user no longer exists.");
    };
    info.insert("object".into(), json!("oauth_user_info"));
    info.insert("user_id".into(), json!(token.subject));
    info.insert("sub".into(), json!(token.subject));
    if let Some(username) = info.get("preferred_username").cloned() {
        info.insert("username".into(), username);
    }
    Json(info).into_response()
}

fn unauthorized(challenge: &'static str, message: &str) -> Response {
    let error = ClerkError::new(StatusCode::UNAUTHORIZED, "oauth_token_invalid", message);
    let mut response = error.into_response();
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    response
}
