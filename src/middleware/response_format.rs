//! The form in which a client expects the response to a rejected request.

use http::{HeaderName, HeaderValue, Method, header, request::Parts};

use crate::authenticate::RequestHead;

const HX_REQUEST: HeaderName = HeaderName::from_static("hx-request");

/// The form in which a client expects the response to a rejected request, according to the headers
/// of the request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseFormat {
    /// A page: a browser navigates, according to `Sec-Fetch-Dest` or, if it is missing, `Accept`.
    Page,
    /// A part of a page, requested by [htmx](https://htmx.org/reference/#request_headers) with
    /// `HX-Request: true`.
    Htmx,
    /// JSON, for all other requests.
    #[default]
    Json,
    /// A [gRPC status](https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md), requested
    /// with `Content-Type: application/grpc`.
    Grpc,
}

impl ResponseFormat {
    /// Returns the format that a request expects.
    #[must_use]
    pub fn requested_by(request: &Parts) -> Self {
        Self::of(request.into())
    }

    pub(super) fn of(head: RequestHead<'_>) -> Self {
        let is_grpc = |value: &HeaderValue| value.as_bytes().starts_with(b"application/grpc");
        // All gRPC requests use POST.
        if head.method == Method::POST
            && head.headers.get(header::CONTENT_TYPE).is_some_and(is_grpc)
        {
            Self::Grpc
        } else if head.headers.get(HX_REQUEST).is_some_and(|value| value == "true") {
            Self::Htmx
        } else if head.accepts_document() {
            Self::Page
        } else {
            Self::Json
        }
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    #[test]
    fn format_follows_the_headers() {
        let page = ("accept", "text/html,*/*");
        for (method, headers, format) in [
            ("GET", &[][..], ResponseFormat::Json),
            ("GET", &[("accept", "*/*")], ResponseFormat::Json),
            ("GET", &[page], ResponseFormat::Page),
            ("POST", &[page], ResponseFormat::Page),
            ("POST", &[("sec-fetch-dest", "document")], ResponseFormat::Page),
            ("GET", &[page, ("sec-fetch-dest", "empty")], ResponseFormat::Json),
            ("GET", &[page, ("hx-request", "true")], ResponseFormat::Htmx),
            ("GET", &[page, ("hx-request", "false")], ResponseFormat::Page),
            ("POST", &[("content-type", "application/grpc")], ResponseFormat::Grpc),
            ("POST", &[("content-type", "application/grpc+proto"), page], ResponseFormat::Grpc),
            ("GET", &[("content-type", "application/grpc")], ResponseFormat::Json),
            ("POST", &[("content-type", "application/json")], ResponseFormat::Json),
        ] {
            let mut request = Request::builder().method(method);
            for &(name, value) in headers {
                request = request.header(name, value);
            }
            let (parts, ()) = request.body(()).expect("a request").into_parts();
            assert_eq!(ResponseFormat::requested_by(&parts), format, "{method} {headers:?}");
        }
    }
}
