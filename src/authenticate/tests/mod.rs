//! The state machine as tables: a request, a configuration and the expected outcome.

mod harness;

use http::{HeaderValue, header};

use self::harness::{DEVELOPMENT, PRODUCTION, With, authenticate, outcome};
use super::RequestState;
use crate::config::TokenType;

async fn check(instance: (&'static str, &str, &'static str), with: With, table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(outcome(&authenticate(instance, with, text).await), *expected, "{text}");
    }
}

/// A browser of a development instance.
const DEV: &str = "__clerk_db_jwt=dvb_1";

#[tokio::test]
async fn header_tokens() {
    #[rustfmt::skip]
    let table = [
        ("GET / | authorization: Bearer {token valid}",                      "signed in as user_1"),
        ("POST / | authorization: {token valid}",                            "signed in as user_1"),
        ("GET / | authorization: Basic YTpi",                                "signed out: session-token-and-uat-missing"),
        ("GET / | authorization: Bearer {token expired}",                    "signed out: session-token-expired-refresh-non-eligible-no-refresh-cookie"),
        ("GET / | document | authorization: Bearer {token expired}",         "handshake: session-token-expired-refresh-non-eligible-no-refresh-cookie"),
        ("POST / | authorization: Bearer {token expired}",                   "signed out: session-token-expired-refresh-non-eligible-non-get"),
        ("GET / | authorization: Bearer {token not-yet}",                    "signed out: session-token-nbf"),
        ("GET / | authorization: Bearer {token from-the-future}",            "signed out: session-token-iat-in-the-future"),
        ("GET / | authorization: Bearer {token forged}",                     "signed out: token-invalid-signature"),
        ("GET / | authorization: Bearer {token template}",                   "signed out: token-type-mismatch"),
        ("GET / | authorization: Bearer {token m2m}",                        "signed out: token-type-mismatch"),
        ("GET / | authorization: Bearer {token oauth}",                      "signed out: token-type-mismatch"),
        ("GET / | authorization: Bearer ak_1",                               "signed out: token-invalid"),
        ("GET / | authorization: Bearer {token valid} | cookie: __session={token forged}; __client_uat=1", "signed in as user_1"),
        ("GET / | authorization: Bearer {token forged} | cookie: __session={token valid}; __client_uat=1", "signed out: token-invalid-signature"),
        ("GET / | authorization: Bearer {token expired} | cookie: __refresh_SUFFIX=newer", "signed in as user_1, cookies set"),
    ];
    check(PRODUCTION, |b| b, &table).await;
    check(
        PRODUCTION,
        |b| b.exclude(["/health"]),
        &[("GET /health | authorization: Bearer {token valid}", "signed out: excluded-route")],
    )
    .await;
}

#[tokio::test]
async fn production_cookies() {
    #[rustfmt::skip]
    let table = [
        ("GET / | document",                                                                  "signed out: session-token-and-uat-missing"),
        ("GET / | document | cookie: __client_uat=0",                                         "signed out: session-token-and-uat-missing"),
        ("GET / | document | cookie: __client_uat=0; __session={token valid}",                "handshake: session-token-but-no-client-uat"),
        ("POST / | cookie: __client_uat=0; __session={token valid}",                          "signed out: session-token-but-no-client-uat"),
        ("GET / | document | cookie: __client_uat={now-60}",                                  "handshake: client-uat-but-no-session-token"),
        ("GET / | document | cookie: __client_uat={now-60}; __session={token valid}",         "signed in as user_1"),
        ("POST / | cookie: __client_uat={now-60}; __session={token valid}",                   "signed in as user_1"),
        ("GET / | document | cookie: __client_uat={now-5}; __session={token valid}",          "handshake: session-token-iat-before-client-uat"),
        ("GET / | document | cookie: __client_uat=1; __session=nonsense",                     "signed out: token-invalid"),
        ("GET / | document | cookie: __client_uat=1; __session={token template}",             "signed out: token-type-mismatch"),
        ("GET / | document | cookie: __client_uat={now-5}; __session={token template}",       "signed out: token-type-mismatch"),
        ("GET / | document | cookie: __client_uat=1; __session={token m2m}",                  "signed out: token-type-mismatch"),
        ("GET / | document | cookie: __client_uat=1; __session={token forged}",               "signed out: token-invalid-signature"),
        ("GET / | document | cookie: __client_uat=1; __session={token not-yet}",              "handshake: session-token-nbf"),
        ("GET / | document | cookie: __client_uat=1; __session={token from-the-future}",      "handshake: session-token-iat-in-the-future"),
        ("GET / | document | cookie: __client_uat=1; __session={token without-issuer}",       "signed in as user_1"),
        ("GET / | accept: text/html | cookie: __client_uat=1; __session={token expired}",     "handshake: session-token-expired-refresh-non-eligible-no-refresh-cookie"),
        ("GET / | accept: */* | cookie: __client_uat=1; __session={token expired}",           "signed out: session-token-expired-refresh-non-eligible-no-refresh-cookie"),
        ("GET / | sec-fetch-dest: empty | accept: text/html | cookie: __client_uat=1",        "signed out: client-uat-but-no-session-token"),
        ("GET / | sec-fetch-dest: iframe | cookie: __client_uat=1",                           "handshake: client-uat-but-no-session-token"),
        ("GET / | document | cookie: __client_uat=1; __clerk_redirect_count=2",               "handshake: client-uat-but-no-session-token"),
        ("GET / | document | cookie: __client_uat=1; __clerk_redirect_count=3",               "signed out: client-uat-but-no-session-token"),
        ("GET / | document | cookie: __client_uat=1; __clerk_redirect_count=99",              "signed out: client-uat-but-no-session-token"),
    ];
    check(PRODUCTION, |b| b, &table).await;
}

