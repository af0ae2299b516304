//! Where a token is looked for: the `Authorization` header.

use super::support::{app, get, header_only, shared, sign_in};

#[tokio::test]
async fn a_token_comes_after_bearer_or_bare() {
    let clerk = shared().await;
    let (app, session) = (app(clerk.config()), sign_in(clerk));
    let token = session.token();
    for value in [format!("Bearer {token}"), token.clone()] {
        let answer = get("/").header("authorization", &value).send(&app).await;
        assert_eq!(answer.body, session.user_id(), "{value:.12}");
    }
}

#[tokio::test]
async fn every_other_scheme_is_no_token() {
    let clerk = shared().await;
    let app = app(header_only(clerk).build().unwrap());
    let token = sign_in(clerk).token();
    for scheme in ["Basic", "bearer", "BEARER", "Digest", "Token", "Bearer:"] {
        let answer = get("/").header("authorization", format!("{scheme} {token}")).send(&app).await;
        assert_eq!(
            (answer.body.as_str(), answer.reason()),
            ("nobody", "session-token-and-uat-missing")
        );
    }
    let empty = get("/").header("authorization", "").send(&app).await;
    assert_eq!(empty.reason(), "session-token-and-uat-missing");
    let absent = get("/").send(&app).await;
    assert_eq!(absent.reason(), "session-token-and-uat-missing");
}

#[tokio::test]
async fn the_first_authorization_header_counts() {
    let clerk = shared().await;
    let (app, ada, grace) = (app(clerk.config()), sign_in(clerk), sign_in(clerk));
    let both = get("/").bearer(ada.token()).bearer(grace.token());
    assert_eq!(both.send(&app).await.body, ada.user_id());
}

#[tokio::test]
async fn a_token_in_the_header_wins_over_the_cookies() {
    let clerk = shared().await;
    let (app, ada, grace) = (app(clerk.config()), sign_in(clerk), sign_in(clerk));
    let both = get("/").bearer(ada.token()).cookies(grace.cookies());
    assert_eq!(both.send(&app).await.body, ada.user_id());

    let invalid = get("/").bearer("invalid").cookies(grace.cookies()).send(&app).await;
    assert_eq!((invalid.body.as_str(), invalid.reason()), ("nobody", "token-invalid"));
}

#[tokio::test]
async fn beside_another_scheme_the_cookies_count() {
    let clerk = shared().await;
    let (app, ada) = (app(clerk.config()), sign_in(clerk));
    let call = get("/").header("authorization", "Basic dXNlcjpwYXNz").cookies(ada.cookies());
    assert_eq!(call.send(&app).await.body, ada.user_id());
}
