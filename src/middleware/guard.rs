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
//! Guards work with any Tower service, with or without Axum. The response to a rejected request is
//! described [here](AuthRejection). It requires a body that can be created from a string;
//! [`grpc`](Guard::grpc) does not.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use http::{Request, Response, request::Parts};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

#[cfg(feature = "axum")]
#[cfg_attr(docsrs, doc(cfg(feature = "axum")))]
pub use super::guards::organization_in_path;
pub use super::guards::{
    accept, audience, require, require_auth, require_reverification, require_scope, same_origin,
};
pub use super::on_rejection::RejectionResponse;
use super::{
    auth::ClerkAuth,
    check::Check,
    organization_in_path::path_parameter,
    rejection::{AuthRejection, RejectionKind},
    response_format::ResponseFormat,
    same_origin::is_same_origin,
};
pub use crate::authorization::{
    active_organization, all, any, feature, machine, not, permission, plan, role, scope, when,
};
use crate::{
    authenticate::{Reason, RequestHead},
    config::{PathPatterns, RequestPath, TokenType},
};

/// A [`Layer`] that rejects requests. Created by [`require_auth`], [`accept`], [`require`],
/// [`require_reverification`], [`require_scope`], [`audience`], [`organization_in_path`] and
/// [`same_origin`].
#[derive(Clone)]
#[must_use]
pub struct Guard<R = DefaultResponse> {
    check: Arc<Check>,
    only: Option<Arc<PathPatterns>>,
    except: Option<Arc<PathPatterns>>,
    allows_pending: bool,
    format: Option<ResponseFormat>,
    respond: R,
}

