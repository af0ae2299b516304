//! A Backend API that publishes keys when a test lets it.

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

use super::support::clock;

/// Answers as often as it is allowed to.
pub(crate) struct Published {
    url: String,
    allowed: Arc<Semaphore>,
    asked: Arc<AtomicUsize>,
}

impl Published {
    pub(crate) async fn start(keys: Vec<Value>) -> Self {
        let (allowed, asked) = (Arc::new(Semaphore::new(0)), Arc::<AtomicUsize>::default());
        let answer = {
            let (allowed, asked) = (allowed.clone(), asked.clone());
            move || async move {
                asked.fetch_add(1, Ordering::SeqCst);
                allowed.acquire().await.unwrap().forget();
                Json(json!({ "keys": keys }))
            }
        };
        let url = serve(Router::new().route("/v1/jwks", routing::get(answer))).await;
        Self { url, allowed, asked }
    }

    pub(crate) fn config(&self) -> ClerkConfigBuilder {
        loopback(&self.url)
    }

    pub(crate) fn allow(&self, answers: usize) {
        self.allowed.add_permits(answers);
    }

    /// Waits for the `n`th request, and fails if there are more.
    pub(crate) async fn asked(&self, n: usize) {
        let asked = || self.asked.load(Ordering::SeqCst);
        let enough = async {
            while asked() < n {
                tokio::task::yield_now().await;
            }
        };
        timeout(Duration::from_secs(60), enough).await.unwrap();
        assert_eq!(asked(), n);
    }
}

/// The keys that an emulator publishes.
pub(crate) async fn keys_of(clerk: &ClerkEmulator) -> Vec<Value> {
    Clerk::new(clerk.config()).jwks().get().await.unwrap().keys
}

pub(crate) async fn serve(app: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    url
}

/// A configuration with the Backend API at a URL, on a clock that stands still.
pub(crate) fn loopback(url: &str) -> ClerkConfigBuilder {
    ClerkConfig::builder().secret_key("sk_test_c2VjcmV0").api_url(url).clock(clock())
}
