//! Rejections of requests.

use std::borrow::Cow;

use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};
use url::Url;

use crate::{
    authenticate::{AUTH_REASON, AUTH_STATUS, Location, Reason},
    authorization::{Requirement, Reverification},
};

/// The value of `Retry-After` while authentication is unavailable, in seconds.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

/// The reason why a request was rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthRejection {
    /// The request is unauthenticated: 401, or for pages a redirect to the sign-in page.
    #[error("unauthenticated{}", reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default())]
    #[non_exhaustive]
    SignedOut {
        /// The reason; `None` if the session has pending tasks.
        reason: Option<Reason>,
        /// The sign-in page, if the request is for a page.
        sign_in_url: Option<Location>,
    },
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

impl AuthRejection {
    /// The status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::SignedOut { sign_in_url: Some(_), .. } => StatusCode::SEE_OTHER,
            Self::SignedOut { .. } => StatusCode::UNAUTHORIZED,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Forbidden(_)
            | Self::MissingScope(_)
            | Self::Reverification(_)
            | Self::CrossOrigin => StatusCode::FORBIDDEN,
            Self::NotInOrganization => StatusCode::NOT_FOUND,
            Self::MissingLayer => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Creates the response: a redirect, or JSON that says what the client has to do without
    /// revealing internals.
    pub fn to_response<B: From<String>>(&self) -> Response<B> {
        if let Self::SignedOut { sign_in_url: Some(url), .. } = self {
            let mut response = see_other(url);
            self.write_reason(response.headers_mut());
            return response;
        }
        let mut response = Response::new(B::from(self.body().to_string()));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        match self {
            Self::SignedOut { .. } => {
                drop(headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")))
            }
            Self::Unavailable => drop(headers.insert(header::RETRY_AFTER, RETRY_AFTER)),
            _ => {}
        }
        self.write_reason(headers);
        response
    }

    /// Adds the reason of an unauthenticated request. The layer only does so if no token is valid,
    /// but not if the session has pending tasks or a valid token is of another type.
    fn write_reason(&self, headers: &mut HeaderMap) {
        if let Self::SignedOut { .. } = self
            && let Ok(code) = HeaderValue::try_from(&*self.code())
        {
            headers.insert(AUTH_STATUS, HeaderValue::from_static("signed-out"));
            headers.insert(AUTH_REASON, code);
        }
    }

    /// Returns the code of an unauthenticated request.
    fn code(&self) -> Cow<'static, str> {
        match self {
            Self::SignedOut { reason: Some(reason), .. } => reason.as_str(),
            _ => "session-pending".into(),
        }
    }

    fn body(&self) -> Value {
        let error =
            |code: &str, message: &str| json!({ "errors": [{ "code": code, "message": message }] });
        match self {
            Self::SignedOut { .. } => error(&self.code(), "Please sign in."),
            Self::Unavailable => error(
                "service-unavailable",
                "Authentication is temporarily unavailable. Please try again.",
            ),
            Self::Forbidden(requirement) => {
                error("forbidden", &format!("This requires {}.", requirement.description()))
            }
            Self::NotInOrganization => error("not-found", "Not found."),
            Self::MissingScope(scope) => {
                error("forbidden", &format!("This requires the scope {scope}."))
            }
            Self::Reverification(reverification) => json!({ "clerk_error": {
                "type": "forbidden",
                "reason": "reverification-error",
                "metadata": { "reverification": reverification },
            } }),
            Self::CrossOrigin => {
                error("cross-origin", "Requests from other origins are not allowed.")
            }
            Self::MissingLayer => error("internal-error", "Something went wrong."),
        }
    }
}

/// Creates a redirect to another page.
pub(crate) fn see_other<B: From<String>>(url: &Url) -> Response<B> {
    let mut response = Response::new(B::from(String::new()));
    *response.status_mut() = StatusCode::SEE_OTHER;
    // A URL is ASCII without line breaks, so this never fails.
    if let Ok(location) = HeaderValue::from_str(url.as_str()) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