#[tokio::test]
async fn suffixed_and_plain_cookies() {
    #[rustfmt::skip]
    let table = [
        ("GET / | cookie: __session_SUFFIX={token valid}; __client_uat_SUFFIX=1",                                                  "signed in as user_1"),
        // The plain cookies were set by another application on the domain.
        ("GET / | cookie: __session={token of-another-app}; __client_uat=1; __session_SUFFIX={token valid}; __client_uat_SUFFIX=1", "signed in as user_1"),
        ("GET / | cookie: __session={token of-another-app}; __client_uat=1",                                                        "signed out: session-token-and-uat-missing"),
        // The plain cookies were set later, by an old clerk-js.
        ("GET / | cookie: __session={token newer}; __client_uat=1; __session_SUFFIX={token forged}; __client_uat_SUFFIX=1",         "signed in as user_1"),
        ("GET / | cookie: __session={token valid}; __client_uat=1; __session_SUFFIX={token forged}; __client_uat_SUFFIX=0",         "signed in as user_1"),
        // A malformed session token.
        ("GET / | cookie: __session=nonsense; __client_uat=1; __session_SUFFIX={token valid}; __client_uat_SUFFIX=1",               "signed out: token-invalid"),
        // The issuer is missing, so it is not that of another application.
        ("GET / | cookie: __session={token with-empty-issuer}; __client_uat=1; __session_SUFFIX={token forged}; __client_uat_SUFFIX=1", "signed in as user_1"),
        // Both were set at the same time.
        ("GET / | cookie: __session={token forged}; __client_uat=1; __session_SUFFIX={token valid}; __client_uat_SUFFIX=1",         "signed in as user_1"),
        // Signed out according to the plain cookies, which only counts in development.
        ("GET / | cookie: __client_uat=0; __session_SUFFIX={token expired}; __client_uat_SUFFIX=1",                                 "signed out: session-token-expired-refresh-non-eligible-no-refresh-cookie"),
        // Signed in elsewhere, according to the suffixed cookies.
        ("GET / | document | cookie: __client_uat_SUFFIX=1",                                                                        "handshake: client-uat-but-no-session-token"),
        // The instance does not set the suffixed `__client_uat`.
        ("GET / | cookie: __session={token valid}; __client_uat=1; __session_SUFFIX={token newer}",                                 "signed in as user_1"),
        // Signed out according to the suffixed cookies.
        ("GET / | cookie: __client_uat=0; __session_SUFFIX={token valid}; __client_uat_SUFFIX=0",                                   "signed out: session-token-but-no-client-uat"),
    ];
    check(PRODUCTION, |b| b, &table).await;
    let downgraded = format!(
        "GET / | cookie: {DEV}; __client_uat=0; __session_SUFFIX={{token expired}}; __client_uat_SUFFIX=1"
    );
    check(DEVELOPMENT, |b| b, &[(&downgraded, "signed out: session-token-and-uat-missing")]).await;
    let expired = "signed out: session-token-expired-refresh-non-eligible-no-refresh-cookie";
    for (plain, token, expected) in
        [("1", "expired", expired), ("0", "valid", "signed in as user_1")]
    {
        let text = format!(
            "GET / | cookie: __client_uat={plain}; __clerk_db_jwt_SUFFIX=dvb_1; \
             __session_SUFFIX={{token {token}}}; __client_uat_SUFFIX=1"
        );
        check(DEVELOPMENT, |b| b, &[(&text, expected)]).await;
    }
}