impl Guard {
    pub(super) fn new(check: Check) -> Self {
        Self {
            check: Arc::new(check),
            only: None,
            except: None,
            allows_pending: false,
            format: None,
            respond: DefaultResponse,
        }
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
    /// Panics at startup if a pattern is invalid, or if there are no patterns.
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
    /// Panics at startup if a pattern is invalid.
    pub fn except<P: AsRef<str>>(mut self, patterns: impl IntoIterator<Item = P>) -> Self {
        let patterns = PathPatterns::new(patterns)
            .unwrap_or_else(|error| panic!("invalid pattern in Guard::except: {error}"));
        self.except = Some(Arc::new(patterns));
        self
    }

    /// Responds with JSON to every rejected request. Never redirects, not even browsers that
    /// request a page.
    pub fn api(mut self) -> Self {
        self.format = Some(ResponseFormat::Json);
        self
    }

    /// Responds with a page to every rejected request. Redirects all unauthenticated requests to
    /// the sign-in page, regardless of their `Accept` header.
    pub fn page(mut self) -> Self {
        self.format = Some(ResponseFormat::Page);
        self
    }

    /// Responds with a gRPC status to every rejected request, which works with any body, such as
    /// that of [`tonic`](https://docs.rs/tonic).
    ///
    /// ```
    /// use axum_clerk::{ClerkConfig, ClerkLayer, require_auth};
    /// use tower::ServiceBuilder;
    ///
    /// # fn layer() -> Result<(), axum_clerk::ConfigError> {
    /// let layer = ServiceBuilder::new()
    ///     .layer(ClerkLayer::new(ClerkConfig::from_env()?))
    ///     .layer(require_auth().grpc());
    /// # Ok(()) }
    /// ```
    pub fn grpc(self) -> Guard<GrpcResponse> {
        Self { format: Some(ResponseFormat::Grpc), ..self }.with_response(GrpcResponse)
    }

    /// Sets a function that creates the response to rejected requests. To set one for the whole
    /// application, use [`ClerkLayer::on_rejection`](crate::ClerkLayer::on_rejection).
    ///
    /// ```
    /// use axum::{http::request::Parts, response::IntoResponse};
    /// use axum_clerk::{AuthRejection, require_auth};
    ///
    /// let guard = require_auth().on_rejection(|rejection: &AuthRejection, request: &Parts| {
    ///     (rejection.status(), format!("no access to {}", request.uri.path())).into_response()
    /// });
    /// ```
    pub fn on_rejection<F, ResBody>(self, respond: F) -> Guard<F>
    where
        F: Fn(&AuthRejection, &Parts) -> Response<ResBody>,
    {
        self.with_response(respond)
    }

    fn with_response<T>(self, respond: T) -> Guard<T> {
        let Self { check, only, except, allows_pending, format, respond: _ } = self;
        Guard { check, only, except, allows_pending, format, respond }
    }

    /// Accepts sessions with pending
    /// [tasks](https://clerk.com/docs/guides/configure/session-tasks), for example because the user
    /// must choose an organization first. The extractors behind this guard then treat them as
    /// signed in. Other guards still reject them, unless they allow pending sessions too.
    ///
    /// ```
    /// use axum::{Router, routing::get};
    /// use axum_clerk::{SignedIn, require_auth};
    ///
    /// async fn tasks(session: SignedIn) -> String {
    ///     format!("{} has tasks: {:?}", session.user_id(), session.session_status())
    /// }
    ///
    /// let app: Router = Router::new().route("/tasks", get(tasks).layer(require_auth().allow_pending()));
    /// ```
    pub fn allow_pending(mut self) -> Self {
        self.allows_pending = true;
        self
    }

    /// Creates the rejection of a request in the format of the guard.
    fn reject(&self, kind: RejectionKind, head: RequestHead<'_>) -> AuthRejection {
        let Some(auth) = head.extensions.get::<ClerkAuth>() else {
            let format = self.format.unwrap_or_else(|| ResponseFormat::of(head));
            return AuthRejection::new(kind, format, None);
        };
        let auth = auth.with_request(head);
        let rejection = match self.format {
            None => auth.rejection(kind),
            Some(ResponseFormat::Page) => auth.page_rejection(kind),
            Some(format) => AuthRejection::new(kind, format, None),
        };
        // Signing in does not help where only machines may call.
        if self.check.accepts(TokenType::SessionToken) {
            rejection
        } else {
            rejection.without_redirect()
        }
    }

    fn check<B>(&self, request: &mut Request<B>) -> Result<(), RejectionKind> {
        if !self.covers(RequestHead::from(&*request).path()) {
            return Ok(());
        }
        let parameter = match &*self.check {
            Check::OrganizationInPath(name) => path_parameter(request.extensions_mut(), name),
            _ => None,
        };
        let head = RequestHead::from(&*request);
        let auth = ClerkAuth::find(request.extensions())?;
        // The URI may have been rewritten since the layer saw it.
        let is_excluded = || auth.clerk().config().excludes(|| head.path());
        if auth.reason() == Some(&Reason::ExcludedRoute) && is_excluded() {
            return Ok(());
        }
        if matches!(*self.check, Check::SameOrigin) {
            return if is_same_origin(auth, head) {
                Ok(())
            } else {
                Err(RejectionKind::CrossOrigin)
            };
        }
        let accepts = |token_type| self.check.accepts(token_type);
        let caller = auth.principal_if_pending(self.allows_pending);
        let Some(caller) = caller.filter(|caller| accepts(caller.token_type())) else {
            return Err(auth.unauthenticated(accepts));
        };
        self.check.check(&caller, parameter.as_deref())?;
        let pending = (self.allows_pending && auth.is_pending()).then(|| auth.allowing_pending());
        if let Some(auth) = pending {
            request.extensions_mut().insert(auth);
        }
        Ok(())
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
            .field("allows_pending", &self.allows_pending)
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

/// Responds with [`AuthRejection::to_response`].
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct DefaultResponse;

impl<ResBody: From<String>> RejectionResponse<ResBody> for DefaultResponse {
    fn respond(&self, rejection: &AuthRejection, _: &Parts) -> Response<ResBody> {
        rejection.to_response()
    }
}

/// Responds with a gRPC status and an empty body. Created by [`Guard::grpc`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct GrpcResponse;

impl<ResBody: Default> RejectionResponse<ResBody> for GrpcResponse {
    fn respond(&self, rejection: &AuthRejection, _: &Parts) -> Response<ResBody> {
        rejection.to_grpc_response()
    }
}

/// The [`Service`] of a [`Guard`].
#[derive(Clone)]
pub struct GuardService<S, R = DefaultResponse> {
    inner: S,
    guard: Guard<R>,
}

impl<S, R> GuardService<S, R> {
    inner_service_accessors!();
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

    fn call(&mut self, mut request: Request<ReqBody>) -> Self::Future {
        let kind = match self.guard.check(&mut request) {
            Ok(()) => Kind::Future { future: self.inner.call(request) },
            Err(kind) => {
                tracing::debug!(rejection = %kind, "a guard rejected a request");
                let (parts, _) = request.into_parts();
                let mut rejection = self.guard.reject(kind, (&parts).into());
                rejection.count();
                Kind::Ready { response: Some(self.guard.respond.respond(&rejection, &parts)) }
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
