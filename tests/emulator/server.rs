//! The HTTP server: authentication, unsupported endpoints, availability and shutdown.

use axum_clerk::{api::CreateUser, emulator::ClerkEmulator};
use http::Method;
use serde_json::{Value, json};

use crate::support::{call, emulator, get, rejection};

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
async fn unsupported_endpoints_return_501() {
    let clerk = emulator().await;
    let billing = "/users/user_1/billing/subscription";
    for (method, path) in
        [(Method::GET, billing), (Method::DELETE, "/jwks"), (Method::GET, "/nothing")]
    {
        let (status, body) = call(&clerk, method.clone(), path, Value::Null).await;
        assert_eq!(status, 501);
        let message = format!("The emulator does not support {method} /v1{path}.");
        assert_eq!(body["errors"][0]["message"], message);
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
