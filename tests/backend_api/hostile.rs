//! Hostile responses: the client fails clearly, in time and in bounded memory, or parses them.

use std::time::Duration;

use axum_clerk::api::{Client, Error, MAX_RESPONSE_BYTES, RetryPolicy, TransportError, User};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// Returns a client without retries for whatever listens there.
fn client(listener: &TcpListener) -> Client {
    Client::new("sk_test_c2VjcmV0")
        .unwrap()
        .with_base_url(format!("http://{}", listener.local_addr().unwrap()).parse().unwrap())
        .with_retry(RetryPolicy::none())
}

/// Returns a client for a server that sends these bytes and keeps the connection open.
async fn client_receiving(bytes: impl Into<Vec<u8>>) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(&listener);
    let bytes = bytes.into();
    tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        let _ = connection.read(&mut [0; 4096]).await;
        let _ = connection.write_all(&bytes).await;
        let _ = connection.read(&mut [0; 4096]).await;
    });
    client
}

/// Returns the bytes of a complete HTTP response.
fn http_response(headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!("HTTP/1.1 200 OK\r\n{headers}content-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

async fn get_user(client: Client) -> axum_clerk::api::Result<User> {
    client.users().get("user_1").await
}

#[tokio::test]
async fn stalled_headers_time_out() {
    let client = client_receiving("HTTP/1.1 200 OK\r\ncontent-type: appl").await;
    let error = get_user(client.with_timeout(Duration::from_millis(100))).await.unwrap_err();
    assert!(matches!(error, Error::Transport(TransportError::Timeout { .. })), "{error:?}");
}

#[tokio::test]
async fn endless_headers_are_a_connection_error() {
    let headers = "x-custom: another header\r\n".repeat(1_000_000);
    let client = client_receiving(format!("HTTP/1.1 200 OK\r\n{headers}")).await;
    let error = get_user(client).await.unwrap_err();
    assert!(matches!(error, Error::Transport(TransportError::Connection { .. })), "{error:?}");
}

#[tokio::test]
async fn non_http_response_is_a_connection_error() {
    let client = client_receiving("SSH-2.0-OpenSSH_9.9\r\n").await;
    let error = get_user(client).await.unwrap_err();
    assert!(matches!(error, Error::Transport(TransportError::Connection { .. })), "{error:?}");
}

#[tokio::test]
async fn excessive_content_length_is_rejected_immediately() {
    for status in ["200 OK", "503 Service Unavailable"] {
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n", 100_000_000);
        let error = get_user(client_receiving(head).await).await.unwrap_err();
        assert!(matches!(error, Error::Transport(TransportError::TooLarge { .. })), "{error:?}");
    }
    const { assert!(MAX_RESPONSE_BYTES < 100_000_000) };
}

#[tokio::test]
async fn truncated_body_is_a_connection_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(&listener);
    tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        let _ = connection.read(&mut [0; 4096]).await;
        let truncated = b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{\"id\":";
        let _ = connection.write_all(truncated).await;
    });
    let error = get_user(client).await.unwrap_err();
    assert!(matches!(error, Error::Transport(TransportError::Connection { .. })), "{error:?}");
}

#[tokio::test]
async fn content_type_is_ignored() {
    for content_type in ["text/html", "image/png; charset=klingon", "\u{e9}", ""] {
        let headers = format!("content-type: {content_type}\r\n");
        let client = client_receiving(http_response(&headers, r#"{"id":"user_1"}"#)).await;
        assert_eq!(get_user(client).await.unwrap().id, "user_1");
    }
}

#[tokio::test]
async fn out_of_bounds_json_is_a_decode_error() {
    let deep = [r#"{"id":"user_1","public_metadata":"#, &"[".repeat(1_000_000)].concat();
    for body in [
        deep.as_bytes(),
        br#"{"id":"user_1","created_at":1e999}"#,
        br#"{"id":"user_1","lockout_expires_in_seconds":9223372036854775808}"#,
        br#"{"id":"user_1","id":"user_2"}"#,
        b"{\"id\":\"user_\xff\"}",
        br#"{"id":"\ud800"}"#,
    ] {
        let client = client_receiving(http_response("", body)).await;
        let error = get_user(client).await.unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{error:?}");
        assert!(error.to_string().len() < 1_000, "{error}");
    }
}

#[tokio::test]
async fn deeply_nested_unknown_field_is_ignored() {
    let depth = 1_000_000;
    let (open, close) = ("[".repeat(depth), "]".repeat(depth));
    let body = format!(r#"{{"id":"user_1","unknown_field":{open}{close}}}"#);
    let client = client_receiving(http_response("", body)).await;
    assert_eq!(get_user(client).await.unwrap().id, "user_1");
}
