//! The options of a client, which all of its calls share.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
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
    /// Called after every call that may have changed something.
    pub(in crate::api) on_change: Option<OnChange>,
}

/// A callback that receives the path of a call, such as `/v1/users/user_1`.
pub(crate) type OnChange = Arc<dyn Fn(&str) -> BoxFuture<'static, ()> + Send + Sync>;
