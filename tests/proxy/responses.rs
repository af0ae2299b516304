//! The response that arrives at the browser.

use super::{
    support::{App, config, request},
    upstream::Upstream,
};

#[tokio::test]
async fn status_headers_and_cookies_arrive() {
    let upstream = Upstream::start().await;
    let app = App::start(&upstream).await;
    upstream.respond(
        "HTTP/1.1 422 Unprocessable Content\r\n\
         Content-Type: application/json\r\n\
         Set-Cookie: __client=a; Path=/; HttpOnly\r\n\
         Set-Cookie: __client_uat=1; Path=/\r\n\
         Set-Cookie: __client_uat_suffix=1; Path=/\r\n\
         Connection: keep-alive, X-Internal\r\n\
         Keep-Alive: timeout=5\r\n\
         Proxy-Authenticate: Basic\r\n\
         X-Internal: a\r\n\
         X-Clerk-Trace-Id: b\r\n\
         Content-Length: 2\r\n\
         \r\n\
         {}",
    );
    let response = app.get("/__clerk/v1/client", &[]).await;
    assert_eq!(response.start, "HTTP/1.1 422 Unprocessable Content");
    assert_eq!(response.text(), "{}");
    assert_eq!(response.header("content-type"), "application/json");
    assert_eq!(response.header("content-length"), "2");
    assert_eq!(response.header("x-clerk-trace-id"), "b");
    assert_eq!(
        response.header("set-cookie"),
        "__client=a; Path=/; HttpOnly|__client_uat=1; Path=/|__client_uat_suffix=1; Path=/"
    );
    for name in ["x-internal", "keep-alive", "proxy-authenticate"] {
        assert!(!response.has_header(name), "{response:?}");
    }
    assert_eq!(response.header("connection"), "close", "of this connection");
}

#[tokio::test]
async fn encoded_responses_stay_encoded() {
    let upstream = Upstream::start().await;
    let app = App::start(&upstream).await;
    // Not what was asked for, and not even gzip.
    upstream.respond(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x0b\x01\x02",
    );
    let response = app.get("/__clerk/v1", &[("Accept-Encoding", "gzip")]).await;
    assert_eq!(response.header("content-encoding"), "gzip");
    assert_eq!(response.header("content-length"), "4");
    assert_eq!(response.body, b"\x1f\x0b\x01\x02");
}

#[tokio::test]
async fn length_of_a_head_response_is_kept() {
    let upstream = Upstream::start().await;
    let app = App::start(&upstream).await;
    let response = app.send(&request("HEAD", "/__clerk/v1", &[], "")).await;
    assert_eq!((response.status(), response.header("content-length").as_str()), ("200", "2"));
}

#[tokio::test]
async fn chunks_arrive_without_trailers() {
    let upstream = Upstream::start().await;
    let app = App::start(&upstream).await;
    upstream.respond(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Trailer\r\n\r\n\
         2\r\nab\r\n1\r\nc\r\n0\r\nX-Trailer: dropped\r\n\r\n",
    );
    let response = app.get("/__clerk/v1", &[("TE", "trailers"), ("Connection", "close, TE")]).await;
    assert_eq!((response.text().as_str(), response.trailers.len()), ("abc", 0));
    assert!(!response.has_header("trailer"));
}

#[tokio::test]
async fn redirects_are_rewritten_and_not_followed() {
    let upstream = Upstream::start().await;
    let app = App::with_config(config(&upstream).public_origin("https://app.example")).await;
    for (location, expected) in [
        (format!("{}/v1/a?b=c#d", upstream.url), "https://app.example/__clerk/v1/a?b=c#d"),
        ("/v1/a".to_owned(), "https://app.example/__clerk/v1/a"),
        ("b".into(), "https://app.example/__clerk/v1/b"),
        (
            "https://app.example/?__clerk_handshake=x".into(),
            "https://app.example/?__clerk_handshake=x",
        ),
        ("https://accounts.google.com/o".into(), "https://accounts.google.com/o"),
        ("http://127.0.0.1/v1/a".into(), "http://127.0.0.1/v1/a"),
    ] {
        for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]
        {
            upstream.respond(format!(
                "HTTP/1.1 {status}\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
            ));
            let response = app.get("/__clerk/v1/client", &[]).await;
            assert_eq!(response.start, format!("HTTP/1.1 {status}"));
            assert_eq!(response.header("location"), expected);
            upstream.take_request();
        }
    }
}
