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
//! Guards let requests to [excluded](crate::ClerkConfigBuilder::exclude) routes pass, because those
//! are not authenticated. An app-wide [`require_auth`] therefore leaves an excluded `/health` open.
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

use super::{
    audience::is_for_audience, auth::ClerkAuth, count_rejection::counted, rejection::AuthRejection,
    same_origin::is_same_origin,
};
pub use crate::authorization::{feature, permission, plan, role};
use crate::{
    authenticate::{Reason, RequestHead},
    authorization::{Requirement, Reverification},
    config::{PathPatterns, RequestPath},
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

/// Rejects requests whose token is not intended for an audience, such as
/// `https://api.example.com/mcp`, with a 401: tokens that another resource received must not work
/// here. See [`resource_server`](crate::resource_server).
///
/// An OAuth access token, opaque or a JWT, must have an audience (`aud`) or resources (`resource`),
/// and each of the two that it has must name this audience exactly. A session token must name it in
/// its `aud` claim. Tokens without an audience, such as API keys, are rejected.
pub fn audience(audience: impl Into<String>) -> Guard {
    Guard::new(Check::Audience(audience.into()))
}

/// Rejects requests that another site may have caused, with a 403: cross-site request forgery.
///
/// Browsers attach cookies to a request whichever page causes it. Clerk's session cookie is
/// `SameSite=Lax`, which restricts pages of other sites, but not those of other subdomains of the
/// application's own site; see the [security
/// model](crate::guide::security#cross-site-request-forgery). Add this guard to whatever changes
/// state, and to WebSockets, to which CORS does not apply.
///
/// ```
/// use axum::{Router, routing::{any, post}};
/// use axum_clerk::{guard, require_auth};
///
/// let app: Router = Router::new()
///     .route("/transfer", post(|| async { "done" }))
///     .route("/socket", any(|| async { "open" }))
///     .layer(guard::same_origin())
///     .layer(require_auth());
/// ```
///
/// It passes
///
/// - `GET`, `HEAD` and `OPTIONS` requests, unless they upgrade the connection to a WebSocket,
/// - requests that are authenticated by the `Authorization` header, which browsers do not attach by
///   themselves,
/// - requests with `Sec-Fetch-Site: same-origin` or `none`,
/// - requests without `Sec-Fetch-Site` whose `Origin` is the origin of the request's URL,
/// - requests whose `Origin` is one of the
///   [authorized parties](crate::ClerkConfigBuilder::authorized_parties),
/// - requests with neither header, if no session cookie authenticates them.
///
/// The origin of the request's URL depends on what the proxy in front of the application forwards,
/// unless [`public_origin`](crate::ClerkConfigBuilder::public_origin) is set. Not all browsers send
/// `Sec-Fetch-Site` with WebSockets, so this has to be right.
///
/// Add it inside of [`require_auth`], so that unauthenticated requests are rejected as such.
pub fn same_origin() -> Guard {
    Guard::new(Check::SameOrigin)
}

/// The condition under which a guard passes a request on.
#[derive(Debug)]
enum Check {
    SignedIn,
    Requirement(Requirement),
    Scope(String),
    Audience(String),
    SameOrigin,
}

/// A [`Layer`] that rejects requests. Created by [`require_auth`], [`require`],
/// [`require_reverification`], [`require_scope`], [`audience`] and [`same_origin`].
#[derive(Clone)]
#[must_use]
pub struct Guard<R = DefaultResponse> {
    check: Arc<Check>,
    only: Option<Arc<PathPatterns>>,
    except: Option<Arc<PathPatterns>>,
    respond: R,
}

impl Guard {
    fn new(check: Check) -> Self {
        Self { check: Arc::new(check), only: None, except: None, respond: DefaultResponse }
    }
}

impl<R> Guard<R> {
    /// Guards only the paths that match one of the patterns, such as `/admin/*` or
    /// `/orgs/{id}/settings`; see [`exclude`](crate::ClerkConfigBuilder::exclude) for their syntax.
    ///
    /// Patterns are matched against the whole path of the request, even inside a nested router, and
    /// also against its part there. The guard applies whenever any router could interpret the path
    /// as one that matches: with or without a trailing slash, percent-encoded or not, with empty or
    /// dot segments, as the index of a directory, and before and after middleware that rewrites the
    /// URI. Letter case matters, as in Axum, but not to the file systems of some operating systems:
    /// guard a file server there as a whole, or with [`except`](Self::except).
    ///
    /// # Panics
    ///
    /// If a pattern is invalid or there are none, so that the mistake shows at startup.
    pub fn only<P: AsRef<str>>(mut self, patterns: impl IntoIterator<Item = P>) -> Self {
        let patterns = PathPatterns::new(patterns)
            .unwrap_or_else(|error| panic!("invalid pattern in Guard::only: {error}"));
        assert!(!patterns.is_empty(), "Guard::only without patterns would not guard anything");
        self.only = Some(Arc::new(patterns));
        self
    }

    /// Guards all paths except those that match one of the patterns. The complement of
    /// [`only`](Self::only): a path is exempt only if every router would interpret it as one that
    /// matches.
    ///
    /// ```
    /// use axum_clerk::require_auth;
    ///
    /// let guard = require_auth().except(["/", "/sign-in", "/assets/*"]);
    /// ```
    ///
    /// # Panics
    ///
    /// If a pattern is invalid, so that the mistake shows at startup.
    pub fn except<P: AsRef<str>>(mut self, patterns: impl IntoIterator<Item = P>) -> Self {
        let patterns = PathPatterns::new(patterns)
            .unwrap_or_else(|error| panic!("invalid pattern in Guard::except: {error}"));
        self.except = Some(Arc::new(patterns));
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
        Guard { check: self.check, only: self.only, except: self.except, respond }
    }

    fn check<B>(&self, request: &Request<B>) -> Result<(), AuthRejection> {
        let head = RequestHead::from(request);
        if !self.covers(head.path()) {
            return Ok(());
        }
        let auth = ClerkAuth::find(request.extensions())?;
        // The URI may have been rewritten since the layer saw it.
        let is_excluded = || auth.clerk().config().excludes(|| head.path());
        if auth.reason() == Some(&Reason::ExcludedRoute) && is_excluded() {
            return Ok(());
        }
        let signed_out = || auth.with_request(head).signed_out(Some(head));
        match &*self.check {
            Check::SameOrigin if is_same_origin(auth, head) => Ok(()),
            Check::SameOrigin => Err(AuthRejection::CrossOrigin),
            Check::Scope(scope) => match auth.machine_token() {
                None => Err(signed_out()),
                Some(token) if token.has_scope(scope) => Ok(()),
                Some(_) => Err(AuthRejection::MissingScope(scope.clone())),
            },
            Check::Audience(audience) => match is_for_audience(auth, audience) {
                Some(true) => Ok(()),
                Some(false) => Err(AuthRejection::wrong_audience()),
                None => Err(signed_out()),
            },
            _ if !auth.is_signed_in() => Err(signed_out()),
            Check::SignedIn => Ok(()),
            Check::Requirement(requirement) => auth.check(requirement),
        }
    }
}

impl<R> Guard<R> {
    fn covers(&self, path: RequestPath<'_>) -> bool {
        self.only.as_ref().is_none_or(|only| only.could_match(path))
            && !self.except.as_ref().is_some_and(|except| except.always_match(path))
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
            .field("except", &self.except)
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
                let respond = || self.guard.respond.respond(&rejection);
                Kind::Ready { response: Some(counted(&rejection, respond)) }
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
