//! Properties of arbitrary input: it neither panics nor authenticates a request.

use axum::{Router, routing};
use axum_clerk::{ClerkAuth, ClerkLayer, Reverification, guard, require_auth};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::Uri;
use proptest::{prelude::*, sample::select};
use serde_json::{Map, Value};
use tokio::runtime::Runtime;

use super::support::{START, app, get, post, shared_emulator, sign_in, token_header};

/// Returns a runtime, an app that verifies tokens without a network, and a token valid there.
fn fixture() -> (Runtime, Router, String) {
    let runtime = Runtime::new().unwrap();
    let (app, token) = runtime.block_on(async {
        let clerk = shared_emulator().await;
        let app = app(clerk.config_builder().jwt_key(clerk.jwt_key()).build().unwrap());
        let token = sign_in(clerk).token();
        assert_ne!(get("/").bearer(&token).send(&app).await.body, "anonymous");
        (app, token)
    });
    (runtime, app, token)
}

/// Generates any value that HTTP allows in a header.
fn header_value() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![8 => 0x20..=0x7e_u8, 2 => 0x80..=0xff_u8, 1 => Just(b'\t')];
    prop::collection::vec(byte, 0..200)
}

fn json(depth: u32) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (START - 100..START + 100).prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
        select(
            &[
                "user_1",
                "mch_1",
                "RS256",
                "JWT",
                "at+jwt",
                "pending",
                "o:a,u:b",
                "1,2",
                "99999999999999999999"
            ][..]
        )
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(depth, 20, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((claim_name(), inner), 0..4)
                .prop_map(|fields| Value::Object(Map::from_iter(fields))),
        ]
    })
}

fn claim_name() -> impl Strategy<Value = String> {
    const NAMES: [&str; 29] = [
        "alg",
        "typ",
        "kid",
        "cat",
        "sub",
        "sid",
        "iss",
        "azp",
        "aud",
        "exp",
        "nbf",
        "iat",
        "v",
        "o",
        "id",
        "slg",
        "rol",
        "per",
        "fpm",
        "fea",
        "pla",
        "fva",
        "sts",
        "act",
        "org_id",
        "org_role",
        "org_permissions",
        "handshake",
        "jti",
    ];
    prop_oneof![9 => select(&NAMES[..]).prop_map(str::to_owned), 1 => "\\PC{0,8}"]
}

fn object() -> impl Strategy<Value = Value> {
    prop::collection::vec((claim_name(), json(3)), 0..12)
        .prop_map(|fields| Value::Object(Map::from_iter(fields)))
}

/// Generates invalid tokens: damaged copies of the valid one, unsigned JWTs and arbitrary strings.
fn invalid_token(valid: &str) -> impl Strategy<Value = String> + use<> {
    let characters = "[A-Za-z0-9._=+/ %;,-]";
    let valid = valid.to_owned();
    let damaged = (any::<prop::sample::Index>(), characters, 0..3).prop_map(
        move |(index, character, damage)| {
            let at = index.index(valid.len());
            let (before, after) = (&valid[..at], &valid[at + 1..]);
            match damage {
                0 => before.to_owned(),
                1 => format!("{before}{after}"),
                _ if valid[at..].starts_with(&character) => after.to_owned(),
                _ => format!("{before}{character}{after}"),
            }
        },
    );
    let encode = |part: Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let unsigned =
        (object(), object(), "[A-Za-z0-9_-]{0,40}").prop_map(move |(header, claims, signature)| {
            format!("{}.{}.{signature}", encode(header), encode(claims))
        });
    prop_oneof![
        damaged,
        unsigned,
        "[A-Za-z0-9_=-]{0,40}(\\.[A-Za-z0-9_=-]{0,40}){0,4}",
        "(mt|oat|ak|sk|pk)_[A-Za-z0-9]{0,20}",
        "[ -~]{0,60}",
    ]
}

