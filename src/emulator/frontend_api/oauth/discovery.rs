//! The documents that describe the server: OpenID Connect Discovery, RFC 8414, and the keys.

use std::sync::Arc;

use axum::{Json, Router, extract::State, routing::get};
use serde_json::{Value, json};

use crate::emulator::store::{EmulatorState, Instance};

const SCOPES: [&str; 7] = [
    "openid",
    "profile",
    "email",
    "public_metadata",
    "private_metadata",
    "offline_access",
    "user:org:read",
];

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/.well-known/openid-configuration", get(openid_configuration))
        .route("/.well-known/oauth-authorization-server", get(authorization_server))
        .route("/.well-known/jwks.json", get(jwks))
}

async fn openid_configuration(State(instance): EmulatorState) -> Json<Value> {
    let mut document = common(&instance.url);
    document["introspection_endpoint"] = json!(format!("{}/oauth/token_info", instance.url));
    document["userinfo_endpoint"] = json!(format!("{}/oauth/userinfo", instance.url));
    document["response_modes_supported"] = json!(["query", "form_post"]);
    document["backchannel_logout_supported"] = json!(false);
    document["frontchannel_logout_supported"] = json!(false);
    Json(document)
}

async fn authorization_server(State(instance): EmulatorState) -> Json<Value> {
    let mut document = common(&instance.url);
    // The emulator does not fetch documents of clients.
    document["client_id_metadata_document_supported"] = json!(false);
    let store = instance.store();
    if store.settings.oauth_applications["dynamic_oauth_client_registration"] == true {
        document["registration_endpoint"] = json!(format!("{}/oauth/register", instance.url));
    }
    Json(document)
}

async fn jwks(State(instance): EmulatorState) -> Json<Value> {
    Json(instance.keys.jwks())
}

/// Returns the common part of both documents.
fn common(url: &str) -> Value {
    json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/oauth/authorize"),
        "token_endpoint": format!("{url}/oauth/token"),
        "revocation_endpoint": format!("{url}/oauth/token/revoke"),
        "jwks_uri": format!("{url}/.well-known/jwks.json"),
        "scopes_supported": SCOPES,
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": [
            "client_secret_basic",
            "client_secret_post",
            "none",
        ],
        "claims_supported": [
            "sub",
            "iss",
            "aud",
            "exp",
            "iat",
            "auth_time",
            "nonce",
            "at_hash",
            "name",
            "given_name",
            "family_name",
            "preferred_username",
            "picture",
            "email",
            "email_verified",
            "public_metadata",
            "private_metadata",
            "org_id",
            "org_name",
            "org_slug",
        ],
        "code_challenge_methods_supported": ["S256"],
    })
}
