//! The instance's keys: fetched once, refreshed, rotated, withdrawn; never those of another.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::Router;
use axum_clerk::{Clerk, ClerkConfig, ClerkLayer, emulator::ClerkEmulator};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use tokio::{task::JoinSet, time::timeout};

use super::{
    jwks_server::{Published, keys_of},
    support::{
        HOUR, MINUTE, app, clock, emulator, get, header_only, seconds, shared, sign_in,
        token_claims, token_header, with,
    },
};

/// Sends every request at once, and returns whose each was.
async fn all_at_once(app: &Router, tokens: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut requests = JoinSet::new();
    for token in tokens {
        let app = app.clone();
        requests.spawn(async move { get("/").bearer(token).send(&app).await.body });
    }
    requests.join_all().await
}

/// The token with another `kid`, which its signature does not cover.
fn with_key_id(clerk: &ClerkEmulator, token: &str, kid: &str) -> String {
    let (_, rest) = token.split_once('.').unwrap();
    let header = with(token_header(clerk), "kid", kid);
    format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_concurrent_first_requests_make_one_fetch() {
    let clerk = emulator().await;
    let app = app(clerk.config());
    let session = sign_in(&clerk);
    let (one, other) = (session.token(), session.token());
    let tokens = [one, other].into_iter().cycle().take(1000);
    let users = all_at_once(&app, tokens).await;
    assert_eq!((users.len(), users.iter().all(|user| user == session.user_id())), (1000, true));
    assert_eq!(clerk.requests("/v1/jwks"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_tokens_of_unknown_keys_make_one_more_fetch() {
    let clerk = emulator().await;
    let app = app(clerk.config());
    let session = sign_in(&clerk);
    let token = session.token();
    assert_eq!(get("/").bearer(&token).send(&app).await.body, session.user_id());
    let tokens = (0..10_000).map(|n| with_key_id(&clerk, &token, &format!("ins_{n}")));
    let users = all_at_once(&app, tokens).await;
    assert_eq!((users.len(), users.iter().all(|user| user == "nobody")), (10_000, true));
    assert_eq!(clerk.requests("/v1/jwks"), 2);
    assert_eq!(get("/").bearer(&token).send(&app).await.body, session.user_id());
}

#[tokio::test]
async fn an_unknown_key_is_asked_for_again_after_ten_seconds() {
    let clerk = emulator().await;
    let app = app(clerk.config());
    let session = sign_in(&clerk).expires_in(HOUR);
    let old = session.token();
    assert_eq!(
        get("/").bearer(with_key_id(&clerk, &old, "ins_1")).send(&app).await.reason(),
        "jwk-kid-mismatch"
    );
    let asked = clerk.requests("/v1/jwks");

    clerk.rotate_keys();
    let new = session.token();
    clerk.clock().advance(Duration::from_millis(9_999));
    let too_early = get("/guarded").bearer(&new).send(&app).await;
    assert_eq!((too_early.status.as_u16(), too_early.reason()), (401, "jwk-kid-mismatch"));
    assert_eq!(clerk.requests("/v1/jwks"), asked);
    clerk.clock().advance(Duration::from_millis(1));
    assert_eq!(get("/guarded").bearer(&new).send(&app).await.status, 200);
    assert_eq!(clerk.requests("/v1/jwks"), asked + 1);
    assert_eq!(
        get("/guarded").bearer(&old).send(&app).await.status,
        200,
        "the old key is still published"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn keys_rotate_under_load_without_one_valid_token_refused() {
    const ROTATIONS: usize = 5;
    let clerk = Arc::new(emulator().await);
    let app = app(clerk.config());
    let session = sign_in(&clerk).expires_in(HOUR);
    let tokens = Arc::new(Mutex::new(vec![session.token()]));
    let (served, is_over) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));

    let mut load = JoinSet::new();
    for worker in 0..8 {
        let (app, session, tokens) = (app.clone(), session.clone(), tokens.clone());
        let (served, is_over) = (served.clone(), is_over.clone());
        load.spawn(async move {
            for n in worker.. {
                let last_round = is_over.load(Ordering::SeqCst);
                let token = match n % 4 {
                    0 => session.token(),
                    _ => {
                        let tokens = tokens.lock().unwrap();
                        tokens[n % tokens.len()].clone()
                    }
                };
                let answer = get("/guarded").bearer(token).send(&app).await;
                assert_eq!(answer.body, session.user_id(), "{answer:?}");
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
    is_over.store(true, Ordering::SeqCst);
    load.join_all().await;
    assert_eq!(clerk.requests("/v1/jwks"), 1 + ROTATIONS, "one for each key");
}

#[tokio::test]
async fn keys_are_refreshed_after_five_minutes_while_the_old_ones_serve() {
    let clerk = shared().await;
    let published = Published::start(keys_of(clerk).await).await;
    let time = clock();
    let app = app(published.config().clock(time.clone()).build().unwrap());
    let token = clerk.sign_token(token_header(clerk), with(token_claims(clerk), "exp", u32::MAX));
    published.allow(1);
    assert_eq!(get("/guarded").bearer(&token).send(&app).await.status, 200);

    time.advance(5 * MINUTE - Duration::from_millis(1));
    assert_eq!(get("/guarded").bearer(&token).send(&app).await.status, 200);
    time.advance(Duration::from_millis(1));
    let users = all_at_once(&app, vec![token.clone(); 200]).await;
    assert!(users.iter().all(|user| user == "user_ada"), "Clerk has not answered yet");
    published.asked(2).await;
    published.allow(1);
    time.advance(5 * MINUTE);
    assert_eq!(get("/guarded").bearer(&token).send(&app).await.status, 200);
}

#[tokio::test]
async fn a_withdrawn_key_ends_its_tokens_with_the_next_fetch_though_they_were_seen_before() {
    let clerk = emulator().await;
    let app = app(clerk.config());
    let session = sign_in(&clerk).expires_in(HOUR);
    let old = session.token();
    assert_eq!(get("/guarded").bearer(&old).send(&app).await.status, 200);
    clerk.rotate_keys();
    clerk.withdraw_old_keys();
    assert_eq!(get("/guarded").bearer(&old).send(&app).await.status, 200, "nobody has asked yet");
    assert_eq!(get("/guarded").bearer(session.token()).send(&app).await.status, 200);
    let answer = get("/guarded").bearer(&old).send(&app).await;
    assert_eq!((answer.status.as_u16(), answer.reason()), (401, "jwk-kid-mismatch"));
}

#[tokio::test]
async fn a_withdrawn_key_ends_its_tokens_with_the_refresh_in_the_background() {
    let clerk = emulator().await;
    let app = app(clerk.config());
    let token = sign_in(&clerk).expires_in(HOUR).token();
    assert_eq!(get("/guarded").bearer(&token).send(&app).await.status, 200);
    clerk.rotate_keys();
    clerk.withdraw_old_keys();
    clerk.clock().advance(5 * MINUTE);
    let refused = async {
        while get("/guarded").bearer(&token).send(&app).await.status != 401 {
            tokio::task::yield_now().await;
        }
    };
    timeout(MINUTE, refused).await.unwrap();
}

#[tokio::test]
async fn keys_that_stay_keep_their_tokens_through_a_refresh() {
    let clerk = emulator().await;
    let app = app(clerk.config());
    let session = sign_in(&clerk).expires_in(HOUR);
    let old = session.token();
    assert_eq!(get("/guarded").bearer(&old).send(&app).await.status, 200);
    clerk.rotate_keys();
    assert_eq!(get("/guarded").bearer(session.token()).send(&app).await.status, 200);
    let asked = clerk.requests("/v1/jwks");
    assert_eq!(get("/guarded").bearer(&old).send(&app).await.status, 200);
    assert_eq!(clerk.requests("/v1/jwks"), asked);
}

#[tokio::test]
async fn two_instances_in_one_process_never_accept_each_others_tokens() {
    let (one, other) = (emulator().await, emulator().await);
    let apps = [app(one.config()), app(other.config())];
    let sessions = [sign_in(&one), sign_in(&other)];
    for _ in 0..2 {
        for (i, app) in apps.iter().enumerate() {
            let own = get("/guarded").bearer(sessions[i].token()).send(app).await;
            assert_eq!(own.body, sessions[i].user_id());
            let stranger = &sessions[1 - i];
            let answer = get("/guarded").bearer(stranger.token()).send(app).await;
            assert_eq!((answer.status.as_u16(), answer.reason()), (401, "jwk-kid-mismatch"));
            let cookies = get("/guarded").cookies(stranger.cookies()).send(app).await;
            assert_eq!(cookies.status, 401);
        }
    }
}

#[tokio::test]
async fn two_instances_whose_keys_have_one_name_never_accept_each_others_tokens() {
    let (one, other) = (emulator().await, emulator().await);
    let apps = [app(header_only(&one).build().unwrap()), app(header_only(&other).build().unwrap())];
    let token = other.sign_token(token_header(&one), token_claims(&one));
    assert_eq!(get("/guarded").bearer(sign_in(&one).token()).send(&apps[0]).await.status, 200);
    let answer = get("/guarded").bearer(&token).send(&apps[0]).await;
    assert_eq!((answer.status.as_u16(), answer.reason()), (401, "token-invalid-signature"));
    let networkless = app(header_only(&other).jwt_key(other.jwt_key()).build().unwrap());
    assert_eq!(
        get("/guarded").bearer(&token).send(&networkless).await.status,
        200,
        "seen by another layer"
    );
    assert_eq!(get("/guarded").bearer(&token).send(&apps[0]).await.status, 401);
}

#[tokio::test]
async fn layers_of_one_handle_share_its_keys() {
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
async fn a_key_in_pem_verifies_without_the_network() {
    let clerk = emulator().await;
    clerk.go_down();
    let one_line = clerk.jwt_key().replace('\n', "\\n");
    let bare: String = clerk.jwt_key().lines().filter(|line| !line.starts_with("-----")).collect();
    let session = sign_in(&clerk);
    for pem in [clerk.jwt_key(), one_line, bare] {
        let alone = ClerkConfig::builder().jwt_key(&pem).clock(clerk.clock().clone());
        let beside_others = clerk.config_builder().jwt_key(&pem);
        for config in [alone, beside_others] {
            let app = app(config.build().unwrap());
            assert_eq!(
                get("/guarded").bearer(session.token()).send(&app).await.body,
                session.user_id()
            );
            let unsigned = with_key_id(&clerk, &session.token(), &clerk.key_id());
            assert_eq!(get("/guarded").bearer(unsigned).send(&app).await.status, 401);
        }
    }
    clerk.come_up();
    assert_eq!(clerk.requests("/v1/jwks"), 0);
}

#[tokio::test]
async fn keys_of_other_kinds_do_not_spoil_the_set() {
    let clerk = shared().await;
    let own = keys_of(clerk).await.remove(0);
    let published = Published::start(vec![
        json!({}),
        json!("key"),
        json!({ "kty": "new", "kid": "ins_new", "alg": "XX" }),
        json!({ "kty": "EC", "crv": "P-256", "kid": "ins_ec", "x": "AA", "y": "AA" }),
        json!({ "kty": "oct", "kid": clerk.key_id(), "alg": "HS256", "k": "AAAA" }),
        with(with(own.clone(), "use", "enc"), "kid", "ins_enc"),
        with(with(own.clone(), "kid", "ins_small"), "n", "AQAB"),
        own,
    ])
    .await;
    published.allow(10);
    let app = app(published.config().build().unwrap());
    let token = clerk.sign_token(token_header(clerk), token_claims(clerk));
    assert_eq!(get("/guarded").bearer(token).send(&app).await.status, 200);
    for kid in ["ins_ec", "ins_small", "ins_new", "ins_enc"] {
        let token = clerk.sign_token(with(token_header(clerk), "kid", kid), token_claims(clerk));
        assert_eq!(get("/guarded").bearer(token).send(&app).await.status, 401, "{kid}");
    }
}

#[tokio::test]
async fn without_a_token_the_keys_are_not_asked_for() {
    let clerk = emulator().await;
    let app = Router::new().layer(ClerkLayer::new(clerk.config()));
    for call in [
        get("/"),
        get("/").bearer("invalid"),
        get("/").bearer("a.b.c"),
        get("/").cookies("__session=x"),
    ] {
        call.send(&app).await;
    }
    assert_eq!(clerk.requests("/v1/jwks"), 0);
}
