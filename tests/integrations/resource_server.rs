//! OAuth protected resources: metadata, challenges and audiences.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use axum::{Json, Router, extract::State, routing};
use axum_clerk::{
    AuthRejection, Clerk, ClerkConfigBuilder, ClerkLayer, RejectionKind, TokenType,
    VerifiedOAuthToken, emulator::ClerkEmulator, guard, require_auth, resource_server,
};
use http::{Method, request::Parts};
use serde_json::{Value, json};

use super::{
    serve,
    support::{
        HOUR, MINUTE, START, TestRequest, emulator, get, post, sign_in, token_header, with_field,
    },
};

const ORIGIN: &str = "https://api.example.com";
const RESOURCE: &str = "https://api.example.com/mcp";

fn config(clerk: &ClerkEmulator) -> ClerkConfigBuilder {
    clerk.config_builder().public_origin(ORIGIN).accept_tokens(TokenType::ALL)
}

/// Returns an app with a resource at `/mcp`, which requires the audience and a scope.
fn app(config: ClerkConfigBuilder) -> Router {
    let clerk = Clerk::new(config.build().unwrap());
    let metadata = resource_server::metadata(&clerk, "/mcp")
        .unwrap()
        .scopes(["profile", "email"])
        .name("Notes")
        .field("resource", "https://evil.example");
    let challenge = || {
        let metadata = metadata.clone();
        move |rejection: &AuthRejection, _: &Parts| metadata.respond(rejection)
    };
    let subject = async |token: VerifiedOAuthToken| token.subject.clone();
    Router::new()
        .route(
            "/mcp",
            routing::any(subject).layer((
                guard::audience(metadata.resource()).on_rejection(challenge()),
                guard::require_scope("profile").on_rejection(challenge()),
            )),
        )
        .route("/session", routing::any(async || "ok").layer(guard::audience(RESOURCE)))
        .layer(require_auth().only(["/session"]))
        .merge(metadata.router())
        .layer(ClerkLayer::new(clerk))
}

/// Returns an OAuth access token in the form of a JWT.
fn oauth_jwt(clerk: &ClerkEmulator, audience: Value, resource: Value, scope: &str) -> String {
    let header = with_field(token_header(clerk), "typ", "at+jwt");
    let header = with_field(header, "cat", Value::Null);
    let claims = json!({
        "iss": clerk.url(), "sub": "user_ada", "jti": "oat_1", "client_id": "client_1",
        "scope": scope, "iat": START, "nbf": START - 10, "exp": START + 60,
    });
    let claims = with_field(with_field(claims, "aud", audience), "resource", resource);
    clerk.sign_token(header, claims)
}

#[tokio::test]
async fn metadata_names_resource_and_authorization_server() {
    let clerk = emulator().await;
    let app = app(config(&clerk));
    let request = get("/.well-known/oauth-protected-resource/mcp")
        .header("x-forwarded-host", "evil.example")
        .header("origin", "https://client.example");
    let response = request.send(&app).await;
    assert_eq!(response.status, 200);
    assert_eq!(
        response.json(),
        json!({
            "resource": RESOURCE,
            "authorization_servers": [clerk.url()],
            "jwks_uri": format!("{}/.well-known/jwks.json", clerk.url()),
            "bearer_methods_supported": ["header"],
            "scopes_supported": ["profile", "email"],
            "resource_name": "Notes",
        })
    );
    assert_eq!(response.header("access-control-allow-origin"), "*");
    assert_eq!(response.header("access-control-expose-headers"), "WWW-Authenticate");
    for (method, status) in [(Method::OPTIONS, 204), (Method::HEAD, 200), (Method::POST, 405)] {
        let request = get("/.well-known/oauth-protected-resource/mcp").method(method.clone());
        let response = request.send(&app).await;
        assert_eq!(response.status, status, "{method}");
        if method == Method::OPTIONS {
            assert_eq!(response.header("access-control-allow-methods"), "GET, OPTIONS");
        }
    }
    assert_eq!(get("/.well-known/oauth-protected-resource").send(&app).await.status, 404);
}

