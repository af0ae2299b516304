//! The instance, its Backend API, and applications that are configured in different ways.

use std::{
    cell::OnceCell,
    future::Future,
    time::{Duration, SystemTime},
};

use axum_clerk::{Clerk, ClerkConfig, ClerkConfigBuilder, Clock, TokenType};
use tokio::runtime::{self, Runtime};

use super::{backend::Backend, instance::Instance};

/// The time of all inputs, in seconds since the epoch.
pub(super) const NOW: i64 = 1_800_000_000;

/// The tolerated clock skew, in seconds.
pub(super) const CLOCK_SKEW: i64 = 5;

pub(super) const KEY_ID: &str = "ins_fuzz";

pub(super) struct World {
    pub(super) instance: Instance,
    pub(super) backend: Backend,
    /// The applications of [`configurations`].
    pub(super) apps: Vec<Clerk>,
    runtime: Runtime,
}

impl World {
    /// Returns the world of this thread.
    pub(super) fn get() -> &'static Self {
        thread_local! {
            static WORLD: OnceCell<&'static World> = const { OnceCell::new() };
        }
        // Leaked, because a runtime must not be dropped along with a thread's local variables.
        WORLD.with(|world| *world.get_or_init(|| Box::leak(Box::new(Self::new()))))
    }

    fn new() -> Self {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
        let instance = Instance::generate();
        let backend = Backend::start(&runtime);
        let pem = instance.pem();
        let apps = configurations()
            .into_iter()
            .map(|config| {
                let config = config
                    .jwt_key(&pem)
                    .api_url(&backend.url)
                    .clock(clock())
                    .clock_skew(Duration::from_secs(CLOCK_SKEW.unsigned_abs()))
                    // An input must have the same result whatever was run before it.
                    .not_found_cache_lifetime(Duration::ZERO);
                Clerk::new(config.build().expect("a configuration"))
            })
            .collect();
        Self { instance, backend, apps, runtime }
    }

    /// Returns the application that a letter selects, from `a`.
    pub(super) fn app(&self, letter: u8) -> &Clerk {
        &self.apps[usize::from(letter.wrapping_sub(b'a')) % self.apps.len()]
    }

    pub(super) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }
}

pub(super) fn clock() -> Clock {
    Clock::manual(SystemTime::UNIX_EPOCH + Duration::from_secs(NOW.unsigned_abs()))
}

fn development() -> ClerkConfigBuilder {
    ClerkConfig::builder()
        .secret_key("sk_test_fuzz")
        .publishable_key("pk_test_Zm9vLWJhci0xMy5jbGVyay5hY2NvdW50cy5kZXYk")
}

fn production() -> ClerkConfigBuilder {
    ClerkConfig::builder()
        .secret_key("sk_live_fuzz")
        .publishable_key("pk_live_Y2xlcmsuZXhhbXBsZS5jb20k")
}

/// The configurations of `tests/oracle/cases.mjs` in the same order. Two of them, which would add
/// nothing here, are replaced with options that the official SDK lacks.
fn configurations() -> Vec<ClerkConfigBuilder> {
    use TokenType::{ApiKey, M2mToken, OAuthToken, SessionToken};
    let production_satellite = || {
        production()
            .satellite(true)
            .domain("satellite.dev")
            .sign_in_url("https://example.com/sign-in")
    };
    let development_satellite = || {
        development()
            .satellite(true)
            .domain("satellite.dev")
            .sign_in_url("https://primary.example.com/sign-in")
    };
    vec![
        development(),
        production(),
        production().public_origin("https://example.com"),
        development().authorized_parties(["http://localhost:3000", "https://example.com"]),
        production().audiences(["api.example.com", "other"]),
        production().proxy_url("https://example.com/__clerk"),
        production().proxy_url("/__clerk"),
        production_satellite(),
        production_satellite().satellite_auto_sync(true),
        development_satellite(),
        development_satellite().satellite_auto_sync(true),
        development().trusted_hosts(["example.com", "localhost:3000"]),
        development()
            .organization_patterns([
                "/orgs/:slug",
                "/orgs/:slug/(.*)",
                "/org-by-id/:id",
                "/org-by-id/:id/(.*)",
            ])
            .personal_account_patterns(["/me", "/me/(.*)"]),
        production().accept_tokens([SessionToken, ApiKey, M2mToken, OAuthToken]),
        production().accept_tokens([SessionToken, ApiKey]),
        production().accept_tokens([ApiKey]),
        production().accept_tokens([M2mToken]).machine_id("mch_2"),
        production().accept_tokens([M2mToken]).machine_secret_key("ak_machine_secret"),
        production().accept_tokens([OAuthToken]),
    ]
}
