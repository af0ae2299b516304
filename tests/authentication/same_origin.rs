//! The guard against requests that other sites cause.

use axum::{Router, body::Body, http::request::Parts, response::IntoResponse};
use axum_clerk::{
    AuthRejection, ClerkConfigBuilder, ClerkLayer, TokenType,
    emulator::{ClerkEmulator, EmulatedSession},
    guard::{self, Guard, RejectionResponse},
    require_auth,
};
use http::{Method, StatusCode};
use reqwest::redirect::Policy;

use super::support::{
    HOUR, TestRequest, capture_log, emulator, get, post, shared_emulator, sign_in,
};

/// The origin of the requests, according to their `Host`.
const OWN: &str = "http://app.example.com";
/// An authorized party.
const PARTY: &str = "https://web.example.com";

fn app<R>(config: ClerkConfigBuilder, guard: Guard<R>) -> Router
where
    R: RejectionResponse<Body> + Clone + Send + Sync + 'static,
{
    let app = Router::new().fallback(async || "ok").layer(guard);
    app.layer(ClerkLayer::new(config.build().unwrap()))
}

/// Returns a configuration with authorized parties, and a session of one of them.
fn configured(clerk: &ClerkEmulator) -> (ClerkConfigBuilder, EmulatedSession) {
    let config = clerk.config_builder().authorized_parties([PARTY, "capacitor://localhost"]);
    (config, sign_in(clerk).claim("azp", PARTY))
}

fn with_headers(request: TestRequest, headers: &[(&str, &str)]) -> TestRequest {
    headers.iter().fold(request, |request, (name, value)| request.header(name, value))
}

type Headers = &'static [(&'static str, &'static str)];

/// The headers of requests, and whether the requests pass if they are authenticated by a cookie, and
/// if they are anonymous.
const REQUESTS: [(Headers, bool, bool); 20] = [
    // Browsers that send `Sec-Fetch-Site`.
    (&[("sec-fetch-site", "same-origin")], true, true),
    (&[("sec-fetch-site", "same-origin"), ("origin", OWN)], true, true),
    (&[("sec-fetch-site", "none")], true, true),
    (&[("sec-fetch-site", "same-site"), ("origin", "http://www.example.com")], false, false),
    (&[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")], false, false),
    (&[("sec-fetch-site", "cross-site"), ("origin", OWN)], false, false),
    (&[("sec-fetch-site", "cross-site"), ("origin", "null")], false, false),
    (&[("sec-fetch-site", "cross-site")], false, false),
    (&[("sec-fetch-site", "Same-Origin")], false, false),
    (&[("sec-fetch-site", "")], false, false),
    // Browsers that do not.
    (&[("origin", OWN)], true, true),
    (&[("origin", "https://app.example.com")], false, false),
    (&[("origin", "http://app.example.com:8080")], false, false),
    (&[("origin", "http://app.example.com.evil.example")], false, false),
    (&[("origin", "null")], false, false),
    (&[("origin", "")], false, false),
    // Neither header.
    (&[], false, true),
    (&[("referer", "http://app.example.com/")], false, true),
    // Authorized parties.
    (&[("sec-fetch-site", "same-site"), ("origin", PARTY)], true, true),
    (&[("origin", "capacitor://localhost")], true, true),
];

#[tokio::test]
async fn requests_from_other_origins_are_rejected() {
    let clerk = shared_emulator().await;
    let (config, session) = configured(clerk);
    let app = app(config, guard::same_origin());
    let status = |passes: bool| if passes { 200 } else { 403 };
    let cookies = session.cookies();
    for (headers, by_cookie, anonymous) in REQUESTS {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::TRACE] {
            let request = || with_headers(get("/").method(method.clone()), headers);
            let response = request().cookies(&cookies).send(&app).await;
            assert_eq!(response.status, status(by_cookie), "{method} {headers:?}, cookie");
            let response = request().send(&app).await;
            assert_eq!(response.status, status(anonymous), "{method} {headers:?}, anonymous");
            let response = request().bearer(session.token()).send(&app).await;
            assert_eq!(response.status, 200, "{method} {headers:?}, bearer");
        }
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            let request = with_headers(get("/").method(method.clone()), headers);
            let response = request.cookies(&cookies).send(&app).await;
            assert_eq!(response.status, 200, "{method} {headers:?}");
        }
    }
}