#[tokio::test]
async fn metadata_requires_origin_server_and_exact_path() {
    let clerk = emulator().await;
    let problem = |config: ClerkConfigBuilder, path: &str| {
        let clerk = Clerk::new(config.build().unwrap());
        resource_server::metadata(&clerk, path).map(|found| found.resource().to_owned())
    };
    let no_origin = problem(clerk.config_builder(), "/mcp").unwrap_err();
    assert!(no_origin.to_string().contains("CLERK_PUBLIC_ORIGIN"), "{no_origin}");
    let no_server =
        axum_clerk::ClerkConfig::builder().secret_key("sk_test_a").public_origin(ORIGIN);
    let no_server = problem(no_server, "/mcp").unwrap_err();
    assert!(no_server.to_string().contains("CLERK_PUBLISHABLE_KEY"), "{no_server}");
    assert_eq!(problem(config(&clerk), "").unwrap(), ORIGIN);
    assert_eq!(problem(config(&clerk), "/a/b").unwrap(), format!("{ORIGIN}/a/b"));
    for path in ["mcp", "/", "/mcp?a", "/mcp#a", "/../mcp", "/{id}", "/a b", ".evil.example/mcp"] {
        assert!(problem(config(&clerk), path).is_err(), "{path}");
    }
}

#[tokio::test]
async fn challenges_name_the_metadata_and_the_error() {
    let clerk = emulator().await;
    let app = app(config(&clerk));
    let metadata =
        format!("Bearer resource_metadata=\"{ORIGIN}/.well-known/oauth-protected-resource/mcp\"");
    let valid = |scope| oauth_jwt(&clerk, json!(RESOURCE), Value::Null, scope);
    let respond = async |app: &Router, request: TestRequest| {
        let response = request.send(app).await;
        (response.status.as_u16(), response.header("www-authenticate").to_owned(), response)
    };
    let challenge = async |request: TestRequest| respond(&app, request).await;
    let oauth_only = self::app(config(&clerk).accept_tokens([TokenType::OAuthToken]));
    for page in [get("/mcp"), get("/mcp").page(), post("/mcp")] {
        let (status, header, response) = respond(&oauth_only, page).await;
        assert_eq!((status, header), (401, metadata.clone()), "no token");
        assert_eq!(response.header("access-control-expose-headers"), "WWW-Authenticate");
    }
    assert_eq!(challenge(post("/mcp")).await.1, metadata, "sessions are accepted too");
    let invalid = format!("{metadata}, error=\"invalid_token\"");
    for token in ["nonsense", "oat_unknown", &valid("profile")[1..]] {
        let (status, header, _) = challenge(get("/mcp").bearer(token)).await;
        assert_eq!((status, header), (401, invalid.clone()), "{token:.12}");
    }
    let (status, header, _) = challenge(get("/mcp").bearer(valid("email"))).await;
    let insufficient = format!("{metadata}, error=\"insufficient_scope\", scope=\"profile\"");
    assert_eq!((status, header), (403, insufficient));
    let (status, header, response) = challenge(get("/mcp").bearer(valid("email profile"))).await;
    assert_eq!((status, header.as_str(), response.body.as_str()), (200, "", "user_ada"));
    clerk.go_down();
    let (status, header, _) = challenge(get("/mcp").bearer("oat_other")).await;
    assert_eq!((status, header.as_str()), (503, ""), "an outage is not an invalid token");
}

#[tokio::test]
async fn scope_that_is_no_token_is_not_quoted() {
    let clerk = Clerk::new(config(&emulator().await).build().unwrap());
    let metadata = resource_server::metadata(&clerk, "").unwrap();
    let rejection = RejectionKind::MissingScope("a\", error=\"b".into()).into();
    let challenge = metadata.challenge(&rejection).unwrap();
    assert!(challenge.to_str().unwrap().ends_with("error=\"insufficient_scope\""));
    assert_eq!(metadata.challenge(&RejectionKind::CrossOrigin.into()), None);
    assert_eq!(metadata.challenge(&RejectionKind::Unavailable.into()), None);
}

/// The pairs of `aud` and `resource`, and whether a token with them is intended for the resource.
fn audiences() -> Vec<(Value, Value, bool)> {
    let other = "https://api.example.com/other";
    vec![
        (json!(RESOURCE), Value::Null, true),
        (json!([other, RESOURCE]), Value::Null, true),
        (Value::Null, json!(RESOURCE), true),
        (json!(RESOURCE), json!(RESOURCE), true),
        (json!(RESOURCE), json!(other), false),
        (json!(other), json!(RESOURCE), false),
        (json!(other), Value::Null, false),
        (json!(format!("{RESOURCE}/")), Value::Null, false),
        (Value::Null, Value::Null, false),
        (json!([]), Value::Null, false),
    ]
}

