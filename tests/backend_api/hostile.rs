//! Answers that no client likes to get: a clear error in time and in bounded memory, or the best made of them.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Json, Router};
use axum_clerk::api::{Client, Error, MAX_RESPONSE_BYTES, RetryPolicy, TransportError, User};
use serde_json::{Map, Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// Somebody in Clerk's place, who answers whatever is asked with what was prepared, twisted.
pub(crate) struct Impostor {
    pub(crate) url: String,
    /// Whether an answer may be beyond reading.
    pub(crate) may_be_refused: bool,
    twist: fn(&Value) -> Value,
    answer: Arc<Mutex<Value>>,
}

impl Impostor {
    pub(crate) async fn who_adds_fields_and_values() -> Self {
        Self { may_be_refused: false, ..Self::new(add_fields_and_values).await }
    }

    pub(crate) async fn who_nulls_every_field() -> Self {
        Self::new(|answer| replace_fields(answer, |_| Value::Null)).await
    }

    pub(crate) async fn who_changes_every_type() -> Self {
        Self::new(|answer| {
            replace_fields(answer, |value| if value.is_string() { json!(-1.5) } else { json!("1") })
        })
        .await
    }

    pub(crate) async fn who_sends_nothing() -> Self {
        Self::new(|answer| if answer.is_array() { json!([{}]) } else { json!({}) }).await
    }

    async fn new(twist: fn(&Value) -> Value) -> Self {
        let answer = Arc::new(Mutex::new(Value::Null));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let said = answer.clone();
        let app = Router::new().fallback(async move || Json(said.lock().unwrap().clone()));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, may_be_refused: true, twist, answer }
    }

    pub(crate) fn prepare(&self, answer: &Value) {
        *self.answer.lock().unwrap() = (self.twist)(answer);
    }
}

/// Every object has a field more, and every text another value, but for what says of what kind an object is.
fn add_fields_and_values(answer: &Value) -> Value {
    match answer {
        Value::Object(fields) => {
            let twist = |(name, value): (&String, &Value)| match name.as_str() {
                "object" => (name.clone(), value.clone()),
                _ => (name.clone(), add_fields_and_values(value)),
            };
            let mut fields: Map<_, _> = fields.iter().map(twist).collect();
            // The sample of a map from any name to a text, which a field more would not fit.
            if !fields.contains_key("alpha") {
                fields.insert("tomorrow".to_owned(), json!({ "is": ["another", "day"] }));
            }
            fields.into()
        }
        Value::Array(items) => items.iter().map(add_fields_and_values).collect(),
        Value::String(text) if !text.starts_with("2026-") => json!("a value of tomorrow"),
        other => other.clone(),
    }
}

/// Every field of every object that is not an object itself, or a list of objects, is another.
fn replace_fields(answer: &Value, replace: fn(&Value) -> Value) -> Value {
    match answer {
        Value::Object(fields) => {
            let fields =
                fields.iter().map(|(name, value)| (name.clone(), replace_fields(value, replace)));
            fields.collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.iter().map(|item| replace_fields(item, replace)).collect(),
        other => replace(other),
    }
}

/// A client of a server that answers with these bytes, and then says nothing and does not hang up.
async fn client_of(answer: impl Into<Vec<u8>>) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answer = answer.into();
    tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        let _ = connection.read(&mut [0; 4096]).await;
        let _ = connection.write_all(&answer).await;
        let _ = connection.read(&mut [0; 4096]).await;
    });
    Client::new("sk_test_c2VjcmV0")
        .unwrap()
        .with_base_url(url.parse().unwrap())
        .with_retry(RetryPolicy::none())
}

fn answer(headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!("HTTP/1.1 200 OK\r\n{headers}content-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

async fn get_user(client: Client) -> axum_clerk::api::Result<User> {
    client.users().get("user_1").await
}

#[tokio::test]
async fn headers_that_stop_halfway_are_given_up_on() {
    let client = client_of("HTTP/1.1 200 OK\r\ncontent-type: appl").await;
    let error = get_user(client.with_timeout(Duration::from_millis(100))).await.unwrap_err();
    assert!(matches!(error, Error::Transport(TransportError::Timeout { .. })), "{error:?}");
}

#[tokio::test]
async fn headers_without_end_are_not_kept() {
    let headers = "x-more: and more of it\r\n".repeat(1_000_000);
    let error =
        get_user(client_of(format!("HTTP/1.1 200 OK\r\n{headers}")).await).await.unwrap_err();
    assert!(matches!(error, Error::Transport(TransportError::Connection { .. })), "{error:?}");
}

#[tokio::test]
async fn what_is_not_http_is_a_broken_connection() {
    let error = get_user(client_of("SSH-2.0-OpenSSH_9.9\r\n").await).await.unwrap_err();
    assert!(matches!(error, Error::Transport(TransportError::Connection { .. })), "{error:?}");
}

#[tokio::test]
async fn a_body_that_is_announced_as_huge_is_not_waited_for() {
    for status in ["200 OK", "503 Service Unavailable"] {
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n", 100_000_000);
        let error = get_user(client_of(head).await).await.unwrap_err();
        assert!(matches!(error, Error::Transport(TransportError::TooLarge { .. })), "{error:?}");
    }
    const { assert!(MAX_RESPONSE_BYTES < 100_000_000) };
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_broken_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::new("sk_test_c2VjcmV0")
        .unwrap()
        .with_base_url(format!("http://{}", listener.local_addr().unwrap()).parse().unwrap())
        .with_retry(RetryPolicy::none());
    tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        let _ = connection.read(&mut [0; 4096]).await;
        let _ =
            connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{\"id\":").await;
    });
    let error = get_user(client).await.unwrap_err();
    assert!(matches!(error, Error::Transport(TransportError::Connection { .. })), "{error:?}");
}

#[tokio::test]
async fn what_the_body_is_called_does_not_matter() {
    for content_type in ["text/html", "image/png; charset=klingon", "\u{e9}", ""] {
        let answer = answer(&format!("content-type: {content_type}\r\n"), r#"{"id":"user_1"}"#);
        assert_eq!(get_user(client_of(answer).await).await.unwrap().id, "user_1");
    }
}

#[tokio::test]
async fn json_that_is_out_of_bounds_is_a_decode_error() {
    let deep = [r#"{"id":"user_1","public_metadata":"#, &"[".repeat(1_000_000)].concat();
    for body in [
        deep.as_bytes(),
        br#"{"id":"user_1","created_at":1e999}"#,
        br#"{"id":"user_1","lockout_expires_in_seconds":9223372036854775808}"#,
        br#"{"id":"user_1","id":"user_2"}"#,
        b"{\"id\":\"user_\xff\"}",
        br#"{"id":"\ud800"}"#,
    ] {
        let error = get_user(client_of(answer("", body)).await).await.unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{error:?}");
        assert!(error.to_string().len() < 1_000, "{error}");
    }
}

#[tokio::test]
async fn depth_does_no_harm_in_what_is_not_read() {
    let depth = 1_000_000;
    let body =
        format!(r#"{{"id":"user_1","tomorrow":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
    assert_eq!(get_user(client_of(answer("", body)).await).await.unwrap().id, "user_1");
}
