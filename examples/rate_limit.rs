//! Rate limits per user, machine or organization, with `tower_governor`.
//!
//! ```sh
//! CLERK_SECRET_KEY=… CLERK_PUBLISHABLE_KEY=… cargo run --example rate_limit
//! ```
//!
//! It listens on `PORT` (3000 by default). The key of a limit is the subject of a verified token,
//! which clients cannot choose. Requests without one are limited by their address.

use std::{env, error::Error, net::SocketAddr};

use axum::{Router, extract::ConnectInfo, http::Request, routing::get};
use axum_clerk::{Clerk, ClerkAuth, ClerkConfig, ClerkLayer, TokenType};
use tokio::net::TcpListener;
use tower_governor::{
    GovernorError, GovernorLayer, governor::GovernorConfigBuilder, key_extractor::KeyExtractor,
};

/// Limits by the verified subject: `user_…`, `org_…` or `mch_…`.
#[derive(Clone, Debug)]
pub(crate) struct BySubject;

impl KeyExtractor for BySubject {
    type Key = String;

    fn extract<T>(&self, request: &Request<T>) -> Result<String, GovernorError> {
        let auth =
            ClerkAuth::from_request(request).map_err(|_| GovernorError::UnableToExtractKey)?;
        if let Some(subject) = auth.subject() {
            return Ok(subject.to_owned());
        }
        // Behind a proxy, this is the proxy's address. Use the forwarded address there.
        let address = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let ConnectInfo(address) = address.ok_or(GovernorError::UnableToExtractKey)?;
        Ok(address.ip().to_string())
    }
}

pub(crate) fn app(clerk: Clerk) -> Router {
    let limit = GovernorConfigBuilder::default()
        .key_extractor(BySubject)
        .per_second(1)
        .burst_size(5)
        .finish()
        .expect("neither is zero");
    Router::new()
        .route("/", get(|| async { "ok" }))
        // Inside of the ClerkLayer, so that the token is verified before.
        .layer(GovernorLayer::new(limit))
        .layer(ClerkLayer::new(clerk))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let config = ClerkConfig::builder()
        .env()
        .accept_tokens([TokenType::SessionToken, TokenType::ApiKey])
        .build()?;
    let port = env::var("PORT").ok().and_then(|port| port.parse().ok()).unwrap_or(3000);
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("Serving http://{}", listener.local_addr()?);
    let app = app(Clerk::new(config)).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, app).await?;
    Ok(())
}
