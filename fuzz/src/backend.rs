//! A Backend API that gives the answer of the input to every request.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Router, body::Body, response::Response};
use http::StatusCode;
use tokio::{net::TcpListener, runtime::Runtime};

#[derive(Clone)]
pub(super) struct Backend {
    pub(super) url: String,
    answer: Arc<Mutex<Answer>>,
    calls: Arc<AtomicUsize>,
}

/// A status and a body.
#[derive(Clone)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    body: Vec<u8>,
}

impl Answer {
    pub(super) fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self { status: StatusCode::OK, body: body.into() }
    }

    pub(super) fn not_found() -> Self {
        Self { status: StatusCode::NOT_FOUND, body: Vec::new() }
    }

    /// Reads `STATUS BODY`. Final statuses are allowed alone.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let (status, rest) = text.split_at_checked(3)?;
        let status = StatusCode::from_bytes(status).ok()?;
        let body = rest.get(1..).unwrap_or_default().to_vec();
        (200..600).contains(&status.as_u16()).then_some(Self { status, body })
    }
}

impl Backend {
    /// Starts the server, which runs whenever the runtime does.
    pub(super) fn start(runtime: &Runtime) -> Self {
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
        let backend = Self {
            url: format!("http://{}", listener.local_addr().expect("an address")),
            answer: Arc::new(Mutex::new(Answer::not_found())),
            calls: Arc::default(),
        };
        let this = backend.clone();
        let app = Router::new().fallback(async move || this.respond());
        runtime.spawn(async move { axum::serve(listener, app).await });
        backend
    }

    /// Sets the answer to all requests from now on.
    pub(super) fn set_answer(&self, answer: Answer) {
        *self.lock() = answer;
    }

    /// Returns the number of requests so far.
    pub(super) fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    fn respond(&self) -> Response {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let Answer { status, body } = self.lock().clone();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        response
    }

    fn lock(&self) -> MutexGuard<'_, Answer> {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
