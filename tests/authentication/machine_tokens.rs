//! API keys, machine-to-machine tokens and OAuth access tokens on the routes that accept them.

use axum::{Json, Router, routing};
use axum_clerk::{
    ApiKey, ClerkConfigBuilder, ClerkLayer, M2mToken, MachineToken, OAuthToken, TokenType,
    api::CreateOrganization,
    emulator::{ClerkEmulator, EmulatedCredential},
    guard, require_auth,
};
use serde_json::{Value, json};

use super::support::{MINUTE, emulator, get, seconds, sign_in};

/// Tells what a token stands for, on a route for each type and one for any.
fn app(config: ClerkConfigBuilder) -> Router {
    let tell = |token: &MachineToken| {
        Json(json!({
            "id": token.id, "user": token.user_id(), "organization": token.organization_id(), "machine": token.machine_id(),
            "scopes": token.scopes, "claims": token.claims,
        }))
    };
    Router::new()
        .route("/key", routing::get(async move |key: ApiKey| tell(&key)))
        .route("/m2m", routing::get(async move |token: M2mToken| tell(&token)))
        .route("/oauth", routing::get(async move |token: OAuthToken| tell(&token)))
        .route("/any", routing::get(async move |token: MachineToken| tell(&token)))
        .route("/scoped", routing::get(|| async {}).layer(guard::require_scope("read:foo")))
        .route("/session", routing::get(|| async {}).layer(require_auth()))
        .layer(ClerkLayer::new(config.build().unwrap()))
}

fn any(clerk: &ClerkEmulator) -> ClerkConfigBuilder {
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
async fn each_extractor_takes_its_type_and_no_other() {
    let clerk = emulator().await;
    let app = app(any(&clerk));
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
        assert_eq!(status(&app, path, &user.token()).await, 401, "a session token on {path}");
        assert_eq!(get(path).send(&app).await.status, 401, "nothing on {path}");
    }
    assert_eq!(
        status(&app, "/session", &api_key(&clerk).token()).await,
        401,
        "a key is nobody who is signed in"
    );
}

#[tokio::test]
async fn a_token_tells_what_it_stands_for() {
    let clerk = emulator().await;
    let key = api_key(&clerk);
    let told: Value = get("/key").bearer(key.token()).send(&app(any(&clerk))).await.json();
    assert_eq!(told["id"], key.id());
    assert!(told["organization"].as_str().is_some_and(|id| id.starts_with("org_")), "{told}");
    assert_eq!((&told["user"], &told["machine"]), (&Value::Null, &Value::Null));
    assert_eq!(
        (&told["scopes"], &told["claims"]),
        (&json!(["read:foo"]), &json!({ "tier": "gold" }))
    );
}

#[tokio::test]
async fn a_guard_asks_for_a_scope() {
    let clerk = emulator().await;
    let app = app(any(&clerk));
    assert_eq!(status(&app, "/scoped", &api_key(&clerk).token()).await, 200);
    assert_eq!(
        status(&app, "/scoped", &clerk.create_api_key(sign_in(&clerk).user_id()).token()).await,
        403
    );
    assert_eq!(status(&app, "/scoped", "ak_unknown").await, 401);
}

#[tokio::test]
async fn by_default_no_opaque_token_costs_a_call() {
    let clerk = emulator().await;
    let app = app(clerk.config_builder());
    assert_eq!(status(&app, "/key", &api_key(&clerk).token()).await, 401);
    assert_eq!(clerk.requests("/v1/api_keys/verify"), 0);
}

#[tokio::test]
async fn a_revoked_token_is_refused_at_once_unless_it_is_remembered() {
    let clerk = emulator().await;
    let (at_once, later) =
        (app(any(&clerk)), app(any(&clerk).machine_token_cache_lifetime(MINUTE)));
    let key = api_key(&clerk);
    for app in [&at_once, &at_once, &later, &later] {
        assert_eq!(status(app, "/key", &key.token()).await, 200);
    }
    assert_eq!(
        clerk.requests("/v1/api_keys/verify"),
        3,
        "twice, and once for the one that remembers"
    );
    key.revoke();
    assert_eq!(status(&at_once, "/key", &key.token()).await, 401);
    assert_eq!(status(&later, "/key", &key.token()).await, 200);
    clerk.clock().advance(MINUTE);
    assert_eq!(status(&later, "/key", &key.token()).await, 401);
}

#[tokio::test]
async fn an_expired_token_is_refused_though_remembered() {
    let clerk = emulator().await;
    let app = app(any(&clerk).machine_token_cache_lifetime(MINUTE));
    let token = clerk.create_api_key(sign_in(&clerk).user_id()).expires_in(seconds(30)).token();
    assert_eq!(status(&app, "/key", &token).await, 200);
    clerk.clock().advance(seconds(35));
    assert_eq!(status(&app, "/key", &token).await, 401);
}

#[tokio::test]
async fn where_clerk_cannot_be_asked_nobody_is_turned_away_for_good() {
    let clerk = emulator().await;
    let (app, key) = (app(any(&clerk)), api_key(&clerk).token());
    clerk.go_down();
    assert_eq!(status(&app, "/key", &key).await, 503);
    clerk.come_up();
    assert_eq!(status(&app, "/key", &key).await, 200);
}
