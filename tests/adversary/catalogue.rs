//! The catalogue of attacks. Every test is an attack; its rows are requests with their outcomes.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    body::Body,
    http::request::Parts,
    response::{IntoResponse, Redirect},
    routing,
};
use axum_clerk::{
    AuthRejection, Clerk, ClerkAuth, ClerkConfig, ClerkConfigBuilder, ClerkLayer, TokenType,
    VerifiedM2mToken, VerifiedOAuthToken, guard, require_auth,
};
use futures_util::future::join_all;
use http::{Request, Response, StatusCode, Uri};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tower::ServiceBuilder;
use tower_http::services::ServeDir;

use super::{
    backend_api::{BackendApi, not_found},
    fixtures::{
        authenticated, bearer, config, expired_token, guarded, handshake_token, panic_message,
        problems, production, secret,
    },
    jwks_server::serve,
    request::{check, check_status, outcome, send},
    support::{
        MINUTE, START, app, capture_log, emulator, seconds, shared_emulator, sign_in, token_claims,
        token_header, with_field,
    },
};

// Guards

#[test]
fn patterns_that_match_nothing_fail_at_startup() {
    for (pattern, meant) in [
        ("/admin(.*)", "write `/admin/*`"),
        ("/admin/(.*)", "write `/admin/*`"),
        ("/admin/**", "write `/admin/*`"),
        ("/admin*", "write `/admin/*`"),
        ("/orgs/:id/settings", "write `/orgs/{id}/settings`"),
        ("/orgs/*/secret", "write `/orgs/{any}/secret`"),
        ("admin", "write `/admin`"),
        ("/a?b", "may only contain"),
        ("/a+", "may only contain"),
        ("/[a-z]", "may only contain"),
        ("/a\\b", "may only contain"),
        ("/a#b", "may only contain"),
        ("/caf%E9/*", "not UTF-8"),
    ] {
        for message in [
            panic_message(|| require_auth().only([pattern])),
            panic_message(|| require_auth().except([pattern])),
            problems(config().exclude([pattern])),
        ] {
            assert!(message.contains(meant), "{message}");
        }
    }
    let message = panic_message(|| require_auth().only::<&str>([]));
    assert!(message.contains("would not guard anything"), "{message}");
}

#[test]
fn organization_patterns_that_never_sync_fail_at_startup() {
    let message = problems(config().organization_patterns(["/orgs/:org/(.*)"]));
    assert!(message.contains("CLERK_ORGANIZATION_PATTERNS"), "{message}");
    for pattern in ["/orgs/:slug/(.*)", "/orgs/{slug}", "/orgs/{id}/*", "/orgs/{slug}/{*rest}"] {
        assert!(config().organization_patterns([pattern]).build().is_ok(), "{pattern}");
    }
}

#[tokio::test]
async fn conflicting_patterns_all_count() {
    let guard = require_auth().only(["/orgs/{id}/settings", "/orgs/*"]);
    check_status(
        &guarded(secret(), guard).await,
        [("GET /orgs/7/secret", 401), ("GET /orgs/7/settings", 401), ("GET /x", 200)],
    )
    .await;
    let guard = require_auth().only(["/{tenant}/public", "/*"]);
    check_status(
        &guarded(secret(), guard).await,
        [("GET /", 401), ("GET /acme/public", 401), ("GET /acme/secret/x", 401)],
    )
    .await;
}

#[tokio::test]
async fn encoded_route_is_guarded_in_every_spelling() {
    let route = || Router::new().route("/caf%C3%A9/{drink}", routing::get(async || "latte"));
    for pattern in ["/caf%C3%A9/*", "/café/*", "/caf%c3%a9/{drink}"] {
        let rows =
            [("GET /caf%C3%A9/latte", 401), ("GET /c%61f%c3%a9/latte", 401), ("GET /x", 404)];
        check_status(&guarded(route(), require_auth().only([pattern])).await, rows).await;
    }
}

#[tokio::test]
async fn file_server_is_guarded_in_every_spelling() {
    let files = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("adversary-files");
    std::fs::create_dir_all(files.join("admin")).unwrap();
    std::fs::write(files.join("admin/index.html"), "secret").unwrap();
    for pattern in ["/admin/*", "/admin/", "/admin/index.html"] {
        let files = Router::new().fallback_service(ServeDir::new(&files));
        check_status(
            &guarded(files, require_auth().only([pattern])).await,
            [
                ("GET /admin/", 401),
                ("GET /admin//", 401),
                ("GET //admin/", 401),
                ("GET /./admin/", 401),
                ("GET /%61dmin/", 401),
                ("GET /admin%2F", 401),
                ("GET /.%2F%2Fadmin/./", 401),
                ("HEAD /admin//", 401),
                ("GET /other/", 404),
            ],
        )
        .await;
    }
}

