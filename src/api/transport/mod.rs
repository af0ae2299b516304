//! Builds, sends and retries requests to Clerk, and reads the responses.

mod error_path;
mod options;
mod paging;
mod read_body;
mod request;
mod retry;
mod secret_key;
mod send;
#[cfg(feature = "api")]
mod upload;
mod version;

#[cfg(feature = "api")]
pub(crate) use options::OnChange;
pub(crate) use read_body::read_body;
pub(crate) use version::API_VERSION;

#[cfg(feature = "api")]
pub use self::upload::Upload;
#[cfg(feature = "api")]
pub(in crate::api) use self::version::FIRST_API_VERSION;
pub(in crate::api) use self::{
    options::Options, secret_key::SecretKey, version::CLERK_API_VERSION,
};
pub use self::{paging::Items, request::Request, retry::RetryPolicy, send::MAX_RESPONSE_BYTES};
