//! Operating an application: logs and metrics, several instances and rate limits.
//!
//! # Logs and spans
//!
//! The result of authenticating a request is logged at the level `debug`. To find a user's requests,
//! declare fields in the span of the request. The layer records those that exist, and no others:
//!
//! | field | value |
//! |---|---|
//! | `enduser.id` | the user, or the subject of a machine token |
//! | `clerk.organization.id` | the active organization, or that of an API key |
//! | `clerk.token_type` | such as `session_token` or `api_key` |
//! | `clerk.reason` | why the request is unauthenticated |
//!
//! ```
//! use axum::{Router, extract::Request};
//! use axum_clerk::{ClerkConfig, ClerkLayer};
//! use tower_http::trace::TraceLayer;
//! use tracing::field::Empty;
//!
//! fn app(config: ClerkConfig) -> Router {
//!     let span = |request: &Request| {
//!         tracing::info_span!(
//!             "request",
//!             path = request.uri().path(),
//!             enduser.id = Empty,
//!             clerk.reason = Empty,
//!         )
//!     };
//!     Router::new()
//!         .layer(ClerkLayer::new(config))
//!         // Outside of the ClerkLayer, so that the span exists before it.
//!         .layer(TraceLayer::new_for_http().make_span_with(span))
//! }
//! ```
//!
//! # Metrics
//!
//! With the feature `metrics`, the [module of that name](crate::metrics) lists the counters and
//! gauges. Alert on the age of the keys (they are used for a day while Clerk cannot be reached), on
//! calls with the status `error` or 429, and on rejections with the reason `service-unavailable`.
//!
//! # Several instances
//!
//! [`ClerkLayer::resolve`](crate::ClerkLayer::resolve) chooses one of several handles for each
//! request. An instance that only verifies tokens needs no secret key: with nothing but the
//! [publishable key](crate::ClerkConfigBuilder::publishable_key), its keys come from the Frontend
//! API.
//!
//! # Rate limits
//!
//! Limit by the subject of the verified token, not by the token or a header, both of which clients
//! can vary. The example `rate_limit` does so with `tower_governor`.
