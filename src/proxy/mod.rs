//! A proxy for Clerk's Frontend API, which browsers reach on the application's own domain.
//!
//! Clerk's browser libraries talk to the Frontend API on a subdomain of the application's domain.
//! Where no DNS record can be added, or where ad blockers interfere, the application [forwards these
//! requests](https://clerk.com/docs/guides/dashboard/dns-domains/proxy-fapi) itself. Set the path as
//! the [`proxy_url`](crate::ClerkConfigBuilder::proxy_url), pass the proxy URL to Clerk's browser
//! library and to the Clerk Dashboard, and nest the proxy at the path:
//!
//! ```
//! use axum::{Router, routing::get};
//! use axum_clerk::{Clerk, ClerkAuth, ClerkConfigBuilder, ClerkLayer, ConfigError, require_auth};
//!
//! fn app(config: ClerkConfigBuilder) -> Result<Router, ConfigError> {
//!     let clerk = Clerk::new(config.proxy_url("/__clerk").build()?);
//!     Ok(Router::new()
//!         .route("/", get(|auth: ClerkAuth| async move { format!("{:?}", auth.user_id()) }))
//!         .nest_service("/__clerk", clerk.frontend_api_proxy())
//!         .layer(require_auth())
//!         .layer(ClerkLayer::new(clerk)))
//! }
//!
//! # #[cfg(not(feature = "emulator"))]
//! # fn main() {}
//! # #[cfg(feature = "emulator")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use axum::{body::Body, http::{Request, StatusCode}};
//! use axum_clerk::emulator::ClerkEmulator;
//! use tower::ServiceExt;
//!
//! // In production, `ClerkConfig::builder().env()`.
//! let clerk = ClerkEmulator::start().await?;
//! let app = app(clerk.config_builder().frontend_api_url(clerk.url()))?;
//!
//! let get = |path| Request::get(path).header("host", "example.com").body(Body::empty());
//! assert_eq!(app.clone().oneshot(get("/")?).await?.status(), StatusCode::UNAUTHORIZED);
//! assert_eq!(app.oneshot(get("/__clerk/sign-in")?).await?.status(), StatusCode::OK);
//! # Ok(()) }
//! ```
//!
//! # The layer and guards
//!
//! Once [`frontend_api_proxy`](crate::Clerk::frontend_api_proxy) has been called, the path of the
//! configured proxy URL is [excluded](crate::ClerkConfigBuilder::exclude) from authentication for
//! every layer with the same [`Clerk`] or [`ClerkConfig`](crate::ClerkConfig), and
//! guards let requests to it pass. Serve nothing else below it. It is not excluded if the proxy URL
//! is unset, has no path, or is at another origin than the [public
//! origin](crate::ClerkConfigBuilder::public_origin) or the [trusted
//! hosts](crate::ClerkConfigBuilder::trusted_hosts); requests that another server proxies never reach
//! the application.
//!
//! # The client's address
//!
//! Clerk limits attempts to sign in by the client's IP address, which the proxy sends in
//! `X-Forwarded-For`: that of the connection, if the application is served with
//! [`into_make_service_with_connect_info::<SocketAddr>()`][connect_info] (or another server inserts
//! a [`SocketAddr`](std::net::SocketAddr) into the request's extensions), or that in the
//! [configured header](crate::ClerkConfigBuilder::client_ip_header). No header is believed unless it
//! is configured. Without an address, all users appear to share that of the server, and a warning is
//! logged.
//!
//! [connect_info]: https://docs.rs/axum/0.8/axum/struct.Router.html#method.into_make_service_with_connect_info
//!
//! # Other frameworks
//!
//! [`FrontendApiProxy`] is a Tower service for any request body. It expects the full path, either as
//! the request's own or as Axum's `OriginalUri`.

mod body;
mod error;
mod headers;
mod service;
mod upstream;

pub use self::{
    body::ResponseBody,
    service::{FrontendApiProxy, ResponseFuture},
};
use crate::clerk::Clerk;

impl Clerk {
    /// Creates the proxy for the Frontend API, and excludes its path from authentication; see the
    /// [module documentation](crate::proxy).
    ///
    /// Without a secret key, or if the HTTP client cannot be created, an error is logged and the
    /// proxy responds to every request with 500 and the code `proxy_configuration_error`.
    #[must_use]
    pub fn frontend_api_proxy(&self) -> FrontendApiProxy {
        self.config().exclude_proxy();
        FrontendApiProxy::new(self.config().clone())
    }
}