#[tokio::test]
async fn rewritten_uri_is_guarded_before_and_after() {
    // The original URI is that of the outer router.
    let app = async |from: &'static str, to: &'static str, guard| {
        let rewrite = move |mut request: Request<Body>| {
            let path = request.uri().path().replacen(from, to, 1);
            *request.uri_mut() = path.parse::<Uri>().unwrap();
            request
        };
        let inner = secret().layer(guard);
        let rewritten = ServiceBuilder::new().map_request(rewrite).service(inner);
        authenticated(Router::new().fallback_service(rewritten)).await
    };
    let only = || require_auth().only(["/admin/*"]);
    let except = require_auth().except(["/public/*"]);
    for (app, request, status) in [
        (app("/login", "/admin", only()).await, "GET /login/users", 401),
        (app("/admin", "/login", only()).await, "GET /admin/users", 401),
        (app("/login", "/admin", only()).await, "GET /other", 200),
        // The rewritten path is the end of the original one, as in a nested router.
        (app("/en/", "/", only()).await, "GET /en/admin/users", 401),
        (app("/public/", "/", except).await, "GET /public/admin", 401),
        // The original path is excluded from authentication.
        (app("/assets", "/admin", only()).await, "GET /assets/users", 401),
    ] {
        check_status(&app, [(request, status)]).await;
    }
}

#[tokio::test]
async fn nested_router_is_guarded_by_both_paths() {
    let app = async |guard| {
        authenticated(Router::new().nest("/admin/{tenant}", secret().layer(guard))).await
    };
    let only = |pattern: &str| require_auth().only([pattern]);
    let except = |pattern: &str| require_auth().except([pattern]);
    for (app, request, status) in [
        (app(only("/admin/*")).await, "GET /admin/acme/users", 401),
        (app(only("/admin/{tenant}/users")).await, "GET /admin/acme/users/", 401),
        (app(only("/users")).await, "GET /admin/acme/users", 401),
        (app(only("/users")).await, "GET /admin/acme/other", 200),
        (app(except("/users")).await, "GET /admin/acme/users", 401),
        (app(except("/admin/acme/users")).await, "GET /admin/acme/users", 200),
        (app(except("/admin/acme/users")).await, "GET /admin/other/users", 401),
    ] {
        check_status(&app, [(request, status)]).await;
    }
}

#[tokio::test]
async fn asterisk_form_is_guarded() {
    let app = guarded(secret(), require_auth().only(["/*"])).await;
    check_status(&app, [("OPTIONS *", 401), ("GET /", 401)]).await;
}

#[tokio::test]
async fn except_guards_all_other_paths() {
    let guard = require_auth().except(["/", "/sign-in", "/public/*"]);
    check_status(
        &guarded(secret(), guard).await,
        [
            ("GET /", 200),
            ("GET /sign-in", 200),
            ("GET /public/a/b", 200),
            ("GET /admin", 401),
            ("GET /new", 401),
            ("GET /sign-in/", 401),
            ("GET /sign-in/admin", 401),
            ("GET /public/../admin", 401),
            ("GET /public/%2e%2e/admin", 401),
            ("GET /public/..%2fadmin", 401),
            ("GET /public/..%5cadmin", 401),
            ("GET //public/admin", 401),
            ("OPTIONS *", 401),
        ],
    )
    .await;
}

#[tokio::test]
async fn excluded_route_passes_app_wide_guard() {
    let app = guarded(secret(), require_auth()).await;
    check_status(
        &app,
        [
            ("GET /health", 200),
            ("GET /health?a=b", 200),
            ("GET /assets/app.js", 200),
            ("GET /assets/../admin", 401),
            ("GET /health/", 401),
            ("GET /health/admin", 401),
            ("GET /", 401),
        ],
    )
    .await;
}

// Browsers

#[tokio::test]
async fn handshake_of_an_attacker_does_not_sign_in() {
    let clerk = production().await;
    let (app, attacker, victim) = (app(clerk.config()), sign_in(&clerk), sign_in(&clerk));
    let (token, cookies) = (handshake_token(&clerk, &attacker), victim.cookies());
    let victim = format!("200 {}", victim.user_id());
    let query = format!("?__clerk_handshake={token}");
    let cross_site = "origin: https://evil.example | sec-fetch-site: cross-site";
    check(
        &app,
        [
            (format!("POST /{query} | {cross_site}"), "200 anonymous"),
            (format!("POST /{query} | {cross_site} | document"), "200 anonymous"),
            (format!("POST /{query} | {cross_site} | cookie: {cookies}"), &victim),
            (format!("DELETE /{query} | cookie: {cookies}"), &victim),
            (format!("GET /{query} | sec-fetch-dest: image | cookie: {cookies}"), &victim),
            (format!("GET /{query} | sec-fetch-dest: empty | cookie: {cookies}"), &victim),
            (format!("GET /{query} | accept: */*"), "200 anonymous"),
            (format!("GET / | cookie: __clerk_handshake={token}; {cookies}"), &victim),
        ],
    )
    .await;
    // A browser that navigates to a page ends a handshake.
    let signed_in = format!("200 {}, sets __session, sets __client_uat", attacker.user_id());
    check(&app, [(format!("GET /{query} | document"), signed_in)]).await;
}

