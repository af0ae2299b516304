//! The destination of the response to an authorization request.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use url::Url;

use crate::emulator::{
    frontend_api::{pages, responses::redirect},
    http::OAuthError,
};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ResponseMode {
    Query,
    FormPost,
}

/// A registered redirect URI, with the state of the application.
pub(super) struct Destination {
    /// The redirect URI exactly as it was registered.
    pub(super) registered: String,
    pub(super) redirect_uri: Url,
    pub(super) state: Option<String>,
    pub(super) mode: ResponseMode,
}

impl Destination {
    pub(super) fn success(&self, code: &str) -> Response {
        self.send(&[("code", code)])
    }

    pub(super) fn failure(&self, error: &OAuthError) -> Response {
        self.send(&[("error", error.code), ("error_description", &error.description)])
    }

    fn send(&self, fields: &[(&str, &str)]) -> Response {
        let state = self.state.as_deref().map(|state| ("state", state));
        let fields: Vec<_> = fields.iter().copied().chain(state).collect();
        match self.mode {
            ResponseMode::Query => {
                let mut url = self.redirect_uri.clone();
                url.query_pairs_mut().extend_pairs(fields);
                redirect(StatusCode::SEE_OTHER, &url, [])
            }
            ResponseMode::FormPost => {
                pages::form_post(self.redirect_uri.as_str(), &fields).into_response()
            }
        }
    }
}
