//! The tokens that OAuth applications receive.

use std::time::Duration;

use axum_clerk::{Clerk, TokenType, api::CreateUser, emulator::ClerkEmulator};
use http::Request;
use serde_json::{Value, json};

use crate::{
    oauth_support::{
        Application, Browser, assert_rejected, oauth_post, redirect_param, set, tokens, user_info,
        with,
    },
    support::{START, authenticate, call, claims, emulator, post},
};

const RESOURCE: &str = "https://api.example/mcp";

/// A user, an application without a consent screen, and a browser.
async fn setup(clerk: &ClerkEmulator) -> (String, Application, Browser<'_>) {
    let ada = CreateUser::default().first_name("Ada").last_name("Lovelace").username("ada");
    let ada = clerk.create_user(ada.email_address(["ada@example.com"])).id;
    let app = Application::create(clerk, &json!({ "consent_screen_enabled": false })).await;
    let browser = Browser::signed_in(clerk, &ada).await;
    (ada, app, browser)
}

async fn code(browser: &Browser<'_>, params: &[(&str, &str)]) -> String {
    redirect_param(&browser.authorize(params).await, "code").unwrap()
}

fn text<'a>(tokens: &'a Value, name: &str) -> &'a str {
    tokens[name].as_str().unwrap()
}

#[tokio::test]
async fn opaque_access_token_authenticates_requests() {
    let clerk = emulator().await;
    let (ada, app, browser) = setup(&clerk).await;
    let code = code(&browser, &app.request()).await;
    let issued = tokens(&clerk, &app.exchange(&code)).await;
    assert_eq!(issued["expires_in"], 86400);
    assert_eq!(issued["scope"], "profile email");
    assert_eq!(issued["id_token"], Value::Null);
    let token = text(&issued, "access_token");
    assert!(token.starts_with("oat_"));
    let found = authenticate(&clerk, token).await.unwrap();
    assert_eq!((found.token_type, found.user_id()), (TokenType::OAuthToken, Some(&*ada)));
    assert_eq!(found.client_id.as_deref(), Some(&*app.client_id));
    assert_eq!(found.scopes, ["profile", "email"]);

    let (status, info) = user_info(&clerk, token).await;
    assert_eq!(status, 200);
    for (name, expected) in [
        ("sub", ada.as_str()),
        ("name", "Ada Lovelace"),
        ("preferred_username", "ada"),
        ("email", "ada@example.com"),
    ] {
        assert_eq!(info[name], expected, "{name}");
    }
    assert_eq!(info.get("public_metadata"), None);

    clerk.clock().advance(Duration::from_secs(86400));
    assert!(authenticate(&clerk, token).await.is_none());
    assert_eq!(user_info(&clerk, token).await.0, 401);
}

#[tokio::test]
async fn jwt_access_token_is_for_the_requested_resource() {
    let clerk = emulator().await;
    set(&clerk, json!({ "oauth_jwt_access_tokens": true })).await;
    let (ada, app, browser) = setup(&clerk).await;
    let request = with(&app.request(), &[("resource", RESOURCE)]);
    let code = code(&browser, &request).await;
    let issued = tokens(&clerk, &app.exchange(&code)).await;
    let token = text(&issued, "access_token");
    let claims = claims(&clerk, token);
    assert_eq!((&claims["sub"], &claims["aud"]), (&json!(ada), &json!(RESOURCE)));
    assert_eq!(claims["scope"], "profile email");
    assert!(authenticate(&clerk, token).await.is_some());
    for (audience, is_valid) in [(RESOURCE, true), ("https://other.example", false)] {
        let config = clerk.config_builder().accept_tokens(TokenType::ALL).audiences([audience]);
        let request = Request::builder().header("authorization", format!("Bearer {token}"));
        let head = request.body(()).unwrap().into_parts().0;
        let state = Clerk::new(config.build().unwrap()).authenticate(&head).await;
        assert_eq!(state.machine_token().is_some(), is_valid, "{audience}");
    }
    assert_eq!(user_info(&clerk, token).await.0, 200);
    let revoke = [("client_id", &*app.client_id), ("client_secret", &app.secret), ("token", token)];
    let (status, body) = oauth_post(&clerk, "/oauth/token/revoke", &revoke).await;
    assert_eq!((status, &body["error"]), (400, &json!("unsupported_token_type")));
}

