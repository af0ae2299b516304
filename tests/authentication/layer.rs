//! The effects of the layer on requests and responses.

use axum::{Router, extract::Request, http::header, response::IntoResponse, routing};
use axum_clerk::{Clerk, ClerkAuth, ClerkLayer, require_auth};
use http::HeaderMap;
use tower::ServiceBuilder;

use super::support::{
    START, app, capture_log, emulator, get, header_only, post, shared_emulator, sign_in,
    token_claims, token_header, with_field,
};

#[tokio::test]
async fn layer_never_rejects_requests() {
    let clerk = shared_emulator().await;
    let app = app(clerk.config());
    for request in [
        get("/"),
        get("/").bearer("invalid"),
        get("/").header("authorization", b"Bearer \xff\xfe"),
        get("/").header("authorization", b"\xff"),
        get("/").bearer("a".repeat(100_000)),
        get("/").bearer(".".repeat(100_000)),
        get("/").header("authorization", "Basic dXNlcjpwYXNz"),
        post("/").cookies("__session=invalid; __client_uat=1; __clerk_db_jwt=dvb_1"),
        post("/").header("cookie", b"__session=\xff; \xff=\xff;;;="),
        get("/%ff/%00?%ff=%zz&&=")
            .header("x-forwarded-host", "a b")
            .header("x-forwarded-proto", "gopher"),
    ] {
        let response = request.send(&app).await;
        assert_eq!(
            (response.status.as_u16(), response.body.as_str()),
            (200, "anonymous"),
            "{response:?}"
        );
    }
}

#[tokio::test]
async fn signed_out_response_carries_reason_headers() {
    let clerk = shared_emulator().await;
    let app = app(clerk.config());
    let expired = with_field(token_claims(clerk), "exp", START - 60);
    let expired = clerk.sign_token(token_header(clerk), expired);
    for (request, reason, message) in [
        (get("/"), "dev-browser-missing", ""),
        (get("/").bearer("invalid"), "token-invalid", "the token is not a JWT"),
        (
            get("/").bearer(expired),
            "session-token-expired-refresh-non-eligible-no-refresh-cookie",
            "",
        ),
    ] {
        let response = request.send(&app).await;
        assert_eq!(response.header("x-clerk-auth-status"), "signed-out");
        assert_eq!(response.header("x-clerk-auth-reason"), reason);
        assert_eq!(response.header("x-clerk-auth-message"), message);
    }
}

#[tokio::test]
async fn signed_in_response_is_unchanged() {
    let clerk = shared_emulator().await;
    let (app, session) = (app(clerk.config()), sign_in(clerk));
    for request in [get("/").bearer(session.token()), get("/").cookies(session.cookies())] {
        let response = request.send(&app).await;
        assert_eq!(response.body, session.user_id());
        let added = response.headers.keys().filter(|name| name.as_str().starts_with("x-clerk"));
        assert_eq!(added.count(), 0, "{response:?}");
        assert!(!response.headers.contains_key(header::SET_COOKIE));
    }
}

#[tokio::test]
async fn application_headers_are_preserved() {
    let clerk = emulator().await;
    let own_headers =
        [("set-cookie", "theme=dark"), ("cache-control", "max-age=1"), ("x-own", "1")];
    let app = Router::new()
        .fallback(move || async move { own_headers })
        .layer(ClerkLayer::new(clerk.config()));
    let token = sign_in(&clerk).token();
    // The first request waits for the keys, the second does not.
    for request in [get("/").bearer(&token), get("/").bearer(&token), get("/")] {
        let response = request.send(&app).await;
        for (name, value) in own_headers {
            assert_eq!(response.headers.get_all(name).iter().collect::<Vec<_>>(), [value]);
        }
    }
}

#[tokio::test]
async fn credential_headers_are_marked_sensitive() {
    let clerk = emulator().await;
    let sensitivity = |headers: HeaderMap| async move {
        let headers = headers.iter();
        let flags = headers.map(|(name, value)| format!("{name}={}", value.is_sensitive()));
        flags.collect::<Vec<_>>().join(" ")
    };
    let app = Router::new()
        .fallback(sensitivity)
        .layer(ClerkLayer::new(clerk.config_builder().exclude(["/health"]).build().unwrap()));
    let token = sign_in(&clerk).token();
    for _ in ["keys not fetched", "keys fetched"] {
        let request = get("/").bearer(&token).cookies("a=b").cookies("c=d").header("x-own", "1");
        let expected = "host=false authorization=true cookie=true cookie=true x-own=false";
        assert_eq!(request.send(&app).await.body, expected);
    }
    let excluded = get("/health").bearer(&token).send(&app).await;
    assert_eq!(excluded.body, "host=false authorization=true");
    assert_eq!(get("/").send(&app).await.body, "host=false");
}

