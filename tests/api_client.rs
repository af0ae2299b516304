//! What the Backend API client promises, against a server on loopback.
#![allow(clippy::unwrap_used)]

use std::{
    collections::HashMap,
    convert::Infallible,
    error::Error as _,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{Query, Request},
    response::{Html, IntoResponse, Response},
};
use axum_clerk::api::{
    self, ApiError, CancelSubscriptionItem, Client, CreateEmail, CreateOrganization,
    CreateSmsMessage, CreateUser, Error, ListBillingPlans, ListOrganizations, ListSessions,
    ListSubscriptionItems, ListUsers, MAX_RESPONSE_BYTES, Patch, RefreshSession, RequestError,
    RetryPolicy, SessionRefresh, SessionStatus, TransportError, UpdateUser, Upload, UploadLogo,
    User,
};
use futures_util::{StreamExt, TryStreamExt, stream};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use serde_json::{Value, json};
use tokio::net::TcpListener;

const SECRET_KEY: &str = "sk_test_c2VjcmV0";

/// A Clerk that answers its `n`th request, from 0, with `answer(n)`, and a client of it with short delays.
struct Server {
    url: String,
    client: Client,
    received: Arc<Mutex<Vec<Received>>>,
}

#[derive(Clone, Debug)]
struct Received {
    method: Method,
    target: String,
    headers: HeaderMap,
    body: String,
}

impl Server {
    async fn start(answer: impl Fn(usize) -> Response + Clone + Send + Sync + 'static) -> Self {
        Self::answering(move |n, _| answer(n)).await
    }