#[tokio::test]
async fn junk_nonce_neither_signs_out_nor_allows_cors() {
    let clerk = production().await;
    let api = BackendApi::without_resources().await;
    let (app, victim) = (app(api.config(&clerk).build().unwrap()), sign_in(&clerk));
    for request in ["POST", "DELETE", "GET"] {
        let cookies = victim.cookies();
        let request =
            format!("{request} /?__clerk_handshake_nonce=junk | origin: null | cookie: {cookies}");
        let response = send(&app, &request).await;
        assert_eq!(outcome(&response), format!("200 {}", victim.user_id()));
        assert!(!response.headers.contains_key("access-control-allow-origin"));
    }
    assert_eq!(api.call_count(), 0);
    let page = send(&app, "GET /?__clerk_handshake_nonce=junk | document | origin: null").await;
    assert_eq!(outcome(&page), "200 anonymous");
    let cors = page.headers.keys().filter(|name| name.as_str().starts_with("access-control"));
    assert_eq!((cors.count(), api.call_count()), (0, 1));
}

#[tokio::test]
async fn response_with_clerks_cookies_is_not_cacheable() {
    let clerk = production().await;
    let page = async || [("cache-control", "public, max-age=3600")];
    let app = Router::new().fallback(page).layer(ClerkLayer::new(clerk.config()));
    let token = handshake_token(&clerk, &sign_in(&clerk));
    let response =
        send(&app, &format!("GET / | document | cookie: __clerk_handshake={token}")).await;
    assert_eq!(response.headers.get_all("set-cookie").iter().count(), 2);
    let values: Vec<_> = response.headers.get_all("cache-control").iter().collect();
    assert_eq!(values, ["private, no-store"]);
    let response = send(&app, "GET / | document").await;
    assert_eq!(response.header("cache-control"), "public, max-age=3600");
}

#[tokio::test]
async fn development_nonce_cookie_redirects_only_once() {
    let clerk = emulator().await;
    let api = BackendApi::start(|_| Json(json!({ "directives": [] })).into_response()).await;
    let app = app(api.config(&clerk).build().unwrap());
    let request = "GET /a?b=c | document | cookie: __clerk_db_jwt=dvb_1; __clerk_handshake_nonce=n";
    let response = send(&app, request).await;
    assert_eq!(outcome(&response), "307 to http://app.example.com/a, sets __clerk_handshake_nonce");
    assert_eq!(response.header("set-cookie"), "__clerk_handshake_nonce=; Path=/; Max-Age=0");
    let followed = "GET /a?b=c | document | cookie: __clerk_db_jwt=dvb_1";
    check(&app, [(followed, "200 anonymous")]).await;
    assert_eq!(api.call_count(), 1);
}

#[tokio::test]
async fn refresh_sends_clerk_only_what_it_needs() {
    let clerk = production().await;
    let api = BackendApi::start(|_| not_found()).await;
    let config = api.config(&clerk).build().unwrap();
    let suffix = config.publishable_key().unwrap().cookie_suffix().to_owned();
    let token = expired_token(&clerk);
    let cookies = format!("__client_uat=1; __session={token}; __refresh_{suffix}=refresh");
    let request = format!(
        "GET /?token=hidden | cookie: app_session=hidden; {cookies} | cookie: __Host-csrf=hidden \
         | x-api-key: hidden | authorization: Basic hidden | proxy-authorization: hidden \
         | x-amzn-oidc-data: hidden | user-agent: Browser | sec-ch-ua-platform: Linux \
         | x-forwarded-for: 192.0.2.1 | accept-language: en | origin: https://app.example.com \
         | x-forwarded-proto: https"
    );
    send(&app(config), &request).await;
    let calls = api.calls();
    let [call] = &calls[..] else { panic!("{calls:?}") };
    assert_eq!(call.path, "/v1/sessions/sess_ada/refresh");
    let body = call.json();
    assert_eq!(body["request_origin"], "https://app.example.com");
    assert_eq!(
        body["request_headers"],
        json!({
            "accept-language": ["en"],
            "cookie": [cookies],
            "host": ["app.example.com"],
            "origin": ["https://app.example.com"],
            "sec-ch-ua-platform": ["Linux"],
            "user-agent": ["Browser"],
            "x-forwarded-for": ["192.0.2.1"],
            "x-forwarded-proto": ["https"],
        })
    );
    assert_eq!(call.headers["authorization"], format!("Bearer {}", clerk.secret_key()));
    assert!(!format!("{call:?}").contains("hidden"), "{call:?}");
}