#[tokio::test]
async fn development_browsers() {
    #[rustfmt::skip]
    let table = [
        ("GET / | document",                                                                        "handshake: dev-browser-missing"),
        ("POST /",                                                                                  "signed out: dev-browser-missing"),
        ("GET /?__clerk_db_jwt=dvb_2 | document | cookie: DEV",                                     "handshake: dev-browser-sync"),
        ("GET / | document | cookie: DEV",                                                          "signed out: session-token-and-uat-missing"),
        ("GET / | document | cookie: DEV; __client_uat=1; __session={token valid}",                 "signed in as user_1"),
        ("GET /?__clerk_redirect_url=https://satellite.dev/ | document | cookie: DEV",              "handshake: primary-responds-to-syncing"),
        ("GET /?__clerk_redirect_url=javascript:alert(1) | document | cookie: DEV",                 "signed out: session-token-and-uat-missing"),
        ("GET /?__clerk_redirect_url=nonsense | document | cookie: DEV",                            "signed out: session-token-and-uat-missing"),
    ]
    .map(|(text, outcome)| (text.replace("DEV", DEV), outcome));
    let table = table.each_ref().map(|(text, outcome)| (text.as_str(), *outcome));
    check(DEVELOPMENT, |b| b, &table).await;
}

#[tokio::test]
async fn handshake_results() {
    #[rustfmt::skip]
    let production = [
        ("GET / | document | cookie: __clerk_handshake={handshake signed-in} | document",                       "signed in as user_1, cookies set"),
        ("GET /?__clerk_handshake={handshake signed-in} | document",                                 "signed in as user_1, cookies set"),
        ("GET / | document | cookie: __clerk_handshake={handshake signed-out}",                      "signed out: session-token-missing"),
        ("GET / | document | cookie: __clerk_handshake_nonce=valid",                                 "signed in as user_1, cookies set"),
        ("GET / | document | cookie: __clerk_handshake_nonce=signed-out",                            "signed out: session-token-missing"),
        ("GET / | document | cookie: __clerk_handshake_nonce=unknown",                               "signed out: session-token-missing"),
        ("GET / | document | cookie: __clerk_handshake_nonce=valid; __clerk_handshake={handshake signed-out}", "signed in as user_1, cookies set"),
        // The token of another application, or of an attacker, is ignored.
        ("GET / | document | cookie: __clerk_handshake={handshake forged}",                          "signed out: session-token-and-uat-missing"),
        ("GET / | document | cookie: __clerk_handshake={handshake template}",                        "signed out: session-token-and-uat-missing"),
        ("GET / | document | cookie: __clerk_handshake=nonsense",                                    "signed out: session-token-and-uat-missing"),
        ("GET / | document | cookie: __clerk_handshake={handshake with-expired-session}",            "signed out: session-token-and-uat-missing"),
        ("GET / | document | cookie: __clerk_handshake={handshake with-forged-session}",             "signed out: session-token-and-uat-missing"),
        ("GET / | document | cookie: __clerk_handshake_nonce=forged",                                "signed out: session-token-and-uat-missing"),
    ];
    check(PRODUCTION, |b| b, &production).await;
    #[rustfmt::skip]
    let development = [
        ("GET /?__clerk_handshake={handshake signed-in} | document",                                 "back, signed in"),
        ("GET /?__clerk_handshake={handshake signed-out} | document",                                "back, signed out: session-token-missing"),
        ("GET /?__clerk_handshake_nonce=valid | document",                                           "back, signed in"),
        ("GET /?__clerk_handshake_nonce=unknown | document",                                         "back, signed out: session-token-missing"),
        // The local clock may be wrong by up to a day.
        ("GET /?__clerk_handshake={handshake with-expired-session} | document",                      "back, signed in"),
        ("GET /?__clerk_handshake={handshake with-session-of-today} | document",                     "back, signed in"),
        ("GET /?__clerk_handshake={handshake with-session-of-yesterday} | document",                 "handshake: dev-browser-missing"),
        ("GET /?__clerk_handshake={handshake forged} | document",                                    "handshake failed: token-invalid-signature"),
        ("GET /?__clerk_handshake={handshake template} | document",                                  "handshake failed: token-invalid"),
        ("GET /?__clerk_handshake=nonsense | document",                                              "handshake failed: token-invalid"),
        ("GET /?__clerk_handshake={handshake with-forged-session} | document",                       "handshake: dev-browser-missing"),
    ];
    check(DEVELOPMENT, |b| b, &development).await;
    // Only a request that could have started a handshake can end one.
    #[rustfmt::skip]
    let not_a_page = [
        ("GET /?__clerk_handshake={handshake signed-in}",               "signed out: session-token-and-uat-missing"),
        ("POST /?__clerk_handshake={handshake signed-in} | document",   "signed out: session-token-and-uat-missing"),
        ("GET / | cookie: __clerk_handshake={handshake signed-in}",     "signed out: session-token-and-uat-missing"),
        ("GET /?__clerk_handshake_nonce=valid",                         "signed out: session-token-and-uat-missing"),
        ("GET /?__clerk_handshake_nonce=junk | cookie: __client_uat=1; __session={token valid}", "signed in as user_1"),
    ];
    check(PRODUCTION, |b| b, &not_a_page).await;
}