    async fn answering(
        answer: impl Fn(usize, &HashMap<String, String>) -> Response + Clone + Send + Sync + 'static,
    ) -> Self {
        let received = Arc::new(Mutex::new(Vec::new()));
        let log = received.clone();
        let app = Router::new().fallback(async move |Query(query): Query<_>, request: Request| {
            let (parts, body) = request.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
            let received = Received {
                method: parts.method,
                target: parts.uri.to_string(),
                headers: parts.headers,
                body: String::from_utf8(body.to_vec()).unwrap(),
            };
            let n = {
                let mut log = log.lock().unwrap();
                log.push(received);
                log.len() - 1
            };
            answer(n, &query)
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (url, client) = (url(&listener), client(&listener));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, client, received }
    }

    async fn json(answer: Value) -> Self {
        Self::start(move |_| Json(answer.clone()).into_response()).await
    }

    async fn failing(status: StatusCode) -> Self {
        Self::start(move |_| status.into_response()).await
    }

    fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    fn only(&self) -> Received {
        let received = self.received();
        assert_eq!(received.len(), 1);
        received[0].clone()
    }
}

fn url(listener: &TcpListener) -> String {
    format!("http://{}", listener.local_addr().unwrap())
}

fn client(listener: &TcpListener) -> Client {
    Client::new(SECRET_KEY)
        .unwrap()
        .with_base_url(url(listener).parse().unwrap())
        .with_retry(RetryPolicy::default().min_delay(Duration::from_millis(1)))
}

fn api_error<T>(result: api::Result<T>) -> ApiError {
    match result {
        Err(Error::Api(error)) => *error,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("no error"),
    }
}

// What is sent

#[tokio::test]
async fn a_call_carries_key_version_and_user_agent() {
    let server = Server::json(json!({ "id": "user_1" })).await;
    server.client.users().get("user_1").await.unwrap();

    let Received { method, target, headers, body } = server.only();
    assert_eq!((method, target.as_str(), body.as_str()), (Method::GET, "/v1/users/user_1", ""));
    assert_eq!(headers[header::AUTHORIZATION], format!("Bearer {SECRET_KEY}"));
    assert_eq!(headers["clerk-api-version"], "2026-05-12");
    assert_eq!(headers[header::ACCEPT], "application/json");
    assert_eq!(headers[header::USER_AGENT], concat!("axum-clerk/", env!("CARGO_PKG_VERSION")));
    assert!(!headers.contains_key(header::CONTENT_TYPE));
}

#[tokio::test]
async fn calls_run_side_by_side_and_on_other_threads() {
    let Server { client, .. } = Server::json(json!({ "id": "user_1" })).await;
    let elsewhere = client.clone();
    let elsewhere = tokio::spawn(async move { elsewhere.users().get("user_1").await });
    let (ada, grace) = (client.users().get("user_1"), client.users().get("user_2"));
    let (ada, grace, alan) = tokio::join!(ada, grace, elsewhere);
    assert!(ada.is_ok() && grace.is_ok() && alan.unwrap().is_ok());
}

#[tokio::test]
async fn a_path_parameter_reaches_the_server_as_one_segment() {
    let server = Server::json(json!({ "id": "user_1" })).await;
    let parameters = ["a/b", "a?b=c", "100%", "%2e%2e", "a b", "日本", "a#b", r"..\..", "+;&"];
    for parameter in parameters {
        server.client.users().get(parameter).await.unwrap();
    }
    for (received, parameter) in server.received().iter().zip(parameters) {
        let segment = received.target.strip_prefix("/v1/users/").unwrap();
        assert!(!segment.contains(['/', '?', '#']), "{segment}");
        assert_eq!(percent_encoding::percent_decode_str(segment).decode_utf8().unwrap(), parameter);
    }
}

#[tokio::test]
async fn a_path_parameter_that_would_lead_elsewhere_is_not_sent() {
    let server = Server::json(json!({ "id": "user_1" })).await;
    for parameter in ["", ".", ".."] {
        let error = server.client.users().delete(parameter).await.unwrap_err();
        assert!(matches!(error, Error::Request(RequestError::Path { .. })), "{error}");
        assert_eq!(
            error.to_string(),
            format!(
                "DELETE /users/{{user_id}} was not sent: user_id is {parameter:?}, which would lead elsewhere"
            )
        );
    }
    assert!(server.client.request(Method::GET, "/users/../jwks").send_raw().await.is_err());
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_call_without_a_usable_secret_key_is_not_sent() {
    let server = Server::json(json!({ "keys": [] })).await;
    let keyless =
        Client::from_http(reqwest::Client::new()).with_base_url(server.url.parse().unwrap());
    for client in [keyless, server.client.with_secret_key("sk_test_\n")] {
        let error = client.jwks().get().await.unwrap_err();
        assert!(matches!(error, Error::Request(RequestError::SecretKey { .. })), "{error}");
    }
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_list_in_a_query_repeats_its_name_and_what_is_unset_is_left_out() {
    let server = Server::json(json!([])).await;
    let params = ListUsers::default()
        .email_address(["ada@example.com", "grace+1@example.com"])
        .query("a&b c")
        .banned(false)
        .limit(10);
    server.client.users().list(&params).await.unwrap();
    server.client.users().list(&ListUsers::default()).await.unwrap();

    let received = server.received();
    assert_eq!(
        received[0].target,
        "/v1/users?email_address=ada%40example.com&email_address=grace%2B1%40example.com\
         &query=a%26b+c&banned=false&limit=10"
    );
    assert_eq!(received[1].target, "/v1/users");
}

#[tokio::test]
async fn counting_sends_the_filters_without_order_and_page() {
    let server = Server::json(json!({ "object": "total_count", "total_count": 7 })).await;
    let params = ListUsers::default()
        .query("ada")
        .limit(5)
        .offset(5)
        .order_by("username")
        .starting_after("user_1");
    assert_eq!(server.client.users().count(&params).await.unwrap(), 7);
    assert_eq!(server.only().target, "/v1/users/count?query=ada");
}

#[tokio::test]
async fn an_update_tells_clearing_from_leaving() {
    let server = Server::json(json!({ "id": "user_1" })).await;
    let update = UpdateUser::default()
        .first_name("Ada")
        .username(Patch::Clear)
        .create_organizations_limit(3);
    server.client.users().update("user_1", &update).await.unwrap();

    let received = server.only();
    assert_eq!(received.method, Method::PATCH);
    assert_eq!(received.headers[header::CONTENT_TYPE], "application/json");
    let body: Value = serde_json::from_str(&received.body).unwrap();
    assert_eq!(
        body,
        json!({ "first_name": "Ada", "username": null, "create_organizations_limit": 3 })
    );
}

#[tokio::test]
async fn a_new_organization_has_a_name_and_dates_are_written_as_clerk_reads_them() {
    let server = Server::json(json!({ "id": "org_1" })).await;
    let params = CreateOrganization::new("Analytical Engines")
        .public_metadata(json!({ "plan": "free" }))
        .created_at(std::time::UNIX_EPOCH + Duration::from_millis(1_700_000_000_123));
    server.client.organizations().create(&params).await.unwrap();

    let body: Value = serde_json::from_str(&server.only().body).unwrap();
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
async fn what_is_not_modelled_can_be_called_all_the_same() {
    let server =
        Server::start(|_| (StatusCode::ACCEPTED, [("x-answer", "42")], "done").into_response())
            .await;
    let response = server
        .client
        .request(Method::PUT, "/something/new")
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
        (response.status(), &response.headers()["x-answer"]),
        (StatusCode::ACCEPTED, &"42".parse().unwrap())
    );
    assert_eq!(response.body(), "done");

    let received = server.only();
    assert_eq!(
        (received.target.as_str(), received.body.as_str()),
        ("/v1/something/new?a=1&a=2", r#"{"b":3}"#)
    );
    assert_eq!(
        received.headers.get_all("clerk-api-version").iter().collect::<Vec<_>>(),
        ["2021-02-05"]
    );
}

#[tokio::test]
async fn a_call_can_have_another_key_version_timeout_and_headers_than_its_client() {
    let server = Server::json(json!({})).await;
    let note = (HeaderName::from_static("x-note"), HeaderValue::from_static("kept"));
    let version = HeaderValue::from_static("2021-02-05");
    server
        .client
        .with_header(note.0.clone(), note.1.clone())
        .with_api_version(version.clone())
        .with_secret_key("ak_machine")
        .request(Method::GET, "/by/client")
        .send_raw()
        .await
        .unwrap();
    server
        .client
        .request(Method::GET, "/by/call")
        .header(note.0, note.1)
        .api_version(version)
        .secret_key("ak_machine")
        .send_raw()
        .await
        .unwrap();
    server.client.request(Method::GET, "/plain").send_raw().await.unwrap();

    let received = server.received();
    for received in &received[..2] {
        assert_eq!(received.headers[header::AUTHORIZATION], "Bearer ak_machine");
        assert_eq!(received.headers["clerk-api-version"], "2021-02-05");
        assert_eq!(received.headers["x-note"], "kept");
    }
    assert_eq!(received[2].headers["clerk-api-version"], "2026-05-12");
    assert!(!received[2].headers.contains_key("x-note"));
}

#[tokio::test]
async fn a_provider_is_asked_for_the_secret_key_at_every_attempt() {
    let server = Server::start(|n| match n {
        0 => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        _ => Json(json!({ "keys": [] })).into_response(),
    })
    .await;
    let turn = Arc::new(AtomicUsize::new(0));
    let client = server.client.with_secret_key_provider(move || {
        let key = format!("sk_test_{}", turn.fetch_add(1, Ordering::Relaxed));
        async { Ok::<_, Infallible>(key) }
    });
    client.jwks().get().await.unwrap();
    let keys = server
        .received()
        .into_iter()
        .map(|received| received.headers[header::AUTHORIZATION].clone());
    assert_eq!(keys.collect::<Vec<_>>(), ["Bearer sk_test_0", "Bearer sk_test_1"]);

    let locked = server
        .client
        .with_secret_key_provider(|| async { Err::<String, _>("the vault is locked") });
    let error = locked.jwks().get().await.unwrap_err();
    assert!(matches!(error, Error::Request(RequestError::SecretKeyProvider { .. })), "{error}");
    assert_eq!(error.source().unwrap().to_string(), "the vault is locked");
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn a_file_is_uploaded_as_a_form_and_its_bytes_can_be_sent_again() {
    let server = Server::start(|n| match n {
        0 => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        _ => Json(json!({ "id": "org_1" })).into_response(),
    })
    .await;
    let file = Upload::new("a\r\n\"b\".png", "image/png", "not a picture");
    let params = UploadLogo::default().uploader_user_id("user_1");
    let organization =
        server.client.organizations().upload_logo("org_1", file, &params).await.unwrap();
    assert_eq!(organization.id, "org_1");

    let received = server.received();
    assert_eq!(received.len(), 2);
    for Received { headers, body, .. } in received {
        let content_type = headers[header::CONTENT_TYPE].to_str().unwrap();
        let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
        assert_eq!(
            body,
            format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"uploader_user_id\"\r\n\r\nuser_1\r\n\
                 --{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a__\\\"b\\\".png\"\r\n\
                 content-type: image/png\r\n\r\nnot a picture\r\n--{boundary}--\r\n"
            )
        );
        assert_eq!(headers[header::CONTENT_LENGTH], body.len().to_string());
    }
}

#[tokio::test]
async fn a_file_can_come_from_a_stream_and_is_then_sent_once() {
    let pieces = || stream::iter(["not a ", "picture"].map(Ok::<_, Infallible>));
    let server = Server::json(json!({ "id": "user_1" })).await;
    let image = Upload::from_stream("ada.png", "image/png", pieces());
    server.client.users().set_profile_image("user_1", image).await.unwrap();
    assert!(server.only().body.contains("\r\n\r\nnot a picture\r\n--"));

    let server = Server::failing(StatusCode::SERVICE_UNAVAILABLE).await;
    let image = Upload::from_stream("ada.png", "image/png", pieces());
    let client = server.client.with_retry(RetryPolicy::default().all_methods(true));
    api_error(client.users().set_profile_image("user_1", image).await);
    server.only();
}

#[tokio::test]
async fn a_file_with_an_impossible_type_is_not_sent() {
    let server = Server::json(json!({ "id": "user_1" })).await;
    let image = Upload::new("ada.png", "image/png\r\nx-evil: 1", "");
    let error = server.client.users().set_profile_image("user_1", image).await.unwrap_err();
    assert!(matches!(error, Error::Request(RequestError::Parameters { .. })), "{error}");
    assert!(server.received().is_empty());
}

// What is read

#[tokio::test]
async fn lists_are_read_in_both_shapes() {
    let items = json!([{ "id": "x_1" }, { "id": "x_2" }]);
    for answer in [items.clone(), json!({ "data": items, "total_count": 9 })] {
        let server = Server::json(answer.clone()).await;
        let users = server.client.users().list(&ListUsers::default()).await.unwrap();
        assert_eq!(users.iter().map(|user| &*user.id).collect::<Vec<_>>(), ["x_1", "x_2"]);
        let page = server.client.organizations().list(&ListOrganizations::default()).await.unwrap();
        assert_eq!(page.total_count, if answer.is_array() { 2 } else { 9 });
        assert_eq!(
            page.into_iter().map(|organization| organization.id).collect::<Vec<_>>(),
            ["x_1", "x_2"]
        );
    }
}

#[tokio::test]
async fn a_model_needs_its_id_and_survives_everything_else() {
    let server = Server::json(json!({
        "id": "user_1",
        "username": null,
        "banned": null,
        "created_at": null,
        "public_metadata": null,
        "email_addresses": [{ "email_address": "ada@example.com", "verification": { "status": "dreamt" } }],
        "phone_numbers": null,
        "tomorrow": { "is": "another day" },
    }))
    .await;
    let user = server.client.users().get("user_1").await.unwrap();
    assert_eq!((user.username, user.banned, user.phone_numbers), (None, false, vec![]));
    assert_eq!(user.email_addresses[0].verification.as_ref().unwrap().status.as_str(), "dreamt");

    for (answer, place) in [
        (json!({}), "GET /users/{user_id} is not as expected at `.`: missing field `id`"),
        (json!({ "id": null }), "at `id`: invalid type: null"),
        (
            json!({ "id": "user_1", "email_addresses": [{ "email_address": 7 }] }),
            "at `email_addresses[0].email_address`: invalid type: integer `7`",
        ),
    ] {
        let error = Server::json(answer).await.client.users().get("user_1").await.unwrap_err();
        assert!(matches!(error, Error::Decode(_)));
        assert!(error.to_string().contains(place), "{error}");
    }
}

#[tokio::test]
async fn a_model_serializes_back_to_what_was_received() {
    let session = json!({
        "object": "session",
        "id": "sess_1",
        "user_id": "user_1",
        "client_id": "client_1",
        "actor": { "sub": "user_2" },
        "status": "hibernating",
        "last_active_organization_id": "org_1",
        "last_active_at": 1_700_000_000_001_i64,
        "latest_activity": {
            "object": "session_activity", "id": "act_1", "is_mobile": true, "device_type": "iPhone",
            "browser_name": "Safari", "browser_version": "18", "ip_address": "192.0.2.1", "city": "London",
            "country": "GB",
        },
        "expire_at": 1_700_000_000_002_i64,
        "abandon_at": 1_700_000_000_003_i64,
        "updated_at": 1_700_000_000_004_i64,
        "created_at": 1_700_000_000_005_i64,
        "tasks": [{ "key": "choose-organization" }],
    });
    let server = Server::json(session.clone()).await;
    let read = server.client.sessions().get("sess_1").await.unwrap();
    assert_eq!(read.status, SessionStatus::Other("hibernating".into()));
    assert_eq!(serde_json::to_value(&read).unwrap(), session);
}

#[tokio::test]
async fn keys_of_unknown_kinds_are_kept() {
    let rsa = json!({ "kty": "RSA", "kid": "1", "n": "AQ", "e": "AQAB" });
    let keys = json!({ "keys": [rsa, { "kty": "ML-DSA", "kid": "2" }] });
    let read = Server::json(keys.clone()).await.client.jwks().get().await.unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), keys);
}

// What is streamed

const USERS: u64 = 2_500;

/// The part of `USERS` users that the query asks for.
fn users_page(query: &HashMap<String, String>) -> Vec<Value> {
    let number = |name: &str| query[name].parse::<u64>().unwrap();
    let start = number("offset").min(USERS);
    let end = (start + number("limit")).min(USERS);
    (start..end).map(|n| json!({ "id": format!("user_{n}") })).collect()
}

fn ids(users: impl IntoIterator<Item = User>) -> Vec<String> {
    users.into_iter().map(|user| user.id).collect()
}

fn all_ids() -> Vec<String> {
    (0..USERS).map(|n| format!("user_{n}")).collect()
}

#[tokio::test]
async fn a_stream_gives_every_item_of_every_page_once() {
    let bare = |_, query: &_| Json(users_page(query)).into_response();
    let counted = |_, query: &_| {
        Json(json!({ "data": users_page(query), "total_count": USERS })).into_response()
    };
    // A bare array does not say that it is the last one if it is full.
    for (server, pages) in
        [(Server::answering(bare).await, 6), (Server::answering(counted).await, 5)]
    {
        let params = ListUsers::default().query("a b&c").limit(500);
        let users: Vec<_> = server.client.users().stream(&params).try_collect().await.unwrap();
        assert_eq!(ids(users), all_ids());
        let targets: Vec<_> =
            server.received().into_iter().map(|received| received.target).collect();
        assert_eq!(targets.len(), pages);
        assert_eq!(targets[1], "/v1/users?query=a+b%26c&limit=500&offset=500");
    }
}

#[tokio::test]
async fn a_stream_fetches_a_page_when_it_is_needed_and_begins_where_it_is_told() {
    let server = Server::answering(|_, query| Json(users_page(query)).into_response()).await;
    let users = server.client.users().stream(&ListUsers::default().offset(2_350));
    assert!(server.received().is_empty());
    let mut users = users.take(100);
    users.by_ref().try_collect::<Vec<_>>().await.unwrap();
    assert_eq!(server.only().target, "/v1/users?limit=100&offset=2350");

    let rest = server.client.users().stream(&ListUsers::default().offset(2_350));
    assert_eq!(ids(rest.try_collect::<Vec<_>>().await.unwrap()), all_ids()[2_350..]);
}

#[tokio::test]
async fn a_stream_carries_on_from_its_place_whatever_fault_comes_between() {
    // Two attempts of three succeed; the others are busy, failing, or break off in the middle.
    let server = Server::answering(|n, query| match n % 9 {
        1 => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "0")]).into_response(),
        4 => StatusCode::BAD_GATEWAY.into_response(),
        7 => Body::from_stream(stream::iter([Ok("[{\"id\":"), Err("gone")])).into_response(),
        _ => Json(users_page(query)).into_response(),
    })
    .await;
    let params = ListUsers::default().limit(500);
    let users: Vec<_> = server.client.users().stream(&params).try_collect().await.unwrap();
    assert_eq!(ids(users), all_ids());

    let once = server.client.with_retry(RetryPolicy::none());
    let results: Vec<_> = once.users().stream(&params).collect().await;
    let (users, errors): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    assert_eq!(ids(users.into_iter().flatten()), all_ids());
    assert!(errors.len() >= 2);
}

