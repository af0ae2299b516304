//! Rate limits by the verified subject.

use std::net::SocketAddr;

use axum::{Extension, Router, extract::ConnectInfo};
use axum_clerk::{Clerk, TokenType};

use super::{
    examples::rate_limit,
    support::{TestRequest, emulator, get, sign_in},
};

/// Sends requests until one is rejected, and returns how many were accepted.
async fn accepted(app: &Router, request: impl Fn() -> TestRequest) -> usize {
    for count in 0..20 {
        if request().send(app).await.status == 429 {
            return count;
        }
    }
    panic!("no limit");
}

#[tokio::test]
async fn requests_are_limited_by_their_verified_subject() {
    let clerk = emulator().await;
    let config = clerk.config_builder().accept_tokens([TokenType::SessionToken, TokenType::ApiKey]);
    let address = SocketAddr::from(([127, 0, 0, 1], 1));
    let app =
        rate_limit::app(Clerk::new(config.build().unwrap())).layer(Extension(ConnectInfo(address)));
    let (ada, grace) = (sign_in(&clerk), sign_in(&clerk));
    assert_eq!(accepted(&app, || get("/").bearer(ada.token())).await, 5);
    assert_eq!(accepted(&app, || get("/").bearer(grace.token())).await, 5, "her own limit");
    let again = clerk.sign_in(ada.user_id());
    assert_eq!(accepted(&app, || get("/").bearer(again.token())).await, 0, "the same user");
    let key = clerk.create_api_key(ada.user_id());
    assert_eq!(accepted(&app, || get("/").bearer(key.token())).await, 0, "the same user's key");
    let forged = |n: usize| get("/").bearer(format!("{}{n}", grace.token()));
    let count = std::cell::Cell::new(0);
    let next = || {
        count.set(count.get() + 1);
        forged(count.get())
    };
    assert_eq!(accepted(&app, next).await, 5, "forged tokens share the limit of their address");
}
