//! A JSON API whose data belong to organizations: roles, permissions and reverification, on routes and in handlers.
//!
//! Run the emulator beside it, in another terminal, and copy the `export` lines that it prints:
//!
//!     cargo run --example emulator --features emulator
//!     cargo run --example api

use std::{
    collections::BTreeMap,
    error::Error,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};
use axum_clerk::{ClerkConfig, ClerkLayer, Refusal, Reverification, SignedIn, guard, require_auth};
use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;

/// Each organization's invoices by their number.
#[derive(Clone, Default)]
struct Invoices(Arc<Mutex<BTreeMap<String, BTreeMap<u32, Invoice>>>>);

#[derive(Clone, Deserialize, Serialize)]
struct Invoice {
    customer: String,
    cents: u64,
    #[serde(default)]
    paid: bool,
}

fn app(config: ClerkConfig) -> Router {
    let write = guard::require(guard::permission("org:billing:manage"));
    // Money moves, so who moves it must have proved a moment ago who they are.
    let refund = guard::require(guard::role("org:admin").and(Reverification::STRICT));
    Router::new()
        .route("/invoices", get(list).merge(post(create).layer(write)))
        .route("/invoices/{number}", get(show))
        .route("/invoices/{number}/refund", post(refund_invoice).layer(refund))
        .layer(require_auth())
        .layer(ClerkLayer::new(config))
        .with_state(Invoices::default())
}

impl Invoices {
    /// Works on the invoices of the session's active organization.
    fn of<T>(
        &self,
        session: &SignedIn,
        work: impl FnOnce(&mut BTreeMap<u32, Invoice>) -> T,
    ) -> Result<T, StatusCode> {
        let organization = session.organization_id().ok_or(StatusCode::CONFLICT)?;
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(work(all.entry(organization.to_owned()).or_default()))
    }
}

async fn list(
    session: SignedIn,
    State(invoices): State<Invoices>,
) -> Result<Json<Vec<Invoice>>, StatusCode> {
    invoices.of(&session, |invoices| Json(invoices.values().cloned().collect()))
}

async fn create(
    session: SignedIn,
    State(invoices): State<Invoices>,
    Json(invoice): Json<Invoice>,
) -> Result<(StatusCode, Json<u32>), StatusCode> {
    invoices.of(&session, |invoices| {
        let number = invoices.keys().next_back().map_or(1, |last| last + 1);
        invoices.insert(number, invoice);
        (StatusCode::CREATED, Json(number))
    })
}

async fn show(
    session: SignedIn,
    State(invoices): State<Invoices>,
    Path(number): Path<u32>,
) -> Result<Json<Invoice>, StatusCode> {
    invoices
        .of(&session, |invoices| invoices.get(&number).cloned())?
        .map(Json)
        .ok_or(StatusCode::NOT_FOUND)
}

/// Refunds an invoice. A large one takes more than the route asks for.
async fn refund_invoice(
    session: SignedIn,
    State(invoices): State<Invoices>,
    Path(number): Path<u32>,
) -> Result<Result<StatusCode, StatusCode>, Refusal> {
    let cents = match invoices
        .of(&session, |invoices| invoices.get(&number).map(|invoice| invoice.cents))
    {
        Ok(Some(cents)) => cents,
        Ok(None) => return Ok(Err(StatusCode::NOT_FOUND)),
        Err(status) => return Ok(Err(status)),
    };
    if cents > 100_000 {
        session.require_reverification(Reverification::STRICT_MFA)?;
    }
    Ok(invoices.of(&session, |invoices| {
        invoices.entry(number).and_modify(|invoice| invoice.paid = false);
        StatusCode::NO_CONTENT
    }))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into()))
        .init();
    let port = std::env::var("PORT").map_or(Ok(3000), |port| port.parse::<u16>())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("Serving http://{}/invoices", listener.local_addr()?);
    axum::serve(listener, app(ClerkConfig::from_env()?))
        .with_graceful_shutdown(async { drop(tokio::signal::ctrl_c().await) })
        .await?;
    Ok(())
}
