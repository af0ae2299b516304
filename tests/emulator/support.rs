//! Emulators, calls to their Backend API, and verification of the tokens that they issue.

use std::{
    env,
    fs::File,
    io::Write,
    sync::LazyLock,
    time::{Duration, SystemTime},
};

use axum_clerk::{
    Clerk, Clock, InstanceType, MachineToken, TokenType,
    api::{Client, Upload},
    emulator::{ClerkEmulator, EmulatedMachine},
};
use http::{Method, Request, StatusCode};
use jsonwebtoken::{
    Algorithm, DecodingKey, Header, Validation, decode, decode_header, jwk::JwkSet,
};
use reqwest::{RequestBuilder, Response, redirect};
use serde_json::{Value, json};
use url::form_urlencoded;

/// Keeps no idle connections: they must not outlive the runtime of the test that opened them.
pub(crate) static HTTP: LazyLock<reqwest::Client> = LazyLock::new(|| {
    reqwest::Client::builder()
        .pool_max_idle_per_host(0)
        .redirect(redirect::Policy::none())
        .build()
        .unwrap()
});

/// The start time of the manual clock, in seconds since the epoch.
pub(crate) const START: u64 = 1_800_000_000;

/// Starts an emulator of a development instance on a manual clock.
pub(crate) async fn emulator() -> ClerkEmulator {
    let clock = Clock::manual(SystemTime::UNIX_EPOCH + Duration::from_secs(START));
    ClerkEmulator::builder().clock(clock).start().await.unwrap()
}

/// Starts an emulator of a production instance on the system clock.
pub(crate) async fn production_emulator() -> ClerkEmulator {
    ClerkEmulator::builder().instance_type(InstanceType::Production).start().await.unwrap()
}

/// Creates the typed Backend API client.
pub(crate) fn api(clerk: &ClerkEmulator) -> Client {
    Client::new(clerk.secret_key()).unwrap().with_base_url(clerk.url().parse().unwrap())
}

/// Calls the Backend API with the instance's secret key.
pub(crate) async fn call(
    clerk: &ClerkEmulator,
    method: Method,
    path: &str,
    body: Value,
) -> (StatusCode, Value) {
    send(clerk.secret_key(), clerk, method, path, |request| with_json(request, &body)).await
}

/// Sends a POST request with the given secret key instead of the instance's.
pub(crate) async fn post_with_key(
    key: &str,
    clerk: &ClerkEmulator,
    path: &str,
    body: Value,
) -> (u16, Value) {
    let (status, response) =
        send(key, clerk, Method::POST, path, |request| with_json(request, &body)).await;
    (status.as_u16(), response)
}

/// Sends a POST request with a machine's secret key.
pub(crate) async fn post_as(
    machine: &EmulatedMachine,
    clerk: &ClerkEmulator,
    path: &str,
    body: Value,
) -> (u16, Value) {
    post_with_key(machine.secret_key(), clerk, path, body).await
}

fn with_json(request: RequestBuilder, body: &Value) -> RequestBuilder {
    if body.is_null() { request } else { request.json(body) }
}

pub(crate) async fn send(
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
    let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() };
    record("backend", &method, path, status, &body);
    (status, body)
}

/// Appends a response to the file named by `CLERK_EMULATOR_ANSWERS`, if set, so that
/// `tests/emulator/contract.py` can check it against Clerk's OpenAPI document of the API:
/// `backend`, with paths without `/v1`, or `frontend`, with whole paths.
pub(crate) fn record(api: &str, method: &Method, path: &str, status: StatusCode, body: &Value) {
    let Some(file) = env::var_os("CLERK_EMULATOR_ANSWERS") else { return };
    let response = json!({
        "api": api,
        "method": method.as_str(),
        "path": path,
        "status": status.as_u16(),
        "body": body,
    });
    let mut file = File::options().create(true).append(true).open(file).unwrap();
    file.write_all(format!("{response}\n").as_bytes()).unwrap();
}

/// Sends a request that must return 200.
pub(crate) async fn call_ok(
    clerk: &ClerkEmulator,
    method: Method,
    path: &str,
    body: Value,
) -> Value {
    let (status, response) = call(clerk, method, path, body).await;
    assert_eq!(status, 200, "{path}: {response}");
    response
}

/// Sends a GET request that must return 200.
pub(crate) async fn get(clerk: &ClerkEmulator, path: &str) -> Value {
    call_ok(clerk, Method::GET, path, Value::Null).await
}

/// Sends a POST request that must return 200.
pub(crate) async fn post(clerk: &ClerkEmulator, path: &str, body: Value) -> Value {
    call_ok(clerk, Method::POST, path, body).await
}

/// Sends a PATCH request that must return 200.
pub(crate) async fn patch(clerk: &ClerkEmulator, path: &str, body: Value) -> Value {
    call_ok(clerk, Method::PATCH, path, body).await
}

/// Sends a PUT request that must return 200.
pub(crate) async fn put(clerk: &ClerkEmulator, path: &str, body: Value) -> Value {
    call_ok(clerk, Method::PUT, path, body).await
}

