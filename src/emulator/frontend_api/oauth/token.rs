//! The token endpoint.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, header::CACHE_CONTROL};
use serde_json::{Value, json};

use super::{authorization_request::resources, client_authentication::authenticate};
use crate::emulator::{
    http::{OAuthError, OAuthParams, OAuthResult},
    store::{ACCESS_TOKEN_LIFETIME, CodeExchange, EmulatorState, Instance, IssuedTokens},
    tokens::{access_token_hash, random_id},
};

pub(super) async fn issue(
    State(instance): EmulatorState,
    headers: HeaderMap,
    params: OAuthParams,
) -> OAuthResult<Response> {
    let grant_type = params.require("grant_type")?;
    let mut store = instance.store();
    let client = authenticate(&store, &headers, &params)?;
    let client_id = client["client_id"].as_str().unwrap_or_default();
    let resources = resources(&params)?;
    let issued = match grant_type {
        "authorization_code" => store.exchange_code(
            client_id,
            CodeExchange {
                code: params.require("code")?,
                redirect_uri: params.get("redirect_uri")?,
                code_verifier: params.get("code_verifier")?,
                resources,
            },
        )?,
        "refresh_token" => {
            let scopes = params.get("scope")?.unwrap_or_default().split_whitespace();
            let scopes = scopes.map(str::to_owned).collect();
            let token = params.require("refresh_token")?;
            store.refresh_access_token(client_id, token, scopes, resources)?
        }
        _ => return Err(OAuthError::unsupported_grant_type()),
    };
    drop(store);
    Ok(([(CACHE_CONTROL, "no-store")], Json(response(&instance, &issued))).into_response())
}

fn response(instance: &Instance, issued: &IssuedTokens) -> Value {
    let is_jwt = instance.store().settings.oauth_applications["oauth_jwt_access_tokens"] == true;
    let access_token = if is_jwt {
        instance.credential_jwt(&issued.access_token)
    } else {
        issued.access_token.token.clone()
    };
    let mut response = json!({
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": ACCESS_TOKEN_LIFETIME / 1000,
        "refresh_token": issued.refresh_token,
        "scope": issued.access_token.scopes.join(" "),
    });
    if issued.access_token.scopes.iter().any(|scope| scope == "openid") {
        response["id_token"] = json!(id_token(instance, issued, &access_token));
    }
    response
}

/// Issues an ID token (OpenID Connect Core, 2).
fn id_token(instance: &Instance, issued: &IssuedTokens, access_token: &str) -> String {
    let grant = &issued.grant;
    let store = instance.store();
    let now = store.now().div_euclid(1000);
    let info = store.user_info(
        &grant.user_id,
        &issued.access_token.scopes,
        grant.organization_id.as_deref(),
    );
    let mut claims = json!({
        "iss": instance.url,
        "sub": grant.user_id,
        "aud": grant.client_id,
        "jti": random_id(20),
        "iat": now,
        "exp": now + ACCESS_TOKEN_LIFETIME / 1000,
        "auth_time": grant.authenticated_at.div_euclid(1000),
        "at_hash": access_token_hash(access_token),
    });
    if let Some(nonce) = &grant.nonce {
        claims["nonce"] = json!(nonce);
    }
    for (name, value) in info.into_iter().flatten() {
        if name != "instance_id" {
            claims[&name] = value;
        }
    }
    drop(store);
    instance.keys.sign("JWT", None, &claims)
}
