//! Browsers over HTTP.

use std::time::Duration;

use axum_clerk::{
    api::{CreateUser, OptionalPaging},
    emulator::ClerkEmulator,
};
use http::Method;
use serde_json::{Value, json};

use super::{START, api, emulator, get, ids, post, refusal};

/// The dev browser token of a browser with a session.
fn token(cookies: &str) -> &str {
    cookies.split("; ").find_map(|cookie| cookie.strip_prefix("__clerk_db_jwt=")).unwrap()
}

async fn client_id(clerk: &ClerkEmulator, session_id: &str) -> String {
    get(clerk, &format!("/sessions/{session_id}")).await["client_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_client_knows_its_sessions() {
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
        post(&clerk, "/clients/verify", json!({ "token": token(&session.cookies()) })).await,
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
async fn a_client_is_found_by_no_other_token() {
    let clerk = emulator().await;
    for (body, status, code) in [
        (json!({ "token": "a.b.c" }), 400, "cookie_invalid"),
        (json!({ "token": "dvb_none" }), 404, "resource_not_found"),
        (json!({}), 422, "form_param_missing"),
    ] {
        let refused = refusal(&clerk, Method::POST, "/clients/verify", body.clone()).await;
        assert_eq!((refused.0, refused.1.as_str()), (status, code), "{body}");
    }
    assert_eq!(refusal(&clerk, Method::GET, "/clients/client_none", Value::Null).await.0, 404);
}

#[tokio::test]
#[allow(deprecated)]
async fn the_client_reads_every_answer_about_clients() {
    let clerk = emulator().await;
    let session = clerk.sign_in(&clerk.create_user(CreateUser::default()).id);
    let api = api(&clerk);
    let verified = api.clients().verify(token(&session.cookies())).await.unwrap();
    assert_eq!(api.clients().get(&verified.id).await.unwrap(), verified);
    assert_eq!(api.clients().list(&OptionalPaging::default()).await.unwrap(), [verified]);
}
