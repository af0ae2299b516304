//! OAuth 2.0 protected resources, such as MCP servers: metadata, challenges and audiences.
//!
//! A client that does not know where to obtain a token calls the resource without one. The 401 names
//! the [metadata][9728] of the resource, which names the authorization server: Clerk.
//!
//! ```
//! use axum::{Router, http::request::Parts, routing::post};
//! use axum_clerk::{
//!     AuthRejection, Clerk, ClerkConfig, ClerkLayer, TokenType, VerifiedOAuthToken, guard,
//!     resource_server,
//! };
//!
//! async fn tools(token: VerifiedOAuthToken) -> String {
//!     format!("the tools of {}", token.subject)
//! }
//!
//! # fn app() -> Result<Router, axum_clerk::ConfigError> {
//! let config = ClerkConfig::builder()
//!     .secret_key("sk_test_abc")
//!     .publishable_key("pk_test_Zm9vLWJhci0xMy5jbGVyay5hY2NvdW50cy5kZXYk")
//!     .public_origin("https://api.example.com")
//!     .accept_tokens([TokenType::OAuthToken])
//!     .build()?;
//! let clerk = Clerk::new(config);
//! let metadata = resource_server::metadata(&clerk, "/mcp")?.scopes(["profile"]);
//! let challenge = || {
//!     let metadata = metadata.clone();
//!     move |rejection: &AuthRejection, _: &Parts| metadata.respond(rejection)
//! };
//! let guards = (
//!     guard::audience(metadata.resource()).on_rejection(challenge()),
//!     guard::require_scope("profile").on_rejection(challenge()),
//! );
//! let app = Router::new()
//!     .route("/mcp", post(tools).layer(guards))
//!     .merge(metadata.router())
//!     .layer(ClerkLayer::new(clerk));
//! # Ok(app) }
//! # app().unwrap();
//! ```
//!
//! The URLs come from the [configuration](crate::ClerkConfigBuilder::public_origin), never from a
//! request: a forged host would send clients to an authorization server of the attacker's choice.
//!
//! [9728]: https://www.rfc-editor.org/rfc/rfc9728

mod challenge;
mod metadata;
#[cfg(feature = "axum")]
mod relay;
#[cfg(feature = "axum")]
mod router;

pub use self::metadata::{Metadata, metadata};
