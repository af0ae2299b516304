//! The challenge in the response to a rejected request (RFC 6750 and RFC 9728).

use http::{HeaderValue, Response, header};

use super::metadata::Metadata;
use crate::{
    authenticate::Reason,
    middleware::{AuthRejection, RejectionKind, ResponseFormat},
};

const EXPOSED: HeaderValue = HeaderValue::from_static("WWW-Authenticate");

impl Metadata {
    /// Returns the value of `WWW-Authenticate` for a rejection, if it has one:
    ///
    /// - `Bearer resource_metadata="…"` for a request without a token (401),
    /// - with `error="invalid_token"` for a request with an invalid one (401),
    /// - with `error="insufficient_scope", scope="…"` if the token lacks a scope (403).
    #[must_use]
    pub fn challenge(&self, rejection: &AuthRejection) -> Option<HeaderValue> {
        let metadata = format!("Bearer resource_metadata=\"{}\"", self.url());
        let challenge = match rejection.kind() {
            RejectionKind::SignedOut(reason) if has_token(reason.as_ref()) => {
                format!("{metadata}, error=\"invalid_token\"")
            }
            RejectionKind::SignedOut(_) => metadata,
            RejectionKind::MissingScope(scope) if is_quotable(scope) => {
                format!("{metadata}, error=\"insufficient_scope\", scope=\"{scope}\"")
            }
            RejectionKind::MissingScope(_) => format!("{metadata}, error=\"insufficient_scope\""),
            _ => return None,
        };
        HeaderValue::try_from(challenge).ok()
    }

    /// Creates the response to a rejection, for
    /// [`Guard::on_rejection`](crate::guard::Guard::on_rejection): that of
    /// [`AuthRejection::to_response`] with the [challenge](Self::challenge), which scripts of other
    /// origins may read. It is always JSON, and never a redirect.
    pub fn respond<B: From<String>>(&self, rejection: &AuthRejection) -> Response<B> {
        let mut response = rejection.clone().in_format(ResponseFormat::Json).to_response();
        if let Some(challenge) = self.challenge(rejection) {
            let headers = response.headers_mut();
            headers.insert(header::WWW_AUTHENTICATE, challenge);
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
        response
    }
}

/// Returns whether the request carried a token. A session with pending tasks has no reason.
fn has_token(reason: Option<&Reason>) -> bool {
    matches!(
        reason,
        None | Some(
            Reason::Token(_)
                | Reason::MachineToken(_)
                | Reason::SessionTokenExpired { .. }
                | Reason::SessionTokenNotActiveYet
                | Reason::SessionTokenIssuedInTheFuture
        )
    )
}

/// Returns whether a scope consists of the characters that RFC 6749 allows, none of which end a
/// quoted string.
fn is_quotable(scope: &str) -> bool {
    !scope.is_empty()
        && scope.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
}
