//! The request that arrives at the Frontend API.

use axum::Router;
use axum_clerk::Clerk;
use http::Request;
use http_body_util::{BodyExt, Full};
use tower::ServiceExt;

use super::{
    support::{App, SECRET_KEY, config, proxy, request},
    upstream::Upstream,
};

/// The headers of a request, sorted, as `name: value`.
fn sorted(headers: &[(String, String)]) -> Vec<String> {
    let mut lines: Vec<_> =
        headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn request_arrives_with_the_headers_of_the_proxy() {
    let upstream = Upstream::start().await;
    let app = App::start(&upstream).await;
    let response = app
        .get(
            "/__clerk/v1/client?_method=PATCH&a=%20",
            &[
                ("Host", "app.example:8080"),
                ("Accept", "application/json"),
                ("Accept-Encoding", "gzip, br"),
                ("Cookie", "__client=a; b=c"),
                ("Origin", "http://app.example:8080"),
                ("User-Agent", "test"),
            ],
        )
        .await;
    assert_eq!((response.status(), response.text().as_str()), ("200", "ok"));
    let request = upstream.take_request();
    assert_eq!(request.start, "GET /v1/client?_method=PATCH&a=%20 HTTP/1.1");
    assert_eq!(
        sorted(&request.headers),
        [
            "accept-encoding: identity".to_owned(),
            "accept: application/json".into(),
            "clerk-proxy-url: http://app.example:8080/__clerk".into(),
            format!("clerk-secret-key: {SECRET_KEY}"),
            "cookie: __client=a; b=c".into(),
            format!("host: {}", upstream.host),
            "origin: http://app.example:8080".into(),
            "user-agent: test".into(),
            "x-forwarded-for: 127.0.0.1".into(),
            "x-forwarded-host: app.example:8080".into(),
            "x-forwarded-proto: http".into(),
        ]
    );
}

#[tokio::test]
async fn browser_cannot_set_the_headers_of_the_proxy() {
    let upstream = Upstream::start().await;
    let app = App::start(&upstream).await;
    app.get(
        "/__clerk/v1/client",
        &[
            ("Host", "app.example"),
            ("Clerk-Proxy-Url", "https://evil.example"),
            ("Clerk-Secret-Key", "sk_test_evil"),
            ("clerk-secret-key", "sk_test_evil"),
            ("X-Forwarded-For", "192.0.2.1"),
            ("Forwarded", "for=192.0.2.1"),
            ("X-Real-IP", "192.0.2.1"),
            ("CF-Connecting-IP", "192.0.2.1"),
            ("True-Client-IP", "192.0.2.1"),
            ("Proxy-Authorization", "Basic secret"),
            ("Proxy-Connection", "keep-alive"),
            ("Keep-Alive", "timeout=5"),
            ("TE", "trailers"),
            ("Upgrade", "websocket"),
            ("Connection", "close, X-Secret, Clerk-Secret-Key, X-Forwarded-For, Upgrade"),
            ("X-Secret", "a"),
            ("X-Kept", "b"),
            ("X-Kept", "c"),
        ],
    )
    .await;
    let request = upstream.take_request();
    assert_eq!(
        sorted(&request.headers),
        [
            "accept-encoding: identity".to_owned(),
            "accept: */*".into(),
            "clerk-proxy-url: http://app.example/__clerk".into(),
            format!("clerk-secret-key: {SECRET_KEY}"),
            format!("host: {}", upstream.host),
            "x-forwarded-for: 127.0.0.1".into(),
            "x-forwarded-host: app.example".into(),
            "x-forwarded-proto: http".into(),
            "x-kept: b".into(),
            "x-kept: c".into(),
        ]
    );
}

#[tokio::test]
async fn proxy_url_follows_the_configured_origin() {
    let upstream = Upstream::start().await;
    let forwarded =
        [("Host", "inner"), ("X-Forwarded-Host", "app.example"), ("X-Forwarded-Proto", "https")];
    for (config, headers, expected) in [
        (config(&upstream), &forwarded[..], "https://app.example/__clerk"),
        (config(&upstream).proxy_url("/__clerk/"), &forwarded, "https://app.example/__clerk"),
        (
            config(&upstream).public_origin("https://own.example"),
            &forwarded,
            "https://own.example/__clerk",
        ),
        (
            config(&upstream).proxy_url("https://own.example:8443/__clerk/"),
            &forwarded,
            "https://own.example:8443/__clerk",
        ),
        (
            config(&upstream).trusted_hosts(["app.example"]),
            &forwarded,
            "https://app.example/__clerk",
        ),
    ] {
        let app = App::with_config(config).await;
        assert_eq!(app.get("/__clerk/v1", headers).await.status(), "200");
        let request = upstream.take_request();
        assert_eq!(request.header("clerk-proxy-url"), expected);
        assert_eq!(request.header("x-forwarded-host"), "app.example", "it was not absent");
        assert_eq!(request.header("x-forwarded-proto"), "https");
    }
}

#[tokio::test]
async fn client_address_comes_from_the_configured_header() {
    let upstream = Upstream::start().await;
    let app = App::with_config(config(&upstream).client_ip_header("X-Real-IP")).await;
    for (headers, expected) in [
        (&[("X-Real-IP", "203.0.113.9"), ("X-Forwarded-For", "192.0.2.1")][..], "203.0.113.9"),
        (&[("X-Forwarded-For", "192.0.2.1")], "127.0.0.1"),
        (&[("X-Real-IP", "nonsense")], "127.0.0.1"),
    ] {
        app.get("/__clerk/v1", headers).await;
        assert_eq!(upstream.take_request().header("x-forwarded-for"), expected, "{headers:?}");
    }
}

#[tokio::test]
async fn body_is_forwarded_with_every_method() {
    let upstream = Upstream::start().await;
    let app = App::start(&upstream).await;
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"] {
        app.send(&request(method, "/__clerk/v1", &[], "a=b")).await;
        let received = upstream.take_request();
        assert_eq!(received.start, format!("{method} /v1 HTTP/1.1"));
        assert_eq!(received.text(), "a=b");
        assert_eq!(received.header("content-length"), "3");
        assert!(!received.has_header("transfer-encoding"), "{received:?}");
    }
    for method in ["GET", "HEAD", "DELETE"] {
        app.send(&request(method, "/__clerk/v1", &[], "")).await;
        let received = upstream.take_request();
        assert!(received.body.is_empty() && !received.has_header("transfer-encoding"));
    }
    app.send(&request("POST", "/__clerk/v1", &[], "")).await;
    assert_eq!(upstream.take_request().header("content-length"), "0");
    let headers = [("Transfer-Encoding", "chunked"), ("Trailer", "X-Trailer")];
    let body = "2\r\nab\r\n1\r\nc\r\n0\r\nX-Trailer: dropped\r\n\r\n";
    app.send(&request("POST", "/__clerk/v1", &headers, body)).await;
    let received = upstream.take_request();
    assert_eq!((received.text().as_str(), received.trailers), ("abc", vec![]));
    assert!(received.headers.iter().all(|(name, _)| name != "trailer"));
}

