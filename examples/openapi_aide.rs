//! An OpenAPI document with aide, which derives security and rejections from the extractors.
//!
//! ```sh
//! CLERK_SECRET_KEY=… CLERK_PUBLISHABLE_KEY=… cargo run --example openapi_aide --features aide
//! curl http://127.0.0.1:3000/openapi.json
//! ```
//!
//! It listens on `PORT` (3000 by default).

use std::{env, error::Error, sync::Arc};

use aide::{
    axum::{
        ApiRouter,
        routing::{delete, get},
    },
    openapi::OpenApi,
};
use axum::{Json, Router, extract::Path, routing};
use axum_clerk::{
    Clerk, ClerkAuth, ClerkConfig, ClerkLayer, SignedIn, VerifiedOAuthToken, guard,
    openapi::aide::security_schemes,
};
use tokio::net::TcpListener;

async fn health() -> &'static str {
    "ok"
}

async fn greet(auth: ClerkAuth) -> String {
    format!("hello, {}", auth.user_id().unwrap_or("stranger"))
}

async fn me(session: SignedIn) -> String {
    session.user_id().to_owned()
}

async fn delete_invoice(_: SignedIn, Path(id): Path<String>) -> String {
    id
}

async fn tools(_: VerifiedOAuthToken) -> Json<Vec<String>> {
    Json(Vec::new())
}

/// Returns the application with its document.
pub(crate) fn app(clerk: Clerk) -> (Router, Arc<OpenApi>) {
    let manage = guard::require(guard::permission("org:billing:manage"));
    let mut document = OpenApi::default();
    let router: Router = ApiRouter::new()
        .api_route("/health", get(health))
        .api_route("/greet", get(greet))
        .api_route("/me", get(me))
        .api_route("/invoices/{id}", delete(delete_invoice).layer(manage))
        .api_route("/tools", get(tools))
        .finish_api_with(&mut document, |api| security_schemes(api, &clerk));
    let document = Arc::new(document);
    let served = Arc::clone(&document);
    let router = router
        .route("/openapi.json", routing::get(async move || Json(OpenApi::clone(&served))))
        .layer(ClerkLayer::new(clerk));
    (router, document)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = env::var("PORT").ok().and_then(|port| port.parse().ok()).unwrap_or(3000);
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("Serving http://{}", listener.local_addr()?);
    let (router, _) = app(Clerk::new(ClerkConfig::from_env()?));
    axum::serve(listener, router).await?;
    Ok(())
}
