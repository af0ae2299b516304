//! Extractors and guards for API keys, machine-to-machine tokens and OAuth access tokens.

use axum::{Json, Router, routing};
use axum_clerk::{
    ClerkAuth, ClerkConfigBuilder, ClerkLayer, MachineToken, TokenType, VerifiedApiKey,
    VerifiedM2mToken, VerifiedOAuthToken,
    api::CreateOrganization,
    emulator::{ClerkEmulator, EmulatedCredential},
    guard, require_auth,
};
use serde_json::{Value, json};

use super::support::{
    MINUTE, emulator, get, seconds, sign_in, token_claims, token_header, with_field,
};

/// Returns an app that describes the token: one route for each type, and one for any type.
fn app(config: ClerkConfigBuilder) -> Router {
    let describe = |token: &MachineToken| {
        Json(json!({
            "id": token.id,
            "user": token.user_id(),
            "organization": token.organization_id(),
            "machine": token.machine_id(),
            "scopes": token.scopes,
            "claims": token.claims,
        }))
    };
    Router::new()
        .route("/key", routing::get(async move |key: VerifiedApiKey| describe(&key)))
        .route("/m2m", routing::get(async move |token: VerifiedM2mToken| describe(&token)))
        .route("/oauth", routing::get(async move |token: VerifiedOAuthToken| describe(&token)))
        .route("/any", routing::get(async move |token: MachineToken| describe(&token)))
        .route("/scoped", routing::get(|| async {}).layer(guard::require_scope("read:foo")))
        .route("/session", routing::get(|| async {}).layer(require_auth()))
        .layer(ClerkLayer::new(config.build().unwrap()))
}

/// Returns a configuration that accepts every type of token.
fn all_tokens(clerk: &ClerkEmulator) -> ClerkConfigBuilder {
    clerk.config_builder().accept_tokens(TokenType::ALL)
}

fn api_key(clerk: &ClerkEmulator) -> EmulatedCredential {
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    clerk.create_api_key(&acme.id).scopes(["read:foo"]).claims(json!({ "tier": "gold" }))
}

async fn status(app: &Router, path: &str, token: &str) -> u16 {
    get(path).bearer(token).send(app).await.status.as_u16()
}

#[tokio::test]
async fn each_extractor_accepts_only_its_token_type() {
    let clerk = emulator().await;
    let app = app(all_tokens(&clerk));
    let (user, key) = (sign_in(&clerk), api_key(&clerk).token());
    let (m2m, oauth) = (
        clerk.create_m2m_token(&clerk.create_machine("jobs")),
        clerk.create_oauth_access_token(user.user_id()),
    );
    for (path, token) in [
        ("/key", key.clone()),
        ("/m2m", m2m.token()),
        ("/m2m", m2m.jwt()),
        ("/oauth", oauth.token()),
        ("/oauth", oauth.jwt()),
    ] {
        for other in ["/key", "/m2m", "/oauth", "/any"] {
            let expected = if other == path || other == "/any" { 200 } else { 401 };
            assert_eq!(status(&app, other, &token).await, expected, "{token:.12} on {other}");
        }
    }
    for path in ["/key", "/m2m", "/oauth", "/any", "/scoped"] {
        assert_eq!(status(&app, path, &user.token()).await, 401, "session token on {path}");
        assert_eq!(get(path).send(&app).await.status, 401, "no token on {path}");
    }
    assert_eq!(
        status(&app, "/session", &api_key(&clerk).token()).await,
        401,
        "an API key does not sign a user in"
    );
    for (path, token) in [
        ("/session", key),
        ("/key", m2m.jwt()),
        ("/m2m", oauth.token()),
        ("/any", user.token()),
        ("/scoped", user.token()),
    ] {
        let response = get(path).bearer(token).send(&app).await;
        assert_eq!(response.code(), "token-type-mismatch", "{path}");
        assert_eq!(response.reason(), "token-type-mismatch", "{path}");
        assert_eq!(response.header("x-clerk-auth-status"), "signed-out", "{path}");
    }
}

#[tokio::test]
async fn machine_token_exposes_subject_scopes_and_claims() {
    let clerk = emulator().await;
    let key = api_key(&clerk);
    let token: Value = get("/key").bearer(key.token()).send(&app(all_tokens(&clerk))).await.json();
    assert_eq!(token["id"], key.id());
    assert!(token["organization"].as_str().is_some_and(|id| id.starts_with("org_")), "{token}");
    assert_eq!((&token["user"], &token["machine"]), (&Value::Null, &Value::Null));
    assert_eq!(
        (&token["scopes"], &token["claims"]),
        (&json!(["read:foo"]), &json!({ "tier": "gold" }))
    );
}

#[tokio::test]
async fn require_scope_rejects_tokens_without_the_scope() {
    let clerk = emulator().await;
    let app = app(all_tokens(&clerk));
    assert_eq!(status(&app, "/scoped", &api_key(&clerk).token()).await, 200);
    assert_eq!(
        status(&app, "/scoped", &clerk.create_api_key(sign_in(&clerk).user_id()).token()).await,
        403
    );
    assert_eq!(status(&app, "/scoped", "ak_unknown").await, 401);
}

