//! Clerk authentication for Axum and Tower.
//!
//! [`ClerkLayer`] authenticates every request and inserts a [`ClerkAuth`], which handlers extract.
//! [`SignedIn`] rejects unauthenticated requests, and [`Principal`] is a caller with any type of
//! token. [Guards](guard) require roles, permissions, features, plans, scopes and
//! [reverification](Reverification). [`Clerk`] is the handle of an instance: it
//! verifies tokens, caches users and organizations, and is a client for the [Backend API](api). The
//! [emulator] is an in-process Clerk for development and tests.
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
//! let read_invoices = guard::require(guard::permission("org:billing:read"));
//! let app = Router::new()
//!     .route("/", get(home))
//!     .route("/invoices", get(invoices).layer(read_invoices))
//!     .layer(ClerkLayer::new(ClerkConfig::from_env()?));
//! # Ok(app) }
//! ```
//!
//! [`pages`] has the script tags of Clerk's browser library and a Content Security Policy for pages
//! that are rendered on the server.
//!
//! # Guide
//!
//! - [Getting started](guide::getting_started), with the emulator and with a Clerk instance.
//! - [Choosing extractors and guards](guide::choosing), and the order of middleware.
//! - [Pages](guide::pages), [organizations](guide::organizations), [machines](guide::machines), [MCP
//!   servers](guide::mcp) and [WebSockets](guide::websockets).
//! - [Testing](guide::testing), [operating](guide::operating) and [scaling](guide::scaling) an
//!   application.
//! - The [security model](guide::security): what is checked, what is left to the application, and
//!   how to configure both.
//! - [Rejections](guide::rejections) and their remedies.
//! - [Migrating](guide::migrating) from other SDKs.
//!
//! # Features
//!
//! - `aide`: [OpenAPI documents](openapi::aide) with aide.
//! - `api` (default): the operations and models of the [Backend API](api), and what returns them,
//!   such as [`Clerk::user`] and [`SignedIn::user`]. Authentication does not need it. Without it,
//!   the [client](api::Client) still sends [requests](api::Client::request) that you build yourself.
//! - `axum` (default): the extractors.
//! - `http2` (default): HTTP/2 for the calls to Clerk. Without it, they use HTTP/1.1.
//! - `metrics`: [counters and gauges](metrics) through the crate `metrics`.
//! - `proxy`: the [Frontend API proxy](proxy).
//! - `redis`: a [cache](cache::RedisCache) in Redis or Valkey, for applications on several machines.
//! - `rustls` (default): TLS for the calls to Clerk. Without it, set up the TLS of your choice with
//!   [`http_client`](ClerkConfigBuilder::http_client).
//! - `utoipa`: [OpenAPI documents](openapi::utoipa) with utoipa.
//! - `webhooks`: verified and typed [webhooks].
//! - `emulator`: the [emulator]. It is not part of `full`, which enables everything else.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(all(
        feature = "aide",
        feature = "emulator",
        feature = "metrics",
        feature = "proxy",
        feature = "redis",
        feature = "utoipa",
        feature = "webhooks"
    )),
    allow(rustdoc::broken_intra_doc_links, reason = "the docs link to items behind features")
)]

pub mod api;
mod authenticate;
mod authorization;
pub mod cache;
mod clerk;
mod clock;
mod config;
#[cfg(feature = "emulator")]
#[cfg_attr(docsrs, doc(cfg(feature = "emulator")))]
pub mod emulator;
mod error;
pub mod guide;
#[cfg(feature = "metrics")]
#[cfg_attr(docsrs, doc(cfg(feature = "metrics")))]
pub mod metrics;
#[cfg(not(feature = "metrics"))]
mod metrics;
mod middleware;
#[cfg(any(feature = "aide", feature = "utoipa"))]
#[cfg_attr(docsrs, doc(cfg(any(feature = "aide", feature = "utoipa"))))]
pub mod openapi;
pub mod pages;
#[cfg(feature = "proxy")]
#[cfg_attr(docsrs, doc(cfg(feature = "proxy")))]
pub mod proxy;
pub mod resource_server;
#[cfg(feature = "api")]
#[cfg_attr(docsrs, doc(cfg(feature = "api")))]
pub mod testing;
mod timestamp;
mod token;
#[cfg(feature = "webhooks")]
#[cfg_attr(docsrs, doc(cfg(feature = "webhooks")))]
pub mod webhooks;

pub use authenticate::{
    Location, MachineToken, MachineTokenError, Principal, Reason, RequestState, ResponseHeaders,
    VerifiedSession,
};
pub use authorization::{
    Condition, Permission, Predicate, Requirement, Reverification, ReverificationLevel, Role,
};
pub use clerk::{CacheCounts, CacheStats, Clerk};
pub use clock::Clock;
pub use config::{
    ClerkConfig, ClerkConfigBuilder, ConfigError, InstanceType, ParseTokenTypeError,
    PublishableKey, TokenType,
};
pub use error::{Error, Result};
pub use middleware::{
    AuthRejection, ClerkAuth, ClerkLayer, ClerkService, OnRejection, OnRejectionFuture,
    OnRejectionLayer, RejectionKind, RenewalError, ResolveLayer, ResolveService, ResponseFormat,
    ResponseFuture, SessionEnd, SessionLifetime, guard,
    guard::{require_auth, require_reverification},
};
#[cfg(feature = "axum")]
#[cfg_attr(docsrs, doc(cfg(feature = "axum")))]
pub use middleware::{SignedIn, VerifiedApiKey, VerifiedM2mToken, VerifiedOAuthToken};
pub use timestamp::Timestamp;
pub use token::{ActiveOrganization, FactorAges, SessionClaims, StatusClaim, TokenError};

/// The README's snippets, compiled and run.
#[cfg(all(doctest, feature = "emulator"))]
#[doc = include_str!("../README.md")]
struct Readme;
