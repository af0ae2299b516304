//! The errors of the proxy, as responses in Clerk's format.

use std::error::Error as StdError;

use http::{HeaderValue, Response, StatusCode, header};
use serde_json::json;

use super::body::ResponseBody;

/// The reason why a request was not proxied.
#[derive(Debug, thiserror::Error)]
pub(super) enum ProxyError {
    #[error("the proxy is not configured")]
    Configuration,
    #[error("the request path does not match the proxy path {proxy_path:?}")]
    PathMismatch { proxy_path: String },
    #[error("the path contains `.`, `..` or a backslash")]
    UnresolvedPath,
    #[error("the host of the request is missing or not trusted")]
    Host,
    #[error("the method is not proxied")]
    Method,
    #[error("the Frontend API did not respond in time")]
    Timeout,
    #[error("the Frontend API could not be reached: {}", causes(.0))]
    Upstream(reqwest::Error),
}

impl ProxyError {
    pub(super) fn to_response(&self) -> Response<ResponseBody> {
        let (status, code, message) = match self {
            Self::Configuration => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "proxy_configuration_error",
                "The proxy is not configured.".into(),
            ),
            Self::PathMismatch { proxy_path } => (
                StatusCode::BAD_REQUEST,
                "proxy_path_mismatch",
                format!("The request path does not match the proxy path {proxy_path:?}."),
            ),
            Self::UnresolvedPath => (
                StatusCode::BAD_REQUEST,
                "proxy_path_mismatch",
                "The request path must not contain `.`, `..` or a backslash.".into(),
            ),
            Self::Host => (
                StatusCode::BAD_REQUEST,
                "proxy_request_failed",
                "The host of the request is missing or not trusted.".into(),
            ),
            Self::Method => (
                StatusCode::METHOD_NOT_ALLOWED,
                "proxy_request_failed",
                "The method is not allowed.".into(),
            ),
            Self::Timeout => (
                StatusCode::BAD_GATEWAY,
                "proxy_request_failed",
                "The Frontend API did not respond in time.".into(),
            ),
            Self::Upstream(_) => (
                StatusCode::BAD_GATEWAY,
                "proxy_request_failed",
                "The Frontend API could not be reached.".into(),
            ),
        };
        let body = json!({ "errors": [{ "code": code, "message": message }] });
        let mut response = Response::new(ResponseBody::from(body.to_string()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

/// Describes an error of the HTTP client with its causes, which say more than the error itself.
fn causes(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text += &format!(": {error}");
        cause = error.source();
    }
    text
}
