//! Requests that try to make the proxy send the secret key to another host.

use super::{
    support::{App, SECRET_KEY, config, request},
    upstream::Upstream,
};

#[tokio::test]
async fn hostile_requests_reach_no_other_host() {
    let upstream = Upstream::start().await;
    let evil = Upstream::start().await;
    let app = App::start(&upstream).await;
    let evil_host = evil.host.as_str();
    let targets = [
        format!("/__clerk//{evil_host}/v1"),
        format!("/__clerk///{evil_host}/v1"),
        format!("/__clerk/http://{evil_host}/v1"),
        format!("/__clerk/@{evil_host}/v1"),
        format!("/__clerk@{evil_host}/v1"),
        format!("/__clerk:80@{evil_host}/v1"),
        format!("/__clerk.{evil_host}/v1"),
        format!("/__clerk/\\{evil_host}/v1"),
        format!("/__clerk\\\\{evil_host}/v1"),
        format!("/__clerk/..//{evil_host}/v1"),
        format!("/__clerk/%2F%2F{evil_host}/v1"),
        format!("/__clerk/%5C%5C{evil_host}/v1"),
        format!("/__clerk/%09/{evil_host}/v1"),
        format!("/__clerk/%40{evil_host}/v1"),
        format!("/__clerk/v1?url=http://{evil_host}/&@{evil_host}"),
        format!("/__clerk?@{evil_host}"),
        format!("//{evil_host}/__clerk/v1"),
        format!("http://{evil_host}/__clerk/v1"),
        format!("http://{evil_host}/__clerk//{evil_host}/v1"),
        format!("http://user@{evil_host}/__clerk/v1"),
        "/__clerk/..".to_owned(),
        "/__clerk/../v1".into(),
        "/__clerk/v1/../../..".into(),
        "/__clerk/%2e%2e/v1".into(),
        "/__clerk/.%2E/v1".into(),
        "/__clerk/./v1".into(),
        "/__clerk/v1\\..\\..".into(),
        "/__clerk/%2e%2e%2f%2e%2e%2fv1".into(),
        "/__clerk/v1#@evil".into(),
    ];
    let hosts = [
        vec![],
        vec![("Host", evil_host)],
        vec![("Host", "app.example"), ("X-Forwarded-Host", evil_host)],
        vec![
            ("Host", "app.example"),
            ("Clerk-Proxy-Url", &evil.url),
            ("X-Original-Host", &evil.url),
        ],
        vec![("Host", "app.example"), ("X-Forwarded-Host", "a@b/c"), ("X-Forwarded-Proto", "file")],
    ];
    upstream.respond(format!(
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: {}/v1\r\ncontent-length: 0\r\n\r\n",
        evil.url
    ));
    for target in &targets {
        for headers in &hosts {
            let response = app.get(target, headers).await;
            let status = response.status();
            let is_rejected = ["400", "404"].contains(&status);
            assert!(is_rejected || status == "307", "{target} {headers:?}: {response:?}");
            let requests = upstream.take_requests();
            assert_eq!(requests.len(), usize::from(!is_rejected), "{target} {headers:?}");
            for request in requests {
                assert_eq!(request.header("host"), upstream.host, "{target}");
                assert_eq!(request.header("clerk-secret-key"), SECRET_KEY, "{target}");
            }
            assert!(!format!("{response:?}").contains(SECRET_KEY), "{target}: {response:?}");
        }
    }
    assert_eq!(evil.connections(), 0, "no request went to another host");
}

#[tokio::test]
async fn unresolved_paths_are_rejected() {
    let upstream = Upstream::start().await;
    let app = App::start(&upstream).await;
    for path in ["/..", "/../v1", "/v1/./a", "/%2e%2E/v1", "/.%2e", "/a\\b"] {
        let response = app.get(&format!("/__clerk{path}"), &[]).await;
        assert_eq!((response.status(), response.code().as_str()), ("400", "proxy_path_mismatch"));
    }
    assert_eq!(upstream.connections(), 0);
}

#[tokio::test]
async fn methods_that_echo_the_request_are_rejected() {
    let upstream = Upstream::start().await;
    let app = App::start(&upstream).await;
    for method in ["TRACE", "TRACK", "track"] {
        let response = app.send(&request(method, "/__clerk/v1", &[], "")).await;
        assert_eq!((response.status(), response.code().as_str()), ("405", "proxy_request_failed"));
    }
    assert_eq!(upstream.connections(), 0);
}

#[tokio::test]
async fn untrusted_hosts_are_rejected() {
    let upstream = Upstream::start().await;
    let app = App::with_config(config(&upstream).trusted_hosts(["app.example"])).await;
    for headers in [
        &[("Host", "evil.example")][..],
        &[("Host", "app.example"), ("X-Forwarded-Host", "evil.example")],
        &[("Host", "app.example.evil.example")],
    ] {
        let response = app.get("/__clerk/v1", headers).await;
        assert_eq!((response.status(), response.code().as_str()), ("400", "proxy_request_failed"));
    }
    assert_eq!(upstream.connections(), 0);
    assert_eq!(app.get("/__clerk/v1", &[("Host", "app.example")]).await.status(), "200");
}
