//! Clerk out of reach, or not answering as it should.

use std::time::Duration;

use axum::{
    Json, Router,
    response::{Html, IntoResponse, Response},
};
use axum_clerk::api::MAX_RESPONSE_BYTES;
use http::StatusCode;
use serde_json::json;
use tokio::time::timeout;

use super::{
    jwks_server::{Published, keys_of, loopback, serve},
    support::{
        DAY, HOUR, MINUTE, app, emulator, get, seconds, shared, sign_in, token_claims, token_header,
    },
};

#[tokio::test]
async fn while_clerk_is_down_at_start_the_application_runs_and_recovers_by_itself() {
    let clerk = emulator().await;
    clerk.go_down();
    let app = app(clerk.config());
    let session = sign_in(&clerk);
    let token = session.token();

    let open = get("/").bearer(&token).send(&app).await;
    assert_eq!((open.status.as_u16(), open.body.as_str()), (200, "nobody"));
    assert_eq!(open.reason(), "jwk-remote-failed-to-load");
    for path in ["/guarded", "/signed-in"] {
        for call in [get(path), get(path).page()] {
            let answer = call.bearer(&token).send(&app).await;
            assert_eq!(
                (answer.status.as_u16(), answer.header("retry-after")),
                (503, "1"),
                "{path}"
            );
            assert_eq!(answer.code(), "service-unavailable");
            assert_eq!(answer.header("www-authenticate"), "");
        }
        let page = get(path).page().cookies(session.cookies()).send(&app).await;
        assert_eq!(page.status, 503, "{path}, by cookie");
        assert_eq!(get(path).send(&app).await.status, 401, "{path}, without a token");
    }

    clerk.come_up();
    clerk.clock().advance(Duration::from_millis(999));
    assert_eq!(get("/guarded").bearer(&token).send(&app).await.status, 503);
    assert_eq!(clerk.requests("/v1/jwks"), 0, "a failure is remembered for a second");
    clerk.clock().advance(Duration::from_millis(1));
    for path in ["/guarded", "/signed-in"] {
        assert_eq!(get(path).bearer(&token).send(&app).await.body, session.user_id());
    }
    assert_eq!(clerk.requests("/v1/jwks"), 1);
}

#[tokio::test]
async fn when_clerk_goes_down_later_the_keys_serve_for_a_day() {
    let clerk = emulator().await;
    let app = app(clerk.config());
    let session = sign_in(&clerk).expires_in(2 * DAY);
    let seen = session.token();
    assert_eq!(get("/guarded").bearer(&seen).send(&app).await.status, 200);

    clerk.go_down();
    for later in [MINUTE, HOUR, DAY - HOUR - MINUTE - Duration::from_millis(1)] {
        clerk.clock().advance(later);
        for token in [&seen, &session.token()] {
            assert_eq!(get("/guarded").bearer(token).send(&app).await.body, session.user_id());
        }
    }
    clerk.clock().advance(Duration::from_millis(1));
    for token in [&seen, &session.token()] {
        let answer = get("/guarded").bearer(token).send(&app).await;
        assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "1"));
        assert_eq!(answer.reason(), "jwk-remote-failed-to-load");
    }

    clerk.come_up();
    clerk.clock().advance(seconds(1));
    assert_eq!(get("/guarded").bearer(&seen).send(&app).await.body, session.user_id());
}

#[tokio::test]
async fn how_long_keys_serve_is_configurable() {
    let clerk = emulator().await;
    let app = app(clerk.config_builder().jwks_grace(HOUR).build().unwrap());
    let token = sign_in(&clerk).expires_in(DAY).token();
    assert_eq!(get("/guarded").bearer(&token).send(&app).await.status, 200);
    clerk.go_down();
    clerk.clock().advance(HOUR);
    assert_eq!(get("/guarded").bearer(&token).send(&app).await.status, 503);
}

#[tokio::test]
async fn a_key_that_appears_while_clerk_is_down_cannot_be_judged() {
    let clerk = emulator().await;
    let app = app(clerk.config());
    let session = sign_in(&clerk).expires_in(HOUR);
    assert_eq!(get("/guarded").bearer(session.token()).send(&app).await.status, 200);
    clerk.go_down();
    clerk.rotate_keys();
    let new = session.token();
    let answer = get("/guarded").bearer(&new).send(&app).await;
    assert_eq!((answer.status.as_u16(), answer.reason()), (503, "jwk-remote-failed-to-load"));
    clerk.come_up();
    clerk.clock().advance(seconds(10));
    assert_eq!(get("/guarded").bearer(&new).send(&app).await.status, 200);
}

#[tokio::test]
async fn a_secret_key_that_clerk_refuses_is_told_apart() {
    let clerk = shared().await;
    let app = app(clerk.config_builder().secret_key("sk_test_wrong").build().unwrap());
    let token = sign_in(clerk).token();
    let open = get("/").bearer(&token).send(&app).await;
    assert_eq!((open.status.as_u16(), open.reason()), (200, "secret-key-invalid"));
    for path in ["/guarded", "/signed-in"] {
        let answer = get(path).bearer(&token).send(&app).await;
        assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "1"));
        assert!(!answer.body.contains("key"), "{}", answer.body);
    }
}

#[tokio::test]
async fn an_answer_that_is_no_key_set_leaves_no_keys() {
    let clerk = shared().await;
    let token = sign_in(clerk).token();
    let answers: [fn() -> Response; 6] = [
        || Html("<h1>Welcome</h1>").into_response(),
        || StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        || Json(json!({ "keys": [] })).into_response(),
        || Json(json!([])).into_response(),
        || StatusCode::NO_CONTENT.into_response(),
        || {
            Json(json!({ "keys": [], "padding": "x".repeat(MAX_RESPONSE_BYTES + 1) }))
                .into_response()
        },
    ];
    for (n, answer) in answers.into_iter().enumerate() {
        let url = serve(Router::new().fallback(move || async move { answer() })).await;
        let app = app(loopback(&url).build().unwrap());
        let answer = get("/guarded").bearer(&token).send(&app).await;
        assert_eq!(
            (answer.status.as_u16(), answer.reason()),
            (503, "jwk-remote-failed-to-load"),
            "{n}"
        );
    }
}

#[tokio::test]
async fn keys_that_do_not_come_are_not_waited_for_beyond_the_timeout() {
    let clerk = shared().await;
    let published = Published::start(keys_of(clerk).await).await;
    let app = app(published.config().api_timeout(Duration::from_millis(50)).build().unwrap());
    let answer =
        timeout(MINUTE, get("/guarded").bearer(sign_in(clerk).token()).send(&app)).await.unwrap();
    assert_eq!(answer.status, 503);
}

#[tokio::test]
async fn a_request_that_is_given_up_does_not_end_the_fetch_for_others() {
    let clerk = shared().await;
    let published = Published::start(keys_of(clerk).await).await;
    let app = app(published.config().build().unwrap());
    let token = clerk.sign_token(token_header(clerk), token_claims(clerk));
    let given_up = get("/guarded").bearer(&token).send(&app);
    tokio::select! {
        biased;
        answer = given_up => panic!("{answer:?}"),
        () = published.asked(1) => {}
    }
    let other = tokio::spawn(async move { get("/guarded").bearer(&token).send(&app).await });
    tokio::task::yield_now().await;
    published.allow(1);
    assert_eq!(other.await.unwrap().status, 200);
    published.asked(1).await;
}
