//! OpenAPI documents: the ways to authenticate, and the rejections of operations.
//!
//! - With [utoipa](https://docs.rs/utoipa) (feature `utoipa`), `utoipa::ClerkSecurity` is a
//!   modifier that adds the security schemes, and
//!   [`AuthRejection`](crate::AuthRejection) documents the responses of operations that reject
//!   requests.
//! - With [aide](https://docs.rs/aide) (feature `aide`), `aide::security_schemes` adds the security
//!   schemes, and operations that use an extractor of this crate document it by themselves.
//!
//! Both declare the same schemes: [`BEARER`], [`COOKIE`] and [`OAUTH2`]. Guards are layers, which
//! neither crate can inspect: describe their requirements in the operation's description.

#[cfg(feature = "aide")]
#[cfg_attr(docsrs, doc(cfg(feature = "aide")))]
pub mod aide;
mod description;
#[cfg(feature = "utoipa")]
#[cfg_attr(docsrs, doc(cfg(feature = "utoipa")))]
pub mod utoipa;

pub use self::description::{BEARER, COOKIE, OAUTH2};
