//! Checks of proxies in front of the Frontend API, and the interstitial page.

use std::{net::SocketAddr, time::Duration};

use axum::Router;
use axum_clerk::{
    Clerk,
    api::{GetInterstitial, VerifyProxy},
    emulator::ClerkEmulator,
};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::support::{
    HTTP, api, emulator, get, id, post, production_emulator, record, rejection, visit,
};

/// Serves an app with this crate's proxy and returns the proxy's URL.
async fn serve_proxy(clerk: &ClerkEmulator) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/__clerk", listener.local_addr().unwrap());
    let config = clerk.config_builder().proxy_url(&url).frontend_api_url(clerk.url());
    let proxy = Clerk::new(config.build().unwrap()).frontend_api_proxy();
    let app = Router::new().nest_service("/__clerk", proxy);
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    url
}

async fn domain_id(clerk: &ClerkEmulator) -> String {
    id(&get(clerk, "/domains").await["data"][0]).to_owned()
}

#[tokio::test]
async fn working_proxy_passes_the_check() {
    let clerk = emulator().await;
    let url = serve_proxy(&clerk).await;
    let body = json!({ "domain_id": domain_id(&clerk).await, "proxy_url": url });
    let check = post(&clerk, "/proxy_checks", body.clone()).await;
    assert_eq!((&check["proxy_url"], &check["successful"]), (&json!(url), &json!(true)));
    clerk.clock().advance(Duration::from_secs(1));
    let again = post(&clerk, "/proxy_checks", body).await;
    assert_eq!((&again["id"], &again["created_at"]), (&check["id"], &check["created_at"]));
    assert!(again["last_run_at"].as_i64() > check["last_run_at"].as_i64());
}

#[tokio::test]
async fn broken_proxy_fails_the_check() {
    let clerk = emulator().await;
    let domain_id = domain_id(&clerk).await;
    // The emulator itself sends none of the headers of a proxy.
    for url in [clerk.url(), "http://127.0.0.1:1"] {
        let body = json!({ "domain_id": domain_id, "proxy_url": url });
        let rejected = rejection(&clerk, Method::POST, "/proxy_checks", body).await;
        assert_eq!(rejected.parts(), (422, "invalid_proxy_configuration", "proxy_url"), "{url}");
    }
    for (body, param) in [
        (json!({}), "domain_id"),
        (json!({ "domain_id": "dmn_none", "proxy_url": clerk.url() }), "domain_id"),
        (json!({ "domain_id": domain_id }), "proxy_url"),
        (json!({ "domain_id": domain_id, "proxy_url": "/__clerk" }), "proxy_url"),
    ] {
        let rejected = rejection(&clerk, Method::POST, "/proxy_checks", body.clone()).await;
        assert_eq!(rejected.status_and_param(), (422, param), "{body}");
    }
}

#[tokio::test]
async fn check_uses_the_domain_s_proxy_by_default() {
    let clerk = production_emulator().await;
    let url = serve_proxy(&clerk).await;
    let domain = json!({ "name": "example.com", "is_satellite": true, "proxy_url": url });
    let domain = post(&clerk, "/domains", domain).await;
    let check = api(&clerk)
        .proxy_checks()
        .verify(&VerifyProxy::default().domain_id(id(&domain)))
        .await
        .unwrap();
    assert!(check.successful);
    assert_eq!(check.proxy_url, url);
}

#[tokio::test]
async fn health_names_what_a_proxy_lacks() {
    let clerk = emulator().await;
    let path = format!("/v1/proxy-health?domain_id={}", domain_id(&clerk).await);
    let mut request = HTTP.get(format!("{}{path}", clerk.url()));
    for (name, value) in [
        ("Clerk-Proxy-Url", "https://example.com/__clerk"),
        ("Clerk-Secret-Key", clerk.secret_key()),
        ("X-Forwarded-For", "192.0.2.1"),
    ] {
        let response = request.try_clone().unwrap().send().await.unwrap();
        assert_eq!(response.status(), 503);
        assert!(response.text().await.unwrap().contains(name), "{name}");
        request = request.header(name, value);
    }
    let response = request.send().await.unwrap();
    let (status, text) = (response.status(), response.text().await.unwrap());
    let body: Value = serde_json::from_str(&text).unwrap();
    record("frontend", &Method::GET, &path, status, &body);
    assert_eq!(body, json!({ "status": "healthy", "x_forwarded_for": "192.0.2.1" }));
    assert_eq!(visit(&clerk, "/v1/proxy-health?domain_id=none").await.status(), 404);
}

#[tokio::test]
async fn interstitial_loads_clerk_js() {
    let clerk = emulator().await;
    let page = GetInterstitial::default()
        .publishable_key(clerk.publishable_key())
        .sign_in_url("/sign-in?\"><script>");
    let html = api(&clerk).miscellaneous().get_public_interstitial(&page).await.unwrap();
    assert!(html.contains(&format!("src=\"{}/npm/@clerk/clerk-js", clerk.url())), "{html}");
    assert!(html.contains(clerk.publishable_key()));
    assert!(!html.contains("\"><script>"), "values are escaped");

    let path = "/public/interstitial?frontendApi=clerk.example.com&domain=a.example\
                &use_domain_for_script=true";
    let response = visit(&clerk, &format!("/v1{path}")).await;
    let html = response.text().await.unwrap();
    record("backend", &Method::GET, path, StatusCode::OK, &json!(html));
    assert!(html.contains("src=\"https://clerk.a.example/npm"), "{html}");
    for (query, code) in
        [("", "missing_query_parameter"), ("?publishable_key=pk", "malformed_publishable_key")]
    {
        let path = format!("/public/interstitial{query}");
        let rejected = rejection(&clerk, Method::GET, &path, Value::Null).await;
        assert_eq!(rejected.status_and_code(), (400, code));
    }
}
