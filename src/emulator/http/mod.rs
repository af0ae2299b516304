//! The HTTP layer: request parsing, responses and the server.

mod cookies;
mod cross_origin;
mod error;
mod faults;
mod image;
mod integral;
mod listing;
mod oauth_error;
mod oauth_params;
mod params;
mod rate_limits;
mod request_body;
mod rewrite;
mod server;

pub(in crate::emulator) mod fields;
pub(in crate::emulator) use self::{
    cookies::{expired, http_only, persistent, short_lived},
    cross_origin::{allow_any_origin, allow_apps},
    error::{ClerkError, JsonResult, Result},
    faults::{FaultKind, Faults},
    image::Image,
    integral::optional_integer,
    listing::{Page, contains, selects, sort},
    oauth_error::{OAuthError, OAuthResult},
    oauth_params::OAuthParams,
    params::{Body, FormBody, JsonBody, JsonBulk, Params, Query},
    rate_limits::RateLimits,
    request_body::read_body,
    rewrite::rewrite,
    server::{Connection, HOST, Outage, serve},
};