#[tokio::test]
async fn opaque_tokens_are_not_verified_by_default() {
    let clerk = emulator().await;
    let app = app(clerk.config_builder());
    assert_eq!(status(&app, "/key", &api_key(&clerk).token()).await, 401);
    assert_eq!(clerk.requests("/v1/api_keys/verify"), 0);
}

#[tokio::test]
async fn revoked_token_is_rejected_at_once_unless_cached() {
    let clerk = emulator().await;
    let (uncached, cached) =
        (app(all_tokens(&clerk)), app(all_tokens(&clerk).machine_token_cache_lifetime(MINUTE)));
    let key = api_key(&clerk);
    for app in [&uncached, &uncached, &cached, &cached] {
        assert_eq!(status(app, "/key", &key.token()).await, 200);
    }
    assert_eq!(
        clerk.requests("/v1/api_keys/verify"),
        3,
        "two requests without a cache and one with it"
    );
    key.revoke();
    assert_eq!(status(&uncached, "/key", &key.token()).await, 401);
    assert_eq!(status(&cached, "/key", &key.token()).await, 200);
    clerk.clock().advance(MINUTE);
    assert_eq!(status(&cached, "/key", &key.token()).await, 401);
}

#[tokio::test]
async fn expired_token_is_rejected_even_if_cached() {
    let clerk = emulator().await;
    let app = app(all_tokens(&clerk).machine_token_cache_lifetime(MINUTE));
    let token = clerk.create_api_key(sign_in(&clerk).user_id()).expires_in(seconds(30)).token();
    assert_eq!(status(&app, "/key", &token).await, 200);
    clerk.clock().advance(seconds(35));
    assert_eq!(status(&app, "/key", &token).await, 401);
}

#[tokio::test]
async fn tokens_are_unavailable_not_invalid_during_an_outage() {
    let clerk = emulator().await;
    let (app, key) = (app(all_tokens(&clerk)), api_key(&clerk).token());
    clerk.go_down();
    assert_eq!(status(&app, "/key", &key).await, 503);
    clerk.come_up();
    assert_eq!(status(&app, "/key", &key).await, 200);
}

#[tokio::test]
async fn machine_jwts_are_unavailable_while_keys_are_missing() {
    let clerk = emulator().await;
    let app = app(all_tokens(&clerk));
    let jwt = clerk.create_m2m_token(&clerk.create_machine("jobs")).jwt();
    clerk.go_down();
    assert_eq!(status(&app, "/m2m", &jwt).await, 503);
}

#[tokio::test]
async fn sessions_and_machine_tokens_are_authenticated() {
    let clerk = emulator().await;
    let handler = async |auth: ClerkAuth| auth.is_authenticated().to_string();
    let app =
        Router::new().fallback(handler).layer(ClerkLayer::new(all_tokens(&clerk).build().unwrap()));
    for (token, expected) in [
        (sign_in(&clerk).token(), "true"),
        (api_key(&clerk).token(), "true"),
        ("ak_unknown".to_owned(), "false"),
    ] {
        assert_eq!(get("/").bearer(&token).send(&app).await.body, expected, "{token:.12}");
    }
}

#[tokio::test]
async fn m2m_jwt_of_another_category_is_rejected() {
    let clerk = emulator().await;
    let app = app(all_tokens(&clerk));
    let claims = with_field(token_claims(&clerk), "sub", "mch_1");
    for (category, expected) in [
        (Value::Null, 200),
        ("cl_B7d4PD333AAA".into(), 200),
        ("cl_B7d4PD111AAA".into(), 401),
        ("cl_B7d4PD222AAA".into(), 401),
        ("cl_other".into(), 401),
    ] {
        let header = with_field(token_header(&clerk), "cat", category.clone());
        let token = clerk.sign_token(header, claims.clone());
        assert_eq!(status(&app, "/m2m", &token).await, expected, "{category}");
    }
}

#[tokio::test]
async fn oauth_jwt_must_name_a_configured_audience() {
    let clerk = emulator().await;
    let app = app(all_tokens(&clerk).audiences(["api", "admin"]));
    let header = with_field(token_header(&clerk), "typ", "at+jwt");
    let header = with_field(header, "cat", Value::Null);
    for (audience, expected) in [
        (json!("api"), 200),
        (json!(["other", "api"]), 200),
        (json!("other"), 401),
        (json!(["other"]), 401),
        (json!(["api", ""]), 401),
        (json!(["api", 1]), 401),
        (json!([]), 401),
        (json!(""), 401),
        (Value::Null, 401),
    ] {
        let claims = with_field(token_claims(&clerk), "aud", audience.clone());
        let token = clerk.sign_token(header.clone(), claims);
        assert_eq!(status(&app, "/oauth", &token).await, expected, "{audience}");
    }
}
