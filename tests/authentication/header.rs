//! Reading the session token from the `Authorization` header.

use super::support::{app, get, header_only, shared_emulator, sign_in};

#[tokio::test]
async fn token_is_accepted_with_or_without_bearer_prefix() {
    let clerk = shared_emulator().await;
    let (app, session) = (app(clerk.config()), sign_in(clerk));
    let token = session.token();
    for value in [format!("Bearer {token}"), token.clone()] {
        let response = get("/").header("authorization", &value).send(&app).await;
        assert_eq!(response.body, session.user_id(), "{value:.12}");
    }
}

#[tokio::test]
async fn other_authorization_schemes_are_ignored() {
    let clerk = shared_emulator().await;
    let app = app(header_only(clerk).build().unwrap());
    let token = sign_in(clerk).token();
    for scheme in ["Basic", "bearer", "BEARER", "Digest", "Token", "Bearer:"] {
        let request = get("/").header("authorization", format!("{scheme} {token}"));
        let response = request.send(&app).await;
        assert_eq!(
            (response.body.as_str(), response.reason()),
            ("anonymous", "session-token-and-uat-missing")
        );
    }
    let empty = get("/").header("authorization", "").send(&app).await;
    assert_eq!(empty.reason(), "session-token-and-uat-missing");
    let absent = get("/").send(&app).await;
    assert_eq!(absent.reason(), "session-token-and-uat-missing");
}

#[tokio::test]
async fn first_authorization_header_is_used() {
    let clerk = shared_emulator().await;
    let (app, ada, grace) = (app(clerk.config()), sign_in(clerk), sign_in(clerk));
    let both = get("/").bearer(ada.token()).bearer(grace.token());
    assert_eq!(both.send(&app).await.body, ada.user_id());
}

#[tokio::test]
async fn header_token_takes_precedence_over_cookies() {
    let clerk = shared_emulator().await;
    let (app, ada, grace) = (app(clerk.config()), sign_in(clerk), sign_in(clerk));
    let both = get("/").bearer(ada.token()).cookies(grace.cookies());
    assert_eq!(both.send(&app).await.body, ada.user_id());

    let invalid = get("/").bearer("invalid").cookies(grace.cookies()).send(&app).await;
    assert_eq!((invalid.body.as_str(), invalid.reason()), ("anonymous", "token-invalid"));
}

#[tokio::test]
async fn cookies_are_used_beside_other_authorization_schemes() {
    let clerk = shared_emulator().await;
    let (app, ada) = (app(clerk.config()), sign_in(clerk));
    let request = get("/").header("authorization", "Basic dXNlcjpwYXNz").cookies(ada.cookies());
    assert_eq!(request.send(&app).await.body, ada.user_id());
}