#[tokio::test]
async fn token_requests_cannot_add_resources() {
    let clerk = emulator().await;
    let (_, app, browser) = setup(&clerk).await;
    let both = [&app.request()[..], &[("resource", RESOURCE), ("resource", "urn:b")]].concat();
    let code = code(&browser, &both).await;
    let other = [&app.exchange(&code)[..], &[("resource", "urn:other")]].concat();
    assert_rejected(&clerk, &other, 400, "invalid_target").await;
    let issued = tokens(&clerk, &app.exchange(&code)).await;
    let refresh = app.refresh(text(&issued, "refresh_token"));
    let other = [&refresh[..], &[("resource", "urn:other")]].concat();
    assert_rejected(&clerk, &other, 400, "invalid_target").await;
    tokens(&clerk, &[&refresh[..], &[("resource", RESOURCE)]].concat()).await;
}

#[tokio::test]
async fn id_token_describes_the_user_of_the_application() {
    let clerk = emulator().await;
    let (ada, app, browser) = setup(&clerk).await;
    let request = with(&app.request(), &[("scope", "openid email"), ("nonce", "n-0S6_WzA2Mj")]);
    let code = code(&browser, &request).await;
    let issued = tokens(&clerk, &app.exchange(&code)).await;
    let token = text(&issued, "id_token");
    let claims = claims(&clerk, token);
    for (name, expected) in [
        ("iss", json!(clerk.url())),
        ("sub", json!(ada)),
        ("aud", json!(app.client_id)),
        ("nonce", json!("n-0S6_WzA2Mj")),
        ("auth_time", json!(START)),
        ("exp", json!(START + 86400)),
        ("email", json!("ada@example.com")),
        ("email_verified", json!(true)),
    ] {
        assert_eq!(claims[name], expected, "{name}");
    }
    assert_eq!(claims.get("name"), None);
    let head = Request::builder()
        .header("authorization", format!("Bearer {token}"))
        .body(())
        .unwrap()
        .into_parts()
        .0;
    // Not issued to an authorized party, so that apps do not take it for a session token.
    let config = clerk.config_builder().accept_tokens(TokenType::ALL);
    let config = config.authorized_parties(["https://app.example"]).build().unwrap();
    let state = Clerk::new(config).authenticate(&head).await;
    assert!(state.machine_token().is_none() && state.session().is_none(), "{state:?}");
    let refreshed = tokens(&clerk, &app.refresh(text(&issued, "refresh_token"))).await;
    assert!(refreshed["id_token"].is_string());
}

#[tokio::test]
async fn code_is_bound_to_the_request_and_expires() {
    let clerk = emulator().await;
    let (_, app, browser) = setup(&clerk).await;
    let other = Application::create(&clerk, &json!({})).await;
    let first = code(&browser, &app.request()).await;
    for change in [
        ("redirect_uri", "https://wiki.example/"),
        ("redirect_uri", ""),
        ("code_verifier", ""),
        ("code_verifier", "wrong"),
        ("code", "unknown"),
    ] {
        let request = app.exchange(&first);
        assert_rejected(&clerk, &with(&request, &[change]), 400, "invalid_grant").await;
    }
    assert_rejected(&clerk, &other.exchange(&first), 400, "invalid_grant").await;
    clerk.clock().advance(Duration::from_secs(10 * 60));
    assert_rejected(&clerk, &app.exchange(&first), 400, "invalid_grant").await;

    // A verifier must not be ignored: the challenge may have been removed from the request.
    let without_pkce =
        with(&app.request(), &[("code_challenge", ""), ("code_challenge_method", "")]);
    let second = code(&browser, &without_pkce).await;
    assert_rejected(&clerk, &app.exchange(&second), 400, "invalid_grant").await;
    tokens(&clerk, &with(&app.exchange(&second), &[("code_verifier", "")])).await;

    let without_uri = with(&app.request(), &[("redirect_uri", "")]);
    let third = code(&browser, &without_uri).await;
    tokens(&clerk, &with(&app.exchange(&third), &[("redirect_uri", "")])).await;
}

#[tokio::test]
async fn second_use_of_a_code_revokes_its_tokens() {
    let clerk = emulator().await;
    let (_, app, browser) = setup(&clerk).await;
    let code = code(&browser, &app.request()).await;
    let issued = tokens(&clerk, &app.exchange(&code)).await;
    assert!(authenticate(&clerk, text(&issued, "access_token")).await.is_some());
    assert_rejected(&clerk, &app.exchange(&code), 400, "invalid_grant").await;
    assert!(authenticate(&clerk, text(&issued, "access_token")).await.is_none());
    let refresh = app.refresh(text(&issued, "refresh_token"));
    assert_rejected(&clerk, &refresh, 400, "invalid_grant").await;
}