/// The local clock is only disregarded for a redirect, which needs the URL of the request.
#[tokio::test]
async fn expired_session_without_redirect_is_signed_out() {
    #[rustfmt::skip]
    let table = [
        ("GET /?__clerk_handshake={handshake signed-in} | document | x-forwarded-host: a/b",            "signed in as user_1, cookies set"),
        ("GET /?__clerk_handshake={handshake with-expired-session} | document | x-forwarded-host: a/b", "signed out: dev-browser-missing"),
    ];
    check(DEVELOPMENT, |b| b, &table).await;
}

#[tokio::test]
async fn handshake_redirects() {
    let state = authenticate(
        PRODUCTION,
        |b| b,
        "GET /a?b=c%20d&__clerk_db_jwt=x | document | cookie: __client_uat=1; __clerk_redirect_count=1",
    )
    .await;
    let RequestState::Redirect { location, headers, .. } = state else { panic!("{state:?}") };
    assert_eq!(
        location.as_str(),
        "https://clerk.example.com/v1/client/handshake?redirect_url=http%3A%2F%2Fapp.example.com%2Fa%3Fb%3Dc%2Bd\
         &__clerk_api_version=2026-05-12&suffixed_cookies=false&__clerk_hs_reason=client-uat-but-no-session-token&format=nonce"
    );
    assert_eq!(
        headers,
        [(
            header::SET_COOKIE,
            HeaderValue::from_static("__clerk_redirect_count=2; SameSite=Lax; HttpOnly; Max-Age=2")
        )]
    );

    let proxied = "GET / | document | x-forwarded-proto: https | cookie: __client_uat=1";
    for (proxy, start) in [
        ("https://example.com/__clerk", "https://example.com/__clerk/v1/client/handshake?"),
        ("/__clerk/", "https://app.example.com/__clerk/v1/client/handshake?"),
    ] {
        let with: With = if proxy.starts_with('/') {
            |b| b.proxy_url("/__clerk/")
        } else {
            |b| b.proxy_url("https://example.com/__clerk")
        };
        let RequestState::Redirect { location, .. } = authenticate(PRODUCTION, with, proxied).await
        else {
            panic!("{proxy}")
        };
        assert!(location.as_str().starts_with(start), "{}", location.as_str());
    }

    let expired = "GET / | document | cookie: __client_uat=1; __session={token expired}";
    let state = authenticate(PRODUCTION, |b| b, expired).await;
    let RequestState::Redirect { location, .. } = &state else { panic!("{state:?}") };
    assert!(location.as_str().contains("&__session=eyJ"), "{}", location.as_str());
    assert!(!format!("{state:?}").contains("eyJ"), "a token is visible in {state:?}");

    let back = authenticate(
        DEVELOPMENT,
        |b| b,
        "GET /a?b=c&__clerk_help=1&__clerk_handshake_nonce=valid | document",
    )
    .await;
    let RequestState::Redirect { location, headers, .. } = back else { panic!("{back:?}") };
    assert_eq!(location.as_str(), "http://app.example.com/a?b=c");
    assert!(headers.iter().any(|(name, value)| name == header::SET_COOKIE && value.is_sensitive()));
}

