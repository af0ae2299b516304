//! The client and its options.

use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};

use futures_util::{FutureExt, TryFutureExt};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method,
    header::{ACCEPT, USER_AGENT},
};
use secrecy::SecretString;
use url::Url;

use crate::api::{
    error::{Result, TransportError},
    transport::{API_VERSION, CLERK_API_VERSION, Options, Request, RetryPolicy, SecretKey},
};

/// A client for Clerk's Backend API. Cheap to clone.
///
/// The `with_…` methods return a modified client and leave the original unchanged, so they also
/// work for a single call:
///
/// ```no_run
/// use std::time::Duration;
/// use axum_clerk::api::{Client, RetryPolicy};
///
/// # async fn run() -> axum_clerk::Result<()> {
/// let clerk = Client::new("sk_test_…")?;
/// let impatient = clerk.with_timeout(Duration::from_secs(1)).with_retry(RetryPolicy::none());
/// let user = impatient.users().get("user_1").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Options>);

impl Client {
    /// Creates a client with an instance's secret key, `sk_…`.
    ///
    /// # Errors
    ///
    /// [`Error::Transport`](crate::api::Error::Transport) if TLS cannot be set up, which is always
    /// the case without the feature `rustls`; use [`from_http`](Self::from_http) then.
    pub fn new(secret_key: impl Into<SecretString>) -> Result<Self> {
        if !cfg!(feature = "rustls") {
            return Err(TransportError::NoTls.into());
        }
        Ok(Self::from_http(|builder| builder)?.with_secret_key(secret_key))
    }

    /// Creates a client with a customized HTTP client, for example with a proxy or another TLS
    /// library. It has no secret key yet.
    ///
    /// The HTTP client never follows redirects, whatever the function sets: Clerk does not
    /// redirect, and secrets must not be sent to another server.
    ///
    /// ```
    /// use axum_clerk::api::Client;
    ///
    /// let clerk = Client::from_http(|builder| builder.pool_max_idle_per_host(4))?
    ///     .with_secret_key("sk_test_…");
    /// # Ok::<(), axum_clerk::api::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Transport`](crate::api::Error::Transport) if the HTTP client cannot be created.
    pub fn from_http(
        configure: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
    ) -> Result<Self> {
        let builder = configure(reqwest::Client::builder());
        let http = builder.redirect(reqwest::redirect::Policy::none()).build();
        http.map(Self::from_http_client).map_err(|error| TransportError::Setup(error).into())
    }

    pub(crate) fn from_http_client(http: reqwest::Client) -> Self {
        Self(Arc::new(Options {
            http,
            base_url: production_url(),
            secret_key: SecretKey::Missing,
            headers: HeaderMap::from_iter([
                (CLERK_API_VERSION, HeaderValue::from_static(API_VERSION)),
                (ACCEPT, HeaderValue::from_static("application/json")),
                (
                    USER_AGENT,
                    HeaderValue::from_static(concat!("axum-clerk/", env!("CARGO_PKG_VERSION"))),
                ),
            ]),
            timeout: Duration::from_secs(10),
            retry: RetryPolicy::default(),
            on_change: None,
        }))
    }

    /// Overrides the secret key, for instance with that of a machine.
    #[must_use]
    pub fn with_secret_key(&self, secret_key: impl Into<SecretString>) -> Self {
        self.with(|options| options.secret_key = SecretKey::Fixed(secret_key.into()))
    }

    /// Sets a provider of the secret key, which is called before every attempt of a call. Use it
    /// for a key that changes during the client's lifetime.
    #[must_use]
    pub fn with_secret_key_provider<F, K, E>(
        &self,
        provider: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<K, E>> + Send + 'static,
        K: Into<SecretString> + 'static,
        E: Into<Box<dyn StdError + Send + Sync>> + 'static,
    {
        let provider = Arc::new(move || provider().map_ok(K::into).map_err(E::into).boxed());
        self.with(|options| options.secret_key = SecretKey::Provided(provider))
    }

    /// Sends a header with every call, replacing any default header of that name.
    #[must_use]
    pub fn with_header(&self, name: HeaderName, value: HeaderValue) -> Self {
        self.with(|options| drop(options.headers.insert(name, value)))
    }

    /// Overrides the version of the API. The models of this crate may not fit other versions.
    #[must_use]
    pub fn with_api_version(&self, version: HeaderValue) -> Self {
        self.with_header(CLERK_API_VERSION, version)
    }

    /// Overrides the base URL, `https://api.clerk.com` by default. The suffix `/v1` is optional.
    #[must_use]
    pub fn with_base_url(&self, base_url: Url) -> Self {
        self.with(|options| options.base_url = ensure_version_suffix(base_url))
    }

    /// Sets the timeout of an attempt, up to the end of its response: 10 s by default. A call takes
    /// at most this long for each attempt, plus the [delays](RetryPolicy::max_delay) between
    /// attempts.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        self.with(|options| options.timeout = timeout)
    }

