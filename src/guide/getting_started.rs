//! Getting started: a guarded route, first with the emulator and then with a Clerk instance.
//!
//! # Write the application
//!
//! Create a package with `cargo new hello`, and add the crate. It has not been published yet, so
//! add it from a clone:
//!
//! ```sh
//! cargo add axum-clerk --path ../axum-clerk
//! cargo add axum
//! cargo add tokio --features full
//! ```
//!
//! Add a [`ClerkLayer`](crate::ClerkLayer) after all routes and guards. It authenticates every
//! request and rejects none; extractors and guards do that:
//!
//! ```no_run
//! use axum::{Router, response::Html, routing::get};
//! use axum_clerk::{ActiveOrganization, ClerkAuth, ClerkConfig, ClerkLayer, SignedIn, guard};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let read_invoices = guard::require(guard::permission("org:billing:read"));
//!     let app = Router::new()
//!         .route("/", get(home))
//!         .route("/me", get(me))
//!         .route("/invoices", get(invoices).layer(read_invoices))
//!         .layer(ClerkLayer::new(ClerkConfig::from_env()?));
//!     let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
//!     Ok(axum::serve(listener, app).await?)
//! }
//!
//! /// For everyone.
//! async fn home(auth: ClerkAuth) -> Html<String> {
//!     Html(match (auth.user_id(), auth.sign_in_url()) {
//!         (Some(user_id), _) => format!("<p>Hello, {user_id}</p>"),
//!         (None, Some(url)) => {
//!             format!("<a href=\"{}\">Sign in</a>", url.as_str().replace('&', "&amp;"))
//!         }
//!         (None, None) => "<p>Hello, stranger</p>".into(),
//!     })
//! }
//!
//! /// For signed-in users.
//! async fn me(session: SignedIn) -> String {
//!     session.user_id().to_owned()
//! }
//!
//! /// For members of an organization, with a permission in it.
//! async fn invoices(organization: ActiveOrganization) -> String {
//!     format!("the invoices of {}", organization.id())
//! }
//! ```
//!
//! # Run it with the emulator
//!
//! The [emulator](crate::emulator) is a Clerk instance on your machine, without an account and
//! without the network. Start it in the clone of this repository:
//!
//! ```sh
//! cargo run --example emulator --features emulator
//! ```
//!
//! It has a user, Ada, who may read the invoices of her organization. It prints the environment
//! variables that point an application at it, and `curl` commands with tokens of Ada's. Set the
//! variables in another terminal, and start the application there with `cargo run`. Then try the
//! `curl` commands, with `me` or `invoices` at the end of the URL as well, or open
//! <http://127.0.0.1:3000> and sign in.
//!
//! A stranger receives these responses:
//!
//! | request | response |
//! |---|---|
//! | `/` | 200, with a link to the sign-in page |
//! | `/me` in a browser | 303 to the sign-in page, which leads back to `/me` |
//! | `/me` with `curl` | 401 with JSON; the header `x-clerk-auth-reason` and the `code` in the JSON are the [reason](super::rejections#reasons) |
//! | `/invoices` | the same as for `/me` |
//!
//! Signed-in users without the permission receive a 403 for `/invoices`. In development, each
//! browser is first redirected to Clerk and back: this [handshake](super::pages#handshakes)
//! identifies it.
//!
//! # Run it with a Clerk instance
//!
//! Create an application in the [Clerk Dashboard](https://dashboard.clerk.com), and copy its keys
//! from the API keys page:
//!
//! | variable | value | without it |
//! |---|---|---|
//! | `CLERK_SECRET_KEY` | `sk_test_…` or `sk_live_…` | Session tokens are verified, but the Backend API is unavailable, and with it users, opaque machine tokens and some handshakes. |
//! | `CLERK_PUBLISHABLE_KEY` | `pk_test_…` or `pk_live_…` | Cookies are ignored; only tokens in the `Authorization` header are accepted. |
//!
//! Unset the variables of the emulator, set these, and start the application again. If something is
//! wrong with the configuration, [`from_env`](crate::ClerkConfig::from_env) returns an error that
//! lists all problems, and says what to set. Later problems are logged with
//! [`tracing`](https://docs.rs/tracing), so install a subscriber; its level `debug` includes the
//! result for each request.
//!
//! Users sign in at Clerk's [account
//! portal](https://clerk.com/docs/guides/account-portal/overview), unless
//! [`CLERK_SIGN_IN_URL`](crate::ClerkConfigBuilder::sign_in_url) is set. A frontend on another
//! origin needs [CORS](super::security#cors-and-the-order-of-layers), and sends its token with each
//! request, as `Authorization: Bearer ${await session.getToken()}`.
//!
//! A production instance has keys of its own, and should have two more variables:
//!
//! | variable | value |
//! |---|---|
//! | [`CLERK_AUTHORIZED_PARTIES`](crate::ClerkConfigBuilder::authorized_parties) | The origins of your frontends, such as `https://example.com`. Tokens that were issued to other origins are rejected. |
//! | [`CLERK_PUBLIC_ORIGIN`](crate::ClerkConfigBuilder::public_origin) | The origin of the application, such as `https://example.com`. Otherwise it is taken from headers that a proxy must overwrite. |
//!
//! Clerk's guide to [production](https://clerk.com/docs/guides/development/deployment/production)
//! describes what else the instance needs. Before you deploy, go through the
//! [checklist](super::security#checklist).
//!
//! # What next
//!
//! - [Choose extractors and guards](super::choosing), and the order of middleware.
//! - [Render pages](super::pages) on the server, with Clerk's components.
//! - [Test the application](super::testing) with the emulator.
//! - Serve [organizations](super::organizations), [machines](super::machines), [MCP
//!   clients](super::mcp) and [WebSockets](super::websockets).