#[tokio::test]
async fn forged_host_receives_no_session_token() {
    let clerk = production().await;
    let app = |with: fn(ClerkConfigBuilder) -> ClerkConfigBuilder| {
        let config = clerk.config_builder().jwt_key(clerk.jwt_key()).proxy_url("/__clerk");
        app(with(config).build().unwrap())
    };
    let cookies = format!("__client_uat={START}; __session={}", expired_token(&clerk));
    let redirected_to = |host: &str| {
        format!("307 to http://{host}/__clerk/v1/client/handshake, sets __clerk_redirect_count")
    };
    // Trusted by default, which requires a proxy that overwrites the header.
    let default = app(|b| b);
    let with_origin = app(|b| b.public_origin("http://app.example.com"));
    let with_hosts = app(|b| b.trusted_hosts(["app.example.com"]));
    for (app, host, expected) in [
        (&default, "evil.example", redirected_to("evil.example")),
        (&default, "app.example.com", redirected_to("app.example.com")),
        (&with_origin, "evil.example", redirected_to("app.example.com")),
        (&with_hosts, "app.example.com", redirected_to("app.example.com")),
        (&with_hosts, "evil.example", "200 anonymous".to_owned()),
        (&with_hosts, "app.example.com.evil.example", "200 anonymous".to_owned()),
        (&with_hosts, "app.example.com@evil.example", "200 anonymous".to_owned()),
    ] {
        let request = format!("GET /a | document | cookie: {cookies} | x-forwarded-host: {host}");
        check(app, [(request, expected)]).await;
    }
}

#[tokio::test]
async fn forwarded_headers_are_read_as_the_rfcs_say() {
    let clerk = production().await;
    let config = clerk.config_builder().jwt_key(clerk.jwt_key()).proxy_url("/__clerk");
    let app = app(config.build().unwrap());
    let location =
        "307 to https://app.example.com/__clerk/v1/client/handshake, sets __clerk_redirect_count";
    for forwarded in [
        "x-forwarded-proto: HTTPS",
        "x-forwarded-proto: https , http",
        "x-forwarded-proto: https | x-forwarded-host:  app.example.com , inner",
    ] {
        let request = format!("GET / | document | cookie: __client_uat={START} | {forwarded}");
        check(&app, [(request, location)]).await;
    }
}

#[tokio::test]
async fn cross_site_request_with_cookies_is_rejected() {
    let clerk = production().await;
    let config = clerk.config_builder().authorized_parties(["https://web.example.com"]);
    let routes = Router::new().fallback(async || "done").layer(guard::same_origin());
    let app = routes.layer(ClerkLayer::new(config.build().unwrap()));
    let session = sign_in(&clerk).claim("azp", "https://web.example.com");
    let cookies = format!("cookie: {}", session.cookies());
    #[rustfmt::skip]
    let rows = [
        (format!("POST / | {cookies} | origin: https://evil.example"),                                  403),
        (format!("POST / | {cookies} | origin: http://evil.app.example.com | sec-fetch-site: same-site"), 403),
        (format!("POST / | {cookies} | origin: null"),                                                  403),
        (format!("POST / | {cookies} | sec-fetch-site: cross-site"),                                    403),
        (format!("POST / | {cookies}"),                                                                 403),
        (format!("GET /socket | {cookies} | upgrade: websocket | origin: https://evil.example"),        403),
        (format!("POST / | {cookies} | sec-fetch-site: same-origin"),                                   200),
        (format!("POST / | {cookies} | origin: https://web.example.com"),                               200),
        (format!("POST / | authorization: Bearer {} | origin: https://evil.example", session.token()),  200),
    ];
    check_status(&app, rows).await;
}

// Strangers and our bill

#[tokio::test]
async fn junk_nonces_are_not_retried() {
    let clerk = production().await;
    let api = BackendApi::failing().await;
    let app = app(api.config(&clerk).build().unwrap());
    for (nonces, calls) in [(0..3, 3), (3..100, 100)] {
        for nonce in nonces {
            let request = format!("GET /?__clerk_handshake_nonce=junk{nonce} | document");
            check(&app, [(request, "200 anonymous")]).await;
        }
        assert_eq!(api.call_count(), calls);
    }
}

#[tokio::test]
async fn junk_nonce_is_asked_once_and_logged_at_debug() {
    let clerk = production().await;
    let api = BackendApi::without_resources().await;
    let app = app(api.config(&clerk).build().unwrap());
    let (_, log) = capture_log(async {
        for _ in 0..5 {
            check(&app, [("GET /?__clerk_handshake_nonce=junk | document", "200 anonymous")]).await;
        }
    })
    .await;
    assert_eq!(api.call_count(), 1);
    assert!(!log.contains("WARN") && !log.contains("ERROR") && !log.contains("junk"), "{log}");
}

