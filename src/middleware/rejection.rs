//! Rejections of requests.

use std::{borrow::Cow, error::Error, fmt, mem};

use http::StatusCode;
use url::Url;

use super::response_format::ResponseFormat;
use crate::{
    authenticate::{Location, Reason},
    authorization::{Requirement, Reverification},
    metrics,
};

/// The rejection of a request: the reason, and the response that the client expects.
///
/// The response depends on the [format](ResponseFormat) that the client expects:
///
/// | | unauthenticated | lacks a requirement |
/// |---|---|---|
/// | a page | 303 to the sign-in page | 403 with a short page |
/// | [htmx](https://htmx.org) | 401 with `HX-Redirect` to the sign-in page | 403 with JSON |
/// | JSON | 401 with `WWW-Authenticate` | 403 |
/// | gRPC | status 16, `UNAUTHENTICATED` | status 7, `PERMISSION_DENIED` |
///
/// Without a sign-in page, or for methods other than `GET` and `HEAD`, browsers receive a short
/// page with the status 401. JSON responses do not reveal internals. They have the form
/// `{"errors": [{"code": …, "message": …}]}`.
///
/// [`ClerkLayer::on_rejection`](crate::ClerkLayer::on_rejection) replaces the responses of an
/// application, and [`Guard::on_rejection`](crate::guard::Guard::on_rejection) those of a guard.
///
/// Extractors of an application can reject requests as well:
///
/// ```
/// use axum::{extract::FromRequestParts, http::request::Parts};
/// use axum_clerk::{AuthRejection, ClerkAuth, guard};
///
/// struct Accountant {
///     user_id: String,
/// }
///
/// impl<S: Sync> FromRequestParts<S> for Accountant {
///     type Rejection = AuthRejection;
///
///     async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AuthRejection> {
///         let auth = ClerkAuth::from_request_parts(parts, state).await?;
///         let session = auth.require_signed_in()?;
///         auth.require(guard::role("org:accountant"))?;
///         Ok(Self { user_id: session.claims().user_id().to_owned() })
///     }
/// }
/// ```
#[derive(Clone, Debug)]
pub struct AuthRejection {
    kind: RejectionKind,
    format: ResponseFormat,
    redirect: Option<Location>,
    /// Whether the metrics include it.
    is_counted: bool,
}

/// The reason why a request was rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RejectionKind {
    /// The request is unauthenticated: 401. The reason is `None` if the session has pending tasks.
    #[error("unauthenticated{}", .0.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default())]
    SignedOut(Option<Reason>),
    /// The signed-in user no longer exists: 401.
    #[error("the signed-in user no longer exists")]
    UserNotFound,
    /// Authentication is unavailable, because the keys of the instance could not be fetched or
    /// Clerk could not be reached: 503 with `Retry-After`.
    #[error("authentication is unavailable")]
    Unavailable,
    /// The caller does not satisfy a requirement, such as a role, a permission, a feature or a
    /// plan: 403.
    #[error("the caller lacks {}", .0.description())]
    Forbidden(Requirement),
    /// The caller does not belong to the organization in the path: 404. See
    /// [`guard::organization_in_path`](crate::guard::organization_in_path).
    #[error("the caller does not belong to the organization in the path")]
    NotInOrganization,
    /// The machine token lacks a scope: 403.
    #[error("the machine token lacks the scope {0}")]
    MissingScope(String),
    /// The user must verify their identity again: the 403 that Clerk's browser libraries
    /// [handle](https://clerk.com/docs/guides/secure/reverification).
    #[error("{0} is required")]
    Reverification(Reverification),
    /// Another site may have caused the request: 403. See
    /// [`guard::same_origin`](crate::guard::same_origin).
    #[error("the request comes from another origin")]
    CrossOrigin,
    /// The request did not pass through a [`ClerkLayer`](crate::ClerkLayer): 500.
    #[error(
        "the request did not pass through a ClerkLayer; add `.layer(ClerkLayer::new(config))` to the \
         router after its routes and guards, so that it runs before them"
    )]
    MissingLayer,
}

impl RejectionKind {
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::SignedOut(_) | Self::UserNotFound => StatusCode::UNAUTHORIZED,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Forbidden(_)
            | Self::MissingScope(_)
            | Self::Reverification(_)
            | Self::CrossOrigin => StatusCode::FORBIDDEN,
            Self::NotInOrganization => StatusCode::NOT_FOUND,
            Self::MissingLayer => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Returns the code without details from Clerk's response, so that there are few of them.
    fn short_code(&self) -> &'static str {
        match self {
            Self::SignedOut(reason) => reason.as_ref().map_or("session-pending", Reason::kind),
            Self::UserNotFound => "user-not-found",
            Self::Unavailable => "service-unavailable",
            Self::Forbidden(_) | Self::MissingScope(_) => "forbidden",
            Self::Reverification(_) => "reverification-error",
            Self::NotInOrganization => "not-found",
            Self::CrossOrigin => "cross-origin",
            Self::MissingLayer => "internal-error",
        }
    }
}

impl AuthRejection {
    pub(super) fn new(
        kind: RejectionKind,
        format: ResponseFormat,
        redirect: Option<Location>,
    ) -> Self {
        Self { kind, format, redirect, is_counted: false }
    }

    /// The reason why the request was rejected.
    #[must_use]
    pub fn kind(&self) -> &RejectionKind {
        &self.kind
    }

    /// The status, which does not depend on the format: 401 even if a browser is redirected to the
    /// sign-in page, or a gRPC response has the status 200.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.kind.status()
    }

    /// The format that the client expects.
    #[must_use]
    pub fn format(&self) -> ResponseFormat {
        self.format
    }

    /// The sign-in page, if the client should be redirected there.
    #[must_use]
    pub fn redirect(&self) -> Option<&Url> {
        self.redirect.as_deref()
    }

    /// Responds in another format, without a redirect.
    #[must_use]
    pub fn in_format(self, format: ResponseFormat) -> Self {
        Self { format, ..self.without_redirect() }
    }

    pub(super) fn without_redirect(self) -> Self {
        Self { redirect: None, ..self }
    }

    /// The code in the JSON of the response, such as `token-expired` or `forbidden`.
    #[must_use]
    pub fn code(&self) -> Cow<'static, str> {
        match &self.kind {
            RejectionKind::SignedOut(Some(reason)) => reason.as_str(),
            kind => kind.short_code().into(),
        }
    }

    /// Adds the rejection to the metrics, unless it was added before.
    pub(super) fn count(&mut self) {
        if !mem::replace(&mut self.is_counted, true) {
            metrics::rejection(self.kind.short_code());
        }
    }
}

/// Creates a rejection that responds with JSON.
/// [`ClerkAuth::rejection`](crate::ClerkAuth::rejection) creates one that responds with what the
/// client expects.
impl From<RejectionKind> for AuthRejection {
    fn from(kind: RejectionKind) -> Self {
        Self::new(kind, ResponseFormat::Json, None)
    }
}

impl fmt::Display for AuthRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl Error for AuthRejection {}
