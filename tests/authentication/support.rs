//! Emulators, an app that reports who is signed in, and requests to it.

use std::{
    cell::RefCell,
    io,
    sync::{LazyLock, Once},
    time::{Duration, SystemTime},
};

use axum::{Router, routing};
use axum_clerk::{
    Clerk, ClerkAuth, ClerkConfig, ClerkConfigBuilder, ClerkLayer, Clock, SignedIn,
    api::CreateUser,
    emulator::{ClerkEmulator, EmulatedSession},
    require_auth,
};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use serde_json::{Value, json};
use tokio::{
    runtime::{self, Runtime},
    sync::OnceCell,
};
use tower::ServiceExt;
use tracing_subscriber::{Layer, filter::dynamic_filter_fn, fmt, layer::SubscriberExt};

/// The time at which every manual clock starts, in seconds since the epoch.
pub(crate) const START: u64 = 1_800_000_000;

pub(crate) const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) const MINUTE: Duration = seconds(60);
pub(crate) const HOUR: Duration = seconds(60 * 60);
pub(crate) const DAY: Duration = seconds(24 * 60 * 60);

pub(crate) fn manual_clock() -> Clock {
    Clock::manual(SystemTime::UNIX_EPOCH + seconds(START))
}

/// Starts an emulator for a single test, on a manual clock.
pub(crate) async fn emulator() -> ClerkEmulator {
    ClerkEmulator::builder().clock(manual_clock()).start().await.unwrap()
}

/// Returns the emulator shared by all tests that neither change its keys or time nor stop it.
pub(crate) async fn shared_emulator() -> &'static ClerkEmulator {
    static EMULATOR: OnceCell<ClerkEmulator> = OnceCell::const_new();
    // A test's own runtime ends with the test, so the emulator needs another one.
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
        runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
    });
    EMULATOR.get_or_init(|| async { RUNTIME.spawn(emulator()).await.unwrap() }).await
}

/// Creates a user and returns a session for them.
pub(crate) fn sign_in(clerk: &ClerkEmulator) -> EmulatedSession {
    let user = clerk.create_user(CreateUser::default());
    clerk.sign_in(&user.id)
}

/// Returns a configuration without a publishable key: only the `Authorization` header is read, and
/// the reason of a signed-out response is that of the token.
pub(crate) fn header_only(clerk: &ClerkEmulator) -> ClerkConfigBuilder {
    let builder = ClerkConfig::builder().secret_key(clerk.secret_key()).api_url(clerk.url());
    builder.clock(clerk.clock().clone())
}

/// Returns the header of a valid session token.
pub(crate) fn token_header(clerk: &ClerkEmulator) -> Value {
    json!({ "alg": "RS256", "typ": "JWT", "kid": clerk.key_id(), "cat": "cl_B7d4PD111AAA" })
}

/// Returns the claims of a valid session token.
pub(crate) fn token_claims(clerk: &ClerkEmulator) -> Value {
    json!({
        "iss": clerk.issuer(), "sub": "user_ada", "sid": "sess_ada", "v": 2, "sts": "active",
        "fva": [0, -1], "iat": START, "nbf": START - 10, "exp": START + 60,
    })
}

/// Returns the object with a field set to the value, or removed if the value is null.
pub(crate) fn with_field(mut object: Value, name: &str, value: impl Into<Value>) -> Value {
    match value.into() {
        Value::Null => drop(object.as_object_mut().unwrap().remove(name)),
        value => object[name] = value,
    }
    object
}

/// Returns an app that responds with the signed-in user's ID, or `anonymous`: `/guarded` is behind a guard,
/// `/signed-in` extracts [`SignedIn`], and every other path is open.
pub(crate) fn app(clerk: impl Into<Clerk>) -> Router {
    // API keys and OAuth tokens have a user as well, but do not sign them in.
    let user_id = |auth: ClerkAuth| async move {
        auth.claims().map_or("anonymous", |claims| claims.user_id()).to_owned()
    };
    let signed_in = |session: SignedIn| async move { session.user_id().to_owned() };
    Router::new()
        .route("/guarded", routing::any(user_id).layer(require_auth()))
        .route("/signed-in", routing::any(signed_in))
        .fallback(user_id)
        .layer(ClerkLayer::new(clerk))
}

