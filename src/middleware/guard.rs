//! Guards: middleware that rejects requests which do not satisfy a requirement.
//!
//! Guards check the result of the [`ClerkLayer`](crate::ClerkLayer), so add that layer after them:
//! with Axum, the layer that is added last runs first.
//!
//! ```
//! use axum::{Router, routing::{delete, get}};
//! use axum_clerk::{
//!     ClerkConfig, ClerkLayer, Reverification, guard, require_auth, require_reverification,
//! };
//!
//! # fn app() -> Result<Router, axum_clerk::ConfigError> {
//! let read_invoices = guard::require(guard::permission("org:billing:read"));
//! let admin = guard::require(guard::role("org:admin").and(Reverification::MODERATE));
//! let app = Router::new()
//!     .route("/invoices", get(|| async { "invoices" }).layer(read_invoices))
//!     .route(
//!         "/account",
//!         delete(|| async { "closed" }).layer(require_reverification(Reverification::STRICT)),
//!     )
//!     .route("/admin/users", get(|| async { "users" }))
//!     .layer(admin.only(["/admin/*"]))
//!     .layer(require_auth())
//!     .layer(ClerkLayer::new(ClerkConfig::from_env()?));
//! # Ok(app) }
//! ```
//!
//! Guards work with any Tower service, with or without Axum. The default response requires a body
//! that can be created from a string.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use http::{Request, Response};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use super::{auth::ClerkAuth, rejection::AuthRejection};
pub use crate::authorization::{feature, permission, plan, role};
use crate::{
    authenticate::RequestHead,
    authorization::{Requirement, Reverification},
    config::PathPatterns,
};

/// Rejects unauthenticated requests.
pub fn require_auth() -> Guard {
    Guard::new(Check::SignedIn)
}

/// Rejects requests whose session does not satisfy a requirement, and unauthenticated requests.
pub fn require(requirement: impl Into<Requirement>) -> Guard {
    Guard::new(Check::Requirement(requirement.into()))
}

/// Rejects requests of users who have not verified their identity as recently and with the factors
/// that are required.
pub fn require_reverification(reverification: Reverification) -> Guard {
    require(reverification)
}

/// Rejects requests without a valid [machine token](crate::MachineToken) that was granted a scope,
/// such as `read:invoices`. The configuration determines which types of token
/// [are accepted](crate::ClerkConfigBuilder::accept_tokens).
pub fn require_scope(scope: impl Into<String>) -> Guard {
    Guard::new(Check::Scope(scope.into()))
}

/// The condition under which a guard passes a request on.
#[derive(Debug)]
enum Check {
    SignedIn,
    Requirement(Requirement),
    Scope(String),
}

/// A [`Layer`] that rejects requests. Created by [`require_auth`], [`require`],
/// [`require_reverification`] and [`require_scope`].
#[derive(Clone)]
#[must_use]
pub struct Guard<R = DefaultResponse> {
    check: Arc<Check>,
    only: Option<Arc<PathPatterns>>,
    respond: R,
}

impl Guard {
    fn new(check: Check) -> Self {
        Self { check: Arc::new(check), only: None, respond: DefaultResponse }
    }
}

impl<R> Guard<R> {
    /// Guards only the paths that match one of the patterns, such as `/admin/*` or
    /// `/orgs/{id}/settings`; see [`exclude`](crate::ClerkConfigBuilder::exclude) for their syntax.
    /// The whole path of the request is matched, even inside a nested router. A path that is
    /// spelled differently but may lead to the same route (percent-encoded, or with empty or dot
    /// segments) matches too.
    ///
    /// # Panics
    ///
    /// If a pattern is invalid, so that the mistake shows at startup.
    pub fn only<P: AsRef<str>>(mut self, patterns: impl IntoIterator<Item = P>) -> Self {
        let patterns = PathPatterns::new(patterns);
        self.only = Some(Arc::new(patterns.unwrap_or_else(|why| panic!("Guard::only: {why}"))));
        self
    }

