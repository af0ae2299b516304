//! Testing an application: users, sessions and tokens, time, and failures.
//!
//! [`ClerkEmulator`](crate::emulator::ClerkEmulator) is a Clerk instance inside the test. It signs
//! real tokens with its own keys, so tests run the same code as production, without a network.
//! Enable the feature `emulator` for tests only, and pass a [`Clerk`](crate::Clerk) to the function
//! that creates the application:
//!
//! ```sh
//! cargo add --dev axum-clerk --path ../axum-clerk --features emulator
//! cargo add --dev tower --features util
//! ```
//!
//! ```
//! # #[cfg(not(feature = "emulator"))]
//! # fn main() {}
//! # #[cfg(feature = "emulator")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::{Duration, SystemTime};
//!
//! use axum::{Router, body::Body, http::{Request, StatusCode}, routing::get};
//! use axum_clerk::{
//!     Clerk, ClerkLayer, Clock, SignedIn,
//!     api::{CreateOrganization, CreateUser},
//!     emulator::ClerkEmulator,
//!     guard,
//! };
//! use tower::ServiceExt;
//!
//! fn app(clerk: Clerk) -> Router {
//!     let read_reports = guard::require(guard::permission("org:reports:read"));
//!     Router::new()
//!         .route("/me", get(me))
//!         .route("/reports", get(async || "reports").layer(read_reports))
//!         .layer(ClerkLayer::new(clerk))
//! }
//!
//! async fn me(session: SignedIn) -> axum_clerk::Result<String> {
//!     Ok(session.user().await?.first_name.clone().unwrap_or_default())
//! }
//!
//! async fn status(app: &Router, path: &str, token: &str) -> StatusCode {
//!     let request = Request::get(path).header("authorization", format!("Bearer {token}"));
//!     app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap().status()
//! }
//!
//! let clock = Clock::manual(SystemTime::now());
//! let emulator = ClerkEmulator::builder().clock(clock).start().await?;
//! let ada = emulator.create_user(CreateUser::default().first_name("Ada"));
//! let acme = emulator.create_organization(CreateOrganization::new("Acme"));
//! emulator.add_member(&acme.id, &ada.id, "org:member", ["org:reports:read"]);
//! let app = app(Clerk::new(emulator.config()));
//!
//! // Sessions
//! let personal = emulator.sign_in(&ada.id).token();
//! let member = emulator.sign_in(&ada.id).organization(&acme.id).token();
//! assert_eq!(status(&app, "/reports", &personal).await, StatusCode::FORBIDDEN);
//! assert_eq!(status(&app, "/reports", &member).await, StatusCode::OK);
//!
//! // Failures
//! emulator.go_down();
//! assert_eq!(status(&app, "/reports", &member).await, StatusCode::OK);
//! assert_eq!(status(&app, "/me", &member).await, StatusCode::SERVICE_UNAVAILABLE);
//! emulator.come_up();
//! assert_eq!(status(&app, "/me", &member).await, StatusCode::OK);
//! assert_eq!(status(&app, "/me", &member).await, StatusCode::OK);
//! assert_eq!(emulator.requests(&format!("/v1/users/{}", ada.id)), 1, "the user is cached");
//!
//! // Time
//! emulator.clock().advance(Duration::from_secs(65));
//! assert_eq!(status(&app, "/reports", &member).await, StatusCode::UNAUTHORIZED);
//! # Ok(()) }
//! ```
//!
//! Each test can start its own emulator, which listens on a free port and stops when it is dropped.
//! To set further options, use [`config_builder`](crate::emulator::ClerkEmulator::config_builder).
//!
//! # Sessions and tokens
//!
//! [`sign_in`](crate::emulator::ClerkEmulator::sign_in) returns a session, whose
//! [methods](crate::emulator::EmulatedSession) determine what its tokens state:
//!
//! | a test of | has a session or a token with |
//! |---|---|
//! | roles and permissions | [`organization`](crate::emulator::EmulatedSession::organization); the role and the permissions are those of [`add_member`](crate::emulator::ClerkEmulator::add_member) |
//! | plans and features | `.plans(["o:pro"])`, `.features(["u:export"])` |
//! | reverification | `.factor_verification_age(15, -1)`: the first factor 15 minutes ago, and no second one |
//! | pending tasks | `.status("pending")` |
//! | impersonation | `.actor("user_…")` |
//! | custom claims, or invalid ones | `.claim("beta", true)`, `.claim("exp", 1_700_000_000)` |
//! | tokens that Clerk would not issue | [`sign_token`](crate::emulator::ClerkEmulator::sign_token) |
//! | machines | [`create_api_key`](crate::emulator::ClerkEmulator::create_api_key), [`create_m2m_token`](crate::emulator::ClerkEmulator::create_m2m_token), [`create_oauth_access_token`](crate::emulator::ClerkEmulator::create_oauth_access_token) |
//!
//! To imitate a browser, send the [`cookies`](crate::emulator::EmulatedSession::cookies) of the
//! session instead of the token, with the headers `host` and `accept: text/html`. Without a host,
//! it cannot be redirected back to the application.
//!
//! # Time
//!
//! The emulator and its configuration share a [`Clock`](crate::Clock). A manual one only moves when
//! it is [advanced](crate::Clock::advance): tokens expire after 60 seconds plus the tolerance of 5,
//! cached users are fetched again, and [`SessionLifetime`](crate::SessionLifetime) ends, without
//! waiting. Timeouts, the delays between retries, and `delay` below are real time.
//!
//! # Failures
//!
//! | method | effect |
//! |---|---|
//! | [`go_down`](crate::emulator::ClerkEmulator::go_down), `come_up` | Every connection breaks. |
//! | [`fail`](crate::emulator::ClerkEmulator::fail)`("/v1/jwks", status, 1)` | The next request to the path fails with the status. |
//! | [`delay`](crate::emulator::ClerkEmulator::delay)`("/v1/jwks", duration, 1)` | The next request to the path takes longer. |
//! | [`rotate_keys`](crate::emulator::ClerkEmulator::rotate_keys), `withdraw_old_keys` | Another key signs new tokens; tokens of the old one become invalid. |
//! | [`requests`](crate::emulator::ClerkEmulator::requests)`("/v1/jwks")` | Returns the number of requests to the path. |
//!
//! Idempotent calls of the Backend API are [retried](crate::api::RetryPolicy) twice, so let them
//! fail three times. The calls that authentication makes are not retried.
//!
//! [`deliver_webhooks_to`](crate::emulator::ClerkEmulator::deliver_webhooks_to) makes the emulator
//! send signed webhooks, and repeat them like Clerk. Wait for them with `webhooks_settled`.
//!
//! # Real browsers and real instances
//!
//! The emulator's sign-in pages are plain HTML that any browser driver can fill in. Tests against a
//! development instance of Clerk need a [testing
//! token](https://clerk.com/docs/guides/development/testing/overview#testing-tokens), or its
//! protection against bots stops them. [`BrowserTest`](crate::testing::BrowserTest) creates one for
//! a run and adds it to the requests of clerk-js; the [module](crate::testing) shows this with
//! fantoccini.
