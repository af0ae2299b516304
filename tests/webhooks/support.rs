//! Emulators, signed requests, and endpoints that receive webhooks.

use std::{
    collections::VecDeque,
    env,
    fs::File,
    io::Write,
    process::Command,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use aws_lc_rs::hmac;
use axum::{Router, body::Bytes, extract::State, routing::post};
use axum_clerk::{Clock, emulator::ClerkEmulator, webhooks::Verifier};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::Value;

/// The time at which every manual clock starts, in seconds since the epoch.
pub(crate) const START: u64 = 1_800_000_000;

pub(crate) const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";
pub(crate) const OTHER_SECRET: &str = "whsec_b3RoZXIgc2VjcmV0IG90aGVyIHNlY3JldCE=";

pub(crate) fn manual_clock() -> Clock {
    Clock::manual(SystemTime::UNIX_EPOCH + Duration::from_secs(START))
}

pub(crate) async fn emulator() -> ClerkEmulator {
    ClerkEmulator::builder().clock(manual_clock()).start().await.unwrap()
}

/// Signs a body independently of the crate.
pub(crate) fn signature(secret: &str, id: &str, timestamp: &str, body: &str) -> String {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let signed = format!("{id}.{timestamp}.{body}");
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), signed.as_bytes());
    format!("v1,{}", STANDARD.encode(tag))
}

/// Returns the headers of a webhook that was signed at [`START`].
pub(crate) fn headers(secret: &str, body: &str) -> HeaderMap {
    let timestamp = START.to_string();
    let signature = signature(secret, "msg_1", &timestamp, body);
    header_map([
        ("svix-id", "msg_1"),
        ("svix-timestamp", &timestamp),
        ("svix-signature", &signature),
    ])
}

pub(crate) fn header_map<const N: usize>(headers: [(&'static str, &str); N]) -> HeaderMap {
    headers
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
        .into_iter()
        .collect()
}

pub(crate) fn with_header(mut headers: HeaderMap, name: &'static str, value: &str) -> HeaderMap {
    headers.insert(name, HeaderValue::from_str(value).unwrap());
    headers
}

pub(crate) fn without_header(mut headers: HeaderMap, name: &str) -> HeaderMap {
    headers.remove(name);
    headers
}

/// An endpoint that verifies and keeps what it receives.
#[derive(Clone)]
pub(crate) struct Endpoint {
    pub(crate) url: String,
    verifier: Verifier,
    received: Arc<Mutex<Vec<Received>>>,
    /// The statuses of the next responses; 204 once there are none left.
    responses: Arc<Mutex<VecDeque<StatusCode>>>,
}

/// A verified webhook.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) id: String,
    pub(crate) body: Value,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Received {
    pub(crate) fn event_type(&self) -> &str {
        self.body["type"].as_str().unwrap()
    }
}

impl Endpoint {
    /// Starts an endpoint and lets the emulator deliver to it.
    pub(crate) async fn start(clerk: &ClerkEmulator) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = Self {
            url: format!("http://{}/webhooks", listener.local_addr().unwrap()),
            verifier: Verifier::from_config(&clerk.config()).unwrap(),
            received: Arc::default(),
            responses: Arc::default(),
        };
        let app = Router::new().route("/webhooks", post(receive)).with_state(endpoint.clone());
        tokio::spawn(axum::serve(listener, app).into_future());
        clerk.deliver_webhooks_to(&endpoint.url);
        endpoint
    }

    /// Sets the statuses of the next responses.
    pub(crate) fn respond_with<const N: usize>(&self, statuses: [u16; N]) {
        let statuses = statuses.map(|status| StatusCode::from_u16(status).unwrap());
        self.responses.lock().unwrap().extend(statuses);
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// Returns the types of the events received since the last call, and forgets the webhooks.
    pub(crate) async fn take_types(&self, clerk: &ClerkEmulator) -> Vec<String> {
        self.take(clerk).await.iter().map(|webhook| webhook.event_type().to_owned()).collect()
    }

    /// Returns the webhooks received since the last call, and forgets them.
    pub(crate) async fn take(&self, clerk: &ClerkEmulator) -> Vec<Received> {
        clerk.webhooks_settled().await;
        std::mem::take(&mut *self.received.lock().unwrap())
    }
}

async fn receive(State(endpoint): State<Endpoint>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let event = endpoint.verifier.verify(&headers, &body).unwrap();
    let body = serde_json::to_value(&event).unwrap();
    record(&body);
    endpoint.received.lock().unwrap().push(Received {
        id: headers["svix-id"].to_str().unwrap().to_owned(),
        text: event.raw().to_string(),
        body,
        headers,
    });
    endpoint.responses.lock().unwrap().pop_front().unwrap_or(StatusCode::NO_CONTENT)
}

/// Appends a webhook to the file named by `CLERK_EMULATOR_WEBHOOKS`, if set, so that
/// `tests/webhooks/contract.py` can check it against Clerk's description.
fn record(event: &Value) {
    let Some(file) = env::var_os("CLERK_EMULATOR_WEBHOOKS") else { return };
    let mut file = File::options().create(true).append(true).open(file).unwrap();
    file.write_all(format!("{event}\n").as_bytes()).unwrap();
}

/// Runs a command and returns its output, or [reports](report_missing) that something is missing.
/// Commands exit with 69 if something is.
pub(crate) fn run(command: &mut Command) -> Option<String> {
    let missing = match command.output() {
        Ok(output) if output.status.success() => {
            return Some(String::from_utf8(output.stdout).unwrap());
        }
        Ok(output) if output.status.code() == Some(69) => {
            String::from_utf8_lossy(&output.stderr).trim().to_owned()
        }
        Ok(output) => panic!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => format!("{command:?}: {error}"),
    };
    report_missing(&missing);
    None
}

/// Reports that a test is skipped because something is missing, or fails with `CI=true`.
pub(crate) fn report_missing(missing: &str) {
    assert!(env::var("CI").as_deref() != Ok("true"), "{missing}");
    // Unlike the output of `eprintln!`, this is shown even if the test passes.
    let _ = writeln!(std::io::stderr(), "skipped: {missing}");
}
