//! The transport between clerk-js and the Frontend API.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::clerk_js::{ClerkJs, EMAIL, ORIGIN, PASSWORD, create_ada, text};
use crate::support::{HTTP, call, emulator, production_emulator};

#[tokio::test]
async fn preflight_requests_allow_credentials_at_any_path() {
    let clerk = emulator().await;
    for path in ["/v1/client", "/v1/me", "//api_keys", "/api_keys/ak_1/revoke", "/v1/unknown"] {
        let response = HTTP
            .request(Method::OPTIONS, format!("{}{path}", clerk.url()))
            .header("origin", ORIGIN)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type")
            .send()
            .await
            .unwrap();
        let headers = response.headers();
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(headers["access-control-allow-origin"], ORIGIN, "{path}");
        assert_eq!(headers["access-control-allow-credentials"], "true", "{path}");
        assert_eq!(headers["access-control-allow-methods"], "POST", "{path}");
        assert_eq!(headers["access-control-allow-headers"], "authorization,content-type", "{path}");
    }
}

#[tokio::test]
async fn scripts_can_read_all_errors() {
    let clerk = emulator().await;
    let browser = ClerkJs::load(&clerk).await;
    // The client asserts that the response has the CORS headers.
    assert_eq!(browser.call(Method::GET, "/me", &[]).await.status_and_code(), (401, "signed_out"));
    let unknown = browser.call(Method::GET, "/unknown", &[]).await;
    assert!(unknown.status == 401 || unknown.status == 404, "{}", unknown.status);
    assert_eq!(browser.call(Method::POST, "/client/sign_ins/sia_1", &[]).await.status, 404);
    clerk.fail("/v1/client", StatusCode::SERVICE_UNAVAILABLE, 1);
    let failed = browser.call(Method::GET, "/client", &[]).await;
    assert_eq!(failed.status_and_code(), (503, "fault_injected"));
    let large = "x".repeat(22 * 1024 * 1024);
    let rejected = browser.call(Method::POST, "/client/sign_ins", &[("identifier", &large)]).await;
    assert_eq!(rejected.status_and_code(), (413, "request_body_too_large"));
    browser.client().await;
}

#[tokio::test]
async fn dev_browser_token_is_exposed_to_scripts() {
    let clerk = emulator().await;
    let browser = ClerkJs::load(&clerk).await;
    let headers = browser.call(Method::GET, "/client", &[]).await.headers;
    let exposed = headers["access-control-expose-headers"].to_str().unwrap().to_lowercase();
    assert!(exposed.contains("clerk-db-jwt") && exposed.contains("authorization"), "{exposed}");
}

#[tokio::test]
async fn method_parameter_applies_only_to_post() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let me = browser.get("/me?_method=DELETE").await;
    assert_eq!(me["id"], ada.id.as_str(), "GET requests change nothing");
    for method in ["GET", "delete", "TRACE", "CONNECT", ""] {
        let path = format!("/me?_method={method}");
        let answer = browser.call(Method::POST, &path, &[]).await;
        assert!(answer.status == 401 || answer.status == 404, "{method}: {}", answer.status);
        assert_eq!(clerk.user(&ada.id).id, ada.id);
    }
    browser.delete("/me").await;
    assert_eq!(call(&clerk, Method::GET, &format!("/users/{}", ada.id), Value::Null).await.0, 404);
}

#[tokio::test]
async fn superfluous_slashes_are_ignored() {
    let clerk = emulator().await;
    create_ada(&clerk);
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let created = browser
        .call(Method::POST, "/me/email_addresses/", &[("email_address", "new@example.com")])
        .await
        .resource();
    assert_eq!(created["email_address"], "new@example.com");
    assert_eq!(browser.get("//me//").await["id"], browser.get("/me").await["id"]);
}