#[tokio::test]
async fn web_sockets_from_other_origins_are_rejected() {
    let clerk = shared_emulator().await;
    let (config, session) = configured(clerk);
    let app = app(config, guard::same_origin());
    let status = |passes: bool| if passes { 200 } else { 403 };
    for (headers, by_cookie, anonymous) in REQUESTS {
        for web_socket in [
            &[("connection", "Upgrade"), ("upgrade", "websocket")][..],
            &[("connection", "keep-alive , uPgRaDe")],
            &[("upgrade", "WebSocket")],
        ] {
            let request = || with_headers(with_headers(get("/"), web_socket), headers);
            let response = request().cookies(session.cookies()).send(&app).await;
            assert_eq!(response.status, status(by_cookie), "{web_socket:?} {headers:?}, cookie");
            let response = request().send(&app).await;
            assert_eq!(response.status, status(anonymous), "{web_socket:?} {headers:?}, anonymous");
            let response = request().bearer(session.token()).send(&app).await;
            assert_eq!(response.status, 200, "{web_socket:?} {headers:?}, bearer");
        }
        // A WebSocket over HTTP/2 (RFC 8441).
        let request = with_headers(get("/").method(Method::CONNECT), headers);
        let response = request.cookies(session.cookies()).send(&app).await;
        assert_eq!(response.status, status(by_cookie), "CONNECT {headers:?}");
    }
    let kept_alive = get("/").header("connection", "keep-alive").cookies(session.cookies());
    assert_eq!(kept_alive.send(&app).await.status, 200);
}

#[tokio::test]
async fn rejection_of_other_origins_is_403_and_named() {
    let clerk = shared_emulator().await;
    let app = app(clerk.config_builder(), guard::same_origin());
    let forged = post("/").header("origin", "https://evil.example");
    let (response, log) = capture_log(forged.cookies(sign_in(clerk).cookies()).send(&app)).await;
    assert_eq!((response.status.as_u16(), response.code().as_str()), (403, "cross-origin"));
    assert!(!response.body.contains("app.example.com"), "{}", response.body);
    let line = log.lines().find(|line| line.contains("another origin")).unwrap();
    assert!(line.contains("evil.example") && line.contains(OWN), "{line}");
}

#[tokio::test]
async fn public_origin_is_the_only_own_origin() {
    let clerk = shared_emulator().await;
    let config = || clerk.config_builder();
    let origin = "https://example.com";
    let cookies = sign_in(clerk).cookies();
    for (config, headers, passes) in [
        (config().public_origin(origin), &[("origin", origin)][..], true),
        (config().public_origin(origin), &[("origin", OWN)], false),
        (
            config(),
            &[
                ("origin", origin),
                ("x-forwarded-host", "example.com"),
                ("x-forwarded-proto", "https"),
            ],
            true,
        ),
        (
            config(),
            &[
                ("origin", origin),
                ("x-forwarded-host", "example.com:443"),
                ("x-forwarded-proto", "wss"),
            ],
            true,
        ),
        (config(), &[("origin", origin), ("x-forwarded-host", "example.com")], false),
        (config().trusted_hosts(["app.example.com"]), &[("origin", OWN)], true),
        (config().trusted_hosts(["example.com"]), &[("origin", OWN)], false),
    ] {
        let app = app(config, guard::same_origin());
        let response = with_headers(post("/"), headers).cookies(&cookies).send(&app).await;
        assert_eq!(response.status == 200, passes, "{headers:?}");
    }
}

#[tokio::test]
async fn only_the_accepted_header_token_counts() {
    let clerk = shared_emulator().await;
    let accepted = [TokenType::SessionToken, TokenType::ApiKey];
    let app = app(clerk.config_builder().accept_tokens(accepted), guard::same_origin());
    let session = sign_in(clerk);
    let key = clerk.create_api_key(session.user_id());
    let expired = sign_in(clerk).claim("exp", 1_700_000_000).token();
    for (authorization, cookies, passes) in [
        (format!("Bearer {}", session.token()), String::new(), true),
        (format!("Bearer {}", session.token()), session.cookies(), true),
        (session.token(), session.cookies(), true),
        (format!("Bearer {}", key.token()), session.cookies(), true),
        (format!("Bearer {expired}"), session.cookies(), false),
        ("Bearer ak_unknown".to_owned(), session.cookies(), false),
        ("Bearer nonsense".to_owned(), session.cookies(), false),
        // A browser sends this to a site for which the user typed a password.
        ("Basic YWRhOnNlY3JldA==".to_owned(), session.cookies(), false),
    ] {
        let forged = post("/").header("sec-fetch-site", "cross-site");
        let forged = forged.header("authorization", &authorization).cookies(&cookies);
        let status = forged.send(&app).await.status;
        assert_eq!(status, if passes { 200 } else { 403 }, "{authorization}");
    }
}

