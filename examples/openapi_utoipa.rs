//! An OpenAPI document with utoipa.
//!
//! ```sh
//! CLERK_SECRET_KEY=… CLERK_PUBLISHABLE_KEY=… cargo run --example openapi_utoipa --features utoipa
//! curl http://127.0.0.1:3000/openapi.json
//! ```
//!
//! It listens on `PORT` (3000 by default).

use std::{env, error::Error};

use axum::{
    Json, Router,
    extract::Path,
    routing::{delete, get},
};
use axum_clerk::{
    AuthRejection, Clerk, ClerkConfig, ClerkLayer, SignedIn, VerifiedOAuthToken, guard,
    openapi::utoipa::ClerkSecurity,
};
use tokio::net::TcpListener;
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(paths(health, me, delete_invoice, tools))]
struct Api;

/// Requires no authentication.
#[utoipa::path(get, path = "/health", responses((status = 200, body = String)))]
async fn health() -> &'static str {
    "ok"
}

/// Returns the ID of the signed-in user.
#[utoipa::path(get, path = "/me", responses((status = 200, body = String), AuthRejection))]
async fn me(session: SignedIn) -> String {
    session.user_id().to_owned()
}

/// Deletes an invoice. Requires the permission `org:billing:manage`.
#[utoipa::path(
    delete,
    path = "/invoices/{id}",
    params(("id" = String, Path)),
    responses((status = 200, body = String), AuthRejection)
)]
async fn delete_invoice(_: SignedIn, Path(id): Path<String>) -> String {
    id
}

/// Lists tools, for clients that obtain a token with OAuth.
#[utoipa::path(
    get,
    path = "/tools",
    security(("clerk_oauth2" = ["profile"])),
    responses((status = 200, body = [String]), AuthRejection)
)]
async fn tools(_: VerifiedOAuthToken) -> Json<Vec<String>> {
    Json(Vec::new())
}

pub(crate) fn document(clerk: &Clerk) -> utoipa::openapi::OpenApi {
    let mut document = Api::openapi();
    ClerkSecurity::new(clerk).modify(&mut document);
    document
}

pub(crate) fn app(clerk: Clerk) -> Router {
    let document = document(&clerk);
    let manage = guard::require(guard::permission("org:billing:manage"));
    Router::new()
        .route("/openapi.json", get(async move || Json(document)))
        .route("/health", get(health))
        .route("/me", get(me))
        .route("/invoices/{id}", delete(delete_invoice).layer(manage))
        .route("/tools", get(tools))
        .layer(ClerkLayer::new(clerk))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = env::var("PORT").ok().and_then(|port| port.parse().ok()).unwrap_or(3000);
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("Serving http://{}", listener.local_addr()?);
    axum::serve(listener, app(Clerk::new(ClerkConfig::from_env()?))).await?;
    Ok(())
}