#[tokio::test]
async fn two_hundred_equal_keys_are_one_call() {
    let clerk = emulator().await;
    let api = BackendApi::start_paused(|_| not_found()).await;
    let app = app(api.config(&clerk).build().unwrap());
    let request = "GET /guarded | authorization: Bearer ak_stranger";
    let responses = join_all((0..200).map(|_| send(&app, request)));
    let (responses, ()) = tokio::join!(responses, async {
        api.wait_for_calls(1).await;
        api.resume();
    });
    assert!(responses.iter().all(|response| outcome(response) == "401 token-invalid"));
    assert_eq!(api.call_count(), 1);
}

#[tokio::test]
async fn bad_key_is_asked_again_after_thirty_seconds() {
    let clerk = emulator().await;
    let api = BackendApi::without_resources().await;
    let app = app(api.config(&clerk).build().unwrap());
    for (elapsed, calls) in [
        (Duration::ZERO, 1),
        (seconds(29), 1),
        (Duration::from_millis(999), 1),
        (Duration::from_millis(1), 2),
    ] {
        clerk.clock().advance(elapsed);
        for _ in 0..5 {
            let request = "GET /guarded | authorization: Bearer ak_stranger";
            check(&app, [(request, "401 token-invalid")]).await;
        }
        assert_eq!(api.call_count(), calls, "after {elapsed:?} more");
    }
}

#[tokio::test]
async fn malformed_credentials_cause_no_call() {
    let clerk = production().await;
    let api = BackendApi::without_resources().await;
    // No key is configured, so that any other JWT would cause a call.
    let config = clerk.config_builder().api_url(&api.url).accept_tokens(TokenType::ALL);
    let app = app(config.build().unwrap());
    let (long, jwt) = ("a".repeat(60_000), "eyJhIjoxfQ.eyJhIjoxfQ.".to_owned());
    let nonce = |nonce: &str| format!("GET /?__clerk_handshake_nonce={nonce} | document");
    #[rustfmt::skip]
    let rows = [
        (bearer("/guarded", format!("ak_{long}")),                                "401 token-invalid"),
        (bearer("/guarded", format!("mt_{}", &long[..510])),                      "401 token-invalid"),
        (bearer("/guarded", "oat_a/../b"),                                        "401 token-invalid"),
        (bearer("/guarded", "ak_%00"),                                            "401 token-invalid"),
        (bearer("/guarded", "ak_é"),                                              "401 token-invalid"),
        (bearer("/guarded", format!("{jwt}{long}")),                              "401 token-invalid"),
        (format!("POST / | cookie: __client_uat=1; __session={jwt}{long}"),       "200 anonymous"),
        (format!("GET /?__clerk_handshake={jwt}{long} | document"),               "200 anonymous"),
        (nonce(&long),                                                            "200 anonymous"),
        (nonce(&long[..129]),                                                     "200 anonymous"),
        (nonce("a%2F..%2Fb"),                                                     "200 anonymous"),
    ];
    check(&app, rows).await;
    assert_eq!(api.call_count(), 0);
    let longest = bearer("/guarded", format!("mt_{}", &long[..509]));
    check(&app, [(longest, "401 token-invalid"), (nonce(&long[..128]), "200 anonymous")]).await;
    assert_eq!(api.call_count(), 2);
}

#[tokio::test]
async fn more_than_32_lookups_are_unavailable_not_queued() {
    let clerk = production().await;
    let api = BackendApi::start_paused(|_| not_found()).await;
    let app = app(api.config(&clerk).lookup_timeout(MINUTE).build().unwrap());
    let mut responses = JoinSet::new();
    for n in 0..40 {
        let app = app.clone();
        let request = bearer("/guarded", format!("ak_{n}"));
        responses.spawn(async move { send(&app, &request).await });
    }
    for _ in 32..40 {
        assert_eq!(responses.join_next().await.unwrap().unwrap().status, 503);
    }
    api.wait_for_calls(32).await;
    // The limit is common to all kinds of lookup.
    check(&app, [("GET /?__clerk_handshake_nonce=n | document", "200 anonymous")]).await;
    let session = sign_in(&clerk);
    let signed_in = format!("200 {}", session.user_id());
    check(&app, [(bearer("/", session.token()), signed_in)]).await;
    assert_eq!(api.call_count(), 32);
    api.resume();
    while let Some(response) = responses.join_next().await {
        assert_eq!(outcome(&response.unwrap()), "401 token-invalid");
    }
    check(&app, [("GET /guarded | authorization: Bearer ak_39", "401 token-invalid")]).await;
    assert_eq!(api.call_count(), 33, "the rejected ones were not cached");
}

#[tokio::test]
async fn silent_api_holds_a_request_for_two_seconds() {
    let clerk = emulator().await;
    let api = BackendApi::start_paused(|_| not_found()).await;
    let app = app(api.config(&clerk).build().unwrap());
    let start = Instant::now();
    check(&app, [("GET /guarded | authorization: Bearer ak_1", "503 unexpected-error")]).await;
    assert!((seconds(2)..seconds(5)).contains(&start.elapsed()), "{:?}", start.elapsed());
    assert_eq!(api.call_count(), 1);
}