#[tokio::test]
async fn expired_session_is_refreshed() {
    #[rustfmt::skip]
    let table = [
        ("GET / | cookie: __client_uat=1; __session={token expired}; __refresh_SUFFIX=newer",                        "signed in as user_1, cookies set"),
        ("GET / | cookie: __client_uat=1; __session={token expired}; __refresh=newer",                               "signed out: session-token-expired-refresh-non-eligible-no-refresh-cookie"),
        ("POST / | cookie: __client_uat=1; __session={token expired}; __refresh_SUFFIX=newer",                       "signed out: session-token-expired-refresh-non-eligible-non-get"),
        ("GET / | document | cookie: __client_uat=1; __session={token expired}; __refresh_SUFFIX=refused",           "handshake: session-token-expired-refresh-refresh_token_invalid"),
        ("GET / | cookie: __client_uat=1; __session={token expired}; __refresh_SUFFIX=nothing",                      "signed out: session-token-expired-refresh-unexpected-sdk-error"),
        ("GET / | cookie: __client_uat=1; __session={token expired}; __refresh_SUFFIX=forged",                       "signed out: session-token-expired-refresh-invalid-session-token"),
        ("GET / | cookie: __client_uat=1; __session={token expired-without-sid}; __refresh_SUFFIX=newer",            "signed out: session-token-expired-refresh-expired-session-token-missing-sid-claim"),
        ("GET / | authorization: Bearer {token expired} | cookie: __session=nonsense; __refresh_SUFFIX=newer",       "signed out: session-token-expired-refresh-expired-session-token-decode-failed"),
    ];
    check(PRODUCTION, |b| b, &table).await;
}

#[tokio::test]
async fn satellites() {
    let production: With =
        |b| b.satellite(true).domain("satellite.dev").sign_in_url("https://example.com/sign-in");
    #[rustfmt::skip]
    let table = [
        ("GET / | document",                                                                     "signed out: session-token-and-uat-missing"),
        ("GET /?__clerk_synced=false | document",                                                "handshake: satellite-needs-syncing"),
        ("GET /?__clerk_synced=true | document",                                                 "signed out: session-token-and-uat-missing"),
        ("GET /?__clerk_synced=false",                                                           "signed out: session-token-and-uat-missing"),
        ("GET / | document | cookie: __client_uat=1; __session={token valid}",                   "signed in as user_1"),
        ("GET /?__clerk_synced=false | document | cookie: __client_uat=1; __session={token valid}", "handshake: satellite-needs-syncing"),
        ("GET / | document | cookie: __session={token valid}",                                   "handshake: session-token-but-no-client-uat"),
        ("GET / | document | cookie: __client_uat=1",                                            "handshake: client-uat-but-no-session-token"),
    ];
    check(PRODUCTION, production, &table).await;
    let auto_sync: With = |b| b.satellite(true).domain("satellite.dev").satellite_auto_sync(true);
    check(
        PRODUCTION,
        auto_sync,
        &[
            ("GET / | document", "handshake: satellite-needs-syncing"),
            ("GET /?__clerk_synced=true | document", "signed out: session-token-and-uat-missing"),
            ("POST /", "signed out: session-token-and-uat-missing"),
        ],
    )
    .await;

    let development: With = |b| {
        b.satellite(true).domain("satellite.dev").sign_in_url("https://primary.dev/sign-in?a=b")
    };
    let state =
        authenticate(DEVELOPMENT, development, "GET /x?__clerk_synced=false | document").await;
    let RequestState::Redirect { location, .. } = state else { panic!("{state:?}") };
    assert_eq!(
        location.as_str(),
        "https://primary.dev/sign-in?a=b&__clerk_redirect_url=http%3A%2F%2Fapp.example.com%2Fx%3F__clerk_synced%3Dfalse"
    );

    let answer = "GET /sign-in?__clerk_redirect_url=https%3A%2F%2Fsatellite.dev%2F%3F__clerk_synced%3Dfalse | document | cookie: __clerk_db_jwt=dvb_1";
    let RequestState::Redirect { location, .. } = authenticate(DEVELOPMENT, |b| b, answer).await
    else {
        panic!("{answer}")
    };
    assert_eq!(
        location.as_str(),
        "https://satellite.dev/?__clerk_synced=true&__clerk_db_jwt=dvb_1"
    );
}

