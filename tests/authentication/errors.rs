//! The responses for errors that handlers return.

use axum::{Json, Router, routing};
use axum_clerk::{
    Clerk, ClerkConfig, ClerkLayer, Error, Result, SignedIn,
    api::{Client, CreateUser, GetOrganization, RetryPolicy, User},
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::{
    extractors::backend_api_app,
    support::{
        capture_log, emulator, get, post, shared_emulator, sign_in, token_claims, token_header,
        with_field,
    },
};

#[tokio::test]
async fn api_error_becomes_502_without_details() {
    let clerk = shared_emulator().await;
    let other_user =
        async |clerk: Clerk| -> Result<Json<User>> { Ok(Json(clerk.users().get("user_x").await?)) };
    let app = Router::new().fallback(other_user).layer(ClerkLayer::new(clerk.config()));
    let (response, log) = capture_log(get("/").send(&app)).await;
    assert_eq!((response.status.as_u16(), response.code().as_str()), (502, "bad-gateway"));
    assert!(!response.body.contains("user_x") && !response.body.contains("resource_not_found"));
    assert!(
        log.lines().any(|line| line.contains("ERROR") && line.contains("resource_not_found")),
        "{log}"
    );
}

#[tokio::test]
async fn signed_in_user_who_was_deleted_becomes_401() {
    let clerk = shared_emulator().await;
    let app = backend_api_app(clerk.config());
    let deleted = clerk
        .sign_token(token_header(clerk), with_field(token_claims(clerk), "sub", "user_deleted"));
    for request in [get("/me"), get("/me").page()] {
        let (response, log) = capture_log(request.bearer(&deleted).send(&app)).await;
        assert_eq!((response.status.as_u16(), response.header("location")), (401, ""));
        assert!(response.body.contains("This user no longer exists."), "{}", response.body);
        assert!(!log.contains("ERROR") && !log.contains("WARN"), "{log}");
    }
}

#[tokio::test]
async fn rate_limited_api_becomes_503_with_retry_after() {
    for (retry_after, expected) in [("Retry-After: 7\r\n", "7"), ("", "1")] {
        let response = format!(
            "HTTP/1.1 429 Too Many Requests\r\n{retry_after}Content-Length: 2\r\n\
             Connection: close\r\n\r\n{{}}"
        );
        let url = respond_with(response).await;
        let call = async move || -> Result<Json<User>> {
            let client = Client::new("sk_test_secret")?.with_base_url(url.parse().unwrap());
            Ok(Json(client.with_retry(RetryPolicy::none()).users().get("user_1").await?))
        };
        let (response, log) = capture_log(get("/").send(&Router::new().fallback(call))).await;
        assert_eq!(
            (response.status.as_u16(), response.header("retry-after")),
            (503, expected),
            "{log}"
        );
        assert!(log.contains("WARN") && !log.contains("ERROR"), "{log}");
    }
}

/// Starts a server that responds to every connection in the same way, and returns its URL.
async fn respond_with(response: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(response.as_bytes()).await;
        }
    });
    url
}

#[tokio::test]
async fn validation_errors_are_exposed_only_if_asked() {
    let clerk = shared_emulator().await;
    let params = || CreateUser::default().email_address(["not an address"]);
    let exposed = async move |clerk: Clerk| -> Result<Json<User>> {
        Ok(Json(clerk.users().create(&params()).await.map_err(Error::expose_validation)?))
    };
    let hidden = async move |clerk: Clerk| -> Result<Json<User>> {
        Ok(Json(clerk.users().create(&params()).await?))
    };
    let missing = async move |clerk: Clerk| -> Result<Json<User>> {
        Ok(Json(clerk.users().get("user_x").await.map_err(Error::expose_validation)?))
    };
    let app = Router::new()
        .route("/exposed", routing::post(exposed))
        .route("/hidden", routing::post(hidden))
        .route("/missing", routing::post(missing))
        .layer(ClerkLayer::new(clerk.config()));
    let response = post("/exposed").send(&app).await;
    assert_eq!(response.status, 422);
    let error = &response.json()["errors"][0];
    assert_eq!(error["code"], "form_param_format_invalid");
    assert!(error["long_message"].is_string(), "{error}");
    assert_eq!(error["meta"], json!({ "param_name": "email_address" }));
    assert_eq!(post("/hidden").send(&app).await.code(), "bad-gateway");
    assert_eq!(post("/missing").send(&app).await.code(), "bad-gateway");
}

#[tokio::test]
async fn unreachable_api_becomes_503_without_details() {
    let clerk = emulator().await;
    let app = backend_api_app(clerk.config());
    let session = sign_in(&clerk);
    assert_eq!(get("/has-user").bearer("invalid").send(&app).await.status, 200);
    assert_eq!(get("/organization").bearer(session.token()).send(&app).await.status, 200);
    clerk.go_down();
    let calls = (0..3).map(|_| get("/me").bearer(session.token()).send(&app));
    for response in futures_util::future::join_all(calls).await {
        assert_eq!(
            (response.status.as_u16(), response.code().as_str()),
            (503, "service-unavailable")
        );
        assert_eq!(response.header("retry-after"), "1");
        assert!(
            !response.body.contains("127.0.0.1") && !response.body.contains("connect"),
            "{}",
            response.body
        );
    }
    let (_, log) = capture_log(get("/me").bearer(session.token()).send(&app)).await;
    assert!(
        log.contains("WARN") && log.contains("connection closed before message completed"),
        "{log}"
    );
    clerk.come_up();
    let response = get("/me").bearer(session.token()).send(&app).await;
    assert_eq!(response.status, 200, "failures are not cached");
}

#[tokio::test]
async fn other_errors_reveal_no_internals() {
    let clerk = shared_emulator().await;
    let config_error = async || -> Result<()> {
        ClerkConfig::builder().secret_key("not-a-key").build()?;
        Ok(())
    };
    let token_error = async |clerk: Clerk| -> Result<()> {
        clerk.verify_token("invalid").await?;
        Ok(())
    };
    let request_error = async |clerk: Clerk| -> Result<()> {
        clerk.organizations().get("..", &GetOrganization::default()).await?;
        Ok(())
    };
    let app = Router::new()
        .route("/config", routing::get(config_error))
        .route("/token", routing::get(token_error))
        .route("/request", routing::get(request_error))
        .layer(ClerkLayer::new(clerk.config()));
    for (path, status, body) in [
        ("/config", 500, json!({ "code": "internal-error", "message": "Something went wrong." })),
        ("/request", 500, json!({ "code": "internal-error", "message": "Something went wrong." })),
        ("/token", 401, json!({ "code": "token-invalid", "message": "The token is invalid." })),
    ] {
        let response = get(path).send(&app).await;
        assert_eq!(
            (response.status.as_u16(), response.json()),
            (status, json!({ "errors": [body] }))
        );
    }
}

#[tokio::test]
async fn handler_receives_the_original_error() {
    let clerk = shared_emulator().await;
    let handler = async |session: SignedIn| match session.clerk().user(session.user_id()).await {
        Err(error) => error.api().unwrap().code().unwrap().to_owned(),
        Ok(_) => "found".into(),
    };
    let app = Router::new().fallback(handler).layer(ClerkLayer::new(clerk.config()));
    let unknown = clerk
        .sign_token(token_header(clerk), with_field(token_claims(clerk), "sub", "user_unknown"));
    assert_eq!(post("/").bearer(unknown).send(&app).await.body, "resource_not_found");
}
