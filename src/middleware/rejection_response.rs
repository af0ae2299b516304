//! The responses to rejected requests.

use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::json;
use url::Url;

use super::{
    rejection::{AuthRejection, RejectionKind},
    response_format::ResponseFormat,
};
use crate::authenticate::{AUTH_REASON, AUTH_STATUS};

/// The value of `Retry-After` while authentication is unavailable, in seconds.
pub(super) const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

const HX_REDIRECT: HeaderName = HeaderName::from_static("hx-redirect");
const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
const GRPC_MESSAGE: HeaderName = HeaderName::from_static("grpc-message");

/// The headers that describe the response to a rejected request and no other response.
pub(super) static RESPONSE_HEADERS: [HeaderName; 11] = [
    header::CACHE_CONTROL,
    header::CONTENT_ENCODING,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::LOCATION,
    header::RETRY_AFTER,
    header::TRANSFER_ENCODING,
    header::WWW_AUTHENTICATE,
    HX_REDIRECT,
    GRPC_STATUS,
    GRPC_MESSAGE,
];

impl AuthRejection {
    /// Creates the response. It carries the rejection as an extension.
    #[must_use]
    pub fn to_response<B: From<String>>(&self) -> Response<B> {
        self.response_head().map(|()| B::from(self.body()))
    }

    /// Creates the response of a gRPC service, whose body is empty.
    pub(super) fn to_grpc_response<B: Default>(&self) -> Response<B> {
        self.clone().in_format(ResponseFormat::Grpc).response_head().map(|()| B::default())
    }

    fn response_head(&self) -> Response<()> {
        let mut response = uncached();
        let headers = response.headers_mut();
        let status = match (self.format(), self.redirect()) {
            (ResponseFormat::Grpc, _) => {
                self.write_grpc_status(headers);
                StatusCode::OK
            }
            (ResponseFormat::Page, Some(url)) => {
                write_url(headers, header::LOCATION, url);
                StatusCode::SEE_OTHER
            }
            (format, redirect) => {
                if let Some(url) = redirect {
                    write_url(headers, HX_REDIRECT, url);
                }
                let content_type = match format {
                    ResponseFormat::Page => "text/html; charset=utf-8",
                    _ => "application/json",
                };
                headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
                self.write_challenge(headers);
                self.status()
            }
        };
        *response.status_mut() = status;
        self.write_reason(response.headers_mut());
        response.extensions_mut().insert(self.clone());
        response
    }

    fn write_challenge(&self, headers: &mut HeaderMap) {
        match self.kind() {
            RejectionKind::SignedOut(_) | RejectionKind::UserNotFound => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            RejectionKind::Unavailable => {
                headers.insert(header::RETRY_AFTER, RETRY_AFTER);
            }
            _ => {}
        }
    }

    /// Writes the reason of an unauthenticated request. The layer only does so if no token is valid,
    /// but not if the session has pending tasks or a valid token is of another type.
    fn write_reason(&self, headers: &mut HeaderMap) {
        if matches!(self.kind(), RejectionKind::SignedOut(_))
            && let Ok(code) = HeaderValue::from_str(&self.code())
        {
            headers.insert(AUTH_STATUS, HeaderValue::from_static("signed-out"));
            headers.insert(AUTH_REASON, code);
        }
    }

    /// Writes the [status](https://grpc.io/docs/guides/status-codes/) of a response without a body.
    fn write_grpc_status(&self, headers: &mut HeaderMap) {
        let status = match self.status() {
            StatusCode::UNAUTHORIZED => 16,
            StatusCode::FORBIDDEN => 7,
            StatusCode::NOT_FOUND => 5,
            StatusCode::SERVICE_UNAVAILABLE => 14,
            _ => 13,
        };
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
        headers.insert(GRPC_STATUS, HeaderValue::from(status));
        // Percent-encoded, and therefore always a valid header.
        let message = utf8_percent_encode(&self.message(), GRPC_MESSAGE_ESCAPES).to_string();
        if let Ok(message) = HeaderValue::from_str(&message) {
            headers.insert(GRPC_MESSAGE, message);
        }
    }

    fn body(&self) -> String {
        match (self.format(), self.redirect()) {
            (ResponseFormat::Grpc, _) | (ResponseFormat::Page, Some(_)) => String::new(),
            (ResponseFormat::Page, None) => self.page(),
            _ => self.json(),
        }
    }

    fn json(&self) -> String {
        let body = match self.kind() {
            RejectionKind::Reverification(reverification) => json!({ "clerk_error": {
                "type": "forbidden",
                "reason": "reverification-error",
                "metadata": { "reverification": reverification },
            } }),
            _ => json!({ "errors": [{ "code": self.code(), "message": self.message() }] }),
        };
        body.to_string()
    }

    /// The message of the response, which reveals no internals.
    #[must_use]
    pub fn message(&self) -> String {
        match self.kind() {
            RejectionKind::SignedOut(_) => "Please sign in.".into(),
            RejectionKind::UserNotFound => "This user no longer exists.".into(),
            RejectionKind::Unavailable => {
                "Authentication is temporarily unavailable. Please try again.".into()
            }
            RejectionKind::Forbidden(requirement) => {
                format!("This requires {}.", requirement.description())
            }
            RejectionKind::NotInOrganization => "Not found.".into(),
            RejectionKind::MissingScope(scope) => format!("This requires the scope {scope}."),
            RejectionKind::Reverification(_) => "Please verify your identity again.".into(),
            RejectionKind::CrossOrigin => "Requests from other origins are not allowed.".into(),
            RejectionKind::MissingLayer => "Something went wrong.".into(),
        }
    }

    /// Creates a page for browsers. It names no conditions, which mean nothing to users.
    fn page(&self) -> String {
        let (title, text) = match self.kind() {
            RejectionKind::Forbidden(_) | RejectionKind::MissingScope(_) => {
                ("Access denied", "You do not have access to this page.".into())
            }
            RejectionKind::Reverification(_) => ("Verification required", self.message()),
            RejectionKind::NotInOrganization => ("Not found", "This page does not exist.".into()),
            RejectionKind::SignedOut(_) => ("Sign in required", self.message()),
            RejectionKind::UserNotFound => ("User not found", self.message()),
            RejectionKind::Unavailable => ("Temporarily unavailable", self.message()),
            RejectionKind::CrossOrigin => ("Access denied", self.message()),
            RejectionKind::MissingLayer => ("Internal error", self.message()),
        };
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n</head>\n\
             <body>\n<main>\n<h1>{title}</h1>\n<p>{text}</p>\n</main>\n</body>\n</html>\n"
        )
    }
}

/// The characters that gRPC allows in a message: printable ASCII except `%`.
const GRPC_MESSAGE_ESCAPES: &AsciiSet = &CONTROLS.add(b'%');

/// Creates a redirect to another page.
pub(super) fn see_other(url: &Url) -> Response<String> {
    let mut response = uncached();
    *response.status_mut() = StatusCode::SEE_OTHER;
    write_url(response.headers_mut(), header::LOCATION, url);
    response
}

/// Creates a response that is not cached.
fn uncached<B: Default>() -> Response<B> {
    let mut response = Response::new(B::default());
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Writes a URL to a header. A URL is ASCII without line breaks, so this never fails.
fn write_url(headers: &mut HeaderMap, name: HeaderName, url: &Url) {
    if let Ok(url) = HeaderValue::from_str(url.as_str()) {
        headers.insert(name, url);
    }
}
