//! Pages that are rendered on the server: sign-in, Clerk's components, handshakes and satellites.
//!
//! # A page and its sign-in page
//!
//! clerk-js keeps the session cookie fresh, and renders Clerk's components in your pages. The
//! module [`pages`](crate::pages) loads it from the Frontend API:
//!
//! ```
//! use axum::{
//!     Router,
//!     http::{HeaderValue, header},
//!     response::{Html, IntoResponse, Response},
//!     routing::get,
//! };
//! use axum_clerk::{Clerk, ClerkLayer, SignedIn, pages, require_auth};
//!
//! fn app(clerk: Clerk) -> Router {
//!     Router::new()
//!         .route("/notes", get(notes))
//!         .route("/sign-in", get(sign_in))
//!         .route("/sign-in/{*step}", get(sign_in))
//!         .layer(require_auth().except(["/sign-in/*"]))
//!         .layer(ClerkLayer::new(clerk))
//! }
//!
//! async fn notes(session: SignedIn) -> Response {
//!     page(session.clerk(), "Clerk.mountUserButton(element)")
//! }
//!
//! async fn sign_in(clerk: Clerk) -> Response {
//!     page(&clerk, "Clerk.mountSignIn(element, { routing: 'path', path: '/sign-in' })")
//! }
//!
//! fn page(clerk: &Clerk, mount: &str) -> Response {
//!     let nonce = pages::Nonce::new();
//!     let scripts = pages::script_tags(clerk).nonce(&nonce);
//!     let html = format!(
//!         "<!doctype html>
//!         <head>{scripts}</head>
//!         <body>
//!         <div id=\"clerk\"></div>
//!         <script nonce=\"{nonce}\">
//!             addEventListener('load', async () => {{
//!                 const ui = {{ ClerkUI: window.__internal_ClerkUICtor }};
//!                 await Clerk.load({{ ui, signInUrl: '/sign-in' }});
//!                 const element = document.getElementById('clerk');
//!                 {mount};
//!             }});
//!         </script>
//!         </body>"
//!     );
//!     let policy = pages::content_security_policy(clerk).nonce(&nonce);
//!     let headers = [
//!         (header::CONTENT_SECURITY_POLICY, policy.header_value()),
//!         (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
//!     ];
//!     (headers, Html(html)).into_response()
//! }
//! # #[cfg(not(feature = "emulator"))]
//! # fn main() {}
//! # #[cfg(feature = "emulator")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! #     use axum::{body::Body, http::Request};
//! #     use axum_clerk::{InstanceType, api::CreateUser, emulator::ClerkEmulator};
//! #     use tower::ServiceExt;
//! #     let live = ClerkEmulator::builder().instance_type(InstanceType::Production);
//! #     let clerk = live.start().await?;
//! #     let app = app(Clerk::new(clerk.config_builder().sign_in_url("/sign-in").build()?));
//! #     let get = async |path: &str, cookie: &str| {
//! #         let request = Request::get(path).header("host", "example.com");
//! #         let request = request.header("accept", "text/html").header("cookie", cookie);
//! #         app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
//! #     };
//! #     let response = get("/notes?a=b", "").await;
//! #     assert_eq!(response.status(), 303);
//! #     let back = "http%3A%2F%2Fexample.com%2Fnotes%3Fa%3Db";
//! #     let sign_in = format!("http://example.com/sign-in?redirect_url={back}");
//! #     assert_eq!(response.headers()["location"], &*sign_in);
//! #     for path in ["/sign-in", "/sign-in/tasks", "/sign-in/create"] {
//! #         assert_eq!(get(path, "").await.status(), 200, "{path}");
//! #     }
//! #     let ada = clerk.sign_in(&clerk.create_user(CreateUser::default()).id);
//! #     assert_eq!(get("/notes", &ada.cookies()).await.status(), 200);
//! #     let expired = ada.claim("exp", 1_700_000_000).cookies();
//! #     let response = get("/notes", &expired).await;
//! #     assert_eq!(response.status(), 307);
//! #     let location = response.headers()["location"].to_str()?;
//! #     assert!(location.starts_with(&format!("{}/v1/client/handshake?", clerk.url())));
//! #     Ok(())
//! # }
//! ```
//!
//! With `CLERK_SIGN_IN_URL=/sign-in`, strangers who open `/notes` are redirected to this sign-in
//! page, whose `redirect_url` leads back. Without the variable, they sign in at Clerk's account
//! portal, and the two routes are not needed. The paths below the sign-in page belong to it:
//! `/sign-in/tasks` for sessions with pending tasks, and `/sign-in/create` to sign up, unless
//! [`CLERK_SIGN_UP_URL`](crate::ClerkConfigBuilder::sign_up_url) is set. Exempt all of them from
//! guards. Otherwise browsers are redirected in a loop.
//!
//! For links, [`ClerkAuth::sign_in_url`](crate::ClerkAuth::sign_in_url), `sign_up_url` and
//! `sign_out_url` return the URLs. Handlers redirect with
//! [`redirect_to_sign_in`](crate::ClerkAuth::redirect_to_sign_in). Requests by htmx receive a 401
//! with `HX-Redirect`; see [`AuthRejection`](crate::AuthRejection) for the responses to other
//! clients.
//!
//! # Content Security Policy
//!
//! [`content_security_policy`](crate::pages::content_security_policy) allows Clerk's hosts, the
//! application's own origin, and scripts with the nonce.
//! [`allow`](crate::pages::ContentSecurityPolicy::allow) adds further sources, and
//! [`billing`](crate::pages::ContentSecurityPolicy::billing) those of Clerk's checkout. Try a new
//! policy in the header `content-security-policy-report-only` first. Embed data for scripts with
//! [`json_for_script`](crate::pages::json_for_script), which no string can escape from.
//!
//! # Handshakes
//!
//! The token in the session cookie expires after a minute. If a browser slept, or its user signed
//! in or out elsewhere, its cookies are out of date, and a development instance has to identify
//! each new browser. The layer then redirects the browser to the Frontend API, which redirects it
//! back with new cookies. This is called a handshake. Handlers do not run for it.
//!
//! - Only `GET` requests for pages start handshakes: with `Sec-Fetch-Dest: document` or `iframe`,
//!   or, if that header is missing, with an `Accept` that starts with `text/html`. Other requests
//!   are passed on as signed out, so scripts and forms should [renew the
//!   cookie](crate::pages#requests-without-a-fresh-token) first.
//! - Public pages start them too; [excluded](crate::ClerkConfigBuilder::exclude) paths do not.
//! - The redirect leads back to the origin of the request. Behind a proxy, set
//!   [`public_origin`](crate::ClerkConfigBuilder::public_origin) or `trusted_hosts`.
//! - After three handshakes in a row, the browser counts as signed out, and a warning is logged.
//!   Check that both keys belong to the same instance, and that no proxy drops cookies.
//!
//! # Satellites
//!
//! A [satellite](https://clerk.com/docs/guides/dashboard/dns-domains/satellite-domains) is an
//! application on another domain, with the sessions of the primary domain:
//!
//! ```
//! use axum_clerk::ClerkConfig;
//!
//! # fn config() -> Result<ClerkConfig, axum_clerk::ConfigError> {
//! ClerkConfig::builder()
//!     .env()
//!     .satellite(true)
//!     .domain("satellite.com")
//!     .sign_in_url("https://example.com/sign-in")
//!     .build()
//! # }
//! ```
//!
//! Users sign in on the primary domain, and return to the satellite through a handshake. A new
//! browser is signed out there until then; with
//! [`satellite_auto_sync`](crate::ClerkConfigBuilder::satellite_auto_sync), its first page starts a
//! handshake, in case its user is signed in already. The script tags name the domain. Satellites of
//! a development instance are synced by the sign-in page of the primary application, which must be
//! served behind a `ClerkLayer` or by another of Clerk's SDKs.
//!
//! The example `pages` is an application with maud and htmx.