#[tokio::test]
async fn all_versions_of_clerk_js_are_accepted() {
    let clerk = emulator().await;
    for version in ["2025-11-10", "2026-08-20", "2021-02-05", "nonsense", ""] {
        let url = format!("{}/v1/environment?__clerk_api_version={version}", clerk.url());
        assert_eq!(HTTP.get(url).send().await.unwrap().status(), 200, "{version}");
    }
}

#[tokio::test]
async fn responses_and_errors_contain_the_client() {
    let clerk = emulator().await;
    create_ada(&clerk);
    let browser = ClerkJs::load(&clerk).await;
    let started = browser.call(Method::POST, "/client/sign_ins", &[("identifier", EMAIL)]).await;
    assert_eq!(started.body["client"]["sign_in"], started.body["response"]);
    let id = text(&started.body["response"], "id");
    let path = format!("/client/sign_ins/{id}/attempt_first_factor");
    let wrong = browser
        .call(Method::POST, &path, &[("strategy", "password"), ("password", "wrong horse")])
        .await;
    assert_eq!(wrong.status, 422);
    assert_eq!(wrong.body["meta"]["client"]["sign_in"]["id"], id.as_str());
    let signed_out = browser.call(Method::GET, "/me", &[]).await;
    assert_eq!(signed_out.body["meta"]["client"]["sessions"], json!([]));
}

#[tokio::test]
async fn native_apps_keep_the_client_token_themselves() {
    let clerk = emulator().await;
    create_ada(&clerk);
    let url = |path: &str| format!("{}/v1{path}?_is_native=1", clerk.url());
    let created = HTTP.post(url("/client")).send().await.unwrap();
    assert!(!created.headers().contains_key("set-cookie"));
    let token = created.headers()["authorization"].to_str().unwrap().to_owned();
    let form = format!("strategy=password&identifier={EMAIL}&password=correct+horse");
    let signed_in = HTTP
        .post(url("/client/sign_ins"))
        .header("authorization", &token)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form)
        .send()
        .await
        .unwrap();
    assert_eq!(signed_in.status(), 200);
    assert_eq!(signed_in.headers()["authorization"], token.as_str());
    let me = HTTP.get(url("/me")).header("authorization", &token).send().await.unwrap();
    assert_eq!(me.status(), 200);
    let browser = format!("{}/v1/me", clerk.url());
    let not_native = HTTP.get(browser).header("authorization", &token).send().await.unwrap();
    assert_eq!(not_native.status(), 401, "browsers do not send it");
    let unknown = HTTP.get(url("/me")).header("authorization", "dvb_forged").send().await.unwrap();
    assert_eq!(unknown.status(), 401);
}

#[tokio::test]
async fn cookie_identifies_the_browser_without_a_dev_browser_token() {
    for clerk in [emulator().await, production_emulator().await] {
        create_ada(&clerk);
        let form = format!("strategy=password&identifier={EMAIL}&password=correct+horse");
        let response = HTTP
            .post(format!("{}/v1/client/sign_ins", clerk.url()))
            .header("origin", ORIGIN)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200, "{PASSWORD}");
        let cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
        assert!(cookie.contains("HttpOnly"), "{cookie}");
        let cookie = cookie.split(';').next().unwrap();
        let me = HTTP.get(format!("{}/v1/me", clerk.url())).header("cookie", cookie);
        assert_eq!(me.send().await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn secret_key_selects_the_backend_api() {
    let clerk = emulator().await;
    create_ada(&clerk);
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let acme = browser.post("/organizations", &[("name", "Acme")]).await;
    let path = format!("/organizations/{}/memberships", text(&acme, "id"));
    let (status, from_backend) = call(&clerk, Method::GET, &path, Value::Null).await;
    assert_eq!(status, 200);
    assert!(from_backend["data"][0].get("private_metadata").is_some());
    let from_frontend = browser.get(&path).await;
    assert!(!from_frontend.to_string().contains("private_metadata"), "{from_frontend}");
}