/// Signs a user in, completes a handshake like a browser, and returns the cookies that it sets.
async fn cookies_with_refresh_token(clerk: &ClerkEmulator, app: &Router) -> String {
    let expired = sign_in(clerk).cookies();
    clerk.clock().advance(HOUR);
    let page = |uri: &str| get(uri).page().cookies(&expired);
    let to_clerk = page("/").send(app).await.header("location").to_owned();
    let http = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
    let from_clerk = http.get(to_clerk).send().await.unwrap();
    let back = from_clerk.headers()["location"].to_str().unwrap().strip_prefix(OWN).unwrap();
    let response = page(back).send(app).await;
    let cookies = response.headers.get_all("set-cookie").iter();
    let pairs = cookies.map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap());
    pairs.collect::<Vec<_>>().join("; ")
}

#[tokio::test]
async fn token_refreshed_by_cookies_does_not_count_as_header() {
    let clerk = emulator().await;
    let app = app(clerk.config_builder(), guard::same_origin());
    let token = sign_in(&clerk).token();
    let cookies = cookies_with_refresh_token(&clerk, &app).await;
    clerk.clock().advance(HOUR);
    let web_socket = || {
        let request = get("/").header("upgrade", "websocket").header("connection", "upgrade");
        request.bearer(&token).cookies(&cookies)
    };
    let refreshed = web_socket().header("origin", OWN).send(&app).await;
    assert_eq!((refreshed.status.as_u16(), refreshed.reason()), (200, ""));
    assert!(refreshed.header("set-cookie").contains("__session"), "{refreshed:?}");
    assert_eq!(web_socket().send(&app).await.code(), "cross-origin");
}

#[tokio::test]
async fn pending_session_counts_as_authenticated_by_cookie() {
    let clerk = shared_emulator().await;
    let app = app(clerk.config_builder(), guard::same_origin());
    let cookies = sign_in(clerk).status("pending").cookies();
    assert_eq!(post("/").cookies(cookies).send(&app).await.code(), "cross-origin");
}

#[tokio::test]
async fn same_origin_combines_with_paths_and_guards() {
    let clerk = shared_emulator().await;
    let config = || clerk.config_builder().exclude(["/hooks/*"]);
    let cookies = sign_in(clerk).cookies();
    let forged =
        |path: &str| post(path).header("sec-fetch-site", "cross-site").cookies(cookies.clone());
    let only = app(config(), guard::same_origin().only(["/admin/*"]));
    let except = app(config(), guard::same_origin().except(["/callback"]));
    for (app, path, status) in [
        (&only, "/admin/users", 403),
        (&only, "/callback", 200),
        (&except, "/admin/users", 403),
        (&except, "/callback", 200),
        (&except, "/hooks/github", 200),
    ] {
        assert_eq!(forged(path).send(app).await.status, status, "{path}");
    }

    let teapot = guard::same_origin().on_rejection(|rejection: &AuthRejection, _: &Parts| {
        let body = format!("{} {rejection}", rejection.status().as_u16());
        (StatusCode::IM_A_TEAPOT, body).into_response()
    });
    let response = forged("/").send(&app(config(), teapot)).await;
    assert_eq!(
        (response.status.as_u16(), response.body.as_str()),
        (418, "403 the request comes from another origin")
    );

    let both = Router::new().fallback(async || "ok").layer(guard::same_origin());
    let both = both.layer(require_auth()).layer(ClerkLayer::new(clerk.config()));
    let anonymous = post("/").header("sec-fetch-site", "cross-site");
    assert_eq!(anonymous.send(&both).await.status, 401);
    assert_eq!(forged("/").send(&both).await.status, 403);
}

#[tokio::test]
async fn same_origin_without_the_layer_is_500() {
    let app = Router::new().fallback(async || "ok").layer(guard::same_origin());
    assert_eq!(post("/").send(&app).await.status, 500);
}