#[test]
fn key_lifetimes_that_would_fetch_forever_are_errors() {
    for config in [
        config().jwks_grace(Duration::ZERO),
        config().jwks_refresh(Duration::ZERO),
        config().jwks_grace(MINUTE).jwks_refresh(MINUTE + seconds(1)),
    ] {
        assert!(problems(config).contains("jwks_grace"));
    }
    assert!(config().jwks_grace(MINUTE).jwks_refresh(MINUTE).build().is_ok());
}

#[tokio::test]
async fn unknown_key_id_causes_one_fetch() {
    let clerk = emulator().await;
    let app = app(clerk.config());
    let token =
        clerk.sign_token(with_field(token_header(&clerk), "kid", "junk"), token_claims(&clerk));
    for _ in 0..3 {
        check(&app, [(bearer("/guarded", &token), "401 jwk-kid-mismatch")]).await;
    }
    assert_eq!(clerk.requests("/v1/jwks"), 1);
}

// The rest

#[test]
fn secrets_are_not_sent_unencrypted() {
    let live = || ClerkConfig::builder().secret_key("sk_live_abc");
    for config in [
        live().api_url("http://api.example.com"),
        live().proxy_url("http://app.example.com/__clerk"),
        config().proxy_url("http://app.example.com/__clerk"),
    ] {
        assert!(problems(config).contains("use https"));
    }
    for url in ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "https://a.example"] {
        assert!(live().api_url(url).proxy_url(url).build().is_ok(), "{url}");
    }
}

#[tokio::test]
async fn redirects_of_the_api_are_not_followed() {
    let clerk = emulator().await;
    let thief = BackendApi::without_resources().await;
    let location = thief.url.clone();
    let redirect = move || async move { Redirect::temporary(&location) };
    let api = serve(Router::new().fallback(redirect)).await;
    let policy = || reqwest::redirect::Policy::limited(10);
    let config = clerk.config_builder().api_url(api).accept_tokens(TokenType::ALL);
    let app = app(config.http_client(move |http| http.redirect(policy())).build().unwrap());
    check(
        &app,
        [
            ("GET /guarded | authorization: Bearer ak_1", "503 unexpected-error"),
            ("GET /guarded | authorization: Bearer oat_1", "503 unexpected-error"),
        ],
    )
    .await;
    assert_eq!(thief.call_count(), 0);
}

#[tokio::test]
async fn oauth_token_is_no_session_even_if_cached() {
    let clerk = shared_emulator().await;
    let handle = Clerk::new(clerk.config_builder().accept_tokens(TokenType::ALL).build().unwrap());
    let subject = async |token: VerifiedOAuthToken| token.subject.clone();
    let routes = Router::new().route("/oauth", routing::get(subject));
    let app = routes.merge(app(handle.clone())).layer(ClerkLayer::new(handle.clone()));
    for category in [json!("cl_B7d4PD222AAA"), json!("cl_B7d4PD111AAA"), Value::Null] {
        let header = with_field(token_header(clerk), "typ", "at+jwt");
        let token = clerk.sign_token(with_field(header, "cat", category), token_claims(clerk));
        assert!(handle.verify_token(&token).await.is_err());
        check(
            &app,
            [
                (bearer("/oauth", &token), "200 user_ada"),
                (bearer("/", &token), "200 anonymous"),
                (bearer("/guarded", &token), "401 token-type-mismatch"),
            ],
        )
        .await;
        assert!(handle.verify_token(&token).await.is_err());
    }
}

#[tokio::test]
async fn unusual_tokens_are_rejected() {
    let clerk = shared_emulator().await;
    let app = app(clerk.config_builder().accept_tokens(TokenType::ALL).build().unwrap());
    let sign = |header: Value, claims: Value| clerk.sign_token(header, claims);
    let (header, claims) = (|| token_header(clerk), || token_claims(clerk));
    let nobody = || with_field(claims(), "sub", "");
    let oauth = with_field(with_field(header(), "typ", "at+jwt"), "cat", Value::Null);
    for (token, outcome) in [
        (sign(header(), claims()), "200 user_ada"),
        (sign(header(), nobody()), "401 token-verification-failed"),
        (sign(oauth, nobody()), "401 token-verification-failed"),
        (sign(with_field(header(), "crit", json!(["exp"])), claims()), "401 token-invalid"),
        (sign(with_field(header(), "crit", json!([])), claims()), "401 token-invalid"),
    ] {
        check(&app, [(bearer("/guarded", token), outcome)]).await;
    }
}

