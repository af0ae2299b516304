//! The HTTP server: authentication, unsupported endpoints, availability and shutdown.

use axum_clerk::{api::CreateUser, emulator::ClerkEmulator};
use http::Method;
use serde_json::{Value, json};
use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{assert_invalid_query, call, emulator, get, post, rejection};

#[tokio::test]
async fn backend_api_requires_the_secret_key() {
    let clerk = emulator().await;
    let other = emulator().await;
    let users = format!("{}/v1/users", clerk.url());
    let http = reqwest::Client::new();
    for authorization in [
        None,
        Some(format!("Bearer {}", other.secret_key())),
        Some(format!("Basic {}", clerk.secret_key())),
    ] {
        let request = http.get(&users);
        let request = match authorization {
            Some(value) => request.header("authorization", value),
            None => request,
        };
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 401);
        assert_eq!(response.headers()["www-authenticate"], "Bearer");
        assert_eq!(
            response.json::<Value>().await.unwrap()["errors"][0]["code"],
            "clerk_key_invalid"
        );
    }
}

#[tokio::test]
async fn unsupported_endpoints_return_404_and_say_so() {
    let clerk = emulator().await;
    for (method, path) in
        [(Method::PUT, "/users"), (Method::DELETE, "/jwks"), (Method::GET, "/nothing")]
    {
        let (status, body) = call(&clerk, method.clone(), path, Value::Null).await;
        assert_eq!(
            (status.as_u16(), &body["errors"][0]["code"]),
            (404, &json!("operation_not_emulated"))
        );
        let message = format!("The emulator does not support {method} /v1{path}.");
        assert_eq!(body["errors"][0]["message"], message);
    }
}

#[tokio::test]
async fn responses_before_the_end_of_a_body_keep_the_connection() {
    let clerk = emulator().await;
    let address = clerk.url().trim_start_matches("http://").to_owned();
    for path in ["/v1/users", "/v1/nothing"] {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        let head =
            format!("POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-length: 400000\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&[b' '; 1000]).await.unwrap();
        // The server can already respond.
        tokio::time::sleep(Duration::from_millis(50)).await;
        stream.write_all(&[b' '; 399_000]).await.unwrap();
        let head = format!("GET /v1/jwks HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut responses = String::new();
        stream.read_to_string(&mut responses).await.unwrap();
        assert_eq!(responses.matches("HTTP/1.1 ").count(), 2, "{path}: {responses}");
    }
}

#[tokio::test]
async fn huge_bodies_close_the_connection() {
    let clerk = emulator().await;
    let address = clerk.url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let head =
        format!("POST /v1/users HTTP/1.1\r\nhost: {address}\r\ncontent-length: 99999999\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    // The server may close the connection before it has received everything.
    let (mut receive, mut send) = stream.into_split();
    let sender =
        tokio::spawn(async move { while send.write_all(&[b' '; 1 << 16]).await.is_ok() {} });
    let mut response = [0; 400];
    let length = receive.read(&mut response).await.unwrap();
    let response = String::from_utf8_lossy(&response[..length]).to_lowercase();
    assert!(
        response.starts_with("http/1.1 413") && response.contains("connection: close"),
        "{response}"
    );
    sender.abort();
}

#[tokio::test]
async fn integral_numbers_may_have_a_fraction() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let users = get(&clerk, "/users?limit=10.0&offset=0.0&created_at_after=0.0").await;
    assert_eq!(users[0]["id"], ada.id.as_str());
    let session = clerk.sign_in(&ada.id);
    let path = format!("/sessions/{}/tokens", session.id());
    post(&clerk, &path, json!({ "expires_in_seconds": 60.0 })).await;
    assert_invalid_query(&clerk, "/users?limit=10.5", 422, "limit").await;
}

#[tokio::test]
async fn machine_endpoints_exist_without_version_prefix() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let http = reqwest::Client::new();
    let key = clerk.create_api_key(&ada.id);
    let oauth = clerk.create_oauth_access_token(&ada.id);
    let m2m = clerk.create_m2m_token(&clerk.create_machine("worker"));
    for (path, body) in [
        ("/api_keys/verify", json!({ "secret": key.token() })),
        ("/api_keys", json!({ "subject": ada.id, "name": "export" })),
        ("/m2m_tokens/verify", json!({ "token": m2m.token() })),
        ("/oauth_applications/access_tokens/verify", json!({ "access_token": oauth.token() })),
    ] {
        let request = http.post(format!("{}{path}", clerk.url())).json(&body);
        let response = request.bearer_auth(clerk.secret_key()).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        let request = http.post(format!("{}{path}", clerk.url())).json(&body);
        assert_eq!(request.send().await.unwrap().status(), 401, "{path}");
    }
}

#[tokio::test]
async fn body_that_is_not_an_object_is_rejected() {
    let clerk = emulator().await;
    let rejected = rejection(&clerk, Method::POST, "/users", json!(["ada"])).await;
    assert_eq!(rejected.status_and_code(), (400, "request_body_invalid"));
}

#[tokio::test]
async fn stopped_server_breaks_connections_and_keeps_its_state() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let (http, url) = (reqwest::Client::new(), format!("{}/v1/users/{}", clerk.url(), ada.id));
    let request = || http.get(&url).bearer_auth(clerk.secret_key()).send();
    assert_eq!(request().await.unwrap().status(), 200);

    clerk.go_down();
    for _ in 0..3 {
        let error = request().await.unwrap_err();
        assert!(error.is_request() && error.status().is_none(), "{error:?}");
    }
    assert!(reqwest::get(clerk.url()).await.is_err(), "new connections fail too");

    clerk.come_up();
    assert_eq!(request().await.unwrap().status(), 200);
}

#[tokio::test]
async fn requests_are_counted_by_path() {
    let clerk = emulator().await;
    get(&clerk, "/users?limit=1").await;
    get(&clerk, "/users?limit=2").await;
    get(&clerk, "/jwks").await;
    assert_eq!(
        (clerk.requests("/v1/users"), clerk.requests("/v1/jwks"), clerk.requests("/")),
        (2, 1, 0)
    );
}

#[tokio::test]
async fn dropping_the_emulator_frees_its_port() {
    let clerk = emulator().await;
    get(&clerk, "/users").await;
    let port: u16 = clerk.url().rsplit(':').next().unwrap().parse().unwrap();
    drop(clerk);
    let again = loop {
        match ClerkEmulator::builder().port(port).start().await {
            Ok(clerk) => break clerk,
            Err(_) => tokio::task::yield_now().await,
        }
    };
    assert_eq!(get(&again, "/users").await, json!([]));
}

#[tokio::test]
async fn two_emulators_share_nothing() {
    let (one, other) = (emulator().await, emulator().await);
    one.create_user(CreateUser::default());
    assert_eq!(get(&other, "/users").await, json!([]));
    assert_ne!(one.jwt_key(), other.jwt_key());
}

#[tokio::test]
async fn debug_output_hides_the_secret_key() {
    let clerk = emulator().await;
    assert!(!format!("{clerk:?}").contains(clerk.secret_key()));
}
