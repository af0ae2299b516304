//! Where a token is looked for: a browser's cookies. Wrong ones come with a POST, so that no handshake starts.

use axum_clerk::emulator::EmulatedSession;

use super::support::{
    START, app, emulator, get, header_only, post, shared, sign_in, token_claims, token_header, with,
};

/// A session's cookies whose names pass.
fn some_cookies(session: &EmulatedSession, keep: impl Fn(&str) -> bool) -> String {
    let all = session.cookies();
    let name = |cookie: &str| cookie.split_once('=').unwrap().0.to_owned();
    all.split("; ").filter(|cookie| keep(&name(cookie))).collect::<Vec<_>>().join("; ")
}

fn is_plain(name: &str) -> bool {
    ["__session", "__client_uat", "__clerk_db_jwt"].contains(&name)
}

#[tokio::test]
async fn a_signed_in_browser_is_recognised() {
    let clerk = shared().await;
    let (app, session) = (app(clerk.config()), sign_in(clerk));
    for cookies in [
        session.cookies(),
        some_cookies(&session, is_plain),
        some_cookies(&session, |name| !is_plain(name)),
        format!("theme=dark; {}; lang=en", session.cookies()),
    ] {
        for call in
            [get("/"), get("/").page(), post("/"), get("/").header("sec-fetch-dest", "document")]
        {
            let answer = call.cookies(&cookies).send(&app).await;
            assert_eq!(answer.body, session.user_id(), "{answer:?} {cookies}");
            assert_eq!(answer.reason(), "");
        }
    }
}

#[tokio::test]
async fn cookies_may_come_in_several_headers() {
    let clerk = shared().await;
    let (app, session) = (app(clerk.config()), sign_in(clerk));
    let call = session.cookies().split("; ").fold(get("/"), |call, cookie| call.cookies(cookie));
    assert_eq!(call.send(&app).await.body, session.user_id());
}

#[tokio::test]
async fn wrong_cookies_are_signed_out() {
    let clerk = shared().await;
    clerk.create_jwt_template("reports", serde_json::json!({ "role": "reader" }));
    let (app, session) = (app(clerk.config()), sign_in(clerk));
    let token = session.token();
    let signed = |claims| clerk.sign_token(token_header(clerk), claims);
    let template = clerk.sign_token(
        with(token_header(clerk), "cat", "cl_B7d4PD222AAA"),
        with(token_claims(clerk), "sid", serde_json::Value::Null),
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
            browser(&signed(with(token_claims(clerk), "exp", START - 5))),
            "session-token-expired-refresh-non-eligible-non-get",
        ),
        (browser(&signed(with(token_claims(clerk), "nbf", START + 6))), "session-token-nbf"),
        (
            browser(&signed(with(token_claims(clerk), "iat", START + 6))),
            "session-token-iat-in-the-future",
        ),
    ] {
        let answer = post("/").cookies(&cookies).send(&app).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, "nobody"), "{cookies}");
        assert_eq!(answer.reason(), reason, "{cookies}");
        assert_eq!(post("/guarded").cookies(&cookies).send(&app).await.status, 401, "{cookies}");
    }
}

#[tokio::test]
async fn the_cookies_of_another_application_on_the_domain_do_not_count() {
    let (clerk, other) = (shared().await, emulator().await);
    let (app, ada, stranger) = (app(clerk.config()), sign_in(clerk), sign_in(&other));
    let answer = post("/").cookies(stranger.cookies()).send(&app).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, "nobody"));

    let suffixed = some_cookies(&ada, |name| !is_plain(name));
    let both = format!("{}; {suffixed}", stranger.cookies());
    assert_eq!(post("/").cookies(both).send(&app).await.body, ada.user_id(), "its own still count");
}

#[tokio::test]
async fn without_a_publishable_key_no_cookie_is_looked_at() {
    let clerk = shared().await;
    let app = app(header_only(clerk).build().unwrap());
    let answer = get("/").page().cookies(sign_in(clerk).cookies()).send(&app).await;
    assert_eq!(
        (answer.body.as_str(), answer.reason()),
        ("nobody", "session-token-and-uat-missing")
    );
}