fn cookies(valid: &str) -> impl Strategy<Value = Vec<u8>> + use<> {
    let names = select(
        &[
            "__session",
            "__client_uat",
            "__refresh",
            "__clerk_db_jwt",
            "__clerk_handshake",
            "__clerk_redirect_count",
            "theme",
        ][..],
    );
    let value = prop_oneof![
        invalid_token(valid).prop_map(String::into_bytes),
        Just(START.to_string().into_bytes()),
        "-?[0-9]{0,20}".prop_map(String::into_bytes),
        header_value(),
    ];
    let pair = (names, "(_[A-Za-z0-9_-]{8})?", value).prop_map(|(name, suffix, value)| {
        [name.as_bytes(), suffix.as_bytes(), b"=", &value].concat()
    });
    prop_oneof![
        prop::collection::vec(pair, 0..6).prop_map(|pairs| pairs.join(&b"; "[..])),
        header_value()
    ]
}

fn path_and_query() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        select(
            &[
                "/", "//", "..", ".", "%2e", "%2F", "%00", "%ff", "%", "\\", "?", "&", "=", "a",
                "guarded"
            ][..]
        )
        .prop_map(str::to_owned),
        select(
            &[
                "__clerk_handshake=",
                "__clerk_db_jwt=",
                "__clerk_synced=",
                "__clerk_redirect_url=",
                "__clerk_help="
            ][..]
        )
        .prop_map(str::to_owned),
        "\\PC{0,8}",
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| format!("/{}", pieces.concat()))
}

/// Checks the property for many generated values.
fn check<S: Strategy>(strategy: S, property: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    proptest::test_runner::TestRunner::new(config).run(&strategy, property).unwrap();
}

/// Generates paths, many of which lead to a guarded route in obfuscated form.
fn obfuscated_path() -> impl Strategy<Value = String> {
    const SEGMENTS: [&str; 16] = [
        "admin", "%61dmin", "orgs", "org%73", "settings", "7", "a", "a%2Fb", "..", "%2e%2e", ".",
        "%2F", "%5c", "a;b", "%ff", "",
    ];
    let segment = || select(&SEGMENTS[..]);
    let route = prop_oneof![
        segment().prop_map(|id| vec!["orgs", id, "settings"]),
        prop::collection::vec(segment(), 0..4).prop_map(|rest| [vec!["admin"], rest].concat()),
        prop::collection::vec(segment(), 0..4).prop_map(|rest| [vec!["a"], rest].concat()),
        prop::collection::vec(segment(), 0..6),
    ];
    let separators =
        prop::collection::vec(select(&["/", "/", "/", "/", "//", "/./", "%2F"][..]), 6);
    (route, separators).prop_map(|(route, separators)| {
        let path =
            route.iter().zip(separators).map(|(segment, separator)| [separator, segment].concat());
        format!("/{}", path.collect::<String>().trim_start_matches('/'))
    })
}

#[test]
fn no_obfuscated_path_bypasses_a_guard() {
    let runtime = Runtime::new().unwrap();
    let clerk = runtime.block_on(shared_emulator());
    let secret = routing::any(async || "secret");
    let routes = ["/admin", "/admin/{*rest}", "/orgs/{id}/settings", "/a/{x}/{y}/{*z}"];
    let secrets =
        routes.into_iter().fold(Router::new(), |app, path| app.route(path, secret.clone()));
    let guarded_paths = ["/admin/*", "/orgs/{id}/settings", "/a/{x}/{y}/{*z}"];
    let app =
        secrets.layer(require_auth().only(guarded_paths)).layer(ClerkLayer::new(clerk.config()));
    check(obfuscated_path(), |path| {
        let Ok(uri) = path.parse::<Uri>() else { return Ok(()) };
        let response = runtime.block_on(get(&uri.to_string()).send(&app));
        prop_assert_ne!(response.body, "secret");
        Ok(())
    });
}