#[tokio::test]
async fn tokens_for_another_machine_are_rejected() {
    let clerk = emulator().await;
    let (ours, other) = (clerk.create_machine("ours"), clerk.create_machine("other"));
    let app = |machine_id: &str| {
        let config = clerk.config_builder().accept_tokens([TokenType::M2mToken]);
        let subject = async |token: VerifiedM2mToken| token.subject.clone();
        let config = config.machine_id(machine_id).build().unwrap();
        Router::new().route("/", routing::get(subject)).layer(ClerkLayer::new(config))
    };
    let caller = clerk.create_machine("caller").scoped_to(&ours);
    let m2m = clerk.create_m2m_token(&caller);
    for token in [m2m.token(), m2m.jwt()] {
        let request = bearer("/", token);
        check(&app(ours.id()), [(&request, format!("200 {}", caller.id()))]).await;
        check(&app(other.id()), [(&request, "401 token-invalid")]).await;
    }
}

#[tokio::test]
async fn cookie_names_are_trimmed_of_space_and_tab_only() {
    let clerk = production().await;
    let (app, session) = (app(clerk.config()), sign_in(&clerk));
    let user = format!("200 {}", session.user_id());
    for (space, outcome) in [
        (" \t ", &*user),
        ("\u{a0}", "200 anonymous"),
        ("\u{2003}", "200 anonymous"),
        ("\u{feff}", "200 anonymous"),
    ] {
        let token = session.token();
        let request =
            format!("POST / | cookie: __client_uat={START};{space}__session{space}={token}");
        check(&app, [(request, outcome)]).await;
    }
}

#[tokio::test]
async fn debug_output_shows_no_query() {
    let clerk = emulator().await;
    let config =
        clerk.config_builder().sign_in_url("https://accounts.example.com/sign-in").build().unwrap();
    let debug = async |auth: ClerkAuth| format!("{auth:?} {:?}", auth.reason());
    let reject = |rejection: &AuthRejection, _: &Parts| {
        Response::new(Body::from(format!("{rejection:?} {rejection}")))
    };
    let app = Router::new()
        .route("/auth", routing::get(debug))
        .route("/rejection", routing::get(debug).layer(require_auth().on_rejection(reject)))
        .layer(ClerkLayer::new(config.clone()));
    let query = "?__clerk_db_jwt=dvb_hidden&__clerk_handshake=hidden&__clerk_handshake_nonce=hidden&a=hidden";
    let mut outputs = Vec::new();
    for request in [
        format!("GET /auth{query} | cookie: __clerk_db_jwt=dvb_hidden"),
        format!("GET /rejection{query} | cookie: __clerk_db_jwt=dvb_hidden"),
        "GET /rejection?a=hidden | document | cookie: __clerk_db_jwt=dvb_hidden".to_owned(),
    ] {
        let response = send(&app, &request).await;
        assert_eq!(response.status, 200);
        outputs.push(response.body);
    }
    for uri in ["/?__clerk_db_jwt=dvb_hidden".to_owned(), format!("/{query}")] {
        let request = Request::get(uri).header("host", "app.example.com");
        let request = request.header("sec-fetch-dest", "document").body(()).unwrap();
        let parts = request.into_parts().0;
        outputs.push(format!("{:?}", Clerk::new(config.clone()).authenticate(&parts).await));
    }
    assert!(outputs[2].contains("https://accounts.example.com/sign-in?…"), "{}", outputs[2]);
    for output in outputs {
        assert!(!output.contains("hidden"), "{output}");
    }
}

#[tokio::test]
async fn failed_lookup_is_logged_without_its_nonce() {
    let clerk = production().await;
    let config = clerk.config_builder().api_url("http://127.0.0.1:1").build().unwrap();
    let app = app(config);
    let request = "GET /?__clerk_handshake_nonce=hidden | document";
    let ((), log) = capture_log(check(&app, [(request, "200 anonymous")])).await;
    assert!(log.contains("a handshake could not be completed"), "{log}");
    let own = log.lines().filter(|line| line.contains("axum_clerk"));
    assert!(!own.collect::<String>().contains("hidden"), "{log}");
}

