//! The layer that authenticates every request.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_util::future::BoxFuture;
use http::{HeaderValue, Request, Response, StatusCode, header};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use super::auth::ClerkAuth;
use crate::{authenticate::RequestState, clerk::Clerk};

/// Authenticates every request with Clerk and inserts the result, a [`ClerkAuth`], into the
/// request's extensions.
///
/// It does not reject any request: without a valid token a request is passed on as signed out.
/// [Guards](crate::guard) and the extractor [`SignedIn`](crate::SignedIn) reject requests.
///
/// ```
/// use axum::{Router, routing::get};
/// use axum_clerk::{ClerkAuth, ClerkConfig, ClerkLayer};
///
/// async fn home(auth: ClerkAuth) -> String {
///     format!("{:?}", auth.user_id())
/// }
///
/// # fn app() -> Result<Router, axum_clerk::ConfigError> {
/// let config = ClerkConfig::builder().env().exclude(["/health", "/public/*"]).build()?;
/// let app = Router::new().route("/", get(home)).layer(ClerkLayer::new(config));
/// # Ok(app) }
/// ```
///
/// Responses to requests that are signed out have the headers `x-clerk-auth-status` and
/// `x-clerk-auth-reason`. The request headers that carry secrets, `authorization` and `cookie`, are
/// marked as [sensitive](http::HeaderValue::set_sensitive).
///
/// # Cost
///
/// The signature of a token is verified once, on the thread that handles its first request, which
/// takes some 20 microseconds. A thousand users who sign in at the same moment therefore occupy a
/// core for at least 20 milliseconds, and the requests behind them on its thread wait. Later
/// requests with a token find it in a bounded cache; see
/// [`token_cache_capacity`](crate::ClerkConfigBuilder::token_cache_capacity).
#[derive(Clone, Debug)]
pub struct ClerkLayer {
    clerk: Clerk,
}

impl ClerkLayer {
    /// Creates a layer from a [`ClerkConfig`](crate::ClerkConfig), or from a [`Clerk`] handle that
    /// the application already has.
    #[must_use]
    pub fn new(clerk: impl Into<Clerk>) -> Self {
        Self { clerk: clerk.into() }
    }

    /// Returns the handle of the instance.
    #[must_use]
    pub fn clerk(&self) -> &Clerk {
        &self.clerk
    }
}

impl<S> Layer<S> for ClerkLayer {
    type Service = ClerkService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ClerkService { inner, clerk: self.clerk.clone() }
    }
}

/// The [`Service`] of a [`ClerkLayer`].
#[derive(Clone, Debug)]
pub struct ClerkService<S> {
    inner: S,
    clerk: Clerk,
}

impl<S> ClerkService<S> {
    inner_service_accessors!();
}

impl<S, ReqBody, ResBody> Service<Request<ReqBody>> for ClerkService<S>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>> + Clone + Send + 'static,
    S::Future: Send,
    ReqBody: Send + 'static,
    ResBody: Default,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, S::Response, S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<ReqBody>) -> Self::Future {
        let lookup = match self.clerk.authenticate_now((&request).into()) {
            Ok(state) if state.is_final() => {
                return Kind::Ready { response: Some(short_circuit(&state)) }.into();
            }
            Ok(state) => {
                let patch = insert_auth(&self.clerk, state, &mut request);
                return Kind::Future { future: self.inner.call(request), patch }.into();
            }
            Err(lookup) => lookup,
        };
        // Call the service that was polled ready, and leave a clone in its place.
        let next = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, next);
        let clerk = self.clerk.clone();
        let future = async move {
            // The body may not be `Sync`, so it must not be borrowed while waiting.
            let (parts, body) = request.into_parts();
            let state = clerk.authenticate_after((&parts).into(), lookup).await;
            if state.is_final() {
                return Ok(short_circuit(&state));
            }
            let mut request = Request::from_parts(parts, body);
            let patch = insert_auth(&clerk, state, &mut request);
            let mut response = inner.call(request).await?;
            patch.apply(&mut response);
            Ok(response)
        };
        Kind::Boxed { future: Box::pin(future) }.into()
    }
}

/// Inserts the authentication result into a request, and returns the changes to its response.
fn insert_auth<B>(
    clerk: &Clerk,
    state: RequestState,
    request: &mut Request<B>,
) -> ResponseHeadersPatch {
    for (name, value) in request.headers_mut() {
        if name == header::AUTHORIZATION || name == header::COOKIE {
            value.set_sensitive(true);
        }
    }
    let has_headers = state.has_headers();
    let auth = ClerkAuth::new(clerk.clone(), state);
    let patch = ResponseHeadersPatch(has_headers.then(|| auth.clone()));
    request.extensions_mut().insert(auth);
    patch
}

/// The headers to add to a response, if any.
#[derive(Debug)]
struct ResponseHeadersPatch(Option<ClerkAuth>);

impl ResponseHeadersPatch {
    fn apply<B>(&self, response: &mut Response<B>) {
        if let Some(auth) = &self.0 {
            auth.state().write_headers(response.headers_mut());
        }
    }
}

/// Creates the response to a request that is not passed on to the inner service.
fn short_circuit<B: Default>(state: &RequestState) -> Response<B> {
    let mut response = Response::new(B::default());
    state.write_headers(response.headers_mut());
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    match state {
        RequestState::Redirect { location, .. } => {
            *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
            // A URL is ASCII without line breaks, so this never fails.
            if let Ok(location) = HeaderValue::from_str(location.as_str()) {
                response.headers_mut().insert(header::LOCATION, location);
            }
        }
        _ => *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR,
    }
    response
}

pin_project! {
    /// The response future of a [`ClerkService`].
    pub struct ResponseFuture<F, T, E> {
        #[pin]
        kind: Kind<F, T, E>,
    }
}

pin_project! {
    #[project = KindProjection]
    enum Kind<F, T, E> {
        /// The request was authenticated without waiting.
        Future {
            #[pin]
            future: F,
            patch: ResponseHeadersPatch,
        },
        /// The request was not passed on.
        Ready {
            response: Option<T>,
        },
        /// The authentication has to wait.
        Boxed {
            future: BoxFuture<'static, Result<T, E>>,
        },
    }
}

impl<F, T, E> From<Kind<F, T, E>> for ResponseFuture<F, T, E> {
    fn from(kind: Kind<F, T, E>) -> Self {
        Self { kind }
    }
}

impl<F, B, E> Future for ResponseFuture<F, Response<B>, E>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        match self.project().kind.project() {
            KindProjection::Future { future, patch } => {
                let mut response = ready!(future.poll(cx))?;
                patch.apply(&mut response);
                Poll::Ready(Ok(response))
            }
            KindProjection::Ready { response } => {
                Poll::Ready(Ok(response.take().expect("a future is not polled after completion")))
            }
            KindProjection::Boxed { future } => future.as_mut().poll(cx),
        }
    }
}

impl<F, T, E> fmt::Debug for ResponseFuture<F, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
