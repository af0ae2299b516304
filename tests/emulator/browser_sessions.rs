//! What servers ask about browsers, and what the emulator refuses them.

use std::time::Duration;

use axum_clerk::{InstanceType, api::CreateUser, emulator::ClerkEmulator};
use http::Method;
use serde_json::{Value, json};

use super::{call, emulator, refusal};

/// Ends a handshake of a browser that signs in at the portal; its cookies as `NAME=VALUE; …`, each in both names.
async fn signed_in_browser(clerk: &ClerkEmulator, user_id: &str) -> Vec<String> {
    let http =
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let location =
        |response: reqwest::Response| response.headers()["location"].to_str().unwrap().to_owned();
    let query = |url: &str, name: &str| {
        let url = url::Url::parse(url).unwrap();
        url.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned()
    };
    let app = "http://localhost:3000/";
    let portal = format!("{}/sign-in?redirect_url={app}", clerk.url());
    let form = format!("user_id={user_id}");
    let request =
        http.post(&portal).header("content-type", "application/x-www-form-urlencoded").body(form);
    let dev_browser = query(&location(request.send().await.unwrap()), "__clerk_db_jwt");

    let handshake = format!(
        "{}/v1/client/handshake?redirect_url={app}&format=nonce&__clerk_db_jwt={dev_browser}",
        clerk.url()
    );
    let nonce =
        query(&location(http.get(handshake).send().await.unwrap()), "__clerk_handshake_nonce");
    let path = format!("/clients/handshake_payload?nonce={nonce}");
    let (status, payload) = call(clerk, Method::GET, &path, Value::Null).await;
    assert_eq!(status, 200, "{payload}");
    let (status, _, _) = refusal(clerk, Method::GET, &path, Value::Null).await;
    assert_eq!(status, 404, "a nonce is good for one use");
    serde_json::from_value(payload["directives"].clone()).unwrap()
}

fn cookie<'a>(directives: &'a [String], name: &str) -> &'a str {
    let value =
        directives.iter().find_map(|directive| directive.strip_prefix(name)?.strip_prefix('='));
    value.unwrap_or_else(|| panic!("no {name} in {directives:?}")).split(';').next().unwrap()
}

#[tokio::test]
async fn a_handshake_tells_the_server_every_cookie_to_set() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let directives = signed_in_browser(&clerk, &ada.id).await;
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
    let claims = super::claims(&clerk, cookie(&directives, "__session"));
    assert_eq!((&claims["sub"], &claims["azp"]), (&json!(ada.id), &json!("http://localhost:3000")));
}

#[tokio::test]
async fn only_the_refresh_token_of_an_active_session_refreshes_it() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let directives = signed_in_browser(&clerk, &ada.id).await;
    let suffix = clerk.config().publishable_key().unwrap().cookie_suffix().to_owned();
    let (token, refresh_token) =
        (cookie(&directives, "__session"), cookie(&directives, &format!("__refresh_{suffix}")));
    let session_id = super::claims(&clerk, token)["sid"].as_str().unwrap().to_owned();
    let path = format!("/sessions/{session_id}/refresh");
    let body = |token: &str, refresh_token: &str, format: &str| {
        json!({ "expired_token": token, "refresh_token": refresh_token, "format": format,
            "request_origin": "http://localhost:3000", "request_headers": {} })
    };

    clerk.clock().advance(Duration::from_secs(90));
    let (status, refreshed) =
        call(&clerk, Method::POST, &path, body(token, refresh_token, "cookie")).await;
    assert_eq!((status.as_u16(), &refreshed["object"]), (200, &json!("cookies")));
    let cookies: Vec<String> = serde_json::from_value(refreshed["cookies"].clone()).unwrap();
    assert_eq!(cookie(&cookies, "__session"), cookie(&cookies, &format!("__session_{suffix}")));
    assert_ne!(cookie(&cookies, "__session"), token);
    let (_, refreshed) =
        call(&clerk, Method::POST, &path, body(token, refresh_token, "token")).await;
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
        let refused = refusal(&clerk, Method::POST, &path, body).await;
        assert_eq!((refused.0, refused.1.as_str()), (401, code));
    }
    call(&clerk, Method::POST, &format!("/sessions/{session_id}/revoke"), Value::Null).await;
    let refused = refusal(&clerk, Method::POST, &path, body(token, refresh_token, "cookie")).await;
    assert_eq!((refused.0, refused.1.as_str()), (401, "session_refresh_inactive_session"));
}

#[tokio::test]
async fn a_production_instance_has_live_keys_and_no_dev_browsers() {
    let clerk =
        ClerkEmulator::builder().instance_type(InstanceType::Production).start().await.unwrap();
    assert!(
        clerk.secret_key().starts_with("sk_live_")
            && clerk.publishable_key().starts_with("pk_live_")
    );
    assert_eq!(clerk.config().instance_type(), Some(InstanceType::Production));
    let ada = clerk.create_user(CreateUser::default());
    assert!(!clerk.sign_in(&ada.id).cookies().contains("__clerk_db_jwt"));
}
