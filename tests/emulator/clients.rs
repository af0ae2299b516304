//! Clients, which are browsers with their sessions, over HTTP.

use std::time::Duration;

use axum_clerk::{
    api::{CreateUser, OptionalPaging},
    emulator::ClerkEmulator,
};
use http::Method;
use serde_json::{Value, json};

use crate::support::{START, api, emulator, get, ids, post, rejection};

/// The dev browser token among the cookies of a signed-in browser.
fn dev_browser_token(cookies: &str) -> &str {
    cookies.split("; ").find_map(|cookie| cookie.strip_prefix("__clerk_db_jwt=")).unwrap()
}

async fn client_id(clerk: &ClerkEmulator, session_id: &str) -> String {
    get(clerk, &format!("/sessions/{session_id}")).await["client_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn client_shows_its_sessions() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let session = clerk.sign_in(&ada.id);
    let id = client_id(&clerk, session.id()).await;
    clerk.clock().advance(Duration::from_secs(1));
    let other = clerk.sign_in(&ada.id);
    let other_id = client_id(&clerk, other.id()).await;

    let client = get(&clerk, &format!("/clients/{id}")).await;
    assert_eq!((&client["id"], ids(&client["sessions"])), (&json!(id), vec![session.id()]));
    assert_eq!(client["session_ids"], json!([session.id()]));
    assert_eq!(client["last_active_session_id"], session.id());
    assert_eq!(
        post(&clerk, "/clients/verify", json!({ "token": dev_browser_token(&session.cookies()) }))
            .await,
        client
    );

    assert_eq!(ids(&get(&clerk, "/clients").await), [other_id.as_str(), &id]);
    assert_eq!(ids(&get(&clerk, "/clients?limit=1&offset=1").await), [id.as_str()]);
    let page = get(&clerk, "/clients?paginated=true&limit=1").await;
    assert_eq!((ids(&page["data"]), &page["total_count"]), (vec![other_id.as_str()], &json!(2)));

    post(&clerk, &format!("/sessions/{}/revoke", session.id()), Value::Null).await;
    let client = get(&clerk, &format!("/clients/{id}")).await;
    assert_eq!(client["sessions"][0]["status"], "revoked");
    assert_eq!(client["last_active_session_id"], Value::Null);
    assert_eq!(client["updated_at"], (START + 1) * 1000);
}

#[tokio::test]
async fn client_is_not_found_by_invalid_tokens() {
    let clerk = emulator().await;
    for (body, status, code) in [
        (json!({ "token": "a.b.c" }), 400, "cookie_invalid"),
        (json!({ "token": "dvb_none" }), 404, "resource_not_found"),
        (json!({}), 422, "form_param_missing"),
    ] {
        let rejected = rejection(&clerk, Method::POST, "/clients/verify", body.clone()).await;
        assert_eq!(rejected.status_and_code(), (status, code), "{body}");
    }
    assert_eq!(
        rejection(&clerk, Method::GET, "/clients/client_none", Value::Null).await.status,
        404
    );
}

#[tokio::test]
#[expect(deprecated, reason = "covers the deprecated `list`")]
async fn typed_client_parses_client_responses() {
    let clerk = emulator().await;
    let session = clerk.sign_in(&clerk.create_user(CreateUser::default()).id);
    let api = api(&clerk);
    let verified = api.clients().verify(dev_browser_token(&session.cookies())).await.unwrap();
    assert_eq!(api.clients().get(&verified.id).await.unwrap(), verified);
    assert_eq!(api.clients().list(&OptionalPaging::default()).await.unwrap(), [verified]);
}