#[tokio::test]
async fn message_header_reveals_no_configuration() {
    let clerk = emulator().await;
    let api = BackendApi::start(|_| {
        let error = json!({ "code": "clerk_key_invalid", "message": "sk_test_hidden is invalid" });
        (StatusCode::UNAUTHORIZED, Json(json!({ "errors": [error] }))).into_response()
    })
    .await;
    let wrong_key = || clerk.config_builder().api_url(&api.url).accept_tokens(TokenType::ALL);
    let without_keys = || {
        let config = ClerkConfig::builder().publishable_key(clerk.publishable_key());
        config.machine_secret_key("ak_hidden").clock(clerk.clock().clone())
    };
    let local = || clerk.config_builder().jwt_key(clerk.jwt_key());
    let party = local().authorized_parties(["https://hidden.example"]);
    let token = bearer("/", sign_in(&clerk).token());
    let for_other = with_field(token_claims(&clerk), "aud", "other");
    let for_other = bearer("/", clerk.sign_token(token_header(&clerk), for_other));
    let handshake = handshake_token(&clerk, &sign_in(&clerk));
    let handshake = format!("GET /?__clerk_handshake={handshake} | document");
    #[rustfmt::skip]
    let rows = [
        (without_keys(),                &token,               "jwk-failed-to-resolve",            "authentication is unavailable"),
        (without_keys(),                &handshake,           "jwk-failed-to-resolve",            "the handshake failed: authentication is unavailable"),
        (wrong_key(),                   &token,               "secret-key-invalid",               "authentication is unavailable"),
        (wrong_key(),                   &handshake,           "secret-key-invalid",               "the handshake failed: authentication is unavailable"),
        (wrong_key(),                   &bearer("/", "ak_1"), "secret-key-invalid",               "authentication is unavailable"),
        (party,                         &token,               "token-invalid-authorized-parties", "the JWT's `azp` claim is not an authorized party"),
        (local().audiences(["hidden"]), &for_other,           "token-verification-failed",        "the JWT's `aud` claim is missing or invalid"),
    ];
    for (config, request, reason, message) in rows {
        let response = send(&app(config.build().unwrap()), request).await;
        let sent = response.header("x-clerk-auth-message");
        assert!(sent.starts_with(message) && response.reason() == reason, "{response:?}");
        assert!(!sent.contains("hidden") && !sent.contains("CLERK_"), "{sent}");
    }
}

#[test]
fn authorized_parties_must_be_origins() {
    for party in [
        "example.com",
        "https://example.com/",
        "https://example.com/app",
        "https://example.com:443",
        "https://user@example.com",
        "https://Example.com",
        "https://*.example.com",
        "*",
        "null",
        "",
    ] {
        assert!(
            problems(config().authorized_parties([party])).contains("CLERK_AUTHORIZED_PARTIES"),
            "{party}"
        );
    }
    let valid = ["https://example.com", "http://localhost:3000", "capacitor://localhost"];
    assert!(config().authorized_parties(valid).build().is_ok());
}

#[test]
fn keys_are_checked_each_by_itself() {
    let builder = ClerkConfig::builder;
    let publishable = "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k";
    let quoted = format!("\"{publishable}\"");
    #[rustfmt::skip]
    let rows = [
        (builder().machine_secret_key("sk_test_abc"),     "CLERK_MACHINE_SECRET_KEY is not the secret key of a machine"),
        (config().machine_secret_key("\"ak_abc\""),       "CLERK_MACHINE_SECRET_KEY is not the secret key of a machine"),
        (config().machine_secret_key("ak_a\nb"),          "CLERK_MACHINE_SECRET_KEY contains invalid characters"),
        (builder().secret_key("\"sk_test_abc\""),         "CLERK_SECRET_KEY is not a secret key: it is in quotes"),
        (builder().secret_key("'sk_test_abc'"),           "CLERK_SECRET_KEY is not a secret key: it is in quotes"),
        (config().publishable_key(quoted),                "CLERK_PUBLISHABLE_KEY is not a publishable key: it is in quotes"),
        (config().publishable_key(publishable),           "CLERK_SECRET_KEY and CLERK_PUBLISHABLE_KEY belong to different instances"),
    ];
    for (config, sentence) in rows {
        let message = problems(config);
        assert!(message.contains(sentence), "{message}");
    }
    assert!(builder().machine_secret_key("ak_abc").build().is_ok());
}

#[tokio::test]
async fn configuration_is_logged_at_startup() {
    let publishable = "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k";
    let live = || ClerkConfig::builder().secret_key("sk_live_abc").publishable_key(publishable);
    let log =
        async |config: ClerkConfigBuilder| capture_log(async { config.build().unwrap() }).await.1;
    let line = "INFO axum_clerk::config::builder: Clerk: production, clerk.example.com, cookies on, accepts session_token, authorized parties";
    let unset = log(live()).await;
    assert!(
        unset.contains(&format!("{line} []"))
            && unset.contains("CLERK_AUTHORIZED_PARTIES is not set"),
        "{unset}"
    );
    let set = log(live().authorized_parties(["https://a.example"])).await;
    assert!(
        set.contains(&format!("{line} [\"https://a.example\"]")) && !set.contains("WARN"),
        "{set}"
    );
    let without_cookies = log(config()).await;
    assert!(without_cookies.contains("CLERK_PUBLISHABLE_KEY is not set"), "{without_cookies}");

    let clerk = shared_emulator().await;
    let app =
        app(clerk.config_builder().authorized_parties(["https://a.example"]).build().unwrap());
    let claims = with_field(token_claims(clerk), "azp", "https://evil.example");
    let request =
        format!("GET / | authorization: Bearer {}", clerk.sign_token(token_header(clerk), claims));
    let (_, mismatch) = capture_log(send(&app, &request)).await;
    assert!(
        mismatch.contains("https://a.example") && mismatch.contains("https://evil.example"),
        "{mismatch}"
    );
}
