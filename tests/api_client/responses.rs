//! Parsing of responses.

use axum_clerk::api::{
    Error, ListOrganizations, ListUsers, RefreshSession, SessionRefresh, SessionStatus,
};
use serde_json::json;

use super::server::MockServer;

#[tokio::test]
async fn lists_are_parsed_from_arrays_and_pages() {
    let items = json!([{ "id": "x_1" }, { "id": "x_2" }]);
    for response in [items.clone(), json!({ "data": items, "total_count": 9 })] {
        let server = MockServer::responding_with(response.clone()).await;
        let users = server.client.users().list(&ListUsers::default()).await.unwrap();
        assert_eq!(users.iter().map(|user| &*user.id).collect::<Vec<_>>(), ["x_1", "x_2"]);
        let page = server.client.organizations().list(&ListOrganizations::default()).await.unwrap();
        assert_eq!(page.total_count, if response.is_array() { 2 } else { 9 });
        assert_eq!(
            page.into_iter().map(|organization| organization.id).collect::<Vec<_>>(),
            ["x_1", "x_2"]
        );
    }
}

#[tokio::test]
async fn model_requires_only_its_id() {
    let server = MockServer::responding_with(json!({
        "id": "user_1",
        "username": null,
        "banned": null,
        "created_at": null,
        "public_metadata": null,
        "email_addresses": [
            { "email_address": "ada@example.com", "verification": { "status": "unknown_status" } },
        ],
        "phone_numbers": null,
        "unknown_field": { "a": "b" },
    }))
    .await;
    let user = server.client.users().get("user_1").await.unwrap();
    assert_eq!((user.username, user.banned, user.phone_numbers), (None, false, vec![]));
    assert_eq!(
        user.email_addresses[0].verification.as_ref().unwrap().status.as_str(),
        "unknown_status"
    );

    for (response, message) in [
        (
            json!({}),
            "failed to decode Clerk's response to GET /users/{user_id} at `.`: missing field `id`",
        ),
        (json!({ "id": null }), "at `id`: invalid type: null"),
        (
            json!({ "id": "user_1", "email_addresses": [{ "email_address": 7 }] }),
            "at `email_addresses[0].email_address`: invalid type: integer `7`",
        ),
    ] {
        let error = MockServer::responding_with(response)
            .await
            .client
            .users()
            .get("user_1")
            .await
            .unwrap_err();
        assert!(matches!(error, Error::Decode(_)));
        assert!(error.to_string().contains(message), "{error}");
    }
}

#[tokio::test]
async fn model_serializes_back_to_the_received_json() {
    let session = json!({
        "object": "session",
        "id": "sess_1",
        "user_id": "user_1",
        "client_id": "client_1",
        "actor": { "sub": "user_2" },
        "status": "unknown_status",
        "last_active_organization_id": "org_1",
        "last_active_at": 1_700_000_000_001_i64,
        "latest_activity": {
            "object": "session_activity",
            "id": "act_1",
            "is_mobile": true,
            "device_type": "iPhone",
            "browser_name": "Safari",
            "browser_version": "18",
            "ip_address": "192.0.2.1",
            "city": "London",
            "country": "GB",
        },
        "expire_at": 1_700_000_000_002_i64,
        "abandon_at": 1_700_000_000_003_i64,
        "updated_at": 1_700_000_000_004_i64,
        "created_at": 1_700_000_000_005_i64,
        "tasks": [{ "key": "choose-organization" }],
    });
    let server = MockServer::responding_with(session.clone()).await;
    let parsed = server.client.sessions().get("sess_1").await.unwrap();
    assert_eq!(parsed.status, SessionStatus::Other("unknown_status".into()));
    assert_eq!(serde_json::to_value(&parsed).unwrap(), session);
}

#[tokio::test]
async fn jwks_keeps_keys_of_unknown_types() {
    let rsa = json!({ "kty": "RSA", "kid": "1", "n": "AQ", "e": "AQAB" });
    let keys = json!({ "keys": [rsa, { "kty": "ML-DSA", "kid": "2" }] });
    let parsed = MockServer::responding_with(keys.clone()).await.client.jwks().get().await.unwrap();
    assert_eq!(serde_json::to_value(parsed).unwrap(), keys);
}

#[tokio::test]
async fn session_refresh_returns_a_token_or_cookies() {
    for (response, expected) in [
        (
            json!({ "object": "token", "jwt": "a.b.c" }),
            SessionRefresh::Token { jwt: "a.b.c".into() },
        ),
        (
            json!({ "object": "cookies", "cookies": ["__session=a.b.c"] }),
            SessionRefresh::Cookies { cookies: vec!["__session=a.b.c".into()] },
        ),
    ] {
        let server = MockServer::responding_with(response.clone()).await;
        let params = RefreshSession::new("expired", "refresh", "https://example.com")
            .request_headers([("accept".to_owned(), vec!["*/*".to_owned()])]);
        let refreshed = server.client.sessions().refresh("sess_1", &params).await.unwrap();
        assert_eq!(refreshed, expected);
        assert_eq!(serde_json::to_value(&refreshed).unwrap(), response);
        assert!(server.only_request().body.ends_with(r#""request_headers":{"accept":["*/*"]}}"#));
    }
}