#[tokio::test]
async fn browsers_from_another_domain() {
    let signed_in = "cookie: __client_uat=1; __session={token valid}";
    let from = |referer: &str, rest: &str| {
        format!("GET / | document | referer: {referer} | {signed_in}{rest}")
    };
    #[rustfmt::skip]
    let rows = [
        (from("https://satellite.dev/page", ""),                              "handshake: primary-domain-cross-origin-sync"),
        (from("https://satellite.dev/page", "; __clerk_redirect_count=1"),    "signed in as user_1"),
        (from("https://accounts.evil.dev/", ""),                              "handshake: primary-domain-cross-origin-sync"),
        (from("https://foo.accounts.dev/", ""),                               "handshake: primary-domain-cross-origin-sync"),
        (from("http://app.example.com/other", ""),                            "signed in as user_1"),
        (from("https://clerk.example.com/v1", ""),                            "signed in as user_1"),
        (from("https://accounts.example.com/sign-in", ""),                    "signed in as user_1"),
        (from("nonsense", ""),                                                "signed in as user_1"),
        (format!("GET / | referer: https://satellite.dev/ | {signed_in}"),    "signed in as user_1"),
        (format!("POST / | sec-fetch-dest: document | referer: https://satellite.dev/ | {signed_in}"), "signed in as user_1"),
    ];
    let table = rows.each_ref().map(|(text, outcome)| (text.as_str(), *outcome));
    check(PRODUCTION, |b| b, &table).await;
    for (referer, outcome) in [
        ("https://foo.accounts.dev/", "signed in as user_1"),
        ("https://accounts.foo.lcl.dev/", "signed in as user_1"),
        ("https://foo.clerk.accounts.dev/", "handshake: primary-domain-cross-origin-sync"),
        ("https://foo.lcl.dev/", "handshake: primary-domain-cross-origin-sync"),
        ("https://accounts.satellite.dev/", "handshake: primary-domain-cross-origin-sync"),
        ("https://satellite.dev/", "handshake: primary-domain-cross-origin-sync"),
    ] {
        check(DEVELOPMENT, |b| b, &[(&from(referer, &format!("; {DEV}")), outcome)]).await;
    }
}

#[tokio::test]
async fn only_the_development_primary_returns_to_satellites() {
    let text =
        format!("GET /?__clerk_redirect_url=https://satellite.dev/ | document | cookie: {DEV}");
    check(DEVELOPMENT, |b| b, &[(&text, "handshake: primary-responds-to-syncing")]).await;
    let signed_out = [(text.as_str(), "signed out: session-token-and-uat-missing")];
    check(PRODUCTION, |b| b, &signed_out).await;
    let satellite: With =
        |b| b.satellite(true).domain("satellite.dev").sign_in_url("https://primary.dev/sign-in");
    check(DEVELOPMENT, satellite, &signed_out).await;
}