#[tokio::test]
async fn refresh_tokens_rotate_and_reuse_is_noticed() {
    let clerk = emulator().await;
    let (_, app, browser) = setup(&clerk).await;
    let other = Application::create(&clerk, &json!({})).await;
    let code = code(&browser, &app.request()).await;
    let first = tokens(&clerk, &app.exchange(&code)).await;
    let refresh = app.refresh(text(&first, "refresh_token"));
    let foreign = other.refresh(text(&first, "refresh_token"));
    assert_rejected(&clerk, &foreign, 400, "invalid_grant").await;
    let more = [&refresh[..], &[("scope", "profile openid")]].concat();
    assert_rejected(&clerk, &more, 400, "invalid_scope").await;

    clerk.clock().advance(Duration::from_secs(86400));
    let less = [&refresh[..], &[("scope", "email")]].concat();
    let second = tokens(&clerk, &less).await;
    assert_eq!(second["scope"], "email");
    let token = authenticate(&clerk, text(&second, "access_token")).await.unwrap();
    assert_eq!(token.scopes, ["email"]);
    let third = tokens(&clerk, &app.refresh(text(&second, "refresh_token"))).await;
    assert_eq!(third["scope"], "profile email", "the grant keeps its scopes");

    assert_rejected(&clerk, &refresh, 400, "invalid_grant").await;
    assert!(authenticate(&clerk, text(&third, "access_token")).await.is_none());
    let refresh = app.refresh(text(&third, "refresh_token"));
    assert_rejected(&clerk, &refresh, 400, "invalid_grant").await;
}

#[tokio::test]
async fn tokens_end_with_their_user_and_application() {
    let clerk = emulator().await;
    let (ada, app, browser) = setup(&clerk).await;
    let first = code(&browser, &app.request()).await;
    let issued = tokens(&clerk, &app.exchange(&first)).await;
    let second = code(&browser, &app.request()).await;
    post(&clerk, &format!("/users/{ada}/ban"), Value::Null).await;
    assert_rejected(&clerk, &app.exchange(&second), 400, "invalid_grant").await;
    let refresh = app.refresh(text(&issued, "refresh_token"));
    assert_rejected(&clerk, &refresh, 400, "invalid_grant").await;
    post(&clerk, &format!("/users/{ada}/unban"), Value::Null).await;
    let issued = tokens(&clerk, &app.refresh(text(&issued, "refresh_token"))).await;

    crate::support::delete(&clerk, &format!("/oauth_applications/{}", app.id)).await;
    let refresh = app.refresh(text(&issued, "refresh_token"));
    assert_rejected(&clerk, &refresh, 401, "invalid_client").await;
    assert_eq!(user_info(&clerk, text(&issued, "access_token")).await.0, 401);
}

#[tokio::test]
async fn tokens_are_introspected_and_revoked() {
    let clerk = emulator().await;
    let (ada, app, browser) = setup(&clerk).await;
    let other = Application::create(&clerk, &json!({})).await;
    let public = Application::create(&clerk, &json!({ "public": true })).await;
    let code = code(&browser, &app.request()).await;
    let issued = tokens(&clerk, &app.exchange(&code)).await;
    let (access, refresh) = (text(&issued, "access_token"), text(&issued, "refresh_token"));
    let send = async |path: &str, app: &Application, token: &str, scope: &str| {
        let fields = [
            ("client_id", &*app.client_id),
            ("client_secret", &app.secret),
            ("token", token),
            ("scope", scope),
        ];
        oauth_post(&clerk, path, &fields).await
    };
    let info = async |token: &str| send("/oauth/token_info", &app, token, "").await.1;
    for token in [access, refresh] {
        let expected = json!({
            "active": true, "client_id": app.client_id, "iat": START, "scope": "profile email",
            "sub": ada,
        });
        assert_eq!(info(token).await, expected);
    }
    let inactive = json!({ "active": false });
    assert_eq!(info("unknown").await, inactive);
    assert_eq!(send("/oauth/token_info", &app, access, "email").await.1["active"], true);
    assert_eq!(send("/oauth/token_info", &app, access, "email openid").await.1, inactive);
    assert_eq!(send("/oauth/token_info", &public, access, "").await.0, 401);

    assert_eq!(send("/oauth/token/revoke", &app, "unknown", "").await.0, 200);
    for token in [access, refresh] {
        assert_eq!(send("/oauth/token/revoke", &other, token, "").await.0, 400);
    }
    assert_eq!(send("/oauth/token/revoke", &app, access, "").await.0, 200);
    assert_eq!(info(access).await, inactive);
    let issued = tokens(&clerk, &app.refresh(refresh)).await;
    assert_eq!(send("/oauth/token/revoke", &app, text(&issued, "refresh_token"), "").await.0, 200);
    let access = text(&issued, "access_token");
    assert_eq!(info(access).await, inactive, "revoking the refresh token revokes the grant");
    let path = "/oauth_applications/access_tokens/verify";
    let body = json!({ "access_token": access });
    assert_eq!(call(&clerk, http::Method::POST, path, body).await.0, 404);
}
