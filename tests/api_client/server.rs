//! A server on loopback in Clerk's place, and a client for it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::{Query, Request},
    response::{IntoResponse, Response},
};
use axum_clerk::api::{self, ApiError, Client, Error, RetryPolicy};
use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;
use tokio::net::TcpListener;

pub(crate) const SECRET_KEY: &str = "sk_test_c2VjcmV0";

/// A server that records its requests, and a client for it that retries without much delay.
pub(crate) struct MockServer {
    pub(crate) url: String,
    pub(crate) client: Client,
    requests: Arc<Mutex<Vec<RecordedRequest>>>,
}

#[derive(Clone, Debug)]
pub(crate) struct RecordedRequest {
    pub(crate) method: Method,
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl MockServer {
    /// Starts a server that returns `respond(n)` for the `n`th request, counted from 0.
    pub(crate) async fn start<F>(respond: F) -> Self
    where
        F: Fn(usize) -> Response + Clone + Send + Sync + 'static,
    {
        Self::start_with_query(move |n, _| respond(n)).await
    }

    /// Starts a server whose responses depend on the query as well.
    pub(crate) async fn start_with_query<F>(respond: F) -> Self
    where
        F: Fn(usize, &HashMap<String, String>) -> Response + Clone + Send + Sync + 'static,
    {
        let requests = Arc::new(Mutex::new(Vec::new()));
        let recorded = requests.clone();
        let app = Router::new().fallback(async move |Query(query): Query<_>, request: Request| {
            let (parts, body) = request.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
            let request = RecordedRequest {
                method: parts.method,
                target: parts.uri.to_string(),
                headers: parts.headers,
                body: String::from_utf8(body.to_vec()).unwrap(),
            };
            let n = {
                let mut recorded = recorded.lock().unwrap();
                recorded.push(request);
                recorded.len() - 1
            };
            respond(n, &query)
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (url, client) = (url(&listener), client(&listener));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, client, requests }
    }

    /// Starts a server that always returns this JSON.
    pub(crate) async fn responding_with(json: Value) -> Self {
        Self::start(move |_| Json(json.clone()).into_response()).await
    }

    /// Starts a server that always returns this status, without a body.
    pub(crate) async fn failing(status: StatusCode) -> Self {
        Self::start(move |_| status.into_response()).await
    }

    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        self.requests.lock().unwrap().clone()
    }

    /// Returns the only request, and fails if there is not exactly one.
    pub(crate) fn only_request(&self) -> RecordedRequest {
        let requests = self.requests();
        assert_eq!(requests.len(), 1);
        requests[0].clone()
    }
}

fn url(listener: &TcpListener) -> String {
    format!("http://{}", listener.local_addr().unwrap())
}

/// Returns a client for whatever listens there.
pub(crate) fn client(listener: &TcpListener) -> Client {
    Client::new(SECRET_KEY)
        .unwrap()
        .with_base_url(url(listener).parse().unwrap())
        .with_retry(RetryPolicy::default().min_delay(Duration::from_millis(1)))
}

/// Returns the API error, and fails for any other result.
pub(crate) fn api_error<T>(result: api::Result<T>) -> ApiError {
    match result {
        Err(Error::Api(error)) => *error,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("the request succeeded"),
    }
}