#[tokio::test]
async fn nested_routers_keep_the_full_path() {
    let upstream = Upstream::start().await;
    let proxy = proxy(config(&upstream).proxy_url("/app/__clerk"));
    let inner = Router::new().nest_service("/__clerk", proxy);
    let app = App::serve(Router::new().nest("/app", inner)).await;
    for (target, expected) in [
        ("/app/__clerk/v1/client?a=b", "/v1/client?a=b"),
        ("/app/__clerk", "/"),
        ("/app/__clerk?a", "/?a"),
        ("/app/__clerk/", "/"),
        ("/app/__clerk//v1//", "//v1//"),
    ] {
        assert_eq!(app.get(target, &[]).await.status(), "200", "{target}");
        let request = upstream.take_request();
        assert_eq!(request.target(), expected);
        assert!(request.header("clerk-proxy-url").ends_with("/app/__clerk"));
    }
}

#[tokio::test]
async fn proxy_is_a_service_for_any_body() {
    let upstream = Upstream::start().await;
    let clerk = Clerk::new(config(&upstream).build().unwrap());
    let request = Request::post("/__clerk/v1/client")
        .header("host", "app.example")
        .extension(std::net::SocketAddr::from(([203, 0, 113, 9], 1)))
        .body(Full::<bytes::Bytes>::from("a=b"))
        .unwrap();
    let response = clerk.frontend_api_proxy().oneshot(request).await.unwrap();
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "ok");
    let received = upstream.take_request();
    assert_eq!((received.target(), received.text().as_str()), ("/v1/client", "a=b"));
    assert_eq!(received.header("x-forwarded-for"), "203.0.113.9");
}

#[tokio::test]
async fn base_path_of_the_upstream_comes_first() {
    let upstream = Upstream::start().await;
    let url = format!("{}/base/", upstream.url);
    let app = App::with_config(config(&upstream).frontend_api_url(url)).await;
    app.get("/__clerk/v1/client", &[]).await;
    assert_eq!(upstream.take_request().target(), "/base/v1/client");
}
