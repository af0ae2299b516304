//! Clerk authentication for Axum and Tower.
//!
//! [`ClerkLayer`] authenticates every request and puts a [`ClerkAuth`] into it, which handlers take as an argument;
//! [`SignedIn`] refuses who is not signed in. [Guards](guard) ask for roles, permissions, features, plans and
//! [reverification](Reverification). [`Clerk`] is the handle of an instance: it verifies tokens, remembers users and
//! organizations, and is a client of the [Backend API](api). The [emulator] is a Clerk of one's own, for development
//! and tests.
//!
//! ```no_run
//! use axum::{Router, routing::get};
//! use axum_clerk::{ClerkAuth, ClerkConfig, ClerkLayer, SignedIn, guard};
//!
//! async fn home(auth: ClerkAuth) -> String {
//!     auth.user_id().map_or("hello, stranger".into(), |id| format!("hello, {id}"))
//! }
//!
//! async fn invoices(session: SignedIn) -> String {
//!     format!("the invoices of {:?}", session.organization_id())
//! }
//!
//! # fn app() -> Result<Router, axum_clerk::ConfigError> {
//! let app = Router::new()
//!     .route("/", get(home))
//!     .route("/invoices", get(invoices).layer(guard::require(guard::permission("org:billing:read"))))
//!     .layer(ClerkLayer::new(ClerkConfig::from_env()?));
//! # Ok(app) }
//! ```
//!
//! # Features
//!
//! - `axum` (default): the extractors.
//! - `rustls` (default): TLS to reach Clerk. Without it, pass an
//!   [HTTP client](ClerkConfigBuilder::http_client) with the TLS of your choice.
//! - `emulator`: the [emulator].
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(all(feature = "axum", feature = "emulator")),
    allow(
        rustdoc::broken_intra_doc_links,
        reason = "what is behind a feature is named without it too"
    )
)]

mod account_urls;
pub mod api;
mod auth;
mod authenticate;
mod authorization;
mod cache;
mod clerk;
mod clock;
mod config;
#[cfg(feature = "emulator")]
#[cfg_attr(docsrs, doc(cfg(feature = "emulator")))]
pub mod emulator;
mod error;
#[cfg(feature = "axum")]
mod extract;
pub mod guard;
mod keys;
mod layer;
mod path_patterns;
mod refusal;
mod token;

pub use auth::ClerkAuth;
pub use authenticate::{
    Location, MachineToken, MachineTokenError, Reason, RequestState, ResponseHeaders, Session,
};
pub use authorization::{Condition, FactorAges, Requirement, Reverification, ReverificationLevel};
pub use clerk::Clerk;
pub use clock::Clock;
pub use config::{ClerkConfig, ClerkConfigBuilder, ConfigError, TokenType};
pub use error::{Error, Result};
#[cfg(feature = "axum")]
#[cfg_attr(docsrs, doc(cfg(feature = "axum")))]
pub use extract::{ApiKey, M2mToken, OAuthToken, SignedIn};
pub use guard::{require_auth, require_reverification};
pub use keys::{InstanceType, PublishableKey};
pub use layer::{ClerkLayer, ClerkService, ResponseFuture};
pub use refusal::Refusal;
pub use token::{ActiveOrganization, SessionClaims, SessionStatus, TokenError};

/// The README's snippets, compiled and run.
#[cfg(all(doctest, feature = "emulator"))]
#[doc = include_str!("../README.md")]
struct Readme;
