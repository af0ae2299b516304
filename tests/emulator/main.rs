//! What the emulator promises, over plain HTTP.

#![allow(clippy::unwrap_used)]

mod api_keys;
mod browsers;
mod clients;
mod contract;
mod cookies;
mod credentials;
mod domains;
mod hostile;
mod identifications;
mod identifier_lists;
mod instance_settings;
mod invitations;
mod jwt_templates;
mod lockouts;
mod m2m_tokens;
mod machines;
mod oauth_applications;
mod organization_domains;
mod organization_invitations;
mod organization_memberships;
mod organization_roles;
mod organizations;
mod server;
mod sessions;
mod sign_in_tokens;
mod tokens;
mod user_credentials;
mod users;
mod verifications;
mod webhooks;

use std::{
    env,
    fs::File,
    io::Write,
    sync::LazyLock,
    time::{Duration, SystemTime},
};

use axum_clerk::{
    Clock, InstanceType,
    api::{Client, Upload},
    emulator::ClerkEmulator,
};
use http::{Method, StatusCode};
use jsonwebtoken::{
    Algorithm, DecodingKey, Header, Validation, decode, decode_header, jwk::JwkSet,
};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

/// Each test has a runtime of its own, which connections do not outlive.
static HTTP: LazyLock<reqwest::Client> =
    LazyLock::new(|| reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap());

/// The time at which every emulator here starts, in seconds since the epoch.
const START: u64 = 1_800_000_000;

/// An emulator on a clock that stands still.
async fn emulator() -> ClerkEmulator {
    let clock = Clock::manual(SystemTime::UNIX_EPOCH + Duration::from_secs(START));
    ClerkEmulator::builder().clock(clock).start().await.unwrap()
}

/// The same for production.
async fn production() -> ClerkEmulator {
    ClerkEmulator::builder().instance_type(InstanceType::Production).start().await.unwrap()
}

/// The typed client of the Backend API.
fn api(clerk: &ClerkEmulator) -> Client {
    Client::new(clerk.secret_key()).unwrap().with_base_url(clerk.url().parse().unwrap())
}

async fn call(
    clerk: &ClerkEmulator,
    method: Method,
    path: &str,
    body: Value,
) -> (StatusCode, Value) {
    call_with(clerk.secret_key(), clerk, method, path, body).await
}

/// A call with another key than the instance's.
async fn call_with(
    key: &str,
    clerk: &ClerkEmulator,
    method: Method,
    path: &str,
    body: Value,
) -> (StatusCode, Value) {
    send(
        key,
        clerk,
        method,
        path,
        |request| if body.is_null() { request } else { request.json(&body) },
    )
    .await
}

async fn send(
    key: &str,
    clerk: &ClerkEmulator,
    method: Method,
    path: &str,
    with_body: impl FnOnce(RequestBuilder) -> RequestBuilder,
) -> (StatusCode, Value) {
    let request = HTTP
        .request(method.clone(), format!("{}/v1{path}", clerk.url()))
        .bearer_auth(key)
        .header("clerk-api-version", "2026-05-12");
    let response = with_body(request).send().await.unwrap();
    let (status, text) = (response.status(), response.text().await.unwrap());
    // Some answers have no body.
    let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() };
    record(&method, path, status, &body);
    (status, body)
}

/// Appends a response to the file `CLERK_EMULATOR_ANSWERS`, if set, for `contract.py` to check against Clerk's document.
fn record(method: &Method, path: &str, status: StatusCode, body: &Value) {
    let Some(file) = env::var_os("CLERK_EMULATOR_ANSWERS") else { return };
    let answer =
        json!({ "method": method.as_str(), "path": path, "status": status.as_u16(), "body": body });
    let mut file = File::options().create(true).append(true).open(file).unwrap();
    file.write_all(format!("{answer}\n").as_bytes()).unwrap();
}

/// A GET that must succeed.
async fn get(clerk: &ClerkEmulator, path: &str) -> Value {
    let (status, body) = call(clerk, Method::GET, path, Value::Null).await;
    assert_eq!(status, 200, "{path}: {body}");
    body
}

/// A POST that must succeed.
async fn post(clerk: &ClerkEmulator, path: &str, body: Value) -> Value {
    succeed(clerk, Method::POST, path, body).await
}

/// A call that must succeed.
async fn succeed(clerk: &ClerkEmulator, method: Method, path: &str, body: Value) -> Value {
    let (status, answer) = call(clerk, method, path, body).await;
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

/// The beginning of a PNG, filled up to that many bytes, and as the URL that the emulator makes of eight of them.
fn png(size: usize) -> Upload {
    let mut image = b"\x89PNG\r\n\x1a\n".to_vec();
    image.resize(size, 0);
    Upload::new("image.png", "image/png", image)
}

const PNG_URL: &str = "data:image/png;base64,iVBORw0KGgo=";

/// What is no image, whatever it says.
fn no_image() -> Upload {
    Upload::new("image.png", "image/png", b"<svg/>".as_slice())
}

/// The status, the code and the parameter of a refusal.
async fn refusal(
    clerk: &ClerkEmulator,
    method: Method,
    path: &str,
    body: Value,
) -> (u16, String, String) {
    let (status, body) = call(clerk, method, path, body).await;
    let error = &body["errors"][0];
    assert!(error["message"].is_string() && error["long_message"].is_string(), "{body}");
    assert!(body["clerk_trace_id"].is_string(), "{body}");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (status.as_u16(), text(&error["code"]), text(&error["meta"]["param_name"]))
}

/// Header and claims of a token, verified with the published keys whatever its expiry; `None` if its key is not among them.
async fn verify(clerk: &ClerkEmulator, token: &str) -> Option<(Header, Value)> {
    let keys: JwkSet = serde_json::from_value(get(clerk, "/jwks").await).unwrap();
    let header = decode_header(token).unwrap();
    let key = DecodingKey::from_jwk(keys.find(header.kid.as_ref()?)?).unwrap();
    let claims = decode(token, &key, &any_time(Algorithm::RS256)).unwrap().claims;
    Some((header, claims))
}

/// The claims of a token, verified with the PEM.
fn claims(clerk: &ClerkEmulator, token: &str) -> Value {
    decode(token, &pem(clerk), &any_time(Algorithm::RS256)).unwrap().claims
}

fn pem(clerk: &ClerkEmulator) -> DecodingKey {
    DecodingKey::from_rsa_pem(clerk.jwt_key().as_bytes()).unwrap()
}

/// A validation that looks at no expiry: the emulators' clock is not the system's.
fn any_time(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.validate_exp = false;
    validation
}

/// The ids of what a list has.
fn ids(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}
