//! The service that proxies requests.

use std::{
    convert::Infallible,
    error::Error as StdError,
    fmt,
    future::Future,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use futures_util::future::BoxFuture;
use http::{HeaderValue, Method, Request, Response, Version, header, request::Parts};
use http_body::Body;
use secrecy::ExposeSecret;
use tokio::time::{Instant, timeout_at};
use tower_service::Service;
use url::Url;

use super::{
    body::{Progress, ResponseBody, request_body},
    error::ProxyError,
    headers::{Added, client_address, forward_request, remove_hop_by_hop},
    upstream::Upstream,
};
use crate::{
    authenticate::RequestHead,
    config::{ClerkConfig, ProxyLocation},
};

/// How long the Frontend API may take to respond, by default.
const FIRST_BYTE_TIMEOUT: Duration = Duration::from_secs(30);

/// Proxies requests to Clerk's Frontend API; see the [module documentation](crate::proxy). Created
/// by [`Clerk::frontend_api_proxy`](crate::Clerk::frontend_api_proxy). Cheap to clone.
///
/// - A request goes to the [configured URL](crate::ClerkConfigBuilder::frontend_api_url) followed by
///   its path after that of the proxy, which is never resolved: a path with `.` or `..` segments,
///   encoded or not, or with a backslash is rejected. No request, and no secret, goes anywhere else.
/// - `Clerk-Proxy-Url`, `Clerk-Secret-Key`, `Accept-Encoding: identity` and
///   [`X-Forwarded-For`](crate::proxy#the-clients-address) replace what the browser sent;
///   `X-Forwarded-Host` and `X-Forwarded-Proto` are added if missing. Other headers in which servers
///   in front report the client's address are removed.
/// - Bodies are streamed in both directions, with any method but `CONNECT`, `TRACE` and `TRACK`: the
///   response to a `TRACE` request would show the secret key to the browser. Headers that concern
///   a single connection, those that `Connection` names, and trailers are dropped.
/// - Redirects are not followed. A `Location` on the host of the Frontend API is rewritten to that of
///   the proxy.
/// - If the browser disconnects, the request to the Frontend API is cancelled.
///
/// # Errors
///
/// The service itself never fails. Errors are responses in Clerk's format, with
/// `Cache-Control: no-store`:
///
/// | status | code | reason |
/// |---|---|---|
/// | 500 | `proxy_configuration_error` | The secret key is missing, or the HTTP client could not be created. |
/// | 400 | `proxy_path_mismatch` | The path is not below that of the proxy, or would have to be resolved. |
/// | 400 | `proxy_request_failed` | The proxy URL is a path, and the host of the request is missing or not [trusted](crate::ClerkConfigBuilder::trusted_hosts). |
/// | 405 | `proxy_request_failed` | The method is `CONNECT`, `TRACE` or `TRACK`. |
/// | 502 | `proxy_request_failed` | The Frontend API cannot be reached, or took too long to respond. |
#[derive(Clone)]
pub struct FrontendApiProxy {
    shared: Arc<Shared>,
    timeout: Duration,
}

struct Shared {
    config: ClerkConfig,
    location: ProxyLocation,
    upstream: Upstream,
    /// `None` if they are misconfigured.
    credentials: Option<Credentials>,
    has_warned: AtomicBool,
}

struct Credentials {
    http: reqwest::Client,
    secret_key: HeaderValue,
}

impl FrontendApiProxy {
    pub(super) fn new(config: ClerkConfig) -> Self {
        let shared = Shared {
            location: config.proxy_location(),
            upstream: Upstream::new(config.frontend_api_url().clone()),
            credentials: Credentials::new(&config),
            has_warned: AtomicBool::new(false),
            config,
        };
        Self { shared: Arc::new(shared), timeout: FIRST_BYTE_TIMEOUT }
    }

    /// Sets how long the Frontend API may take until its response begins, or until it accepts the
    /// next part of the request's body; 30 seconds by default. The response may take any time.
    #[must_use]
    pub fn first_byte_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }
}

impl Credentials {
    fn new(config: &ClerkConfig) -> Option<Self> {
        let Some(key) = config.secret_key() else {
            tracing::error!("the Frontend API proxy requires a secret key; set CLERK_SECRET_KEY");
            return None;
        };
        let mut secret_key = HeaderValue::from_str(key.expose_secret()).ok()?;
        secret_key.set_sensitive(true);
        let http = config.new_proxy_client().inspect_err(|error| {
            tracing::error!(%error, "the HTTP client of the Frontend API proxy cannot be created");
        });
        Some(Self { http: http.ok()?, secret_key })
    }
}

