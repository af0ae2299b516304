//! Reading the session token from a browser's cookies.
//!
//! Invalid cookies are sent with a `POST`, so that no handshake starts.

use axum_clerk::emulator::EmulatedSession;

use super::support::{
    START, app, emulator, get, header_only, post, shared_emulator, sign_in, token_claims,
    token_header, with_field,
};

/// Returns the session's cookies whose names satisfy the predicate.
fn cookies_if(session: &EmulatedSession, predicate: impl Fn(&str) -> bool) -> String {
    let all = session.cookies();
    let is_kept = |cookie: &&str| predicate(cookie.split_once('=').unwrap().0);
    all.split("; ").filter(is_kept).collect::<Vec<_>>().join("; ")
}

/// Returns whether the name has no suffix for the instance.
fn is_unsuffixed(name: &str) -> bool {
    ["__session", "__client_uat", "__clerk_db_jwt"].contains(&name)
}

#[tokio::test]
async fn signed_in_browser_is_recognized() {
    let clerk = shared_emulator().await;
    let (app, session) = (app(clerk.config()), sign_in(clerk));
    for cookies in [
        session.cookies(),
        cookies_if(&session, is_unsuffixed),
        cookies_if(&session, |name| !is_unsuffixed(name)),
        format!("theme=dark; {}; lang=en", session.cookies()),
    ] {
        for request in
            [get("/"), get("/").page(), post("/"), get("/").header("sec-fetch-dest", "document")]
        {
            let response = request.cookies(&cookies).send(&app).await;
            assert_eq!(response.body, session.user_id(), "{response:?} {cookies}");
            assert_eq!(response.reason(), "");
        }
    }
}

#[tokio::test]
async fn cookies_may_be_split_across_headers() {
    let clerk = shared_emulator().await;
    let (app, session) = (app(clerk.config()), sign_in(clerk));
    let request =
        session.cookies().split("; ").fold(get("/"), |request, cookie| request.cookies(cookie));
    assert_eq!(request.send(&app).await.body, session.user_id());
}

#[tokio::test]
async fn invalid_cookies_are_signed_out() {
    let clerk = shared_emulator().await;
    clerk.create_jwt_template("reports", serde_json::json!({ "role": "reader" }));
    let (app, session) = (app(clerk.config()), sign_in(clerk));
    let token = session.token();
    let signed = |claims| clerk.sign_token(token_header(clerk), claims);
    let template = clerk.sign_token(
        with_field(token_header(clerk), "cat", "cl_B7d4PD222AAA"),
        with_field(token_claims(clerk), "sid", serde_json::Value::Null),
    );
    let browser =
        |token: &str| format!("__clerk_db_jwt=dvb_1; __client_uat={START}; __session={token}");
    assert_eq!(post("/").cookies(browser(&token)).send(&app).await.body, session.user_id());

    for (cookies, reason) in [
        (String::new(), "dev-browser-missing"),
        (format!("__client_uat={START}; __session={token}"), "dev-browser-missing"),
        ("__clerk_db_jwt=dvb_1".into(), "session-token-and-uat-missing"),
        ("__clerk_db_jwt=dvb_1; __client_uat=0".into(), "session-token-and-uat-missing"),
        (format!("__clerk_db_jwt=dvb_1; __session={token}"), "session-token-but-no-client-uat"),
        (
            format!("__clerk_db_jwt=dvb_1; __client_uat=0; __session={token}"),
            "session-token-but-no-client-uat",
        ),
        (format!("__clerk_db_jwt=dvb_1; __client_uat={START}"), "client-uat-but-no-session-token"),
        (
            format!("__clerk_db_jwt=dvb_1; __client_uat={}; __session={token}", START + 1),
            "session-token-iat-before-client-uat",
        ),
        (browser("invalid"), "token-invalid"),
        (browser(&format!("{}AAAA", &token[..token.len() - 4])), "token-invalid-signature"),
        (browser(&template), "token-type-mismatch"),
        (
            browser(&signed(with_field(token_claims(clerk), "exp", START - 5))),
            "session-token-expired-refresh-non-eligible-non-get",
        ),
        (browser(&signed(with_field(token_claims(clerk), "nbf", START + 6))), "session-token-nbf"),
        (
            browser(&signed(with_field(token_claims(clerk), "iat", START + 6))),
            "session-token-iat-in-the-future",
        ),
    ] {
        let response = post("/").cookies(&cookies).send(&app).await;
        assert_eq!(
            (response.status.as_u16(), response.body.as_str()),
            (200, "anonymous"),
            "{cookies}"
        );
        assert_eq!(response.reason(), reason, "{cookies}");
        assert_eq!(post("/guarded").cookies(&cookies).send(&app).await.status, 401, "{cookies}");
    }
}

#[tokio::test]
async fn cookies_of_another_application_are_ignored() {
    let (clerk, other_clerk) = (shared_emulator().await, emulator().await);
    let (app, ada, other_session) = (app(clerk.config()), sign_in(clerk), sign_in(&other_clerk));
    let response = post("/").cookies(other_session.cookies()).send(&app).await;
    assert_eq!((response.status.as_u16(), response.body.as_str()), (200, "anonymous"));

    let suffixed = cookies_if(&ada, |name| !is_unsuffixed(name));
    let mixed = format!("{}; {suffixed}", other_session.cookies());
    assert_eq!(
        post("/").cookies(mixed).send(&app).await.body,
        ada.user_id(),
        "the application's own suffixed cookies are used"
    );
}

#[tokio::test]
async fn cookies_are_ignored_without_a_publishable_key() {
    let clerk = shared_emulator().await;
    let app = app(header_only(clerk).build().unwrap());
    let response = get("/").page().cookies(sign_in(clerk).cookies()).send(&app).await;
    assert_eq!(
        (response.body.as_str(), response.reason()),
        ("anonymous", "session-token-and-uat-missing")
    );
}
