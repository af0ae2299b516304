//! The options of a client, which all of its calls share.

use std::time::Duration;

use http::HeaderMap;
use url::Url;

use super::{retry::RetryPolicy, secret_key::SecretKey};

#[derive(Clone)]
pub(in crate::api) struct Options {
    pub(in crate::api) http: reqwest::Client,
    pub(in crate::api) base_url: Url,
    pub(in crate::api) secret_key: SecretKey,
    pub(in crate::api) headers: HeaderMap,
    pub(in crate::api) timeout: Duration,
    pub(in crate::api) retry: RetryPolicy,
}
