//! A Backend API on loopback that records the calls it receives.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::Request,
    response::{IntoResponse, Response},
};
use axum_clerk::{ClerkConfigBuilder, TokenType, emulator::ClerkEmulator};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tokio::{sync::Semaphore, time::timeout};

use super::jwks_server::serve;

/// A call that reached the server.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Call {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// A server that records its calls.
pub(crate) struct BackendApi {
    pub(crate) url: String,
    calls: Arc<Mutex<Vec<Call>>>,
    /// Has a permit as soon as calls are responded to.
    running: Arc<Semaphore>,
}

impl BackendApi {
    pub(crate) async fn start(respond: fn(&Call) -> Response) -> Self {
        let api = Self::start_paused(respond).await;
        api.resume();
        api
    }

    /// Starts a server that responds to nothing until [`resume`](Self::resume) is called.
    pub(crate) async fn start_paused(respond: fn(&Call) -> Response) -> Self {
        let (calls, running) = (Arc::<Mutex<Vec<Call>>>::default(), Arc::new(Semaphore::new(0)));
        let handler = {
            let (calls, running) = (calls.clone(), running.clone());
            move |request: Request| async move {
                let (parts, body) = request.into_parts();
                let call = Call {
                    path: parts.uri.path().to_owned(),
                    headers: parts.headers,
                    body: axum::body::to_bytes(body, usize::MAX).await.unwrap(),
                };
                calls.lock().unwrap().push(call.clone());
                let _permit = running.acquire().await.unwrap();
                respond(&call)
            }
        };
        Self { url: serve(Router::new().fallback(handler)).await, calls, running }
    }

    pub(crate) fn resume(&self) {
        self.running.add_permits(Semaphore::MAX_PERMITS / 2);
    }

    /// Starts a server that recognizes nothing.
    pub(crate) async fn without_resources() -> Self {
        Self::start(|_| not_found()).await
    }

    /// Starts a server that fails.
    pub(crate) async fn failing() -> Self {
        Self::start(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response()).await
    }

    /// Returns the configuration of an app that accepts every type of token and verifies those of
    /// the emulator without a call, and calls this server for anything else.
    pub(crate) fn config(&self, clerk: &ClerkEmulator) -> ClerkConfigBuilder {
        let config = clerk.config_builder().jwt_key(clerk.jwt_key()).api_url(&self.url);
        config.accept_tokens(TokenType::ALL)
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    pub(crate) fn call_count(&self) -> usize {
        self.calls.lock().unwrap().len()
    }

    /// Waits until a number of calls were received.
    pub(crate) async fn wait_for_calls(&self, count: usize) {
        let reached = async {
            while self.call_count() < count {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        timeout(Duration::from_secs(60), reached).await.unwrap();
    }
}

/// The response to a token, a nonce or an ID that Clerk does not recognize.
pub(crate) fn not_found() -> Response {
    let error = json!({ "code": "resource_not_found", "message": "not found" });
    (StatusCode::NOT_FOUND, Json(json!({ "errors": [error] }))).into_response()
}
