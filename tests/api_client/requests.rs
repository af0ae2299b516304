//! Requests: paths, queries, bodies and headers.

use std::{
    convert::Infallible,
    error::Error as _,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, UNIX_EPOCH},
};

use axum::{Json, response::IntoResponse};
use axum_clerk::api::{
    Client, CreateOrganization, Error, ListUsers, Patch, RequestError, UpdateUser,
};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use serde_json::{Value, json};

use super::server::{MockServer, RecordedRequest, SECRET_KEY};

#[tokio::test]
async fn request_carries_key_version_and_user_agent() {
    let server = MockServer::responding_with(json!({ "id": "user_1" })).await;
    server.client.users().get("user_1").await.unwrap();

    let RecordedRequest { method, target, headers, body } = server.only_request();
    assert_eq!((method, target.as_str(), body.as_str()), (Method::GET, "/v1/users/user_1", ""));
    assert_eq!(headers[header::AUTHORIZATION], format!("Bearer {SECRET_KEY}"));
    assert_eq!(headers["clerk-api-version"], "2026-05-12");
    assert_eq!(headers[header::ACCEPT], "application/json");
    assert_eq!(headers[header::USER_AGENT], concat!("axum-clerk/", env!("CARGO_PKG_VERSION")));
    assert!(!headers.contains_key(header::CONTENT_TYPE));
}

#[tokio::test]
async fn requests_run_concurrently_and_on_other_threads() {
    let MockServer { client, .. } = MockServer::responding_with(json!({ "id": "user_1" })).await;
    let other = client.clone();
    let other = tokio::spawn(async move { other.users().get("user_3").await });
    let (ada, grace) = (client.users().get("user_1"), client.users().get("user_2"));
    let (ada, grace, alan) = tokio::join!(ada, grace, other);
    assert!(ada.is_ok() && grace.is_ok() && alan.unwrap().is_ok());
}

#[tokio::test]
async fn path_parameter_is_encoded_as_one_segment() {
    let server = MockServer::responding_with(json!({ "id": "user_1" })).await;
    let parameters = ["a/b", "a?b=c", "100%", "%2e%2e", "a b", "日本", "a#b", r"..\..", "+;&"];
    for parameter in parameters {
        server.client.users().get(parameter).await.unwrap();
    }
    for (request, parameter) in server.requests().iter().zip(parameters) {
        let segment = request.target.strip_prefix("/v1/users/").unwrap();
        assert!(!segment.contains(['/', '?', '#']), "{segment}");
        assert_eq!(percent_encoding::percent_decode_str(segment).decode_utf8().unwrap(), parameter);
    }
}

