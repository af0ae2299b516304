//! A layer for applications that serve several Clerk instances.

use std::{
    fmt,
    future::{Ready, ready},
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::future::Either;
use http::{Request, Response, StatusCode, request::Parts};
use tower_layer::Layer;
use tower_service::Service;

use super::layer::{ClerkLayer, ResponseFuture};
use crate::clerk::Clerk;

impl ClerkLayer {
    /// Creates a layer that authenticates each request with one of several instances, for
    /// applications with a domain for each.
    ///
    /// Create the handles at startup, so that the set of instances is closed, and return clones of
    /// them. A request for which the function returns `None` is rejected with 421 (Misdirected
    /// Request). It does not reach the application.
    ///
    /// The function sees what clients send, so only use it to choose: a client that claims another
    /// host is authenticated with the keys of that host's instance. Keep the data of the instances
    /// apart by [`ClerkAuth::clerk`](crate::ClerkAuth::clerk), not by the host.
    ///
    /// ```
    /// use std::collections::HashMap;
    /// use axum::{Router, http::{header, request::Parts}, routing::get};
    /// use axum_clerk::{Clerk, ClerkConfig, ClerkLayer, PublishableKey};
    ///
    /// # fn app() -> Result<Router, axum_clerk::ConfigError> {
    /// let mut instances = HashMap::new();
    /// for host in ["example.com", "example.org"] {
    ///     let key = PublishableKey::from_host(host).expect("a domain");
    ///     let config = ClerkConfig::builder().publishable_key(key.as_str());
    ///     instances.insert(host, Clerk::new(config.build()?));
    /// }
    /// let by_host = move |parts: &Parts| {
    ///     let host = parts.headers.get(header::HOST)?.to_str().ok()?;
    ///     instances.get(host).cloned()
    /// };
    /// let app = Router::new().route("/", get(|| async {})).layer(ClerkLayer::resolve(by_host));
    /// # Ok(app) }
    /// ```
    pub fn resolve<F>(resolve: F) -> ResolveLayer<F>
    where
        F: Fn(&Parts) -> Option<Clerk>,
    {
        ResolveLayer { resolve: Arc::new(resolve) }
    }
}

/// A [`Layer`] that authenticates each request with one of several instances. Created by
/// [`ClerkLayer::resolve`].
#[must_use]
pub struct ResolveLayer<F> {
    resolve: Arc<F>,
}

impl<S, F> Layer<S> for ResolveLayer<F> {
    type Service = ResolveService<S, F>;

    fn layer(&self, inner: S) -> Self::Service {
        ResolveService { inner, resolve: Arc::clone(&self.resolve) }
    }
}

impl<F> Clone for ResolveLayer<F> {
    fn clone(&self) -> Self {
        Self { resolve: Arc::clone(&self.resolve) }
    }
}

impl<F> fmt::Debug for ResolveLayer<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResolveLayer").finish_non_exhaustive()
    }
}

/// The [`Service`] of a [`ResolveLayer`].
pub struct ResolveService<S, F> {
    inner: S,
    resolve: Arc<F>,
}

impl<S: Clone, F> Clone for ResolveService<S, F> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), resolve: Arc::clone(&self.resolve) }
    }
}

impl<S, F> ResolveService<S, F> {
    inner_service_accessors!();
}

impl<S, F, ReqBody, ResBody> Service<Request<ReqBody>> for ResolveService<S, F>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>> + Clone + Send + 'static,
    S::Future: Send,
    F: Fn(&Parts) -> Option<Clerk>,
    ReqBody: Send + 'static,
    ResBody: Default,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Either<
        ResponseFuture<S::Future, S::Response, S::Error>,
        Ready<Result<S::Response, S::Error>>,
    >;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let (parts, body) = request.into_parts();
        let Some(clerk) = (self.resolve)(&parts) else {
            tracing::debug!("rejected a request that belongs to none of the Clerk instances");
            let mut response = Response::new(ResBody::default());
            *response.status_mut() = StatusCode::MISDIRECTED_REQUEST;
            return Either::Right(ready(Ok(response)));
        };
        // Call the service that was polled ready, and leave a clone in its place.
        let next = self.inner.clone();
        let inner = std::mem::replace(&mut self.inner, next);
        let mut service = ClerkLayer::new(clerk).layer(inner);
        Either::Left(service.call(Request::from_parts(parts, body)))
    }
}

impl<S: fmt::Debug, F> fmt::Debug for ResolveService<S, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResolveService").field("inner", &self.inner).finish_non_exhaustive()
    }
}