#[tokio::test]
async fn excluded_routes_skip_authentication() {
    let clerk = emulator().await;
    clerk.go_down();
    let config = clerk.config_builder().exclude(["/health", "/public/*", "/orgs/{id}/logo"]);
    let app = app(config.build().unwrap());
    let session = sign_in(&clerk);
    for path in [
        "/health",
        "/health?a=b",
        "/public",
        "/public/",
        "/public/a/b",
        "/public/a%20b",
        "/orgs/org_1/logo",
    ] {
        let response = get(path).bearer(session.token()).send(&app).await;
        assert_eq!(
            (response.status.as_u16(), response.body.as_str(), response.reason()),
            (200, "anonymous", ""),
            "{path}"
        );
        let page = get(path).page().cookies(session.cookies()).send(&app).await;
        assert_eq!(
            (page.status.as_u16(), page.reason()),
            (200, ""),
            "a handshake starts on {path}"
        );
    }
    for path in [
        "/",
        "/healthy",
        "/publication",
        "/orgs/org_1/logo/x",
        // Obfuscated:
        "/he%61lth",
        "/p%75blic/%2e%2e/b",
        "/public/../b",
    ] {
        let response = get(path).bearer(session.token()).send(&app).await;
        assert_eq!(response.reason(), "jwk-remote-failed-to-load", "{path}");
    }
}

#[tokio::test]
async fn guard_passes_excluded_route_but_extractor_rejects_it() {
    let clerk = shared_emulator().await;
    let app = app(clerk.config_builder().exclude(["/guarded", "/signed-in"]).build().unwrap());
    for request in [get("/guarded"), get("/guarded").bearer(sign_in(clerk).token())] {
        assert_eq!(request.send(&app).await.body, "anonymous");
    }
    let response = get("/signed-in").bearer(sign_in(clerk).token()).send(&app).await;
    assert_eq!((response.status.as_u16(), response.code().as_str()), (401, "excluded-route"));
}

#[tokio::test]
async fn nested_router_matches_exclusions_on_full_path() {
    let clerk = shared_emulator().await;
    let config = clerk.config_builder().exclude(["/api/v1/health"]).build().unwrap();
    let outcome = |auth: ClerkAuth| async move {
        auth.reason().map_or("signed in".to_owned(), ToString::to_string)
    };
    let inner = Router::new()
        .route("/health", routing::get(outcome))
        .route("/other", routing::get(outcome))
        .layer(ClerkLayer::new(config));
    let app = Router::new().nest("/api", Router::new().nest("/v1", inner));
    assert_eq!(get("/api/v1/health").send(&app).await.body, "excluded-route");
    assert_eq!(get("/api/v1/other").send(&app).await.body, "dev-browser-missing");
    assert_eq!(
        get("/api/v1/other").bearer(sign_in(clerk).token()).send(&app).await.body,
        "signed in"
    );
}

#[tokio::test]
async fn layer_can_be_added_at_every_level() {
    let clerk = shared_emulator().await;
    let handle = Clerk::new(clerk.config());
    let user_id = |auth: ClerkAuth| async move { auth.user_id().unwrap_or("anonymous").to_owned() };
    let layer = || ClerkLayer::new(handle.clone());
    let session = sign_in(clerk);
    for app in [
        Router::new().route("/", routing::get(user_id)).layer(layer()),
        Router::new().route("/", routing::get(user_id)).route_layer(layer()),
        Router::new().route("/", routing::get(user_id).layer(layer())),
        Router::new()
            .route("/", routing::get(user_id))
            .layer(ServiceBuilder::new().layer(layer()).layer(require_auth())),
        Router::new().route("/", routing::get(user_id)).layer(layer()).layer(layer()),
        Router::new().fallback_service(
            ServiceBuilder::new()
                .layer(layer())
                .service(Router::new().route("/", routing::get(user_id))),
        ),
    ] {
        assert_eq!(get("/").bearer(session.token()).send(&app).await.body, session.user_id());
    }
}

