//! Choosing extractors and guards, and the order of middleware.
//!
//! # Extractors
//!
//! | a handler that | extracts |
//! |---|---|
//! | serves everyone, signed in or not | [`ClerkAuth`](crate::ClerkAuth), which never rejects |
//! | serves signed-in users | [`SignedIn`](crate::SignedIn) |
//! | serves users and strangers, but no invalid tokens | `Option<SignedIn>` |
//! | serves members of the active organization | [`ActiveOrganization`](crate::ActiveOrganization) |
//! | serves users and machines | [`Principal`](crate::Principal) |
//! | serves one kind of machine | [`VerifiedApiKey`](crate::VerifiedApiKey), [`VerifiedM2mToken`](crate::VerifiedM2mToken), [`VerifiedOAuthToken`](crate::VerifiedOAuthToken) |
//! | calls the Backend API | [`Clerk`](crate::Clerk) |
//!
//! An extractor protects its handler, so a new route cannot be forgotten. A guard protects whatever
//! is behind it, whether a handler extracts something or not:
//!
//! | a route that | has the guard |
//! |---|---|
//! | requires a user | [`require_auth`](crate::require_auth) |
//! | accepts several types of token | [`guard::accept`](crate::guard::accept) |
//! | requires a role, a permission, a plan, a feature or a scope | [`guard::require`](crate::guard::require) |
//! | requires a recent verification of the user | [`require_reverification`](crate::require_reverification) |
//! | names an organization in its path | [`guard::organization_in_path`](crate::guard::organization_in_path) |
//! | is an OAuth protected resource | [`guard::audience`](crate::guard::audience) |
//! | changes state, or opens a WebSocket | [`guard::same_origin`](crate::guard::same_origin) |
//!
//! Guards for a whole application can be limited to paths with
//! [`only`](crate::guard::Guard::only) and [`except`](crate::guard::Guard::except), which fail closed.
//!
//! # The order of middleware
//!
//! A request must pass through the [`ClerkLayer`](crate::ClerkLayer) before it reaches guards and
//! extractors; otherwise it is rejected with a 500. In a `Router` the layer that is added last runs
//! first, and in a `ServiceBuilder` the layer that is added first does:
//!
//! ```
//! use axum::{Router, routing::get};
//! use axum_clerk::{ClerkConfig, ClerkLayer, ConfigError, require_auth};
//! use tower::ServiceBuilder;
//!
//! fn router(config: ClerkConfig) -> Router {
//!     Router::new()
//!         .route("/", get(async || "ok"))
//!         .layer(require_auth())
//!         .layer(ClerkLayer::new(config))
//! }
//!
//! fn with_builder(config: ClerkConfig) -> Router {
//!     let layers = ServiceBuilder::new().layer(ClerkLayer::new(config)).layer(require_auth());
//!     Router::new().route("/", get(async || "ok")).layer(layers)
//! }
//! # let _ = (router, with_builder);
//! ```
//!
//! | middleware | place |
//! |---|---|
//! | tracing | outside of the `ClerkLayer`, so that its span can [record](super::operating#logs-and-spans) the user; inside if it logs [headers](super::security#secrets) |
//! | CORS | outside, so that preflight requests, which have no credentials, are answered |
//! | compression, timeouts | outside |
//! | rate limits per user | inside, and inside of guards if only admitted requests count |
//! | anything that rewrites the path | outside, or guards see both paths |
