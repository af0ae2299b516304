//! A Backend API that serves a JWKS only when a test allows it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Json, Router, routing};
use axum_clerk::{Clerk, ClerkConfig, ClerkConfigBuilder, emulator::ClerkEmulator};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::Semaphore, time::timeout};

use super::support::manual_clock;

/// A server whose requests wait until [`allow_responses`](Self::allow_responses) lets them finish.
pub(crate) struct JwksServer {
    url: String,
    allowed: Arc<Semaphore>,
    requests: Arc<AtomicUsize>,
}

impl JwksServer {
    pub(crate) async fn start(keys: Vec<Value>) -> Self {
        let (allowed, requests) = (Arc::new(Semaphore::new(0)), Arc::<AtomicUsize>::default());
        let jwks = {
            let (allowed, requests) = (allowed.clone(), requests.clone());
            move || async move {
                requests.fetch_add(1, Ordering::SeqCst);
                allowed.acquire().await.unwrap().forget();
                Json(json!({ "keys": keys }))
            }
        };
        let url = serve(Router::new().route("/v1/jwks", routing::get(jwks))).await;
        Self { url, allowed, requests }
    }

    pub(crate) fn config(&self) -> ClerkConfigBuilder {
        config_for_api(&self.url)
    }

    /// Lets that many more requests finish.
    pub(crate) fn allow_responses(&self, count: usize) {
        self.allowed.add_permits(count);
    }

    /// Waits for the `n`th request, and fails if there are more.
    pub(crate) async fn wait_for_requests(&self, n: usize) {
        let requests = || self.requests.load(Ordering::SeqCst);
        let reached = async {
            while requests() < n {
                tokio::task::yield_now().await;
            }
        };
        timeout(Duration::from_secs(60), reached).await.unwrap();
        assert_eq!(requests(), n);
    }
}

/// Returns the keys that an emulator publishes.
pub(crate) async fn keys_of(clerk: &ClerkEmulator) -> Vec<Value> {
    Clerk::new(clerk.config()).jwks().get().await.unwrap().keys
}

/// Serves an app on loopback and returns its URL.
pub(crate) async fn serve(app: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    url
}

/// Returns a configuration with its Backend API at the URL and a manual clock.
pub(crate) fn config_for_api(url: &str) -> ClerkConfigBuilder {
    ClerkConfig::builder().secret_key("sk_test_c2VjcmV0").api_url(url).clock(manual_clock())
}
