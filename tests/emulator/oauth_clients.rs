//! How OAuth clients find the authorization server, register and authenticate.

use http::Method;
use serde_json::{Value, json};

use crate::{
    oauth_support::{
        Application, Browser, VERIFIER, assert_rejected, oauth_post, recorded, set, tokens, with,
    },
    support::{HTTP, emulator, patch, post},
};
use axum_clerk::{api::CreateUser, emulator::ClerkEmulator};

async fn document(clerk: &ClerkEmulator, path: &str) -> Value {
    let response = HTTP.get(format!("{}{path}", clerk.url())).send().await.unwrap();
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
    let (status, body) = recorded(&Method::GET, path, response).await;
    assert_eq!(status, 200);
    body
}

async fn register(clerk: &ClerkEmulator, metadata: &Value) -> (u16, Value) {
    let path = "/oauth/register";
    let request = HTTP.post(format!("{}{path}", clerk.url())).json(metadata);
    recorded(&Method::POST, path, request.send().await.unwrap()).await
}

#[tokio::test]
async fn documents_describe_the_server() {
    let clerk = emulator().await;
    let openid = document(&clerk, "/.well-known/openid-configuration").await;
    let oauth = document(&clerk, "/.well-known/oauth-authorization-server").await;
    for metadata in [&openid, &oauth] {
        assert_eq!(metadata["issuer"], clerk.url());
        assert_eq!(metadata["token_endpoint"], format!("{}/oauth/token", clerk.url()));
        assert_eq!(metadata["code_challenge_methods_supported"], json!(["S256"]));
    }
    assert_eq!(oauth["registration_endpoint"], Value::Null, "registration is off by default");
    let keys = document(&clerk, "/.well-known/jwks.json").await;
    assert_eq!(keys["keys"][0]["kid"], clerk.key_id());

    set(&clerk, json!({ "dynamic_oauth_client_registration": true })).await;
    let oauth = document(&clerk, "/.well-known/oauth-authorization-server").await;
    assert_eq!(oauth["registration_endpoint"], format!("{}/oauth/register", clerk.url()));
}

#[tokio::test]
async fn preflight_requests_are_answered() {
    let clerk = emulator().await;
    for path in ["/oauth/token", "/oauth/register", "/.well-known/oauth-authorization-server"] {
        let url = format!("{}{path}", clerk.url());
        let preflight = HTTP
            .request(Method::OPTIONS, url)
            .header("origin", "http://localhost:3000")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type");
        let response = preflight.send().await.unwrap();
        assert_eq!(response.status(), 200);
        let headers = response.headers();
        assert_eq!(headers["access-control-allow-origin"], "*");
        assert!(headers["access-control-allow-headers"].to_str().unwrap().contains("content-type"));
    }
}

#[tokio::test]
async fn clients_register_themselves_if_enabled() {
    let clerk = emulator().await;
    let metadata = json!({
        "redirect_uris": ["http://127.0.0.1:9/callback"],
        "client_name": "Inspector",
        "client_uri": "https://inspector.example",
        "grant_types": ["authorization_code", "refresh_token"],
        "software_id": "unknown metadata is ignored",
    });
    let (status, body) = register(&clerk, &metadata).await;
    assert_eq!((status, body["errors"][0]["code"].is_string()), (422, true), "{body}");

    set(&clerk, json!({ "dynamic_oauth_client_registration": true })).await;
    let (status, client) = register(&clerk, &metadata).await;
    assert_eq!(status, 201, "{client}");
    assert_eq!(
        (&client["client_name"], &client["scope"]),
        (&json!("Inspector"), &json!("profile email"))
    );
    assert_eq!(client["token_endpoint_auth_method"], "client_secret_basic");
    assert_eq!(client["client_secret"].as_str().unwrap().len(), 32);

    set(&clerk, json!({ "default_scopes": ["openid", "email"] })).await;
    let (_, client) = register(
        &clerk,
        &json!({ "redirect_uris": ["inspector://callback"], "token_endpoint_auth_method": "none" }),
    )
    .await;
    assert_eq!(client["client_secret"], Value::Null, "public clients have no secret");
    assert_eq!(client["client_name"], client["client_id"]);
    assert_eq!(client["scope"], "openid email");
    let listed = crate::support::get(&clerk, "/oauth_applications").await;
    assert_eq!(listed["data"][0]["dynamically_registered"], true);
    assert_eq!(listed["data"][0]["public"], true);
}