impl Shared {
    /// Creates the request to the Frontend API, without its body. Returns with it the public URL of
    /// the proxy.
    fn prepare(
        &self,
        mut parts: Parts,
        credentials: &Credentials,
    ) -> Result<(reqwest::Request, String), ProxyError> {
        if matches!(parts.method, Method::CONNECT | Method::TRACE)
            || parts.method.as_str().eq_ignore_ascii_case("TRACK")
        {
            return Err(ProxyError::Method);
        }
        let head = RequestHead::from(&parts);
        let url = self.target(head)?;
        let origin = match &self.location.origin {
            Some(origin) => origin.clone(),
            None => head.public_url(&self.config).ok_or(ProxyError::Host)?,
        };
        let proxy_url = origin.origin().ascii_serialization() + &self.location.path;
        let client_address =
            client_address(head.headers, head.extensions, self.config.client_ip_header());
        if client_address.is_none() {
            self.warn_without_address();
        }
        let added = Added {
            secret_key: &credentials.secret_key,
            proxy_url: HeaderValue::from_str(&proxy_url).map_err(|_| ProxyError::Host)?,
            public_origin: &origin,
            client_address,
        };
        forward_request(&mut parts.headers, added);
        let mut request = reqwest::Request::new(parts.method, url);
        *request.headers_mut() = parts.headers;
        Ok((request, proxy_url))
    }

    /// Returns the URL at the Frontend API that corresponds to the one that the browser requested.
    fn target(&self, head: RequestHead<'_>) -> Result<Url, ProxyError> {
        let proxy_path = &self.location.path;
        let path = match head.uri().path().strip_prefix(proxy_path.as_str()) {
            Some("") => "/",
            Some(path) if path.starts_with('/') => path,
            _ => return Err(ProxyError::PathMismatch { proxy_path: proxy_path.clone() }),
        };
        self.upstream.target(path, head.uri().query()).ok_or(ProxyError::UnresolvedPath)
    }

    fn warn_without_address(&self) {
        if !self.has_warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "the address of a client is unknown, so Clerk limits the attempts of all users \
                 together; serve the application with connect info, or set CLERK_CLIENT_IP_HEADER"
            );
        }
    }

    async fn forward<B>(
        &self,
        request: Request<B>,
        timeout: Duration,
    ) -> Result<Response<ResponseBody>, ProxyError>
    where
        B: Body + Send + 'static,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        let credentials = self.credentials.as_ref().ok_or(ProxyError::Configuration)?;
        let (parts, body) = request.into_parts();
        let (mut request, proxy_url) = self.prepare(parts, credentials)?;
        let progress = Progress::start();
        *request.body_mut() = request_body(body, progress.clone());
        // Some servers reject requests that should have a body but do not say how long it is.
        if request.body().is_none()
            && matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH)
        {
            request.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        let target = request.url().clone();
        let response = credentials.http.execute(request);
        let response = within(timeout, &progress, response)
            .await
            .ok_or(ProxyError::Timeout)?
            // The URL may contain a token.
            .map_err(|error| ProxyError::Upstream(error.without_url()))?;

        let (mut parts, body) = Response::<reqwest::Body>::from(response).into_parts();
        parts.version = Version::default();
        remove_hop_by_hop(&mut parts.headers);
        if let Some(location) = parts.headers.get_mut(header::LOCATION)
            && let Some(public) = self.upstream.public_location(location, &target, &proxy_url)
        {
            *location = public;
        }
        Ok(Response::from_parts(parts, body.into()))
    }
}

/// Waits for a response as long as the request makes progress within each period of time.
async fn within<F: Future>(
    timeout: Duration,
    progress: &Progress,
    response: F,
) -> Option<F::Output> {
    let mut response = pin!(response);
    loop {
        match timeout_at(progress.last() + timeout, &mut response).await {
            Ok(response) => return Some(response),
            Err(_) if progress.last() + timeout > Instant::now() => {}
            Err(_) => return None,
        }
    }
}

impl<B> Service<Request<B>> for FrontendApiProxy
where
    B: Body + Send + 'static,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    type Response = Response<ResponseBody>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> ResponseFuture {
        let Self { shared, timeout } = self.clone();
        ResponseFuture(Box::pin(async move {
            shared.forward(request, timeout).await.unwrap_or_else(|error| {
                match error {
                    ProxyError::Upstream(_) | ProxyError::Timeout => tracing::warn!("{error}"),
                    _ => tracing::debug!("a request was not proxied: {error}"),
                }
                error.to_response()
            })
        }))
    }
}

impl fmt::Debug for FrontendApiProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrontendApiProxy")
            .field("location", &self.shared.location)
            .field("upstream", &self.shared.upstream)
            .field("first_byte_timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// The response future of [`FrontendApiProxy`].
pub struct ResponseFuture(BoxFuture<'static, Response<ResponseBody>>);

impl Future for ResponseFuture {
    type Output = Result<Response<ResponseBody>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(cx).map(Ok)
    }
}

impl fmt::Debug for ResponseFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn first_byte_must_arrive_in_time() {
        let progress = Progress::start();
        assert_eq!(within(30 * SECOND, &progress, sleep(29 * SECOND)).await, Some(()));
        let progress = Progress::start();
        assert_eq!(within(30 * SECOND, &progress, sleep(31 * SECOND)).await, None);
        assert_eq!(progress.last().elapsed(), 30 * SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn slow_uploads_may_take_longer() {
        let progress = Progress::start();
        let upload = async {
            for _ in 0..4 {
                sleep(29 * SECOND).await;
                progress.note();
            }
            sleep(29 * SECOND).await;
        };
        assert_eq!(within(30 * SECOND, &progress, upload).await, Some(()));
        let stalled = async {
            progress.note();
            sleep(29 * SECOND).await;
            progress.note();
            sleep(31 * SECOND).await;
        };
        assert_eq!(within(30 * SECOND, &progress, stalled).await, None);
    }
}