    /// Sets when calls are retried.
    #[must_use]
    pub fn with_retry(&self, retry: RetryPolicy) -> Self {
        self.with(|options| options.retry = retry)
    }

    /// Sets a function that is called after every call that may have changed something.
    #[cfg(feature = "api")]
    pub(crate) fn with_on_change(&self, on_change: crate::api::OnChange) -> Self {
        self.with(|options| options.on_change = Some(on_change))
    }

    fn with(&self, change: impl FnOnce(&mut Options)) -> Self {
        let mut client = self.clone();
        change(Arc::make_mut(&mut client.0));
        client
    }

    /// Builds a request for any operation, including those that this crate does not model. The path
    /// has no `/v1` prefix and no query, and must be percent-encoded.
    ///
    /// ```no_run
    /// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
    /// use http::Method;
    /// use serde_json::{Value, json};
    ///
    /// let body = json!({ "enabled": true });
    /// let request = clerk.request(Method::POST, "/something/new").json(&body);
    /// let response: Value = request.send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, path: &str) -> Request {
        Request::new(&self.0, method, path, [])
    }

    pub(crate) fn get<const N: usize>(&self, path: &'static str, parameters: [&str; N]) -> Request {
        Request::new(&self.0, Method::GET, path, parameters)
    }

    pub(crate) fn post<const N: usize>(
        &self,
        path: &'static str,
        parameters: [&str; N],
    ) -> Request {
        Request::new(&self.0, Method::POST, path, parameters)
    }
}

#[cfg(feature = "api")]
impl Client {
    pub(super) fn patch<const N: usize>(
        &self,
        path: &'static str,
        parameters: [&str; N],
    ) -> Request {
        Request::new(&self.0, Method::PATCH, path, parameters)
    }

    pub(super) fn put<const N: usize>(&self, path: &'static str, parameters: [&str; N]) -> Request {
        Request::new(&self.0, Method::PUT, path, parameters)
    }

    pub(super) fn delete<const N: usize>(
        &self,
        path: &'static str,
        parameters: [&str; N],
    ) -> Request {
        Request::new(&self.0, Method::DELETE, path, parameters)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Options { base_url, timeout, retry, .. } = &*self.0;
        f.debug_struct("Client")
            .field("base_url", &base_url.as_str())
            .field("timeout", timeout)
            .field("retry", retry)
            .finish_non_exhaustive()
    }
}

fn production_url() -> Url {
    Url::parse("https://api.clerk.com/v1").expect("the URL is valid")
}

/// Returns the URL with exactly one `/v1` at the end of its path, and without query and fragment.
fn ensure_version_suffix(mut url: Url) -> Url {
    let path = url.path().trim_end_matches('/');
    let path = path.strip_suffix("/v1").unwrap_or(path);
    let path = format!("{path}/v1");
    url.set_path(&path);
    url.set_query(None);
    url.set_fragment(None);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_url_ends_with_version_exactly_once() {
        for (url, base) in [
            ("https://api.clerk.com", "https://api.clerk.com/v1"),
            ("https://api.clerk.com/", "https://api.clerk.com/v1"),
            ("https://api.clerk.com/v1", "https://api.clerk.com/v1"),
            ("https://api.clerk.com/v1/", "https://api.clerk.com/v1"),
            ("https://example.com/clerk?x#y", "https://example.com/clerk/v1"),
        ] {
            assert_eq!(ensure_version_suffix(Url::parse(url).unwrap()).as_str(), base);
        }
    }
}
