//! The middleware of an application: the layer, the guards, the extractors and the rejections.

mod account_urls;
mod audience;
mod auth;
mod check;
mod count_rejection;
#[cfg(feature = "axum")]
mod extract;
pub mod guard;
mod guards;
mod layer;
#[cfg(feature = "axum")]
mod optional;
mod organization_in_path;
mod principal;
mod rejection;
mod resolve;
#[cfg(feature = "api")]
mod resources;
mod same_origin;
mod session_lifetime;

#[cfg(feature = "axum")]
pub use self::extract::{SignedIn, VerifiedApiKey, VerifiedM2mToken, VerifiedOAuthToken};
pub use self::{
    auth::ClerkAuth,
    layer::{ClerkLayer, ClerkService, ResponseFuture},
    rejection::AuthRejection,
    resolve::{ResolveLayer, ResolveService},
    session_lifetime::{RenewalError, SessionEnd, SessionLifetime},
};
