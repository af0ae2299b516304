//! The endpoints with which servers complete handshakes and refresh sessions.

use std::time::Duration;

use axum_clerk::{InstanceType, api::CreateUser, emulator::ClerkEmulator};
use http::Method;
use reqwest::Response;
use serde_json::{Value, json};
use url::Url;

use crate::support::{
    claims, emulator, get, post, production_emulator, rejection, submit_form, visit,
};

/// Signs a user in on the account portal and completes the handshake that follows, like the server
/// of an app. Returns the `Set-Cookie` directives of the handshake.
async fn complete_handshake(clerk: &ClerkEmulator, user_id: &str) -> Vec<String> {
    let app = "http://localhost:3000/";
    let sign_in = format!("/sign-in?redirect_url={app}");
    let response = submit_form(clerk, &sign_in, &[("user_id", user_id)]).await;
    let dev_browser = redirect_param(&response, "__clerk_db_jwt");

    let handshake = format!(
        "/v1/client/handshake?redirect_url={app}&format=nonce&__clerk_db_jwt={dev_browser}"
    );
    let nonce = redirect_param(&visit(clerk, &handshake).await, "__clerk_handshake_nonce");
    let path = format!("/clients/handshake_payload?nonce={nonce}");
    let payload = get(clerk, &path).await;
    let rejected = rejection(clerk, Method::GET, &path, Value::Null).await;
    assert_eq!(rejected.status, 404, "a nonce can be used once");
    serde_json::from_value(payload["directives"].clone()).unwrap()
}

/// The value of a query parameter of the URL to which a response redirects.
fn redirect_param(response: &Response, name: &str) -> String {
    let location = Url::parse(response.headers()["location"].to_str().unwrap()).unwrap();
    location.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned()
}

/// The value of the cookie with the given name.
fn cookie<'a>(directives: &'a [String], name: &str) -> &'a str {
    let value =
        directives.iter().find_map(|directive| directive.strip_prefix(name)?.strip_prefix('='));
    value.unwrap_or_else(|| panic!("no {name} in {directives:?}")).split(';').next().unwrap()
}

#[tokio::test]
async fn handshake_payload_has_all_cookies_under_both_names() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let directives = complete_handshake(&clerk, &ada.id).await;
    let config = clerk.config();
    let suffix = config.publishable_key().unwrap().cookie_suffix();
    for name in ["__clerk_db_jwt", "__client_uat", "__session"] {
        assert_eq!(cookie(&directives, name), cookie(&directives, &format!("{name}_{suffix}")));
    }
    let refresh =
        directives.iter().find(|directive| directive.starts_with(&format!("__refresh_{suffix}=")));
    assert!(refresh.unwrap().contains("; HttpOnly"), "{refresh:?}");
    assert_eq!(directives.len(), 7);
    assert!(
        directives.iter().all(|directive| directive.contains("; Path=/; Max-Age=34560000")),
        "{directives:?}"
    );
    let claims = claims(&clerk, cookie(&directives, "__session"));
    assert_eq!((&claims["sub"], &claims["azp"]), (&json!(ada.id), &json!("http://localhost:3000")));
}

#[tokio::test]
async fn session_is_refreshed_only_with_its_own_refresh_token() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let directives = complete_handshake(&clerk, &ada.id).await;
    let suffix = clerk.config().publishable_key().unwrap().cookie_suffix().to_owned();
    let (token, refresh_token) =
        (cookie(&directives, "__session"), cookie(&directives, &format!("__refresh_{suffix}")));
    let session_id = claims(&clerk, token)["sid"].as_str().unwrap().to_owned();
    let path = format!("/sessions/{session_id}/refresh");
    let body = |token: &str, refresh_token: &str, format: &str| {
        json!({ "expired_token": token, "refresh_token": refresh_token, "format": format,
            "request_origin": "http://localhost:3000", "request_headers": {} })
    };

    clerk.clock().advance(Duration::from_secs(90));
    let refreshed = post(&clerk, &path, body(token, refresh_token, "cookie")).await;
    assert_eq!(refreshed["object"], "cookies");
    let cookies: Vec<String> = serde_json::from_value(refreshed["cookies"].clone()).unwrap();
    assert_eq!(cookie(&cookies, "__session"), cookie(&cookies, &format!("__session_{suffix}")));
    assert_ne!(cookie(&cookies, "__session"), token);
    let refreshed = post(&clerk, &path, body(token, refresh_token, "token")).await;
    assert!(refreshed["jwt"].is_string(), "{refreshed}");

    let other = clerk.sign_in(&ada.id);
    for (path, body, code) in [
        (path.clone(), body("a.b.c", refresh_token, "cookie"), "expired_session_token_invalid"),
        (path.clone(), body(&other.token(), refresh_token, "cookie"), "refresh_sid_mismatch"),
        (path.clone(), body(token, "none", "cookie"), "refresh_token_not_found"),
        (
            format!("/sessions/{}/refresh", other.id()),
            body(&other.token(), refresh_token, "cookie"),
            "refresh_token_not_found",
        ),
    ] {
        let rejected = rejection(&clerk, Method::POST, &path, body).await;
        assert_eq!(rejected.status_and_code(), (401, code));
    }
    post(&clerk, &format!("/sessions/{session_id}/revoke"), Value::Null).await;
    let rejected =
        rejection(&clerk, Method::POST, &path, body(token, refresh_token, "cookie")).await;
    assert_eq!(rejected.status_and_code(), (401, "session_refresh_inactive_session"));
}

#[tokio::test]
async fn production_instance_has_live_keys_and_no_dev_browsers() {
    let clerk = production_emulator().await;
    assert!(
        clerk.secret_key().starts_with("sk_live_")
            && clerk.publishable_key().starts_with("pk_live_")
    );
    assert_eq!(clerk.config().instance_type(), Some(InstanceType::Production));
    let ada = clerk.create_user(CreateUser::default());
    assert!(!clerk.sign_in(&ada.id).cookies().contains("__clerk_db_jwt"));
}

#[tokio::test]
async fn invalid_form_shows_the_page_with_an_alert() {
    let clerk = emulator().await;
    clerk.create_user(CreateUser::default().first_name("Ada"));
    for fields in [&[][..], &[("shoe_size", "39")]] {
        let response = submit_form(&clerk, "/sign-in", fields).await;
        assert!(response.status().is_client_error());
        let page = response.text().await.unwrap();
        assert!(page.contains("role=\"alert\"") && page.contains("Ada"), "{page}");
    }
}