#[test]
fn no_invalid_header_panics_or_signs_in() {
    let (runtime, app, token) = fixture();
    let token = invalid_token(&token);
    let value = prop_oneof![
        header_value(),
        token
            .prop_flat_map(|token| select(vec![
                token.clone(),
                format!("Bearer {token}"),
                format!("Basic {token}")
            ]))
            .prop_map(String::into_bytes),
    ];
    check((value, any::<bool>()), |(value, is_page)| {
        let request = if is_page { get("/").page() } else { post("/") };
        let response = runtime.block_on(request.header("authorization", value).send(&app));
        prop_assert!(
            response.body == "anonymous" || response.header("x-clerk-auth-status") == "handshake",
            "{:?}",
            response
        );
        Ok(())
    });
}

#[test]
fn no_invalid_cookie_panics_or_signs_in() {
    let (runtime, app, token) = fixture();
    check((cookies(&token), any::<bool>()), |(cookies, is_page)| {
        let request = if is_page { get("/").page() } else { post("/") };
        let response = runtime.block_on(request.header("cookie", cookies).send(&app));
        prop_assert!(!response.body.starts_with("user_"), "{:?}", response);
        Ok(())
    });
}

#[test]
fn no_url_panics_or_signs_in() {
    let (runtime, app, _) = fixture();
    let names = select(
        &["x-forwarded-host", "x-forwarded-proto", "referer", "origin", "accept", "sec-fetch-dest"]
            [..],
    );
    let value = prop_oneof![
        header_value(),
        select(
            &[
                "https",
                "http://",
                "a,b",
                "[::1",
                "[::1]:80",
                "a:99999",
                "document",
                "text/html",
                "https://a.example/b",
                ""
            ][..]
        )
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    let headers = prop::collection::vec((names, value), 0..6);
    check((path_and_query(), headers, any::<bool>()), |(uri, headers, is_page)| {
        let Ok(uri) = uri.parse::<Uri>() else { return Ok(()) };
        let request = if is_page { get(&uri.to_string()).page() } else { post(&uri.to_string()) };
        let request =
            headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        let response = runtime.block_on(request.cookies("__clerk_db_jwt=dvb_1").send(&app));
        prop_assert!(!response.body.starts_with("user_"), "{:?}", response);
        prop_assert_ne!(response.status.as_u16(), 502);
        Ok(())
    });
}

#[test]
fn no_url_panics_while_signed_in() {
    let (runtime, app, token) = fixture();
    check((path_and_query(), header_value(), header_value()), |(uri, host, referer)| {
        let Ok(uri) = uri.parse::<Uri>() else { return Ok(()) };
        let request = get(&uri.to_string())
            .page()
            .header("x-forwarded-host", host)
            .header("referer", referer);
        let response = runtime.block_on(request.bearer(&token).send(&app));
        prop_assert!(response.status.as_u16() < 400, "{:?}", response);
        Ok(())
    });
}

#[test]
fn no_signed_claims_panic() {
    let runtime = Runtime::new().unwrap();
    let clerk = runtime.block_on(shared_emulator());
    let read_everything = async |auth: ClerkAuth| {
        let combined = guard::permission("a:b").and(guard::feature("a")).and(guard::plan("b"));
        let requirements = [combined, guard::role("a"), Reverification::STRICT.into()];
        let met = requirements.map(|requirement| auth.has(requirement));
        format!(
            "{met:?} {:?} {:?} {:?}",
            auth.organization_permissions(),
            auth.session_status(),
            auth.sign_in_url()
        )
    };
    let config =
        clerk.config_builder().jwt_key(clerk.jwt_key()).pending_is_signed_in(true).build().unwrap();
    let app = Router::new().fallback(read_everything).layer(ClerkLayer::new(config));
    check((object(), object()), |(header, claims)| {
        let mut claims = claims;
        let defaults =
            [("sub", Value::from("user_1")), ("exp", (START + 60).into()), ("v", 2.into())];
        for (name, value) in defaults {
            claims.as_object_mut().unwrap().entry(name).or_insert(value);
        }
        for header in [header, token_header(clerk)] {
            let token = clerk.sign_token(header, claims.clone());
            let response = runtime.block_on(get("/").bearer(token).send(&app));
            prop_assert_eq!(response.status.as_u16(), 200);
        }
        Ok(())
    });
}
