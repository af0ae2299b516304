//! Bodies are passed on as they arrive, and disconnected browsers cancel requests.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use super::{
    message::{Message, read_chunk},
    support::{App, config, proxy},
    upstream::Upstream,
};

/// An app, and the listener that it sends requests to.
async fn app_and_listener(first_byte_timeout: Duration) -> (App, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let config = config(&Upstream::start().await).frontend_api_url(url);
    (App::with_proxy(proxy(config).first_byte_timeout(first_byte_timeout)).await, listener)
}

/// Accepts a request and reads its head.
async fn accept(listener: &TcpListener) -> (BufReader<TcpStream>, Message) {
    let mut connection = BufReader::new(listener.accept().await.unwrap().0);
    let head = Message::read_head(&mut connection).await.unwrap();
    (connection, head)
}

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn response_is_streamed() {
    let (app, listener) = app_and_listener(MINUTE).await;
    let mut browser = app.connect().await;
    browser.write_all(b"GET /__clerk/v1 HTTP/1.1\r\nHost: a.example\r\n\r\n").await.unwrap();
    let (mut upstream, _) = accept(&listener).await;
    upstream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await.unwrap();
    let head = Message::read_head(&mut browser).await.unwrap();
    assert_eq!(head.start, "HTTP/1.1 200 OK");
    for chunk in ["first", "second"] {
        let sent = format!("{:x}\r\n{chunk}\r\n", chunk.len());
        upstream.write_all(sent.as_bytes()).await.unwrap();
        assert_eq!(read_chunk(&mut browser).await.unwrap(), chunk.as_bytes());
    }
    upstream.write_all(b"0\r\n\r\n").await.unwrap();
    assert!(read_chunk(&mut browser).await.unwrap().is_empty());
}

#[tokio::test]
async fn request_is_streamed() {
    let (app, listener) = app_and_listener(MINUTE).await;
    let mut browser = app.connect().await;
    let head = "POST /__clerk/v1 HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n";
    browser.write_all(head.as_bytes()).await.unwrap();
    browser.write_all(b"5\r\nfirst\r\n").await.unwrap();
    let (mut upstream, head) = accept(&listener).await;
    assert_eq!(head.start, "POST /v1 HTTP/1.1");
    assert_eq!(read_chunk(&mut upstream).await.unwrap(), b"first");
    browser.write_all(b"6\r\nsecond\r\n").await.unwrap();
    assert_eq!(read_chunk(&mut upstream).await.unwrap(), b"second");
    browser.write_all(b"0\r\n\r\n").await.unwrap();
    assert!(read_chunk(&mut upstream).await.unwrap().is_empty());
    upstream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
    assert_eq!(Message::read_head(&mut browser).await.unwrap().status(), "204");
}

#[tokio::test]
async fn disconnected_browser_cancels_the_request() {
    for has_response_begun in [false, true] {
        let (app, listener) = app_and_listener(MINUTE).await;
        let mut browser = app.connect().await;
        browser.write_all(b"GET /__clerk/v1 HTTP/1.1\r\nHost: a.example\r\n\r\n").await.unwrap();
        let (mut upstream, _) = accept(&listener).await;
        if has_response_begun {
            let head = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
            upstream.write_all(head).await.unwrap();
            Message::read_head(&mut browser).await.unwrap();
        }
        drop(browser);
        let end = upstream.read(&mut [0]).await;
        assert!(matches!(end, Ok(0) | Err(_)), "the connection ends: {end:?}");
    }
}

#[tokio::test]
async fn broken_upstream_breaks_the_response() {
    let (app, listener) = app_and_listener(MINUTE).await;
    let mut browser = app.connect().await;
    browser.write_all(b"GET /__clerk/v1 HTTP/1.1\r\nHost: a.example\r\n\r\n").await.unwrap();
    let (mut upstream, _) = accept(&listener).await;
    upstream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc").await.unwrap();
    drop(upstream);
    let response = Message::read(&mut browser).await;
    assert!(response.is_err(), "a truncated response is not passed on as complete: {response:?}");
}