#[tokio::test]
async fn organization_paths() {
    let with: With = |b| {
        b.organization_patterns(["/orgs/:slug", "/orgs/:slug/(.*)", "/by-id/:id/(.*)"])
            .personal_account_patterns(["/me", "/me/(.*)"])
    };
    #[rustfmt::skip]
    let table = [
        ("GET /orgs/acme | document | cookie: __client_uat=1; __session={token of-acme}",        "signed in as user_1"),
        ("GET /orgs/umbrella/x | document | cookie: __client_uat=1; __session={token of-acme}",  "handshake: active-organization-mismatch"),
        ("GET /by-id/org_1/x | document | cookie: __client_uat=1; __session={token of-acme}",    "signed in as user_1"),
        ("GET /by-id/org_2/x | document | cookie: __client_uat=1; __session={token of-acme}",    "handshake: active-organization-mismatch"),
        ("GET /me | document | cookie: __client_uat=1; __session={token of-acme}",               "handshake: active-organization-mismatch"),
        ("GET /me | document | cookie: __client_uat=1; __session={token valid}",                 "signed in as user_1"),
        ("GET /orgs/acme | document | cookie: __client_uat=1; __session={token valid}",          "handshake: active-organization-mismatch"),
        ("GET /orgs/acme | document | cookie: __client_uat=1; __session={token pending}",        "signed in as user_1"),
        // If the browser cannot be redirected, or was redirected without effect, the active
        // organization is used.
        ("POST /orgs/umbrella | cookie: __client_uat=1; __session={token of-acme}",              "signed in as user_1"),
        ("GET /orgs/umbrella | document | cookie: __client_uat=1; __session={token of-acme}; __clerk_redirect_count=3", "signed in as user_1"),
        ("GET /orgs/umbrella | document | authorization: Bearer {token of-acme}",                "signed in as user_1"),
    ];
    check(PRODUCTION, with, &table).await;
    for (path, organization) in [("/orgs/umbrella", "umbrella"), ("/me", "")] {
        let text =
            format!("GET {path} | document | cookie: __client_uat=1; __session={{token of-acme}}");
        let RequestState::Redirect { location, .. } = authenticate(PRODUCTION, with, &text).await
        else {
            panic!("{path}")
        };
        assert!(
            location.as_str().ends_with(&format!("&organization_id={organization}")),
            "{}",
            location.as_str()
        );
    }
}

#[tokio::test]
async fn machine_tokens() {
    #[rustfmt::skip]
    let any = [
        ("GET / | authorization: Bearer ak_1",                                  "api_key of user_1"),
        ("GET / | authorization: Bearer mt_1",                                  "m2m_token of user_1"),
        ("GET / | authorization: Bearer oat_1",                                 "oauth_token of user_1"),
        ("GET / | authorization: Bearer ak_unknown",                            "signed out: token-invalid"),
        ("GET / | authorization: Bearer {token m2m}",                           "m2m_token of mch_1"),
        ("GET / | authorization: Bearer {token m2m-unsigned}",                  "signed out: token-type-mismatch"),
        ("GET / | authorization: Bearer {token oauth}",                         "oauth_token of user_1"),
        ("GET / | authorization: Bearer {token oauth-expired}",                 "signed out: token-verification-failed"),
        ("GET / | authorization: Bearer {token valid}",                         "signed in as user_1"),
        ("GET / | authorization: Bearer {token template}",                      "signed out: token-type-mismatch"),
        ("GET / | cookie: __client_uat=1; __session={token valid}",             "signed in as user_1"),
        ("GET / | cookie: __client_uat=1; __session={token m2m}",               "signed out: token-type-mismatch"),
    ];
    check(PRODUCTION, |b| b.accept_tokens(TokenType::ALL), &any).await;
    #[rustfmt::skip]
    let keys_only = [
        ("GET / | authorization: Bearer ak_1",                                  "api_key of user_1"),
        ("GET / | authorization: Bearer mt_1",                                  "signed out: token-type-mismatch"),
        ("GET / | authorization: Bearer {token valid}",                         "signed out: token-type-mismatch"),
        ("GET / | cookie: __client_uat=1; __session={token valid}",             "signed out: No token in header"),
    ];
    check(PRODUCTION, |b| b.accept_tokens([TokenType::ApiKey]), &keys_only).await;
    #[rustfmt::skip]
    let session_or_key = [
        ("GET / | authorization: Bearer ak_1",                                  "api_key of user_1"),
        ("GET / | authorization: Bearer mt_1",                                  "signed out, no type: token-type-mismatch"),
        ("GET / | authorization: Bearer {token valid}",                         "signed in as user_1"),
        ("GET / | authorization: Bearer {token m2m}",                           "signed out, no type: token-type-mismatch"),
    ];
    check(
        PRODUCTION,
        |b| b.accept_tokens([TokenType::SessionToken, TokenType::ApiKey]),
        &session_or_key,
    )
    .await;
    let machines_only: With = |b| b.accept_tokens([TokenType::M2mToken, TokenType::ApiKey]);
    check(
        PRODUCTION,
        machines_only,
        &[(
            "GET / | cookie: __client_uat=1; __session={token valid}",
            "signed out, no type: token-type-mismatch",
        )],
    )
    .await;
    check(
        PRODUCTION,
        |b| b.accept_tokens([TokenType::M2mToken]),
        &[("GET / | authorization: Bearer {token m2m}", "m2m_token of mch_1")],
    )
    .await;
}
