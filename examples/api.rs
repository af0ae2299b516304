//! A JSON API whose data belongs to organizations: roles, permissions and reverification, checked
//! on routes and in handlers.
//!
//! Start the emulator in one terminal:
//!
//! ```sh
//! cargo run --example emulator --features emulator
//! ```
//!
//! Start the API in another one, after the `export` lines that the emulator prints:
//!
//! ```sh
//! cargo run --example api
//! ```
//!
//! Then request <http://127.0.0.1:3000/invoices> with the `Authorization` header that the emulator
//! prints.

use std::{
    collections::BTreeMap,
    error::Error,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::Result,
    routing::{get, post},
};
use axum_clerk::{ClerkConfig, ClerkLayer, Reverification, SignedIn, guard, require_auth};
use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;

/// Invoices by number, for each organization.
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
    // A refund moves money, so the user must have verified their identity recently.
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
    /// Calls a closure with the invoices of the session's active organization, or returns
    /// `409 Conflict` if no organization is active.
    fn with_active_organization<T>(
        &self,
        session: &SignedIn,
        f: impl FnOnce(&mut BTreeMap<u32, Invoice>) -> T,
    ) -> Result<T, StatusCode> {
        let organization = session.organization_id().ok_or(StatusCode::CONFLICT)?;
        let mut invoices = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(f(invoices.entry(organization.to_owned()).or_default()))
    }

    fn find(&self, session: &SignedIn, number: u32) -> Result<Invoice, StatusCode> {
        self.with_active_organization(session, |invoices| invoices.get(&number).cloned())?
            .ok_or(StatusCode::NOT_FOUND)
    }
}

async fn list(session: SignedIn, State(invoices): State<Invoices>) -> Result<Json<Vec<Invoice>>> {
    let all = invoices
        .with_active_organization(&session, |invoices| invoices.values().cloned().collect())?;
    Ok(Json(all))
}

async fn create(
    session: SignedIn,
    State(invoices): State<Invoices>,
    Json(invoice): Json<Invoice>,
) -> Result<(StatusCode, Json<u32>)> {
    let number = invoices.with_active_organization(&session, |invoices| {
        let number = invoices.keys().next_back().map_or(1, |last| last + 1);
        invoices.insert(number, invoice);
        number
    })?;
    Ok((StatusCode::CREATED, Json(number)))
}

async fn show(
    session: SignedIn,
    State(invoices): State<Invoices>,
    Path(number): Path<u32>,
) -> Result<Json<Invoice>> {
    Ok(Json(invoices.find(&session, number)?))
}

/// Refunds an invoice. Large amounts require multi-factor reverification, unlike the route itself.
async fn refund_invoice(
    session: SignedIn,
    State(invoices): State<Invoices>,
    Path(number): Path<u32>,
) -> Result<StatusCode> {
    if invoices.find(&session, number)?.cents > 100_000 {
        session.require_reverification(Reverification::STRICT_MFA)?;
    }
    invoices.with_active_organization(&session, |invoices| {
        invoices.entry(number).and_modify(|invoice| invoice.paid = false);
    })?;
    Ok(StatusCode::NO_CONTENT)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into()))
        .init();
    let port = std::env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("Serving http://{}/invoices", listener.local_addr()?);
    axum::serve(listener, app(ClerkConfig::from_env()?))
        .with_graceful_shutdown(async { drop(tokio::signal::ctrl_c().await) })
        .await?;
    Ok(())
}
