//! Serves this crate's metrics to Prometheus.
//!
//! ```sh
//! CLERK_SECRET_KEY=… CLERK_PUBLISHABLE_KEY=… cargo run --example metrics --features metrics
//! curl http://127.0.0.1:3000/metrics
//! ```
//!
//! It listens on `PORT` (3000 by default). In production, serve `/metrics` on a port that only
//! Prometheus reaches. The age of the keys is
//! `time() - axum_clerk_jwks_fetched_timestamp_seconds`.

use std::{env, error::Error, time::Duration};

use axum::{Router, routing::get};
use axum_clerk::{Clerk, ClerkConfig, ClerkLayer, SignedIn, metrics, require_auth};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::{net::TcpListener, time};
use tower_http::trace::TraceLayer;
use tracing::{Span, field::Empty};

pub(crate) fn app(clerk: Clerk, prometheus: PrometheusHandle) -> Router {
    Router::new()
        .route("/", get(async |session: SignedIn| session.user_id().to_owned()))
        .layer(require_auth())
        .route("/metrics", get(async move || prometheus.render()))
        .layer(ClerkLayer::new(clerk))
        // The layer records the fields that the span of the request declares.
        .layer(TraceLayer::new_for_http().make_span_with(
            |request: &axum::extract::Request| -> Span {
                tracing::info_span!(
                    "request",
                    method = %request.method(),
                    path = request.uri().path(),
                    enduser.id = Empty,
                    clerk.organization.id = Empty,
                    clerk.token_type = Empty,
                    clerk.reason = Empty,
                )
            },
        ))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt::init();
    let prometheus = PrometheusBuilder::new().install_recorder()?;
    metrics::describe();
    let upkeep = prometheus.clone();
    tokio::spawn(async move {
        let mut interval = time::interval(Duration::from_secs(5));
        loop {
            interval.tick().await;
            upkeep.run_upkeep();
        }
    });
    let port = env::var("PORT").ok().and_then(|port| port.parse().ok()).unwrap_or(3000);
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("Serving http://{}", listener.local_addr()?);
    axum::serve(listener, app(Clerk::new(ClerkConfig::from_env()?), prometheus)).await?;
    Ok(())
}
