//! Optional extractors: `None` without credentials, and only then.

use axum::{Router, extract::OptionalFromRequestParts, routing};
use axum_clerk::{
    AuthRejection, ClerkConfig, ClerkLayer, MachineToken, Principal, SignedIn, TokenType,
    VerifiedApiKey, VerifiedM2mToken, VerifiedOAuthToken, emulator::ClerkEmulator,
};
use serde_json::Value;

use super::support::{
    HOUR, TestRequest, emulator, get, header_only, post, sign_in, token_claims, token_header,
    with_field,
};

/// Returns a route that says whether an extractor found something.
fn route<T>() -> routing::MethodRouter
where
    T: OptionalFromRequestParts<(), Rejection = AuthRejection> + Send + 'static,
{
    routing::any(async |found: Option<T>| if found.is_some() { "some" } else { "none" })
}

const ROUTES: [&str; 6] = ["/session", "/principal", "/machine", "/key", "/m2m", "/oauth"];

fn app(config: ClerkConfig) -> Router {
    Router::new()
        .route("/session", route::<SignedIn>())
        .route("/principal", route::<Principal>())
        .route("/machine", route::<MachineToken>())
        .route("/key", route::<VerifiedApiKey>())
        .route("/m2m", route::<VerifiedM2mToken>())
        .route("/oauth", route::<VerifiedOAuthToken>())
        .route("/excluded", route::<SignedIn>())
        .layer(ClerkLayer::new(config))
}

fn all_tokens(clerk: &ClerkEmulator) -> ClerkConfig {
    let config = clerk.config_builder().accept_tokens(TokenType::ALL).exclude(["/excluded"]);
    config.build().unwrap()
}

/// Returns the status, and the body if the request was not rejected or else the code.
async fn outcome(request: TestRequest, app: &Router) -> (u16, String) {
    let response = request.send(app).await;
    let status = response.status.as_u16();
    (status, if status == 200 { response.body } else { response.code() })
}

#[tokio::test]
async fn request_without_credentials_is_none() {
    let clerk = emulator().await;
    let apps =
        [app(all_tokens(&clerk)), app(clerk.config()), app(header_only(&clerk).build().unwrap())];
    let client_uat = format!("__client_uat={}", 1_800_000_000);
    for app in &apps {
        for path in ROUTES {
            for request in [
                post(path),
                post(path).cookies("theme=dark; __session="),
                post(path).cookies("__clerk_db_jwt=dvb_1"),
                post(path).cookies(format!("__clerk_db_jwt=dvb_1; {client_uat}")),
                post(path).header("authorization", "Basic YTpi"),
            ] {
                assert_eq!(outcome(request, app).await, (200, "none".into()), "{path}");
            }
        }
    }
}

#[tokio::test]
async fn valid_token_is_some_for_its_type_only() {
    let clerk = emulator().await;
    let app = app(all_tokens(&clerk));
    let session = sign_in(&clerk);
    let key = clerk.create_api_key(session.user_id()).token();
    let m2m = clerk.create_m2m_token(&clerk.create_machine("jobs")).token();
    let oauth = clerk.create_oauth_access_token(session.user_id()).jwt();
    for (token, some) in [
        (session.token(), ["/session", "/principal", ""]),
        (key, ["/key", "/machine", "/principal"]),
        (m2m, ["/m2m", "/machine", "/principal"]),
        (oauth, ["/oauth", "/machine", "/principal"]),
    ] {
        for path in ROUTES {
            let expected = if some.contains(&path) {
                (200, "some".to_owned())
            } else {
                (401, "token-type-mismatch".to_owned())
            };
            assert_eq!(outcome(get(path).bearer(&token), &app).await, expected, "{path}");
        }
    }
    let cookies = session.cookies();
    assert_eq!(outcome(post("/session").cookies(&cookies), &app).await.1, "some");
    assert_eq!(outcome(post("/key").cookies(&cookies), &app).await.1, "token-type-mismatch");
}

#[tokio::test]
async fn invalid_credentials_are_rejected() {
    let clerk = emulator().await;
    let app = app(all_tokens(&clerk));
    let claims = with_field(token_claims(&clerk), "exp", 1);
    let expired = clerk.sign_token(token_header(&clerk), claims);
    let session = sign_in(&clerk);
    let ended = session.clone().claim("exp", 1);
    let mut signed_out = Vec::new();
    for pair in session.cookies().split("; ") {
        let name = pair.split('=').next().unwrap();
        let is_uat = name.starts_with("__client_uat");
        signed_out.push(if is_uat { format!("{name}=0") } else { pair.to_owned() });
    }
    let without_dev_browser: Vec<String> = session
        .cookies()
        .split("; ")
        .filter(|pair| !pair.starts_with("__clerk_db_jwt"))
        .map(str::to_owned)
        .collect();
    for path in ROUTES {
        for (what, request) in [
            ("no JWT", post(path).bearer("invalid")),
            ("an unknown key", post(path).bearer("ak_unknown")),
            ("an unknown machine", post(path).bearer("mt_unknown")),
            ("a bare word", post(path).header("authorization", "invalid")),
            ("no text", post(path).header("authorization", b"Bearer \xff")),
            ("an expired token", post(path).bearer(&expired)),
            ("an expired cookie", post(path).cookies(ended.cookies())),
            ("a cookie of a user who signed out", post(path).cookies(signed_out.join("; "))),
            ("a cookie of an unknown browser", post(path).cookies(without_dev_browser.join("; "))),
        ] {
            let (status, code) = outcome(request, &app).await;
            assert_eq!(status, 401, "{what} on {path}: {code}");
        }
    }
}

#[tokio::test]
async fn pending_session_is_rejected_as_pending() {
    let clerk = emulator().await;
    let app = app(all_tokens(&clerk));
    let session = sign_in(&clerk).status("pending");
    for path in ["/session", "/principal"] {
        let expected = (401, "session-pending".to_owned());
        assert_eq!(outcome(get(path).bearer(session.token()), &app).await, expected, "{path}");
        let by_cookie = post(path).cookies(session.cookies());
        assert_eq!(outcome(by_cookie, &app).await, expected, "{path}");
    }
}

#[tokio::test]
async fn unavailable_keys_reject_only_credentials() {
    let clerk = emulator().await;
    let app = app(all_tokens(&clerk));
    let session = sign_in(&clerk).expires_in(HOUR);
    let (token, cookies) = (session.token(), session.cookies());
    clerk.go_down();
    for path in ROUTES {
        assert_eq!(outcome(post(path), &app).await, (200, "none".into()), "{path}");
        for request in [
            post(path).bearer(&token),
            post(path).cookies(&cookies),
            post(path).bearer("ak_1"),
            post(path).bearer("mt_1"),
        ] {
            let expected = (503, "service-unavailable".to_owned());
            assert_eq!(outcome(request, &app).await, expected, "{path}");
        }
    }
}

#[tokio::test]
async fn excluded_route_has_no_session() {
    let clerk = emulator().await;
    let app = app(all_tokens(&clerk));
    for token in [sign_in(&clerk).token(), "invalid".to_owned()] {
        let found = outcome(get("/excluded").bearer(token), &app).await;
        assert_eq!(found, (200, "none".into()));
    }
}

#[tokio::test]
async fn page_with_invalid_credentials_is_redirected() {
    let clerk = emulator().await;
    let app = app(all_tokens(&clerk));
    let response = get("/session").page().bearer("invalid").send(&app).await;
    assert_eq!(response.status, 303);
    let _: Value = post("/session").bearer("invalid").send(&app).await.json();
}