#[tokio::test]
async fn jwt_must_be_intended_for_the_audience() {
    let clerk = emulator().await;
    let app = app(config(&clerk));
    for (audience, resource, is_accepted) in audiences() {
        let token = oauth_jwt(&clerk, audience.clone(), resource.clone(), "profile");
        let response = get("/mcp").bearer(token).send(&app).await;
        assert_eq!(response.status, if is_accepted { 200 } else { 401 }, "{audience} {resource}");
        let is_invalid = response.header("www-authenticate").contains("invalid_token");
        assert_eq!(is_invalid, !is_accepted);
    }
}

#[tokio::test]
async fn opaque_token_must_be_intended_for_the_audience() {
    for (audience, resource, is_accepted) in audiences() {
        let verification = json!({
            "id": "oat_1", "subject": "user_ada", "client_id": "client_1", "scopes": ["profile"],
            "aud": audience, "resource": resource, "revoked": false, "expired": false,
        });
        let verify = routing::post(async move || Json(verification));
        let path = "/v1/oauth_applications/access_tokens/verify";
        let api = serve(Router::new().route(path, verify)).await;
        let clerk = emulator().await;
        let app = app(config(&clerk).api_url(api));
        let status = get("/mcp").bearer("oat_1").send(&app).await.status;
        assert_eq!(status, if is_accepted { 200 } else { 401 }, "{audience} {resource}");
    }
}

#[tokio::test]
async fn session_token_must_name_the_audience() {
    let clerk = emulator().await;
    let app = app(config(&clerk));
    let session = sign_in(&clerk);
    assert_eq!(get("/session").bearer(session.token()).send(&app).await.status, 401);
    let key = clerk.create_api_key(session.user_id());
    assert_eq!(get("/session").bearer(key.token()).send(&app).await.status, 401);
    let session = session.claim("aud", RESOURCE);
    assert_eq!(get("/session").bearer(session.token()).send(&app).await.status, 200);
}

/// An authorization server that counts requests, and fails or claims another issuer on demand.
#[derive(Clone, Default)]
struct AuthorizationServer {
    requests: Arc<AtomicUsize>,
    is_down: Arc<AtomicBool>,
    is_forged: Arc<AtomicBool>,
    issuer: Arc<std::sync::OnceLock<String>>,
}

async fn authorization_server(
    State(server): State<AuthorizationServer>,
) -> Result<Json<Value>, http::StatusCode> {
    server.requests.fetch_add(1, Ordering::SeqCst);
    if server.is_down.load(Ordering::SeqCst) {
        return Err(http::StatusCode::BAD_GATEWAY);
    }
    let is_forged = server.is_forged.load(Ordering::SeqCst);
    let issuer = if is_forged { "https://evil.example" } else { server.issuer.get().unwrap() };
    Ok(Json(json!({ "issuer": issuer, "token_endpoint": format!("{issuer}/oauth/token") })))
}

#[tokio::test]
async fn authorization_server_metadata_is_relayed_and_cached() {
    let clerk = emulator().await;
    let server = AuthorizationServer::default();
    let url = serve(
        Router::new()
            .route("/.well-known/oauth-authorization-server", routing::get(authorization_server))
            .with_state(server.clone()),
    )
    .await;
    server.issuer.set(url.clone()).unwrap();
    let app = app(config(&clerk).proxy_url(&url));
    let relayed = async || get("/.well-known/oauth-authorization-server").send(&app).await;
    let requests = || server.requests.load(Ordering::SeqCst);

    server.is_forged.store(true, Ordering::SeqCst);
    for _ in 0..3 {
        let response = relayed().await;
        assert_eq!(response.status, 503, "another issuer's document is not relayed");
        assert_eq!(response.header("access-control-allow-origin"), "*");
    }
    assert_eq!(requests(), 1, "failures are limited");

    server.is_forged.store(false, Ordering::SeqCst);
    clerk.clock().advance(MINUTE);
    for _ in 0..3 {
        assert_eq!(relayed().await.json()["issuer"], url);
    }
    let for_path = get("/.well-known/oauth-authorization-server/mcp").send(&app).await;
    assert_eq!(for_path.json()["token_endpoint"], format!("{url}/oauth/token"));
    assert_eq!(requests(), 2);

    server.is_down.store(true, Ordering::SeqCst);
    clerk.clock().advance(HOUR);
    assert_eq!(relayed().await.json()["issuer"], url, "the last version is served meanwhile");
    assert_eq!(requests(), 3);
}
