//! Custom responses to rejected requests, for a guard or for the whole application.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::{Request, Response, request::Parts};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use super::{
    layer::{ClerkLayer, ClerkService},
    rejection::AuthRejection,
    rejection_response::RESPONSE_HEADERS,
};

/// Creates the response to a rejected request.
///
/// Implemented by functions that take the rejection and the head of the request, and by the
/// responses of guards.
pub trait RejectionResponse<ResBody> {
    /// Creates the response.
    fn respond(&self, rejection: &AuthRejection, request: &Parts) -> Response<ResBody>;
}

impl<F, ResBody> RejectionResponse<ResBody> for F
where
    F: Fn(&AuthRejection, &Parts) -> Response<ResBody>,
{
    fn respond(&self, rejection: &AuthRejection, request: &Parts) -> Response<ResBody> {
        self(rejection, request)
    }
}

impl ClerkLayer {
    /// Sets a function that creates the responses to all rejected requests: those of guards, of
    /// extractors, and of handlers that return an [`AuthRejection`]. Guards with a function of
    /// [their own](crate::guard::Guard::on_rejection) keep their responses.
    ///
    /// Headers that middleware inside of this layer adds to responses, such as those of CORS, are
    /// kept.
    ///
    /// ```
    /// use axum::{Router, http::request::Parts, response::{Html, IntoResponse, Response}};
    /// use axum_clerk::{AuthRejection, ClerkConfig, ClerkLayer, RejectionKind, ResponseFormat};
    ///
    /// fn respond(rejection: &AuthRejection, request: &Parts) -> Response {
    ///     match (rejection.kind(), rejection.format()) {
    ///         (RejectionKind::Forbidden(_), ResponseFormat::Page) => {
    ///             let page = format!("<h1>{} is not for you</h1>", request.uri.path());
    ///             (rejection.status(), Html(page)).into_response()
    ///         }
    ///         _ => rejection.to_response(),
    ///     }
    /// }
    ///
    /// # fn app(router: Router) -> Result<Router, axum_clerk::ConfigError> {
    /// let layer = ClerkLayer::new(ClerkConfig::from_env()?);
    /// let app = router.layer(layer.on_rejection(respond));
    /// # Ok(app) }
    /// ```
    pub fn on_rejection<F, ResBody>(self, respond: F) -> OnRejectionLayer<F>
    where
        F: Fn(&AuthRejection, &Parts) -> Response<ResBody>,
    {
        OnRejectionLayer { layer: self, respond }
    }
}

/// A [`ClerkLayer`] with custom responses to rejected requests. Created by
/// [`ClerkLayer::on_rejection`].
#[derive(Clone)]
#[must_use]
pub struct OnRejectionLayer<F> {
    layer: ClerkLayer,
    respond: F,
}

impl<S, F: Clone> Layer<S> for OnRejectionLayer<F> {
    type Service = ClerkService<OnRejection<S, F>>;

    fn layer(&self, inner: S) -> Self::Service {
        self.layer.layer(OnRejection { inner, respond: self.respond.clone() })
    }
}

impl<F> fmt::Debug for OnRejectionLayer<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnRejectionLayer").field("layer", &self.layer).finish_non_exhaustive()
    }
}

/// The [`Service`] of an [`OnRejectionLayer`], inside of the [`ClerkService`].
#[derive(Clone)]
pub struct OnRejection<S, F> {
    inner: S,
    respond: F,
}

impl<S, F> OnRejection<S, F> {
    inner_service_accessors!();
}

impl<S, F, ReqBody, ResBody> Service<Request<ReqBody>> for OnRejection<S, F>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    F: RejectionResponse<ResBody> + Clone,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = OnRejectionFuture<S::Future, F>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let (parts, body) = request.into_parts();
        OnRejectionFuture {
            parts: parts.clone(),
            respond: self.respond.clone(),
            future: self.inner.call(Request::from_parts(parts, body)),
        }
    }
}

impl<S: fmt::Debug, F> fmt::Debug for OnRejection<S, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnRejection").field("inner", &self.inner).finish_non_exhaustive()
    }
}

pin_project! {
    /// The response future of [`OnRejection`].
    pub struct OnRejectionFuture<Fut, F> {
        #[pin]
        future: Fut,
        parts: Parts,
        respond: F,
    }
}

impl<Fut, F, ResBody, E> Future for OnRejectionFuture<Fut, F>
where
    Fut: Future<Output = Result<Response<ResBody>, E>>,
    F: RejectionResponse<ResBody>,
{
    type Output = Fut::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Fut::Output> {
        let this = self.project();
        let mut response = ready!(this.future.poll(cx))?;
        if let Some(rejection) = response.extensions_mut().remove::<AuthRejection>() {
            response = replace(response, this.respond.respond(&rejection, this.parts));
        }
        Poll::Ready(Ok(response))
    }
}

/// Replaces the default response to a rejected request, but keeps the headers that other
/// middleware has added to it.
fn replace<B>(default: Response<B>, mut custom: Response<B>) -> Response<B> {
    let mut headers = default.into_parts().0.headers;
    for name in &RESPONSE_HEADERS {
        headers.remove(name);
    }
    for name in custom.headers().keys() {
        headers.remove(name);
    }
    custom.headers_mut().extend(headers);
    custom
}

impl<Fut, F> fmt::Debug for OnRejectionFuture<Fut, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnRejectionFuture").finish_non_exhaustive()
    }
}