#[tokio::test]
async fn request_is_forwarded_unchanged() {
    let clerk = shared_emulator().await;
    let echo = |request: Request| async move {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        (parts.headers, format!("{} {} {}", parts.method, parts.uri, body.len())).into_response()
    };
    let app = Router::new().fallback(echo).layer(ClerkLayer::new(clerk.config()));
    let token = sign_in(clerk).token();
    let response = post("/a%20b?c=%2F").bearer(&token).header("x-own", "1").send(&app).await;
    assert_eq!(response.body, "POST /a%20b?c=%2F 0");
    assert_eq!(response.header("authorization"), format!("Bearer {token}"));
    assert_eq!(response.header("x-own"), "1");
}

#[tokio::test]
async fn log_has_outcome_and_reason_but_no_secrets() {
    let clerk = emulator().await;
    let app = app(clerk.config());
    let session = sign_in(&clerk);
    let (token, cookies) = (session.token(), session.cookies());
    let forged = format!("{}AAAA", &token[..token.len() - 4]);
    let (_, log) = capture_log(async {
        for request in [
            get("/").bearer(&token),
            get("/").cookies(&cookies),
            get("/").bearer(&forged),
            get("/guarded").bearer(&forged),
            get("/guarded")
                .page()
                .cookies(format!("__clerk_db_jwt=dvb_1; __client_uat=0; __session={token}")),
            get("/guarded").cookies("__session=secret-cookie"),
        ] {
            request.send(&app).await;
        }
        clerk.go_down();
        get("/").bearer(token_with_unknown_key(&clerk)).send(&app).await;
    })
    .await;

    let events: Vec<&str> =
        log.lines().filter(|line| line.contains("authenticated a request")).collect();
    for (event, expected) in events.iter().zip([
        format!(r#"status="signed-in" user_id="{}""#, session.user_id()),
        format!(r#"status="signed-in" user_id="{}""#, session.user_id()),
        r#"status="signed-out" reason=token-invalid-signature"#.to_owned(),
        r#"status="signed-out" reason=token-invalid-signature"#.to_owned(),
        r#"status="handshake" reason=session-token-but-no-client-uat"#.to_owned(),
        r#"status="signed-out" reason=dev-browser-missing"#.to_owned(),
        r#"status="signed-out" reason=jwk-remote-failed-to-load"#.to_owned(),
    ]) {
        assert!(event.contains(&expected), "{event} does not contain {expected}");
    }
    assert_eq!(events.len(), 7, "{log}");
    let signature = token.rsplit('.').next().unwrap();
    for secret in [&token, signature, &forged, "secret-cookie", "dvb_1", clerk.secret_key()] {
        assert!(!log.contains(secret), "{secret} is in the log: {log}");
    }
}

fn token_with_unknown_key(clerk: &axum_clerk::emulator::ClerkEmulator) -> String {
    clerk.sign_token(with_field(token_header(clerk), "kid", "ins_unknown"), token_claims(clerk))
}

#[tokio::test]
async fn debug_output_contains_no_secrets() {
    let clerk = shared_emulator().await;
    let session = sign_in(clerk);
    let debug = |auth: ClerkAuth| async move { format!("{auth:?} {auth:#?}") };
    let layer =
        ClerkLayer::new(header_only(clerk).machine_secret_key("ak_secret").build().unwrap());
    let app = Router::new().fallback(debug).layer(layer.clone());
    let token = session.token();
    let output = get("/").bearer(&token).cookies("a=secret-cookie").send(&app).await.body;
    assert!(output.contains(session.user_id()));
    let output = format!("{output} {layer:?} {:?}", layer.clerk());
    for secret in [
        token.as_str(),
        token.rsplit('.').next().unwrap(),
        clerk.secret_key(),
        "ak_secret",
        "secret-cookie",
    ] {
        assert!(!output.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn emulator_logs_a_warning_at_start() {
    let (clerk, log) = capture_log(emulator()).await;
    let line = log.lines().find(|line| line.contains("WARN")).unwrap();
    assert!(line.contains("signs in anyone") && line.contains(clerk.url()), "{line}");
}