    /// Sets a function that creates the response to rejected requests.
    ///
    /// ```
    /// use axum::{body::Body, http::Response};
    /// use axum_clerk::{AuthRejection, require_auth};
    ///
    /// let guard = require_auth().on_rejection(|rejection: &AuthRejection| {
    ///     Response::builder().status(rejection.status()).body(Body::from("no")).unwrap()
    /// });
    /// ```
    pub fn on_rejection<F, ResBody>(self, respond: F) -> Guard<F>
    where
        F: Fn(&AuthRejection) -> Response<ResBody>,
    {
        Guard { check: self.check, only: self.only, respond }
    }

    fn check<B>(&self, request: &Request<B>) -> Result<(), AuthRejection> {
        let head = RequestHead::from(request);
        if self.only.as_ref().is_some_and(|only| !only.could_match(head.uri.path())) {
            return Ok(());
        }
        let auth = ClerkAuth::find(request.extensions())?;
        let signed_out = || auth.with_request(head).signed_out(Some(head));
        match &*self.check {
            Check::Scope(scope) => match auth.machine_token() {
                None => Err(signed_out()),
                Some(token) if token.has_scope(scope) => Ok(()),
                Some(_) => Err(AuthRejection::MissingScope(scope.clone())),
            },
            _ if !auth.is_signed_in() => Err(signed_out()),
            Check::SignedIn => Ok(()),
            Check::Requirement(requirement) => auth.check(requirement),
        }
    }
}

impl<S, R: Clone> Layer<S> for Guard<R> {
    type Service = GuardService<S, R>;

    fn layer(&self, inner: S) -> Self::Service {
        GuardService { inner, guard: self.clone() }
    }
}

impl<R> fmt::Debug for Guard<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard")
            .field("check", &self.check)
            .field("only", &self.only)
            .finish_non_exhaustive()
    }
}

/// Creates the response to a rejected request.
///
/// Implemented by [`DefaultResponse`] and by the functions that [`Guard::on_rejection`] accepts.
pub trait RejectionResponse<ResBody> {
    /// Creates the response.
    fn respond(&self, rejection: &AuthRejection) -> Response<ResBody>;
}

/// Responds with [`AuthRejection::to_response`].
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct DefaultResponse;

impl<ResBody: From<String>> RejectionResponse<ResBody> for DefaultResponse {
    fn respond(&self, rejection: &AuthRejection) -> Response<ResBody> {
        rejection.to_response()
    }
}

impl<F, ResBody> RejectionResponse<ResBody> for F
where
    F: Fn(&AuthRejection) -> Response<ResBody>,
{
    fn respond(&self, rejection: &AuthRejection) -> Response<ResBody> {
        self(rejection)
    }
}

/// The [`Service`] of a [`Guard`].
#[derive(Clone)]
pub struct GuardService<S, R = DefaultResponse> {
    inner: S,
    guard: Guard<R>,
}

impl<S, R> GuardService<S, R> {
    /// Returns a reference to the inner service.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// Returns a mutable reference to the inner service.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// Returns the inner service.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, R, ReqBody, ResBody> Service<Request<ReqBody>> for GuardService<S, R>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    R: RejectionResponse<ResBody>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, ResBody>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let kind = match self.guard.check(&request) {
            Ok(()) => Kind::Future { future: self.inner.call(request) },
            Err(rejection) => {
                tracing::debug!(%rejection, "a guard rejected a request");
                Kind::Ready { response: Some(self.guard.respond.respond(&rejection)) }
            }
        };
        ResponseFuture { kind }
    }
}

impl<S: fmt::Debug, R> fmt::Debug for GuardService<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardService")
            .field("inner", &self.inner)
            .field("guard", &self.guard)
            .finish()
    }
}

pin_project! {
    /// The response future of a [`GuardService`].
    #[derive(Debug)]
    pub struct ResponseFuture<F, B> {
        #[pin]
        kind: Kind<F, B>,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = KindProjection]
    enum Kind<F, B> {
        Future { #[pin] future: F },
        Ready { response: Option<Response<B>> },
    }
}

impl<F, B, E> Future for ResponseFuture<F, B>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        match self.project().kind.project() {
            KindProjection::Future { future } => future.poll(cx),
            KindProjection::Ready { response } => {
                Poll::Ready(Ok(response.take().expect("a future is not polled after completion")))
            }
        }
    }
}