/// Sends a DELETE request that must return 200.
pub(crate) async fn delete(clerk: &ClerkEmulator, path: &str) -> Value {
    call_ok(clerk, Method::DELETE, path, Value::Null).await
}

/// An error response of the Backend API.
#[derive(Debug)]
pub(crate) struct Rejection {
    pub(crate) status: u16,
    /// The code of the first error.
    pub(crate) code: String,
    /// The parameter that the first error names; empty if it names none.
    pub(crate) param: String,
}

impl Rejection {
    pub(crate) fn parts(&self) -> (u16, &str, &str) {
        (self.status, &self.code, &self.param)
    }

    pub(crate) fn status_and_code(&self) -> (u16, &str) {
        (self.status, &self.code)
    }

    pub(crate) fn status_and_param(&self) -> (u16, &str) {
        (self.status, &self.param)
    }
}

/// Sends a request that must return an error in Clerk's format.
pub(crate) async fn rejection(
    clerk: &ClerkEmulator,
    method: Method,
    path: &str,
    body: Value,
) -> Rejection {
    let (status, body) = call(clerk, method, path, body).await;
    let error = &body["errors"][0];
    assert!(error["message"].is_string() && error["long_message"].is_string(), "{body}");
    assert!(body["clerk_trace_id"].is_string(), "{body}");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Rejection {
        status: status.as_u16(),
        code: text(&error["code"]),
        param: text(&error["meta"]["param_name"]),
    }
}

/// Asserts that a GET request is rejected because of one of its query parameters.
pub(crate) async fn assert_invalid_query(
    clerk: &ClerkEmulator,
    path: &str,
    status: u16,
    param: &str,
) {
    let rejected = rejection(clerk, Method::GET, path, Value::Null).await;
    assert_eq!(rejected.status_and_param(), (status, param), "{path}");
}

/// Sends a GET request like a browser, without a secret key and without following redirects.
pub(crate) async fn visit(clerk: &ClerkEmulator, path: &str) -> Response {
    HTTP.get(format!("{}{path}", clerk.url())).send().await.unwrap()
}

/// Submits a form like a browser, without following redirects.
pub(crate) async fn submit_form(
    clerk: &ClerkEmulator,
    path: &str,
    fields: &[(&str, &str)],
) -> Response {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    HTTP.post(format!("{}{path}", clerk.url()))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body)
        .send()
        .await
        .unwrap()
}

/// Authenticates a request with a bearer token on a route that accepts all token types. Returns the
/// machine token if it is valid.
pub(crate) async fn authenticate(clerk: &ClerkEmulator, token: &str) -> Option<MachineToken> {
    let config = clerk.config_builder().accept_tokens(TokenType::ALL).build().unwrap();
    let request =
        Request::builder().header("authorization", format!("Bearer {token}")).body(()).unwrap();
    let state = Clerk::new(config).authenticate(&request.into_parts().0).await;
    let token: &MachineToken = state.machine_token()?;
    Some(token.clone())
}

/// Returns an upload of the given size that begins like a PNG.
pub(crate) fn png(size: usize) -> Upload {
    let mut image = b"\x89PNG\r\n\x1a\n".to_vec();
    image.resize(size, 0);
    Upload::new("image.png", "image/png", image)
}

/// The image URL that the emulator returns for `png(8)`.
pub(crate) const PNG_URL: &str = "data:image/png;base64,iVBORw0KGgo=";

/// Returns an upload that claims to be a PNG but is not.
pub(crate) fn mislabeled_image() -> Upload {
    Upload::new("image.png", "image/png", b"<svg/>".as_slice())
}

/// Verifies a token with the published keys, ignoring its expiry. Returns `None` if its key is not
/// among them.
pub(crate) async fn verify_with_jwks(
    clerk: &ClerkEmulator,
    token: &str,
) -> Option<(Header, Value)> {
    let keys: JwkSet = serde_json::from_value(get(clerk, "/jwks").await).unwrap();
    let header = decode_header(token).unwrap();
    let key = DecodingKey::from_jwk(keys.find(header.kid.as_ref()?)?).unwrap();
    let claims = decode(token, &key, &ignoring_expiry(Algorithm::RS256)).unwrap().claims;
    Some((header, claims))
}

/// Verifies a token with the instance's PEM key, ignoring its expiry, and returns its claims.
pub(crate) fn claims(clerk: &ClerkEmulator, token: &str) -> Value {
    decode(token, &decoding_key(clerk), &ignoring_expiry(Algorithm::RS256)).unwrap().claims
}

pub(crate) fn decoding_key(clerk: &ClerkEmulator) -> DecodingKey {
    DecodingKey::from_rsa_pem(clerk.jwt_key().as_bytes()).unwrap()
}

/// Returns a validation that ignores `aud`, and `exp`, which `jsonwebtoken` would compare with the
/// system clock instead of the emulator's.
pub(crate) fn ignoring_expiry(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation
}

/// The ID of a resource.
pub(crate) fn id(resource: &Value) -> &str {
    resource["id"].as_str().unwrap()
}

/// The IDs of a list's items.
pub(crate) fn ids(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(id).collect()
}
