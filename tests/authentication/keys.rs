//! The instance's keys: fetching, caching, refreshing, rotation and withdrawal.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Json, Router, routing};
use axum_clerk::{Clerk, ClerkConfig, ClerkLayer, Clock, emulator::ClerkEmulator};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use tokio::{task::JoinSet, time::timeout};

use super::{
    jwks_server::{JwksServer, config_for_api, keys_of, serve},
    support::{
        HOUR, MINUTE, app, app_with_cached_token, emulator, get, header_only, manual_clock,
        seconds, shared_emulator, sign_in, token_claims, token_header, with_field,
    },
};

/// Sends a request with each token at once and returns the response bodies.
async fn send_concurrently(app: &Router, tokens: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut requests = JoinSet::new();
    for token in tokens {
        let app = app.clone();
        requests.spawn(async move { get("/").bearer(token).send(&app).await.body });
    }
    requests.join_all().await
}

/// Returns the token with another `kid` in its header, which invalidates its signature.
fn with_key_id(clerk: &ClerkEmulator, token: &str, kid: &str) -> String {
    let (_, rest) = token.split_once('.').unwrap();
    let header = with_field(token_header(clerk), "kid", kid);
    format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
}

#[tokio::test(flavor = "multi_thread")]
async fn thousand_concurrent_first_requests_share_one_fetch() {
    let clerk = emulator().await;
    let app = app(clerk.config());
    let session = sign_in(&clerk);
    let tokens = [session.token(), session.token()].into_iter().cycle().take(1000);
    let users = send_concurrently(&app, tokens).await;
    assert_eq!((users.len(), users.iter().all(|user| user == session.user_id())), (1000, true));
    assert_eq!(clerk.requests("/v1/jwks"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_unknown_key_ids_trigger_one_more_fetch() {
    let clerk = emulator().await;
    let app = app(clerk.config());
    let session = sign_in(&clerk);
    let token = session.token();
    assert_eq!(get("/").bearer(&token).send(&app).await.body, session.user_id());
    let tokens = (0..10_000).map(|n| with_key_id(&clerk, &token, &format!("ins_{n}")));
    let users = send_concurrently(&app, tokens).await;
    assert_eq!((users.len(), users.iter().all(|user| user == "anonymous")), (10_000, true));
    assert_eq!(clerk.requests("/v1/jwks"), 2);
    assert_eq!(get("/").bearer(&token).send(&app).await.body, session.user_id());
}

#[tokio::test]
async fn unknown_key_is_fetched_again_after_ten_seconds() {
    let clerk = emulator().await;
    let app = app(clerk.config());
    let session = sign_in(&clerk).expires_in(HOUR);
    let old = session.token();
    assert_eq!(
        get("/").bearer(with_key_id(&clerk, &old, "ins_1")).send(&app).await.reason(),
        "jwk-kid-mismatch"
    );
    let fetches = clerk.requests("/v1/jwks");

    clerk.rotate_keys();
    let new = session.token();
    clerk.clock().advance(Duration::from_millis(9_999));
    let too_early = get("/guarded").bearer(&new).send(&app).await;
    assert_eq!((too_early.status.as_u16(), too_early.reason()), (401, "jwk-kid-mismatch"));
    assert_eq!(clerk.requests("/v1/jwks"), fetches);
    clerk.clock().advance(Duration::from_millis(1));
    assert_eq!(get("/guarded").bearer(&new).send(&app).await.status, 200);
    assert_eq!(clerk.requests("/v1/jwks"), fetches + 1);
    assert_eq!(
        get("/guarded").bearer(&old).send(&app).await.status,
        200,
        "the old key is still published"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn key_rotation_under_load_rejects_no_valid_token() {
    const ROTATIONS: usize = 5;
    let clerk = Arc::new(emulator().await);
    let app = app(clerk.config());
    let session = sign_in(&clerk).expires_in(HOUR);
    let tokens = Arc::new(Mutex::new(vec![session.token()]));
    // Fetches the first key before there is another one.
    assert_eq!(get("/guarded").bearer(session.token()).send(&app).await.status, 200);
    let (served, is_done) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));

    let mut load = JoinSet::new();
    for worker in 0..8 {
        let (app, session, tokens) = (app.clone(), session.clone(), tokens.clone());
        let (served, is_done) = (served.clone(), is_done.clone());
        load.spawn(async move {
            for n in worker.. {
                let last_round = is_done.load(Ordering::SeqCst);
                let token = if n % 4 == 0 {
                    session.token()
                } else {
                    let tokens = tokens.lock().unwrap();
                    tokens[n % tokens.len()].clone()
                };
                let response = get("/guarded").bearer(token).send(&app).await;
                assert_eq!(response.body, session.user_id(), "{response:?}");
                served.fetch_add(1, Ordering::SeqCst);
                if last_round {
                    break;
                }
            }
        });
    }
    for _ in 0..ROTATIONS {
        clerk.clock().advance(seconds(10));
        clerk.rotate_keys();
        tokens.lock().unwrap().push(session.token());
        let enough = served.load(Ordering::SeqCst) + 50;
        while served.load(Ordering::SeqCst) < enough && !load.is_empty() {
            if let Some(finished) = load.try_join_next() {
                finished.unwrap();
            }
            tokio::task::yield_now().await;
        }
    }
    is_done.store(true, Ordering::SeqCst);
    load.join_all().await;
    assert_eq!(clerk.requests("/v1/jwks"), 1 + ROTATIONS, "one fetch for each key");
}

/// An app that has fetched its keys and accepted a token that does not expire.
struct FetchedKeys {
    jwks_server: JwksServer,
    clock: Clock,
    app: Router,
    token: String,
}

impl FetchedKeys {
    async fn new(clerk: &ClerkEmulator) -> Self {
        let jwks_server = JwksServer::start(keys_of(clerk).await).await;
        let clock = manual_clock();
        let app = app(jwks_server.config().clock(clock.clone()).build().unwrap());
        let token =
            clerk.sign_token(token_header(clerk), with_field(token_claims(clerk), "exp", u32::MAX));
        jwks_server.allow_responses(1);
        assert_eq!(get("/guarded").bearer(&token).send(&app).await.status, 200);
        Self { jwks_server, clock, app, token }
    }
}

#[tokio::test]
async fn keys_are_refreshed_in_background_after_five_minutes() {
    let clerk = shared_emulator().await;
    let FetchedKeys { jwks_server, clock, app, token } = FetchedKeys::new(clerk).await;

    clock.advance(5 * MINUTE - Duration::from_millis(1));
    assert_eq!(get("/guarded").bearer(&token).send(&app).await.status, 200);
    clock.advance(Duration::from_millis(1));
    let users = send_concurrently(&app, vec![token.clone(); 200]).await;
    assert!(
        users.iter().all(|user| user == "user_ada"),
        "the old keys serve while the refresh is pending"
    );
    jwks_server.wait_for_requests(2).await;
    jwks_server.allow_responses(1);
    clock.advance(5 * MINUTE);
    assert_eq!(get("/guarded").bearer(&token).send(&app).await.status, 200);
}

#[tokio::test]
async fn withdrawn_key_invalidates_cached_tokens_on_next_fetch() {
    let (clerk, app, session, old) = app_with_cached_token().await;
    clerk.rotate_keys();
    clerk.withdraw_old_keys();
    assert_eq!(
        get("/guarded").bearer(&old).send(&app).await.status,
        200,
        "the keys have not been fetched again yet"
    );
    assert_eq!(get("/guarded").bearer(session.token()).send(&app).await.status, 200);
    let response = get("/guarded").bearer(&old).send(&app).await;
    assert_eq!((response.status.as_u16(), response.reason()), (401, "jwk-kid-mismatch"));
}

#[tokio::test]
async fn withdrawn_key_invalidates_tokens_on_background_refresh() {
    let (clerk, app, _, token) = app_with_cached_token().await;
    clerk.rotate_keys();
    clerk.withdraw_old_keys();
    clerk.clock().advance(5 * MINUTE);
    let rejected = async {
        while get("/guarded").bearer(&token).send(&app).await.status != 401 {
            tokio::task::yield_now().await;
        }
    };
    timeout(MINUTE, rejected).await.unwrap();
}

#[tokio::test]
async fn tokens_of_retained_keys_stay_valid_after_a_refresh() {
    let (clerk, app, session, old) = app_with_cached_token().await;
    clerk.rotate_keys();
    assert_eq!(get("/guarded").bearer(session.token()).send(&app).await.status, 200);
    let fetches = clerk.requests("/v1/jwks");
    assert_eq!(get("/guarded").bearer(&old).send(&app).await.status, 200);
    assert_eq!(clerk.requests("/v1/jwks"), fetches);
}

#[tokio::test]
async fn instances_reject_each_others_tokens() {
    let (one, other) = (emulator().await, emulator().await);
    let apps = [app(one.config()), app(other.config())];
    let sessions = [sign_in(&one), sign_in(&other)];
    for _ in 0..2 {
        for (i, app) in apps.iter().enumerate() {
            let own = get("/guarded").bearer(sessions[i].token()).send(app).await;
            assert_eq!(own.body, sessions[i].user_id());
            let foreign = &sessions[1 - i];
            let response = get("/guarded").bearer(foreign.token()).send(app).await;
            assert_eq!((response.status.as_u16(), response.reason()), (401, "jwk-kid-mismatch"));
            let cookies = get("/guarded").cookies(foreign.cookies()).send(app).await;
            assert_eq!(cookies.status, 401);
        }
    }
}

#[tokio::test]
async fn instances_with_equal_key_ids_reject_each_others_tokens() {
    let (one, other) = (emulator().await, emulator().await);
    let apps = [app(header_only(&one).build().unwrap()), app(header_only(&other).build().unwrap())];
    let token = other.sign_token(token_header(&one), token_claims(&one));
    assert_eq!(get("/guarded").bearer(sign_in(&one).token()).send(&apps[0]).await.status, 200);
    let response = get("/guarded").bearer(&token).send(&apps[0]).await;
    assert_eq!((response.status.as_u16(), response.reason()), (401, "token-invalid-signature"));
    let networkless = app(header_only(&other).jwt_key(other.jwt_key()).build().unwrap());
    assert_eq!(
        get("/guarded").bearer(&token).send(&networkless).await.status,
        200,
        "valid for the instance that signed it"
    );
    assert_eq!(get("/guarded").bearer(&token).send(&apps[0]).await.status, 401);
}

#[tokio::test]
async fn layers_of_one_handle_share_keys() {
    let clerk = emulator().await;
    let handle = Clerk::new(clerk.config());
    let token = sign_in(&clerk).token();
    for app in [app(handle.clone()), app(handle.clone())] {
        assert_eq!(get("/guarded").bearer(&token).send(&app).await.status, 200);
    }
    handle.verify_token(&token).await.unwrap();
    assert_eq!(clerk.requests("/v1/jwks"), 1);
}

#[tokio::test]
async fn pem_key_verifies_without_network() {
    let clerk = emulator().await;
    clerk.go_down();
    let one_line = clerk.jwt_key().replace('\n', "\\n");
    let base64: String =
        clerk.jwt_key().lines().filter(|line| !line.starts_with("-----")).collect();
    let session = sign_in(&clerk);
    for pem in [clerk.jwt_key(), one_line, base64] {
        let without_secret_key = ClerkConfig::builder().jwt_key(&pem).clock(clerk.clock().clone());
        let with_secret_key = clerk.config_builder().jwt_key(&pem);
        for config in [without_secret_key, with_secret_key] {
            let app = app(config.build().unwrap());
            assert_eq!(
                get("/guarded").bearer(session.token()).send(&app).await.body,
                session.user_id()
            );
            let tampered = with_key_id(&clerk, &session.token(), &clerk.key_id());
            assert_eq!(get("/guarded").bearer(tampered).send(&app).await.status, 401);
        }
    }
    clerk.come_up();
    assert_eq!(clerk.requests("/v1/jwks"), 0);
}

#[tokio::test]
async fn unusable_keys_in_the_jwks_are_ignored() {
    let clerk = shared_emulator().await;
    let own = keys_of(clerk).await.remove(0);
    let jwks_server = JwksServer::start(vec![
        json!({}),
        json!("key"),
        json!({ "kty": "new", "kid": "ins_new", "alg": "XX" }),
        json!({ "kty": "EC", "crv": "P-256", "kid": "ins_ec", "x": "AA", "y": "AA" }),
        json!({ "kty": "oct", "kid": clerk.key_id(), "alg": "HS256", "k": "AAAA" }),
        with_field(with_field(own.clone(), "use", "enc"), "kid", "ins_enc"),
        with_field(with_field(own.clone(), "kid", "ins_small"), "n", "AQAB"),
        own,
    ])
    .await;
    jwks_server.allow_responses(10);
    let app = app(jwks_server.config().build().unwrap());
    let token = clerk.sign_token(token_header(clerk), token_claims(clerk));
    assert_eq!(get("/guarded").bearer(token).send(&app).await.status, 200);
    for kid in ["ins_ec", "ins_small", "ins_new", "ins_enc"] {
        let token =
            clerk.sign_token(with_field(token_header(clerk), "kid", kid), token_claims(clerk));
        assert_eq!(get("/guarded").bearer(token).send(&app).await.status, 401, "{kid}");
    }
}

#[tokio::test]
async fn requests_without_a_token_do_not_fetch_keys() {
    let clerk = emulator().await;
    let app = Router::new().layer(ClerkLayer::new(clerk.config()));
    for request in [
        get("/"),
        get("/").bearer("invalid"),
        get("/").bearer("a.b.c"),
        get("/").cookies("__session=x"),
    ] {
        request.send(&app).await;
    }
    assert_eq!(clerk.requests("/v1/jwks"), 0);
}

#[tokio::test]
async fn key_published_during_the_first_fetch_is_found() {
    let clerk = emulator().await;
    let (old, first_keys) = (sign_in(&clerk).token(), keys_of(&clerk).await);
    clerk.rotate_keys();
    let (new, all_keys) = (sign_in(&clerk).token(), keys_of(&clerk).await);
    let fetches = Arc::<AtomicUsize>::default();
    let jwks = move || {
        let is_first = fetches.fetch_add(1, Ordering::SeqCst) == 0;
        let keys = if is_first { first_keys.clone() } else { all_keys.clone() };
        async move { Json(json!({ "keys": keys })) }
    };
    let url = serve(Router::new().route("/v1/jwks", routing::get(jwks))).await;
    let app = app(config_for_api(&url).build().unwrap());
    let (old, new) = tokio::join!(
        get("/guarded").bearer(old).send(&app),
        get("/guarded").bearer(new).send(&app)
    );
    assert_eq!((old.status.as_u16(), new.status.as_u16()), (200, 200), "{new:?}");
}

#[tokio::test]
async fn request_does_not_wait_for_keys_again_and_again() {
    let clerk = emulator().await;
    let (keys, clock, fetches) =
        (keys_of(&clerk).await, manual_clock(), Arc::<AtomicUsize>::default());
    let jwks = {
        let (clock, fetches) = (clock.clone(), fetches.clone());
        move || {
            // While the keys are fetched, the next fetch becomes permissible.
            if fetches.fetch_add(1, Ordering::SeqCst) < 10 {
                clock.advance(seconds(10));
            }
            async move { Json(json!({ "keys": keys })) }
        }
    };
    let url = serve(Router::new().route("/v1/jwks", routing::get(jwks))).await;
    let app = app(config_for_api(&url).clock(clock).build().unwrap());
    let known = sign_in(&clerk).expires_in(HOUR).token();
    let unknown = with_key_id(&clerk, &known, "ins_unknown");
    let (known, unknown) = tokio::join!(
        get("/guarded").bearer(known).send(&app),
        get("/guarded").bearer(unknown).send(&app)
    );
    assert_eq!((known.status.as_u16(), unknown.status.as_u16()), (200, 503), "{unknown:?}");
    assert!(fetches.load(Ordering::SeqCst) <= 3);
}

#[tokio::test]
async fn due_refresh_joins_the_fetch_for_an_unknown_key() {
    let clerk = shared_emulator().await;
    let FetchedKeys { jwks_server, clock, app, token } = FetchedKeys::new(clerk).await;

    clock.advance(5 * MINUTE - Duration::from_millis(1));
    let unknown = with_key_id(clerk, &token, "ins_unknown");
    let waiting = tokio::spawn({
        let app = app.clone();
        async move { get("/guarded").bearer(unknown).send(&app).await }
    });
    jwks_server.wait_for_requests(2).await;
    clock.advance(Duration::from_millis(1));
    assert_eq!(get("/guarded").bearer(&token).send(&app).await.status, 200);
    jwks_server.allow_responses(10);
    assert_eq!(waiting.await.unwrap().reason(), "jwk-kid-mismatch");
    jwks_server.wait_for_requests(2).await;
}

#[tokio::test]
async fn replaced_key_with_the_same_id_invalidates_tokens() {
    let (one, other) = (emulator().await, emulator().await);
    let mut replacement = keys_of(&other).await.remove(0);
    replacement["kid"] = one.key_id().into();
    let fetches = Arc::<AtomicUsize>::default();
    let keys = [keys_of(&one).await.remove(0), replacement];
    let jwks = {
        let fetches = fetches.clone();
        move || {
            let n = fetches.fetch_add(1, Ordering::SeqCst).min(1);
            let keys = [keys[n].clone()];
            async move { Json(json!({ "keys": keys })) }
        }
    };
    let url = serve(Router::new().route("/v1/jwks", routing::get(jwks))).await;
    let app = app(config_for_api(&url).build().unwrap());
    let [old, new] =
        [&one, &other].map(|clerk| clerk.sign_token(token_header(&one), token_claims(&one)));
    assert_eq!(get("/guarded").bearer(&old).send(&app).await.status, 200);
    // An unknown key triggers the next fetch.
    let unknown = with_key_id(&one, &old, "ins_unknown");
    assert_eq!(get("/guarded").bearer(unknown).send(&app).await.status, 401);
    assert_eq!(fetches.load(Ordering::SeqCst), 2);
    assert_eq!(get("/guarded").bearer(&old).send(&app).await.reason(), "token-invalid-signature");
    assert_eq!(get("/guarded").bearer(&new).send(&app).await.status, 200);
}