#[tokio::test]
async fn a_stream_ends_with_an_error_that_will_not_pass() {
    let server = Server::failing(StatusCode::FORBIDDEN).await;
    let mut users = server.client.users().stream(&ListUsers::default());
    assert_eq!(api_error(users.next().await.unwrap()).status, StatusCode::FORBIDDEN);
    assert!(users.next().await.is_none());
    assert!(users.next().await.is_none());
    server.only();
}

#[tokio::test]
async fn a_stream_ends_even_if_the_count_promises_more() {
    let server = Server::answering(|n, _| {
        let data = if n == 0 { json!([{ "id": "user_1" }]) } else { json!([]) };
        Json(json!({ "data": data, "total_count": 1_000 })).into_response()
    })
    .await;
    let users: Vec<_> =
        server.client.users().stream(&ListUsers::default()).try_collect().await.unwrap();
    assert_eq!((ids(users).len(), server.received().len()), (1, 2));
    let nothing = server.client.users().stream(&ListUsers::default().limit(0).offset(u64::MAX));
    assert_eq!(nothing.count().await, 0);
}

#[tokio::test]
#[expect(deprecated, reason = "that they can still be called is the promise")]
async fn operations_that_newer_versions_lack_are_asked_of_the_first_one() {
    let server = Server::json(json!({ "id": "x_1", "data": [], "object": "x" })).await;
    let client = &server.client;
    client.sessions().verify("sess_1", "jwt").await.unwrap();
    client.users().create_totp("user_1").await.unwrap();
    client
        .emails()
        .create(&CreateEmail::default().email_address_id("idn_1").body("Hello"))
        .await
        .unwrap();
    client.sms_messages().create(&CreateSmsMessage::default().message("Hello")).await.unwrap();
    client.commerce().list_plans(&ListBillingPlans::default()).await.unwrap();
    client.commerce().list_subscription_items(&ListSubscriptionItems::default()).await.unwrap();
    let now = CancelSubscriptionItem::default().end_now(true);
    client.commerce().cancel_subscription_item("item_1", &now).await.unwrap();

    let received = server.received();
    let calls =
        received.iter().map(|call| format!("{} {} {}", call.method, call.target, call.body));
    assert_eq!(
        calls.collect::<Vec<_>>(),
        [
            r#"POST /v1/sessions/sess_1/verify {"token":"jwt"}"#,
            "POST /v1/users/user_1/totp ",
            r#"POST /v1/emails {"email_address_id":"idn_1","body":"Hello"}"#,
            r#"POST /v1/sms_messages {"message":"Hello"}"#,
            "GET /v1/commerce/plans ",
            "GET /v1/commerce/subscription_items ",
            "DELETE /v1/commerce/subscription_items/item_1?end_now=true ",
        ]
    );
    assert!(received.iter().all(|call| call.headers["clerk-api-version"] == "2021-02-05"));
}