#[tokio::test]
async fn path_traversal_is_rejected_before_sending() {
    let server = MockServer::responding_with(json!({ "id": "user_1" })).await;
    for parameter in ["", ".", ".."] {
        let error = server.client.users().delete(parameter).await.unwrap_err();
        assert!(matches!(error, Error::Request(RequestError::Path { .. })), "{error}");
        assert_eq!(
            error.to_string(),
            format!(
                "DELETE /users/{{user_id}} was not sent: \
                 invalid user_id {parameter:?} in the path"
            )
        );
    }
    assert!(server.client.request(Method::GET, "/users/../jwks").send_raw().await.is_err());
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn request_without_a_valid_secret_key_is_not_sent() {
    let server = MockServer::responding_with(json!({ "keys": [] })).await;
    let keyless =
        Client::from_http(|http| http).unwrap().with_base_url(server.url.parse().unwrap());
    for client in [keyless, server.client.with_secret_key("sk_test_\n")] {
        let error = client.jwks().get().await.unwrap_err();
        assert!(matches!(error, Error::Request(RequestError::SecretKey { .. })), "{error}");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn query_repeats_list_names_and_omits_unset_fields() {
    let server = MockServer::responding_with(json!([])).await;
    let params = ListUsers::default()
        .email_address(["ada@example.com", "grace+1@example.com"])
        .query("a&b c")
        .banned(false)
        .limit(10);
    server.client.users().list(&params).await.unwrap();
    server.client.users().list(&ListUsers::default()).await.unwrap();

    let requests = server.requests();
    assert_eq!(
        requests[0].target,
        "/v1/users?email_address=ada%40example.com&email_address=grace%2B1%40example.com\
         &query=a%26b+c&banned=false&limit=10"
    );
    assert_eq!(requests[1].target, "/v1/users");
}

#[tokio::test]
async fn count_sends_filters_without_order_and_page() {
    let server =
        MockServer::responding_with(json!({ "object": "total_count", "total_count": 7 })).await;
    let params = ListUsers::default()
        .query("ada")
        .limit(5)
        .offset(5)
        .order_by("username")
        .starting_after("user_1");
    assert_eq!(server.client.users().count(&params).await.unwrap(), 7);
    assert_eq!(server.only_request().target, "/v1/users/count?query=ada");
}

#[tokio::test]
async fn update_distinguishes_cleared_from_unset_fields() {
    let server = MockServer::responding_with(json!({ "id": "user_1" })).await;
    let update = UpdateUser::default()
        .first_name("Ada")
        .username(Patch::Clear)
        .create_organizations_limit(3);
    server.client.users().update("user_1", &update).await.unwrap();

    let request = server.only_request();
    assert_eq!(request.method, Method::PATCH);
    assert_eq!(request.headers[header::CONTENT_TYPE], "application/json");
    let body: Value = serde_json::from_str(&request.body).unwrap();
    assert_eq!(
        body,
        json!({ "first_name": "Ada", "username": null, "create_organizations_limit": 3 })
    );
}

#[tokio::test]
async fn organization_creation_date_is_sent_as_rfc_3339() {
    let server = MockServer::responding_with(json!({ "id": "org_1" })).await;
    let params = CreateOrganization::new("Analytical Engines")
        .public_metadata(json!({ "plan": "free" }))
        .created_at(UNIX_EPOCH + Duration::from_millis(1_700_000_000_123));
    server.client.organizations().create(&params).await.unwrap();

    let body: Value = serde_json::from_str(&server.only_request().body).unwrap();
    assert_eq!(
        body,
        json!({
            "name": "Analytical Engines",
            "public_metadata": { "plan": "free" },
            "created_at": "2023-11-14T22:13:20.123Z",
        })
    );
}

#[tokio::test]
async fn unmodeled_endpoint_can_be_called() {
    let server = MockServer::start(|_| {
        (StatusCode::ACCEPTED, [("x-response", "42")], "done").into_response()
    })
    .await;
    let response = server
        .client
        .request(Method::PUT, "/new/endpoint")
        .query(&[("a", "1"), ("a", "2")])
        .json(&json!({ "b": 3 }))
        .header(
            HeaderName::from_static("clerk-api-version"),
            HeaderValue::from_static("2021-02-05"),
        )
        .send_raw()
        .await
        .unwrap();
    assert_eq!(
        (response.status(), &response.headers()["x-response"]),
        (StatusCode::ACCEPTED, &"42".parse().unwrap())
    );
    assert_eq!(response.body(), "done");

    let request = server.only_request();
    assert_eq!(
        (request.target.as_str(), request.body.as_str()),
        ("/v1/new/endpoint?a=1&a=2", r#"{"b":3}"#)
    );
    assert_eq!(
        request.headers.get_all("clerk-api-version").iter().collect::<Vec<_>>(),
        ["2021-02-05"]
    );
}

#[tokio::test]
async fn client_and_request_can_override_key_version_and_header() {
    let server = MockServer::responding_with(json!({})).await;
    let name = HeaderName::from_static("x-custom");
    let value = HeaderValue::from_static("custom");
    let version = HeaderValue::from_static("2021-02-05");
    server
        .client
        .with_header(name.clone(), value.clone())
        .with_api_version(version.clone())
        .with_secret_key("ak_machine")
        .request(Method::GET, "/by/client")
        .send_raw()
        .await
        .unwrap();
    server
        .client
        .request(Method::GET, "/by/request")
        .header(name, value)
        .api_version(version)
        .secret_key("ak_machine")
        .send_raw()
        .await
        .unwrap();
    server.client.request(Method::GET, "/plain").send_raw().await.unwrap();

    let requests = server.requests();
    for request in &requests[..2] {
        assert_eq!(request.headers[header::AUTHORIZATION], "Bearer ak_machine");
        assert_eq!(request.headers["clerk-api-version"], "2021-02-05");
        assert_eq!(request.headers["x-custom"], "custom");
    }
    assert_eq!(requests[2].headers["clerk-api-version"], "2026-05-12");
    assert!(!requests[2].headers.contains_key("x-custom"));
}

#[tokio::test]
async fn secret_key_provider_is_called_on_every_attempt() {
    let server = MockServer::start(|n| match n {
        0 => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        _ => Json(json!({ "keys": [] })).into_response(),
    })
    .await;
    let attempt = Arc::new(AtomicUsize::new(0));
    let client = server.client.with_secret_key_provider(move || {
        let key = format!("sk_test_{}", attempt.fetch_add(1, Ordering::Relaxed));
        async { Ok::<_, Infallible>(key) }
    });
    client.jwks().get().await.unwrap();
    let keys =
        server.requests().into_iter().map(|request| request.headers[header::AUTHORIZATION].clone());
    assert_eq!(keys.collect::<Vec<_>>(), ["Bearer sk_test_0", "Bearer sk_test_1"]);

    let locked = server
        .client
        .with_secret_key_provider(|| async { Err::<String, _>("the vault is locked") });
    let error = locked.jwks().get().await.unwrap_err();
    assert!(matches!(error, Error::Request(RequestError::SecretKeyProvider { .. })), "{error}");
    assert_eq!(error.source().unwrap().to_string(), "the vault is locked");
    assert_eq!(server.requests().len(), 2);
}
