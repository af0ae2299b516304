//! Fleets of machines, and requests to them.

use std::time::{Duration, Instant, SystemTime};

use axum::{Router, body::Body, routing::get};
use axum_clerk::{
    Clerk, ClerkConfigBuilder, ClerkLayer, Clock, SignedIn,
    cache::{MemoryCache, SharedCache},
    emulator::ClerkEmulator,
};
use http::{Request, StatusCode};
use tower::ServiceExt;

/// Waits until a condition holds that another process or task brings about.
pub(crate) async fn eventually(condition: impl AsyncFn() -> bool) {
    let start = Instant::now();
    while !condition().await {
        assert!(start.elapsed() < Duration::from_secs(20), "the condition does not come true");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// A machine: a handle and an app of its own.
pub(crate) struct Machine {
    pub(crate) clerk: Clerk,
    app: Router,
}

impl Machine {
    pub(crate) fn new(config: ClerkConfigBuilder) -> Self {
        let clerk = Clerk::new(config.build().unwrap());
        let app = Router::new()
            .route("/", get(async |session: SignedIn| session.user_id().to_owned()))
            .layer(ClerkLayer::new(clerk.clone()));
        Self { clerk, app }
    }

    /// Sends a request with a token, and returns its status and the reason why it is signed out.
    pub(crate) async fn get(&self, token: &str) -> (StatusCode, String) {
        let request = Request::get("/").header("authorization", format!("Bearer {token}"));
        let request = request.body(Body::empty()).unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        let reason = response.headers().get("x-clerk-auth-reason");
        let reason = reason.map_or(String::new(), |reason| reason.to_str().unwrap().to_owned());
        (response.status(), reason)
    }

    pub(crate) async fn accepts(&self, token: &str) -> bool {
        match self.get(token).await {
            (StatusCode::OK, _) => true,
            (StatusCode::UNAUTHORIZED, reason) if reason == "session-revoked" => false,
            other => panic!("{other:?}"),
        }
    }
}

/// Starts machines that share a cache.
pub(crate) fn fleet<C: SharedCache>(
    emulator: &ClerkEmulator,
    machines: usize,
    cache: impl Fn() -> C,
) -> Vec<Machine> {
    (0..machines).map(|_| Machine::new(emulator.config_builder().shared_cache(cache()))).collect()
}

/// Starts machines that share a cache in memory.
pub(crate) fn memory_fleet(emulator: &ClerkEmulator, machines: usize) -> Vec<Machine> {
    let cache = MemoryCache::new();
    fleet(emulator, machines, || cache.clone())
}

/// Signs in a new user, and returns the IDs of the user and the session, and a token.
pub(crate) fn sign_in(emulator: &ClerkEmulator) -> (String, String, String) {
    let user = emulator.create_user(axum_clerk::api::CreateUser::default());
    let session = emulator.sign_in(&user.id);
    (user.id, session.id().to_owned(), session.token())
}

pub(crate) async fn emulator() -> ClerkEmulator {
    ClerkEmulator::start().await.unwrap()
}

/// Starts an emulator whose clock only moves when it is advanced.
pub(crate) async fn emulator_with_manual_clock() -> ClerkEmulator {
    ClerkEmulator::builder().clock(Clock::manual(SystemTime::now())).start().await.unwrap()
}

/// Waits until all machines receive messages. The first machine revokes a session, because they all
/// listen when they have received that.
pub(crate) async fn listening(emulator: &ClerkEmulator, machines: &[Machine]) {
    let (_, session, token) = sign_in(emulator);
    machines[0].clerk.mark_session_revoked(&session).await;
    for machine in machines {
        eventually(async || !machine.accepts(&token).await).await;
    }
}
