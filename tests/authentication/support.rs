//! Emulators to authenticate with, an application, and requests to it.

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

/// The time at which every clock here starts, in seconds since the epoch.
pub(crate) const START: u64 = 1_800_000_000;

pub(crate) const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) const MINUTE: Duration = seconds(60);
pub(crate) const HOUR: Duration = seconds(60 * 60);
pub(crate) const DAY: Duration = seconds(24 * 60 * 60);

pub(crate) fn clock() -> Clock {
    Clock::manual(SystemTime::UNIX_EPOCH + seconds(START))
}

/// An emulator of a test's own, on a clock that stands still.
pub(crate) async fn emulator() -> ClerkEmulator {
    ClerkEmulator::builder().clock(clock()).start().await.unwrap()
}

/// The emulator of all tests that change neither its keys nor its time, nor stop it.
pub(crate) async fn shared() -> &'static ClerkEmulator {
    static EMULATOR: OnceCell<ClerkEmulator> = OnceCell::const_new();
    // A test's runtime ends with the test.
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
        runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
    });
    EMULATOR.get_or_init(|| async { RUNTIME.spawn(emulator()).await.unwrap() }).await
}

/// A new user's session.
pub(crate) fn sign_in(clerk: &ClerkEmulator) -> EmulatedSession {
    let user = clerk.create_user(CreateUser::default());
    clerk.sign_in(&user.id)
}

/// A configuration without a publishable key: nothing but the header is looked at, and a response's reason is the
/// token's own.
pub(crate) fn header_only(clerk: &ClerkEmulator) -> ClerkConfigBuilder {
    let builder = ClerkConfig::builder().secret_key(clerk.secret_key()).api_url(clerk.url());
    builder.clock(clerk.clock().clone())
}

/// The header of a session token.
pub(crate) fn token_header(clerk: &ClerkEmulator) -> Value {
    json!({ "alg": "RS256", "typ": "JWT", "kid": clerk.key_id(), "cat": "cl_B7d4PD111AAA" })
}

/// The claims of a session token.
pub(crate) fn token_claims(clerk: &ClerkEmulator) -> Value {
    json!({
        "iss": clerk.url(), "sub": "user_ada", "sid": "sess_ada", "v": 2, "sts": "active", "fva": [0, -1],
        "iat": START, "nbf": START - 10, "exp": START + 60,
    })
}

/// An object with a field set to something else, or with null removed.
pub(crate) fn with(mut object: Value, name: &str, value: impl Into<Value>) -> Value {
    match value.into() {
        Value::Null => drop(object.as_object_mut().unwrap().remove(name)),
        value => object[name] = value,
    }
    object
}

/// Tells whose a request is: on `/guarded` behind a guard, on `/signed-in` to those signed in, elsewhere to all.
pub(crate) fn app(clerk: impl Into<Clerk>) -> Router {
    let user_id = |auth: ClerkAuth| async move { auth.user_id().unwrap_or("nobody").to_owned() };
    let signed_in = |session: SignedIn| async move { session.user_id().to_owned() };
    Router::new()
        .route("/guarded", routing::any(user_id).layer(require_auth()))
        .route("/signed-in", routing::any(signed_in))
        .fallback(user_id)
        .layer(ClerkLayer::new(clerk))
}

/// A request to be sent.
#[must_use]
pub(crate) struct Call(http::request::Builder);

pub(crate) fn get(uri: &str) -> Call {
    Call(Request::builder().uri(uri).header(header::HOST, "app.example.com"))
}

/// What no browser shows as a page, so that no handshake starts.
pub(crate) fn post(uri: &str) -> Call {
    get(uri).method(Method::POST)
}

impl Call {
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

    /// As a browser asks for a page.
    pub(crate) fn page(self) -> Self {
        self.header("accept", "text/html,application/xhtml+xml")
    }

    pub(crate) async fn send(self, app: &Router) -> Answer {
        let request = self.0.body(axum::body::Body::empty()).unwrap();
        let (parts, body) = app.clone().oneshot(request).await.unwrap().into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// A header's value, empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Why nobody is signed in; empty where somebody is.
    pub(crate) fn reason(&self) -> &str {
        self.header("x-clerk-auth-reason")
    }

    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/json", "{self:?}");
        serde_json::from_str(&self.body).unwrap()
    }

    /// The code of the only error that a JSON body lists.
    pub(crate) fn code(&self) -> String {
        let body = self.json();
        assert_eq!(body["errors"].as_array().map(Vec::len), Some(1), "{body}");
        assert!(body["errors"][0]["message"].is_string(), "{body}");
        body["errors"][0]["code"].as_str().unwrap().to_owned()
    }
}

thread_local! {
    static LOG: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

struct ToLog;

impl io::Write for ToLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.with_borrow_mut(|log| log.get_or_insert_default().extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// All that is logged on this thread in the meantime, whatever its level and whoever logs it.
pub(crate) async fn logged<T>(work: impl Future<Output = T>) -> (T, String) {
    static LOGGING: Once = Once::new();
    LOGGING.call_once(|| {
        let to_log = fmt::layer().with_ansi(false).with_writer(|| ToLog);
        let while_wanted = dynamic_filter_fn(|_, _| LOG.with_borrow(Option::is_some));
        let subscriber = tracing_subscriber::registry().with(to_log.with_filter(while_wanted));
        tracing::subscriber::set_global_default(subscriber).unwrap();
        // Other threads may have found no subscriber, and noted that nobody is interested.
        tracing::callsite::rebuild_interest_cache();
    });
    LOG.set(Some(Vec::new()));
    let result = work.await;
    (result, String::from_utf8(LOG.take().unwrap()).unwrap())
}
