//! Outages of Clerk and invalid responses from it.

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
    jwks_server::{JwksServer, config_for_api, keys_of, serve},
    support::{
        DAY, HOUR, MINUTE, app, app_with_cached_token, emulator, get, seconds, shared_emulator,
        sign_in, token_claims, token_header,
    },
};

#[tokio::test]
async fn app_starts_while_clerk_is_down_and_recovers() {
    let clerk = emulator().await;
    clerk.go_down();
    let app = app(clerk.config());
    let session = sign_in(&clerk);
    let token = session.token();

    let open = get("/").bearer(&token).send(&app).await;
    assert_eq!((open.status.as_u16(), open.body.as_str()), (200, "anonymous"));
    assert_eq!(open.reason(), "jwk-remote-failed-to-load");
    for path in ["/guarded", "/signed-in"] {
        for request in [get(path), get(path).page()] {
            let response = request.bearer(&token).send(&app).await;
            assert_eq!(
                (response.status.as_u16(), response.header("retry-after")),
                (503, "1"),
                "{path}"
            );
            assert!(
                response.body.contains("Authentication is temporarily unavailable."),
                "{}",
                response.body
            );
            assert_eq!(response.header("www-authenticate"), "");
        }
        let page = get(path).page().cookies(session.cookies()).send(&app).await;
        assert_eq!(page.status, 503, "{path} with cookies");
        assert_eq!(get(path).send(&app).await.status, 401, "{path} without a token");
    }

    clerk.come_up();
    clerk.clock().advance(Duration::from_millis(999));
    assert_eq!(get("/guarded").bearer(&token).send(&app).await.status, 503);
    assert_eq!(clerk.requests("/v1/jwks"), 0, "a failed fetch is not repeated for a second");
    clerk.clock().advance(Duration::from_millis(1));
    for path in ["/guarded", "/signed-in"] {
        assert_eq!(get(path).bearer(&token).send(&app).await.body, session.user_id());
    }
    assert_eq!(clerk.requests("/v1/jwks"), 1);
}

#[tokio::test]
async fn cached_keys_are_used_for_a_day_during_an_outage() {
    let clerk = emulator().await;
    let app = app(clerk.config());
    let session = sign_in(&clerk).expires_in(2 * DAY);
    let cached = session.token();
    assert_eq!(get("/guarded").bearer(&cached).send(&app).await.status, 200);

    clerk.go_down();
    for elapsed in [MINUTE, HOUR, DAY - HOUR - MINUTE - Duration::from_millis(1)] {
        clerk.clock().advance(elapsed);
        for token in [&cached, &session.token()] {
            assert_eq!(get("/guarded").bearer(token).send(&app).await.body, session.user_id());
        }
    }
    clerk.clock().advance(Duration::from_millis(1));
    for token in [&cached, &session.token()] {
        let response = get("/guarded").bearer(token).send(&app).await;
        assert_eq!((response.status.as_u16(), response.header("retry-after")), (503, "1"));
        assert_eq!(response.reason(), "jwk-remote-failed-to-load");
    }

    clerk.come_up();
    clerk.clock().advance(seconds(1));
    assert_eq!(get("/guarded").bearer(&cached).send(&app).await.body, session.user_id());
}

#[tokio::test]
async fn jwks_grace_period_is_configurable() {
    let clerk = emulator().await;
    let app = app(clerk.config_builder().jwks_grace(HOUR).build().unwrap());
    let token = sign_in(&clerk).expires_in(DAY).token();
    assert_eq!(get("/guarded").bearer(&token).send(&app).await.status, 200);
    clerk.go_down();
    clerk.clock().advance(HOUR);
    assert_eq!(get("/guarded").bearer(&token).send(&app).await.status, 503);
}

#[tokio::test]
async fn new_key_during_an_outage_is_unavailable_not_invalid() {
    let (clerk, app, session, _) = app_with_cached_token().await;
    clerk.go_down();
    clerk.rotate_keys();
    let new = session.token();
    let response = get("/guarded").bearer(&new).send(&app).await;
    assert_eq!((response.status.as_u16(), response.reason()), (503, "jwk-remote-failed-to-load"));
    clerk.come_up();
    clerk.clock().advance(seconds(10));
    assert_eq!(get("/guarded").bearer(&new).send(&app).await.status, 200);
}

#[tokio::test]
async fn rejected_secret_key_has_its_own_reason() {
    let clerk = shared_emulator().await;
    let app = app(clerk.config_builder().secret_key("sk_test_wrong").build().unwrap());
    let token = sign_in(clerk).token();
    let open = get("/").bearer(&token).send(&app).await;
    assert_eq!((open.status.as_u16(), open.reason()), (200, "secret-key-invalid"));
    for path in ["/guarded", "/signed-in"] {
        let response = get(path).bearer(&token).send(&app).await;
        assert_eq!((response.status.as_u16(), response.header("retry-after")), (503, "1"));
        assert!(!response.body.contains("key"), "{}", response.body);
    }
}

#[tokio::test]
async fn invalid_jwks_response_leaves_keys_unavailable() {
    let clerk = shared_emulator().await;
    let token = sign_in(clerk).token();
    let responses: [fn() -> Response; 6] = [
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
    for (n, response) in responses.into_iter().enumerate() {
        let url = serve(Router::new().fallback(move || async move { response() })).await;
        let app = app(config_for_api(&url).build().unwrap());
        let response = get("/guarded").bearer(&token).send(&app).await;
        assert_eq!(
            (response.status.as_u16(), response.reason()),
            (503, "jwk-remote-failed-to-load"),
            "{n}"
        );
    }
}

#[tokio::test]
async fn slow_jwks_fetch_times_out() {
    let clerk = shared_emulator().await;
    let jwks_server = JwksServer::start(keys_of(clerk).await).await;
    let app = app(jwks_server.config().api_timeout(Duration::from_millis(50)).build().unwrap());
    let response =
        timeout(MINUTE, get("/guarded").bearer(sign_in(clerk).token()).send(&app)).await.unwrap();
    assert_eq!(response.status, 503);
}

#[tokio::test]
async fn canceled_request_does_not_cancel_the_shared_fetch() {
    let clerk = shared_emulator().await;
    let jwks_server = JwksServer::start(keys_of(clerk).await).await;
    let app = app(jwks_server.config().build().unwrap());
    let token = clerk.sign_token(token_header(clerk), token_claims(clerk));
    let canceled = get("/guarded").bearer(&token).send(&app);
    tokio::select! {
        biased;
        response = canceled => panic!("{response:?}"),
        () = jwks_server.wait_for_requests(1) => {}
    }
    let other = tokio::spawn(async move { get("/guarded").bearer(&token).send(&app).await });
    tokio::task::yield_now().await;
    jwks_server.allow_responses(1);
    assert_eq!(other.await.unwrap().status, 200);
    jwks_server.wait_for_requests(1).await;
}
