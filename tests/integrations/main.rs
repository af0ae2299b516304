//! Optional parts of an application: long connections, metrics, spans, OpenAPI documents, several
//! instances, rate limits, and OAuth resources.

#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

#[allow(dead_code, reason = "`main` is not called")]
mod examples;
mod instances;
mod long_connections;
mod observability;
mod openapi;
mod rate_limits;
mod resource_server;
#[path = "../authentication/support.rs"]
#[allow(dead_code, reason = "shared with the tests of authentication")]
mod support;
mod testing_tokens;

/// Serves an app on loopback and returns its URL.
async fn serve(app: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}
