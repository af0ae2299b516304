//! The middleware of an application: the layer, the guards, the extractors and the rejections.

#[macro_use]
mod accessors;
mod account_urls;
mod audience;
mod auth;
mod check;
#[cfg(feature = "axum")]
mod error_response;
#[cfg(feature = "axum")]
mod extract;
pub mod guard;
mod guards;
mod layer;
mod on_rejection;
#[cfg(feature = "axum")]
mod optional;
mod organization_in_path;
mod principal;
mod rejection;
mod rejection_response;
mod resolve;
#[cfg(feature = "api")]
mod resources;
mod response_format;
mod same_origin;
mod session_lifetime;

#[cfg(feature = "axum")]
pub use self::extract::{SignedIn, VerifiedApiKey, VerifiedM2mToken, VerifiedOAuthToken};
pub use self::{
    auth::ClerkAuth,
    layer::{ClerkLayer, ClerkService, ResponseFuture},
    on_rejection::{OnRejection, OnRejectionFuture, OnRejectionLayer},
    rejection::{AuthRejection, RejectionKind},
    resolve::{ResolveLayer, ResolveService},
    response_format::ResponseFormat,
    session_lifetime::{RenewalError, SessionEnd, SessionLifetime},
};
