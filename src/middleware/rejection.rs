//! How a request is refused.

use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};
use url::Url;

use crate::{Condition, Reason, Reverification};

/// How long to wait for keys that could not be fetched, in seconds.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

/// Why a request may not have what it asks for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Nobody is signed in: 401, or for a page a redirect to the sign-in URL.
    #[error("nobody is signed in{}", reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default())]
    #[non_exhaustive]
    SignedOut {
        /// Why; `None` where the session has tasks to complete first.
        reason: Option<Reason>,
        /// Where to sign in, where the request is for a page.
        sign_in_url: Option<Url>,
    },
    /// Who is signed in cannot be told, as the instance's keys could not be fetched: 503 with `Retry-After`.
    #[error("who is signed in cannot be told without the keys of the Clerk instance")]
    Unavailable,
    /// The session lacks a role, a permission, a feature or a plan: 403.
    #[error("the session lacks {0}")]
    Forbidden(Condition),
    /// The machine token lacks a scope: 403.
    #[error("the machine token lacks the scope {0}")]
    MissingScope(String),
    /// The user must verify who they are once more: the 403 that Clerk's browser libraries
    /// [act on](https://clerk.com/docs/guides/secure/reverification).
    #[error("{0} is required")]
    Reverification(Reverification),
    /// No [`ClerkLayer`](crate::ClerkLayer) saw the request: 500.
    #[error(
        "no ClerkLayer saw the request: add `.layer(ClerkLayer::new(config))` to the router after its routes and guards, so that it runs before them"
    )]
    MissingLayer,
}

impl Refusal {
    /// The response's status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::SignedOut { sign_in_url: Some(_), .. } => StatusCode::SEE_OTHER,
            Self::SignedOut { .. } => StatusCode::UNAUTHORIZED,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Forbidden(_) | Self::MissingScope(_) | Self::Reverification(_) => {
                StatusCode::FORBIDDEN
            }
            Self::MissingLayer => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The response: JSON that tells the client what it must do, and nothing of the inside.
    pub fn to_response<B: From<String>>(&self) -> Response<B> {
        if let Self::SignedOut { sign_in_url: Some(url), .. } = self {
            return see_other(url);
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
        response
    }

    fn body(&self) -> Value {
        let error =
            |code: &str, message: &str| json!({ "errors": [{ "code": code, "message": message }] });
        match self {
            Self::SignedOut { reason, .. } => {
                let code = reason.as_ref().map_or("session-pending".into(), Reason::as_str);
                error(&code, "Sign in first.")
            }
            Self::Unavailable => {
                error("service-unavailable", "Who you are cannot be told right now; try again.")
            }
            Self::Forbidden(condition) => {
                error("forbidden", &format!("This needs the {condition}."))
            }
            Self::MissingScope(scope) => {
                error("forbidden", &format!("This needs the scope {scope}."))
            }
            Self::Reverification(reverification) => json!({ "clerk_error": {
                "type": "forbidden",
                "reason": "reverification-error",
                "metadata": { "reverification": reverification },
            } }),
            Self::MissingLayer => error("internal-error", "Something went wrong."),
        }
    }
}

/// A redirect to another page.
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