#[tokio::test]
#[expect(deprecated, reason = "that it can still be called is the promise")]
async fn the_allowlist_is_turned_on_by_the_operation_of_today() {
    let server = Server::json(json!({
        "allowlist": true,
        "blocklist": false,
        "allowlist_blocklist_disabled_on_sign_in": false,
        "block_email_subaddresses": false,
        "block_disposable_email_domains": false,
    }))
    .await;
    assert!(server.client.allowlist_identifiers().set_enabled(true).await.unwrap().allowlist);
    let call = server.only();
    assert_eq!(
        (call.target.as_str(), call.body.as_str()),
        ("/v1/instance/restrictions", r#"{"allowlist":true}"#)
    );
    assert_eq!(call.headers["clerk-api-version"], "2026-05-12");
}

#[tokio::test]
async fn a_list_that_clerk_does_not_always_page_is_paged_for_a_stream() {
    let server = Server::json(json!({ "data": [{ "id": "sess_1" }], "total_count": 1 })).await;
    let sessions = server.client.sessions().stream(&ListSessions::default().user_id("user_1"));
    assert_eq!(sessions.count().await, 1);
    assert_eq!(
        server.only().target,
        "/v1/sessions?user_id=user_1&paginated=true&limit=100&offset=0"
    );
}

#[tokio::test]
async fn a_refreshed_session_is_a_token_or_cookies() {
    for (answer, expected) in [
        (
            json!({ "object": "token", "jwt": "a.b.c" }),
            SessionRefresh::Token { jwt: "a.b.c".into() },
        ),
        (
            json!({ "object": "cookies", "cookies": ["__session=a.b.c"] }),
            SessionRefresh::Cookies { cookies: vec!["__session=a.b.c".into()] },
        ),
    ] {
        let server = Server::json(answer.clone()).await;
        let params = RefreshSession::new("expired", "refresh", "https://example.com")
            .request_headers([("accept".to_owned(), vec!["*/*".to_owned()])]);
        let refreshed = server.client.sessions().refresh("sess_1", &params).await.unwrap();
        assert_eq!(refreshed, expected);
        assert_eq!(serde_json::to_value(&refreshed).unwrap(), answer);
        assert!(server.only().body.ends_with(r#""request_headers":{"accept":["*/*"]}}"#));
    }
}

// What Clerk refuses

#[tokio::test]
async fn an_error_of_clerks_is_typed() {
    let server = Server::start(|_| {
        let error = json!({
            "errors": [{
                "code": "resource_not_found",
                "message": "not found",
                "long_message": "No user was found",
                "meta": { "param_name": "user_id" },
            }],
            "clerk_trace_id": "abc123",
        });
        (StatusCode::NOT_FOUND, Json(error)).into_response()
    })
    .await;
    let error = api_error(server.client.users().get("user_1").await);
    assert!(error.is_not_found() && !error.is_rate_limited());
    assert_eq!(error.code(), Some("resource_not_found"));
    assert_eq!(error.errors[0].meta["param_name"], "user_id");
    assert_eq!(error.trace_id.as_deref(), Some("abc123"));
    assert_eq!(
        error.to_string(),
        "Clerk answered GET /users/{user_id} with 404 Not Found: \
         No user was found (resource_not_found) [trace abc123]"
    );
}

#[tokio::test]
async fn a_wrong_secret_key_can_be_told_from_other_refusals() {
    let server = Server::start(|_| {
        let error =
            json!({ "errors": [{ "code": "clerk_key_invalid", "message": "The key is invalid" }] });
        (StatusCode::UNAUTHORIZED, Json(error)).into_response()
    })
    .await;
    let error = api_error(server.client.jwks().get().await);
    assert_eq!((error.status, error.code()), (StatusCode::UNAUTHORIZED, Some("clerk_key_invalid")));
}

#[tokio::test]
async fn an_error_page_is_still_an_error_with_its_status() {
    let page =
        |_| (StatusCode::FORBIDDEN, [("cf-ray", "1234-LHR")], Html("<h1>No</h1>")).into_response();
    let error = api_error(Server::start(page).await.client.users().get("user_1").await);
    assert_eq!((error.status, error.code()), (StatusCode::FORBIDDEN, None));
    assert_eq!(error.trace_id.as_deref(), Some("1234-LHR"));
}

// What is tried again

#[tokio::test]
async fn an_idempotent_call_is_tried_again_when_clerk_is_busy_or_failing() {
    for status in [429, 500, 502, 503, 504] {
        let status = StatusCode::from_u16(status).unwrap();
        let server = Server::start(move |n| match n {
            0 | 1 => status.into_response(),
            _ => Json(json!({ "id": "user_1", "deleted": true, "object": "user" })).into_response(),
        })
        .await;
        assert!(server.client.users().delete("user_1").await.unwrap().deleted);
        assert_eq!(server.received().len(), 3);
    }
}

#[tokio::test]
async fn attempts_end_and_the_last_error_is_returned() {
    let server = Server::failing(StatusCode::BAD_GATEWAY).await;
    assert_eq!(
        api_error(server.client.users().get("user_1").await).status,
        StatusCode::BAD_GATEWAY
    );
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn a_refusal_is_not_tried_again() {
    let server = Server::failing(StatusCode::UNPROCESSABLE_ENTITY).await;
    api_error(server.client.users().get("user_1").await);
    server.only();
}

#[tokio::test]
async fn a_call_that_may_take_effect_twice_is_tried_again_only_on_request() {
    let server = Server::failing(StatusCode::SERVICE_UNAVAILABLE).await;
    api_error(server.client.users().create(&CreateUser::default()).await);
    server.only();
    api_error(server.client.users().update("user_1", &UpdateUser::default()).await);
    assert_eq!(server.received().len(), 2);

    let insistent = server
        .client
        .with_retry(RetryPolicy::default().min_delay(Duration::ZERO).all_methods(true));
    api_error(insistent.users().create(&CreateUser::default().first_name("Ada")).await);
    let received = server.received();
    assert_eq!(received.len(), 5);
    assert!(received[2..].iter().all(|received| received.body == r#"{"first_name":"Ada"}"#));
}

#[tokio::test]
async fn a_call_that_changes_nothing_is_tried_again_whatever_its_method() {
    let server = Server::failing(StatusCode::SERVICE_UNAVAILABLE).await;
    api_error(server.client.api_keys().verify("ak_secret").await);
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn retries_can_be_switched_off_for_one_call() {
    let server = Server::failing(StatusCode::SERVICE_UNAVAILABLE).await;
    api_error(server.client.with_retry(RetryPolicy::none()).jwks().get().await);
    server.only();
    api_error(server.client.jwks().get().await);
    assert_eq!(server.received().len(), 4);
}

#[tokio::test]
async fn a_retry_after_beyond_the_longest_delay_ends_the_attempts_at_once() {
    let busy = |_| (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "3600")]).into_response();
    let server = Server::start(busy).await;
    let error = api_error(server.client.users().get("user_1").await);
    assert!(error.is_rate_limited());
    assert_eq!(error.retry_after, Some(Duration::from_secs(3600)));
    server.only();
}

// What a broken network, or a hostile server, can do

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_a_transport_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(&listener);
    drop(listener);
    let error = client.users().get("user_1").await.unwrap_err();
    assert!(matches!(error, Error::Transport(TransportError::Connection { .. })), "{error:?}");
    assert_eq!(error.to_string(), "Clerk could not be reached for GET /users/{user_id}");
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up_on() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(&silent).with_timeout(Duration::from_millis(20));
    let error = client.users().get("user_1").await.unwrap_err();
    assert!(matches!(error, Error::Transport(TransportError::Timeout { .. })), "{error:?}");
}

#[tokio::test]
async fn a_body_without_end_is_given_up_on() {
    let server = Server::start(|_| {
        let start = stream::once(async { Ok::<_, Infallible>(Bytes::from_static(b"{")) });
        Body::from_stream(start.chain(stream::pending())).into_response()
    })
    .await;
    let client =
        server.client.with_timeout(Duration::from_millis(100)).with_retry(RetryPolicy::none());
    let error = client.users().get("user_1").await.unwrap_err();
    assert!(matches!(error, Error::Transport(TransportError::Timeout { .. })), "{error:?}");
}

#[tokio::test]
async fn a_huge_body_is_refused_before_it_fills_the_memory() {
    let server = Server::start(|_| {
        let chunk = Bytes::from(vec![b' '; MAX_RESPONSE_BYTES / 16]);
        Body::from_stream(stream::repeat(Ok::<_, Infallible>(chunk))).into_response()
    })
    .await;
    let error = server.client.users().get("user_1").await.unwrap_err();
    assert!(matches!(error, Error::Transport(TransportError::TooLarge { .. })), "{error:?}");
    server.only();
}

#[tokio::test]
async fn an_answer_that_is_not_the_promised_json_is_a_decode_error() {
    for body in
        [r#"{ "id": "user_"#, "<h1>Welcome</h1>", "", "[]", r#"{ "id": "user_1" } and more"#]
    {
        let server = Server::start(move |_| body.into_response()).await;
        let error = server.client.users().get("user_1").await.unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{body:?}: {error:?}");
        server.only();
    }
}

#[tokio::test]
async fn a_decode_error_does_not_repeat_a_long_answer() {
    let long = "é".repeat(100_000);
    let server =
        Server::json(json!({ "id": "user_1", "email_addresses": [{ "verification": long }] }))
            .await;
    let error = server.client.users().get("user_1").await.unwrap_err();
    assert!(error.to_string().contains("email_addresses[0]"), "{error}");
    assert!(format!("{error} {error:?}").len() < 2_000);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Server::json(json!({ "id": "user_1" })).await;
    let location = format!("{}/v1/users/user_1", elsewhere.url);
    let server = Server::start(move |_| {
        (StatusCode::FOUND, [("location", location.clone())]).into_response()
    })
    .await;
    assert_eq!(api_error(server.client.users().get("user_1").await).status, StatusCode::FOUND);
    assert!(elsewhere.received().is_empty());

    let follower = Client::from_http(reqwest::Client::new())
        .with_base_url(server.url.parse().unwrap())
        .with_secret_key(SECRET_KEY);
    let error = follower.users().get("user_1").await.unwrap_err();
    assert!(matches!(error, Error::Transport(TransportError::Redirected { .. })), "{error:?}");
    assert!(!elsewhere.only().headers.contains_key(header::AUTHORIZATION));
}

#[tokio::test]
async fn secrets_are_in_no_debug_output_and_no_error() {
    let server = Server::failing(StatusCode::UNAUTHORIZED).await;
    let unreachable = server.client.with_base_url("http://127.0.0.1:1/".parse().unwrap());
    let user = CreateUser::default().password("swordfish").backup_codes(["swordfish"]);
    let request = server.client.request(Method::POST, "/users").json(&user);
    let mut shown = format!("{:?} {user:?} {request:?}", server.client);
    for error in [
        server.client.users().get("user_1").await.unwrap_err(),
        unreachable.users().list(&ListUsers::default().query("swordfish")).await.unwrap_err(),
        server.client.with_secret_key(format!("{SECRET_KEY}\n")).jwks().get().await.unwrap_err(),
    ] {
        shown += &format!(" {error} {error:?}");
        let mut source = error.source();
        while let Some(error) = source {
            shown += &format!(" {error}");
            source = error.source();
        }
    }
    assert!(!shown.contains("c2VjcmV0") && !shown.contains("swordfish"), "{shown}");
}