#[tokio::test]
async fn invalid_registrations_are_rejected() {
    let clerk = emulator().await;
    set(&clerk, json!({ "dynamic_oauth_client_registration": true })).await;
    let uris = json!(["https://a.example/"]);
    for (metadata, error) in [
        (json!({}), "invalid_client_metadata"),
        (json!([]), "invalid_client_metadata"),
        (json!({ "redirect_uris": [] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": ["/callback"] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": ["https://a.example/#b"] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": ["javascript:alert(1)"] }), "invalid_redirect_uri"),
        (
            json!({ "redirect_uris": uris, "client_name": "x".repeat(257) }),
            "invalid_client_metadata",
        ),
        (json!({ "redirect_uris": uris, "logo_uri": "logo" }), "invalid_client_metadata"),
        (
            json!({ "redirect_uris": uris, "token_endpoint_auth_method": "private_key_jwt" }),
            "invalid_client_metadata",
        ),
    ] {
        let (status, body) = register(&clerk, &metadata).await;
        assert_eq!((status, &body["error"]), (400, &json!(error)), "{metadata}");
    }
}

#[tokio::test]
async fn clients_authenticate_in_exactly_one_way() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let app = Application::create(&clerk, &json!({ "consent_screen_enabled": false })).await;
    let browser = Browser::signed_in(&clerk, &ada.id).await;
    let code = async || {
        let response = browser.authorize(&app.request()).await;
        crate::oauth_support::redirect_param(&response, "code").unwrap()
    };
    let basic = async |user: &str, secret: &str, more: &[(&str, &str)]| {
        let code = code().await;
        let fields = with(&app.exchange(&code), &[("client_id", ""), ("client_secret", "")]);
        let fields = with(&fields, more);
        let body =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let response = HTTP
            .post(format!("{}/oauth/token", clerk.url()))
            .basic_auth(user, Some(secret))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await
            .unwrap();
        let challenge = response.headers().get("www-authenticate").cloned();
        let status = response.status().as_u16();
        assert_eq!(challenge.is_some_and(|value| value == "Basic"), status == 401);
        status
    };
    assert_eq!(basic(&app.client_id, &app.secret, &[]).await, 200);
    assert_eq!(basic(&app.client_id, "wrong", &[]).await, 401);
    assert_eq!(basic("wrong", &app.secret, &[]).await, 401);
    assert_eq!(basic(&app.client_id, "", &[]).await, 401);
    assert_eq!(basic(&app.client_id, &app.secret, &[("client_secret", &app.secret)]).await, 400);
    assert_eq!(basic(&app.client_id, &app.secret, &[("client_id", "other")]).await, 400);

    let fresh = code().await;
    for change in
        [&[("client_secret", "")][..], &[("client_secret", "wrong")], &[("client_id", "")]]
    {
        assert_rejected(&clerk, &with(&app.exchange(&fresh), change), 401, "invalid_client").await;
    }
    let rotate = format!("/oauth_applications/{}/rotate_secret", app.id);
    let rotated = post(&clerk, &rotate, Value::Null).await;
    assert_rejected(&clerk, &app.exchange(&fresh), 401, "invalid_client").await;
    let secret = rotated["client_secret"].as_str().unwrap();
    tokens(&clerk, &with(&app.exchange(&fresh), &[("client_secret", secret)])).await;

    // A client that has become public has no secret.
    patch(&clerk, &format!("/oauth_applications/{}", app.id), json!({ "public": true })).await;
    let fresh = code().await;
    let public = with(&app.exchange(&fresh), &[("client_secret", secret)]);
    assert_rejected(&clerk, &public, 401, "invalid_client").await;
    tokens(&clerk, &with(&public, &[("client_secret", "")])).await;
}

#[tokio::test]
async fn token_requests_must_be_forms_with_single_parameters() {
    let clerk = emulator().await;
    let app = Application::create(&clerk, &json!({})).await;
    let request = app.exchange("code");
    let repeated = [&request[..], &[("code_verifier", VERIFIER)]].concat();
    assert_rejected(&clerk, &repeated, 400, "invalid_request").await;
    assert_rejected(&clerk, &with(&request, &[("grant_type", "")]), 400, "invalid_request").await;
    assert_rejected(&clerk, &with(&request, &[("code", "")]), 400, "invalid_request").await;
    let other = with(&request, &[("grant_type", "password")]);
    assert_rejected(&clerk, &other, 401, "unsupported_grant_type").await;
    let json = HTTP.post(format!("{}/oauth/token", clerk.url())).json(&json!({ "code": "a" }));
    assert_eq!(json.send().await.unwrap().status(), 400);
    let (status, _) = oauth_post(&clerk, "/oauth/token/revoke", &[("token", "a")]).await;
    assert_eq!(status, 401);
}
