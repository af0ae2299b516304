//! Guards: layers that refuse requests which do not satisfy a requirement.
//!
//! They look at what [`ClerkLayer`](crate::ClerkLayer) found, so add that one after them: with Axum, what is added last
//! runs first.
//!
//! ```
//! use axum::{Router, routing::get};
//! use axum_clerk::{ClerkConfig, ClerkLayer, Reverification, guard, require_auth, require_reverification};
//!
//! # fn app() -> Result<Router, axum_clerk::ConfigError> {
//! let invoices = get(|| async { "invoices" }).layer(guard::require(guard::permission("org:billing:read")));
//! let close = axum::routing::delete(|| async { "closed" }).layer(require_reverification(Reverification::STRICT));
//! let app = Router::new()
//!     .route("/invoices", invoices)
//!     .route("/account", close)
//!     .route("/admin/users", get(|| async { "users" }))
//!     .layer(guard::require(guard::role("org:admin").and(Reverification::MODERATE)).only(["/admin/*"]))
//!     .layer(require_auth())
//!     .layer(ClerkLayer::new(ClerkConfig::from_env()?));
//! # Ok(app) }
//! ```
//!
//! Any Tower service can be guarded, with or without Axum, as long as its response's body can be made from a string.

use std::{fmt, sync::Arc};

use http::{Request, Response};
use tower_http::validate_request::{
    ValidateRequest, ValidateRequestHeader, ValidateRequestHeaderLayer,
};
use tower_layer::Layer;

pub use crate::authorization::{feature, permission, plan, role};
use crate::{
    ClerkAuth, Refusal, Requirement, Reverification, authenticate::RequestHead,
    path_patterns::PathPatterns,
};

/// Refuses requests that are not signed in.
pub fn require_auth<ResBody>() -> Guard<ResBody> {
    Guard::asking(Asked::SignedIn)
}

/// Refuses requests that are not signed in, or whose session does not satisfy the requirement.
pub fn require<ResBody>(requirement: impl Into<Requirement>) -> Guard<ResBody> {
    Guard::asking(Asked::Requirement(requirement.into()))
}

/// Refuses requests of users who did not verify who they are as recently and as strongly as asked.
pub fn require_reverification<ResBody>(reverification: Reverification) -> Guard<ResBody> {
    require(reverification)
}

/// Refuses requests without a valid [machine token](crate::MachineToken) that may be used for a scope, such as
/// `read:invoices`. The configuration says which types of token
/// [are accepted](crate::ClerkConfigBuilder::accept_tokens).
pub fn require_scope<ResBody>(scope: impl Into<String>) -> Guard<ResBody> {
    Guard::asking(Asked::Scope(scope.into()))
}

/// What a guard asks of a request.
#[derive(Debug)]
enum Asked {
    SignedIn,
    Requirement(Requirement),
    Scope(String),
}

type OnRefusal<ResBody> = Arc<dyn Fn(&Refusal) -> Response<ResBody> + Send + Sync>;

/// A layer that refuses requests; made by [`require_auth`], [`require`] and [`require_reverification`].
#[must_use]
pub struct Guard<ResBody> {
    asked: Arc<Asked>,
    only: Option<Arc<PathPatterns>>,
    on_refusal: Option<OnRefusal<ResBody>>,
}

impl<ResBody> Guard<ResBody> {
    fn asking(asked: Asked) -> Self {
        Self { asked: Arc::new(asked), only: None, on_refusal: None }
    }

    /// Guards only the paths that match one of the patterns, such as `/admin/*`, `/orgs/{id}/settings`; see
    /// [`exclude`](crate::ClerkConfigBuilder::exclude) for their form. What is matched is the whole path of the
    /// request, also within a nested router, and a path that is written another way but may lead to the same place
    /// (percent-encoded, with empty or dot segments) counts as matching.
    ///
    /// # Panics
    ///
    /// If a pattern is none, so that a mistake shows at start.
    pub fn only<P: AsRef<str>>(mut self, patterns: impl IntoIterator<Item = P>) -> Self {
        let patterns = PathPatterns::new(patterns);
        self.only = Some(Arc::new(patterns.unwrap_or_else(|why| panic!("Guard::only: {why}"))));
        self
    }

    /// Answers refused requests with a response of yours.
    ///
    /// ```
    /// use axum::{body::Body, http::Response};
    /// use axum_clerk::{Refusal, require_auth};
    ///
    /// let guard = require_auth().on_refusal(|refusal: &Refusal| {
    ///     Response::builder().status(refusal.status()).body(Body::from("no")).unwrap()
    /// });
    /// ```
    pub fn on_refusal(
        mut self,
        respond: impl Fn(&Refusal) -> Response<ResBody> + Send + Sync + 'static,
    ) -> Self {
        self.on_refusal = Some(Arc::new(respond));
        self
    }

    fn check<B>(&self, request: &Request<B>) -> Result<(), Refusal> {
        let head = RequestHead::from(request);
        if self.only.as_ref().is_some_and(|only| !only.could_match(head.uri.path())) {
            return Ok(());
        }
        let auth = ClerkAuth::find(request.extensions())?;
        let signed_out = || auth.remembering(head).signed_out(Some(head));
        match &*self.asked {
            Asked::Scope(scope) => match auth.machine_token() {
                None => Err(signed_out()),
                Some(token) if token.has_scope(scope) => Ok(()),
                Some(_) => Err(Refusal::MissingScope(scope.clone())),
            },
            _ if !auth.is_signed_in() => Err(signed_out()),
            Asked::SignedIn => Ok(()),
            Asked::Requirement(requirement) => auth.require_all_of(requirement),
        }
    }
}

impl<B, ResBody: From<String>> ValidateRequest<B> for Guard<ResBody> {
    type ResponseBody = ResBody;

    fn validate(&mut self, request: &mut Request<B>) -> Result<(), Response<ResBody>> {
        self.check(request).map_err(|refusal| {
            tracing::debug!(%refusal, "a guard refused a request");
            match &self.on_refusal {
                Some(respond) => respond(&refusal),
                None => refusal.to_response(),
            }
        })
    }
}

impl<S, ResBody> Layer<S> for Guard<ResBody> {
    type Service = ValidateRequestHeader<S, Self>;

    fn layer(&self, inner: S) -> Self::Service {
        ValidateRequestHeaderLayer::custom(self.clone()).layer(inner)
    }
}

impl<ResBody> Clone for Guard<ResBody> {
    fn clone(&self) -> Self {
        Self {
            asked: self.asked.clone(),
            only: self.only.clone(),
            on_refusal: self.on_refusal.clone(),
        }
    }
}

impl<ResBody> fmt::Debug for Guard<ResBody> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard")
            .field("asked", &self.asked)
            .field("only", &self.only)
            .finish_non_exhaustive()
    }
}
