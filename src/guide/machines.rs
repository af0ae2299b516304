//! Machines: API keys, machine-to-machine tokens and OAuth access tokens.
//!
//! | | API key | M2M token | OAuth access token |
//! |---|---|---|---|
//! | caller | a program of a user or an organization | a machine of yours | an application that acts for a user |
//! | token | `ak_…` | `mt_…`, or a JWT | `oat_…`, or a JWT |
//! | subject | `user_…` or `org_…` | `mch_…` | `user_…` |
//! | scopes | chosen when it is created | the machines that it may be sent to | granted by the user |
//! | created with | [`ApiKeys`](crate::api::ApiKeys), or Clerk's components | [`M2m`](crate::api::M2m), with the secret key of the machine | the OAuth flow, see [MCP servers](super::mcp) |
//! | extractor | [`VerifiedApiKey`](crate::VerifiedApiKey) | [`VerifiedM2mToken`](crate::VerifiedM2mToken) | [`VerifiedOAuthToken`](crate::VerifiedOAuthToken) |
//!
//! All of them are sent as `Authorization: Bearer …`. Clerk's
//! [overview](https://clerk.com/docs/guides/development/machine-auth/overview) helps to choose.
//!
//! # Accepting tokens
//!
//! The configuration states which types of token are verified at all; by default, only session
//! tokens are. Guards and extractors then decide for each route:
//!
//! ```
//! use axum::{Router, routing::get};
//! use axum_clerk::{
//!     Clerk, ClerkConfigBuilder, ClerkLayer, ConfigError, Principal, TokenType, VerifiedM2mToken,
//!     guard, require_auth,
//! };
//!
//! fn app(config: ClerkConfigBuilder) -> Result<Router, ConfigError> {
//!     let types = [TokenType::SessionToken, TokenType::ApiKey, TokenType::M2mToken];
//!     let clerk = Clerk::new(config.accept_tokens(types).build()?);
//!     let read_orders = guard::permission("org:orders:read").or(guard::scope("orders:read"));
//!     Ok(Router::new()
//!         .route("/account", get(async || "account").layer(require_auth()))
//!         .route("/orders", get(orders).layer(guard::require(read_orders)))
//!         .route("/sync", get(sync).layer(guard::require(guard::machine("mch_billing"))))
//!         .layer(ClerkLayer::new(clerk)))
//! }
//!
//! /// A user's session or an API key.
//! async fn orders(caller: Principal) -> String {
//!     format!("the orders for {}", caller.subject())
//! }
//!
//! async fn sync(token: VerifiedM2mToken) -> String {
//!     format!("sent by {}", token.subject)
//! }
//! # #[cfg(not(feature = "emulator"))]
//! # fn main() {}
//! # #[cfg(feature = "emulator")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! #     use axum::{body::Body, http::Request};
//! #     use axum_clerk::{api::CreateUser, emulator::ClerkEmulator};
//! #     use tower::ServiceExt;
//! #     let clerk = ClerkEmulator::start().await?;
//! #     let app = app(clerk.config_builder())?;
//! #     let ada = clerk.create_user(CreateUser::default());
//! #     let machine = clerk.create_m2m_token(&clerk.create_machine("jobs")).token();
//! #     for (path, token, status) in [
//! #         ("/account", clerk.sign_in(&ada.id).token(), 200),
//! #         ("/account", clerk.create_api_key(&ada.id).token(), 401),
//! #         ("/orders", clerk.sign_in(&ada.id).token(), 403),
//! #         ("/orders", clerk.create_api_key(&ada.id).token(), 403),
//! #         ("/orders", clerk.create_api_key(&ada.id).scopes(["orders:read"]).token(), 200),
//! #         ("/orders", clerk.create_oauth_access_token(&ada.id).token(), 401),
//! #         ("/orders", machine.clone(), 403),
//! #         ("/sync", machine, 403),
//! #     ] {
//! #         let request = Request::get(path).header("authorization", format!("Bearer {token}"));
//! #         let response = app.clone().oneshot(request.body(Body::empty())?).await?;
//! #         assert_eq!(response.status(), status, "{path} {token:.4}");
//! #     }
//! #     Ok(())
//! # }
//! ```
//!
//! [`Principal`](crate::Principal) is a caller with any type of token:
//! [`subject`](crate::Principal::subject) is always there, `user_id`, `organization_id` and
//! `machine_id` where they apply. Roles, permissions, plans, features and reverification belong to
//! sessions, and scopes to machines; [`or`](crate::Requirement::or) combines both. A valid token of
//! a type that a route does not accept is rejected with the reason `token-type-mismatch`.
//!
//! If the configuration does not accept session tokens, cookies are ignored.
//!
//! # Machine-to-machine tokens
//!
//! Two settings make sure that a token was meant for this machine. Without them, tokens of every
//! machine of the instance are accepted, whichever machines they were meant for:
//!
//! - [`CLERK_MACHINE_ID`](crate::ClerkConfigBuilder::machine_id): the token must name the machine
//!   in its scopes. This applies to opaque tokens and to JWTs.
//! - [`CLERK_MACHINE_SECRET_KEY`](crate::ClerkConfigBuilder::machine_secret_key): opaque tokens are
//!   verified with the key of the machine, and Clerk only recognizes those that were meant for it.
//!   JWTs are verified with the keys of the instance, which also takes `CLERK_SECRET_KEY` or
//!   `CLERK_JWT_KEY`.
//!
//! Neither says who sent the request: that is the token's subject, which
//! [`guard::machine`](crate::guard::machine) checks. A machine that calls others should keep its
//! token and use it until it expires.
//!
//! # What verification costs
//!
//! | token | calls to Clerk | a revocation takes effect |
//! |---|---|---|
//! | opaque | one for each request | at once |
//! | opaque, [cached](crate::ClerkConfigBuilder::machine_token_cache_lifetime) for a minute | one a minute | within a minute |
//! | JWT | none | never; the token is valid until it expires |
//!
//! A call delays its request, is not retried, and times out after 2 seconds
//! ([`lookup_timeout`](crate::ClerkConfigBuilder::lookup_timeout)). Clerk limits the rate of calls
//! and [charges](https://clerk.com/docs/guides/development/machine-auth/m2m-tokens) for some of
//! them. Concurrent requests with the same token share one call, and several servers share cached
//! results through a [shared cache](super::scaling). The expiry of a cached token is checked at
//! every use. The calls that strangers can cause are
//! [limited](super::security#calls-to-clerk-that-strangers-can-cause).
//!
//! While Clerk cannot be reached, requests with an opaque token that is not cached are rejected
//! with a 503 rather than a 401. JWTs are accepted as long as the instance's
//! [keys](super::security#key-rotation-and-outages) are cached.
