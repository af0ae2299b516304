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

use crate::{Clerk, ClerkAuth, RequestState};

/// Authenticates every request with Clerk and puts what it found, a [`ClerkAuth`], into the request's extensions.
///
/// It refuses nobody: a request without a valid token goes on signed out. Refusing is for
/// [guards](crate::guard) and for [`SignedIn`](crate::SignedIn).
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
/// A response to a request that is signed out says so in `x-clerk-auth-status` and why in `x-clerk-auth-reason`. The
/// headers that carry secrets, `authorization` and `cookie`, are marked as
/// [sensitive](http::HeaderValue::set_sensitive).
#[derive(Clone, Debug)]
pub struct ClerkLayer {
    clerk: Clerk,
}

impl ClerkLayer {
    /// A layer for an instance, from its [`ClerkConfig`](crate::ClerkConfig) or from the [`Clerk`] that the
    /// application has already.
    #[must_use]
    pub fn new(clerk: impl Into<Clerk>) -> Self {
        Self { clerk: clerk.into() }
    }

    /// The handle of the instance.
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

/// The service that [`ClerkLayer`] makes.
#[derive(Clone, Debug)]
pub struct ClerkService<S> {
    inner: S,
    clerk: Clerk,
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
        let question = match self.clerk.authenticate_now((&request).into()) {
            Ok(state) if state.is_answer() => {
                return ResponseFuture::boxed(async move { Ok(answer(&state)) });
            }
            Ok(state) => {
                let additions = attach(&self.clerk, state, &mut request);
                return ResponseFuture {
                    kind: Kind::Direct { future: self.inner.call(request), additions },
                };
            }
            Err(question) => question,
        };
        // The service that was polled ready is the one to call.
        let next = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, next);
        let clerk = self.clerk.clone();
        ResponseFuture::boxed(async move {
            // The body need not be `Sync`, so it is kept out of what is looked at while waiting.
            let (parts, body) = request.into_parts();
            let state = clerk.authenticate_after((&parts).into(), question).await;
            if state.is_answer() {
                return Ok(answer(&state));
            }
            let mut request = Request::from_parts(parts, body);
            let additions = attach(&clerk, state, &mut request);
            let mut response = inner.call(request).await?;
            additions.write(&mut response);
            Ok(response)
        })
    }
}

/// Hands the request what was found, and returns what the response must tell of it.
fn attach<B>(clerk: &Clerk, state: RequestState, request: &mut Request<B>) -> Additions {
    for (name, value) in request.headers_mut() {
        if name == header::AUTHORIZATION || name == header::COOKIE {
            value.set_sensitive(true);
        }
    }
    let has_headers = state.has_headers();
    let auth = ClerkAuth::new(clerk.clone(), state);
    let additions = Additions(has_headers.then(|| auth.clone()));
    request.extensions_mut().insert(auth);
    additions
}

/// What the response must tell, if anything.
#[derive(Debug)]
struct Additions(Option<ClerkAuth>);

impl Additions {
    fn write<B>(&self, response: &mut Response<B>) {
        if let Some(auth) = &self.0 {
            auth.state().write_headers(response.headers_mut());
        }
    }
}

/// The response of a request that does not go on to the inner service.
fn answer<B: Default>(state: &RequestState) -> Response<B> {
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
    /// The response of a [`ClerkService`].
    pub struct ResponseFuture<F, T, E> {
        #[pin]
        kind: Kind<F, T, E>,
    }
}

pin_project! {
    #[project = KindProjection]
    enum Kind<F, T, E> {
        Direct {
            #[pin]
            future: F,
            additions: Additions,
        },
        Boxed {
            future: BoxFuture<'static, Result<T, E>>,
        },
    }
}

impl<F, T, E> ResponseFuture<F, T, E> {
    fn boxed(future: impl Future<Output = Result<T, E>> + Send + 'static) -> Self {
        Self { kind: Kind::Boxed { future: Box::pin(future) } }
    }
}

impl<F, B, E> Future for ResponseFuture<F, Response<B>, E>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        match self.project().kind.project() {
            KindProjection::Direct { future, additions } => {
                let mut response = ready!(future.poll(cx))?;
                additions.write(&mut response);
                Poll::Ready(Ok(response))
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