/// Returns an app that has fetched its keys, with its emulator, a session of an hour, and a token
/// of that session which the app has accepted and cached.
pub(crate) async fn app_with_cached_token() -> (ClerkEmulator, Router, EmulatedSession, String) {
    let clerk = emulator().await;
    let app = app(clerk.config());
    let session = sign_in(&clerk).expires_in(HOUR);
    let token = session.token();
    assert_eq!(get("/guarded").bearer(&token).send(&app).await.status, 200);
    (clerk, app, session, token)
}

/// A request to be sent to an app.
#[must_use]
pub(crate) struct TestRequest(http::request::Builder);

pub(crate) fn get(uri: &str) -> TestRequest {
    TestRequest(Request::builder().uri(uri).header(header::HOST, "app.example.com"))
}

/// Creates a `POST` request, which is never redirected to a handshake.
pub(crate) fn post(uri: &str) -> TestRequest {
    get(uri).method(Method::POST)
}

impl TestRequest {
    pub(crate) fn method(self, method: Method) -> Self {
        Self(self.0.method(method))
    }

    pub(crate) fn header(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        Self(self.0.header(name, HeaderValue::from_bytes(value.as_ref()).unwrap()))
    }

    pub(crate) fn bearer(self, token: impl AsRef<str>) -> Self {
        self.header("authorization", format!("Bearer {}", token.as_ref()))
    }

    pub(crate) fn cookies(self, cookies: impl AsRef<str>) -> Self {
        self.header("cookie", cookies.as_ref())
    }

    /// Accepts HTML, like a browser that navigates to a page.
    pub(crate) fn page(self) -> Self {
        self.header("accept", "text/html,application/xhtml+xml")
    }

    pub(crate) async fn send(self, app: &Router) -> TestResponse {
        let request = self.0.body(axum::body::Body::empty()).unwrap();
        let (parts, body) = app.clone().oneshot(request).await.unwrap().into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        TestResponse {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }
}

#[derive(Debug)]
pub(crate) struct TestResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl TestResponse {
    /// Returns a header's value, or an empty string if it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Returns why the request is signed out; empty if it is signed in.
    pub(crate) fn reason(&self) -> &str {
        self.header("x-clerk-auth-reason")
    }

    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/json", "{self:?}");
        serde_json::from_str(&self.body).unwrap()
    }

    /// Returns the code of the only error in a JSON body.
    pub(crate) fn code(&self) -> String {
        let body = self.json();
        assert_eq!(body["errors"].as_array().map(Vec::len), Some(1), "{body}");
        assert!(body["errors"][0]["message"].is_string(), "{body}");
        body["errors"][0]["code"].as_str().unwrap().to_owned()
    }
}

thread_local! {
    /// What the current thread has logged, if [`capture_log`] is capturing it.
    static LOG: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

struct LogWriter;

impl io::Write for LogWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.with_borrow_mut(|log| log.get_or_insert_default().extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs a future and returns its output with everything this thread logged meanwhile, at any level
/// and from any crate.
pub(crate) async fn capture_log<T>(future: impl Future<Output = T>) -> (T, String) {
    static SUBSCRIBER: Once = Once::new();
    SUBSCRIBER.call_once(|| {
        let to_log = fmt::layer().with_ansi(false).with_writer(|| LogWriter);
        let while_capturing = dynamic_filter_fn(|_, _| LOG.with_borrow(Option::is_some));
        let subscriber = tracing_subscriber::registry().with(to_log.with_filter(while_capturing));
        tracing::subscriber::set_global_default(subscriber).unwrap();
        // Other threads may have cached that no subscriber is interested.
        tracing::callsite::rebuild_interest_cache();
    });
    LOG.set(Some(Vec::new()));
    let output = future.await;
    (output, String::from_utf8(LOG.take().unwrap()).unwrap())
}
