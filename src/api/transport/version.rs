//! The versions of the Backend API.

use http::HeaderName;

/// The version of the Backend API that this crate implements.
pub(crate) const API_VERSION: &str = "2026-05-12";

/// The first version, which has operations that later versions have dropped.
#[cfg(feature = "api")]
pub(in crate::api) const FIRST_API_VERSION: http::HeaderValue =
    http::HeaderValue::from_static("2021-02-05");

pub(in crate::api) const CLERK_API_VERSION: HeaderName =
    HeaderName::from_static("clerk-api-version");
