//! The browser and the session that a request of clerk-js comes from.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{
    HeaderValue, Method,
    header::{AUTHORIZATION, ORIGIN},
    request::Parts,
};
use url::form_urlencoded;

use super::{browser::Browser, responses::set_cookies};
use crate::config::InstanceType;
use crate::emulator::{
    http::{ClerkError, Result},
    store::{EmulatorState, Instance},
};

/// The token of the client that a request comes from.
#[derive(Clone)]
pub(super) struct CurrentClient(pub(super) String);

/// Identifies the client of a request for [`CurrentClient`], and sets its cookie. Unknown browsers
/// get a new client if they request a change.
pub(super) async fn identify_client(
    State(instance): EmulatorState,
    browser: Browser,
    mut request: Request,
    next: Next,
) -> Response {
    let changes = matches!(*request.method(), Method::POST | Method::PUT);
    let known = browser.known_client(&instance);
    let token = known.or_else(|| changes.then(|| instance.store().create_client().token.clone()));
    let Some(token) = token else { return next.run(request).await };
    request.extensions_mut().insert(CurrentClient(token.clone()));
    let mut response = next.run(request).await;
    if browser.is_native {
        if let Ok(token) = HeaderValue::try_from(token) {
            response.headers_mut().insert(AUTHORIZATION, token);
        }
        return response;
    }
    let mut cookies = vec![instance.client_cookie(&token)];
    if instance.instance_type() == InstanceType::Production {
        // In development, clerk-js sets these itself.
        cookies.extend(instance.client_uat_cookies(&token));
    }
    (set_cookies(cookies), response).into_response()
}

impl<S: Sync> FromRequestParts<S> for CurrentClient {
    type Rejection = ClerkError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        parts.extensions.get::<Self>().cloned().ok_or_else(ClerkError::signed_out)
    }
}

/// The session of the user who makes a request: the one that it names with `_clerk_session_id`, or
/// else the one that was used last.
pub(super) struct CurrentSession {
    pub(super) session_id: String,
    pub(super) user_id: String,
}

impl FromRequestParts<Arc<Instance>> for CurrentSession {
    type Rejection = ClerkError;

    async fn from_request_parts(parts: &mut Parts, instance: &Arc<Instance>) -> Result<Self> {
        let CurrentClient(token) = CurrentClient::from_request_parts(parts, instance).await?;
        let mut query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let requested = query.find(|(name, _)| name == "_clerk_session_id").map(|(_, id)| id);
        let store = instance.store();
        let client = store.client(&token).ok_or_else(ClerkError::signed_out)?;
        let session = match requested {
            Some(id) => store.live_sessions(client).find(|session| session.id == id),
            None => store.current_session(client),
        };
        let session = session.ok_or_else(ClerkError::signed_out)?;
        Ok(Self { session_id: session.id.clone(), user_id: session.user_id.clone() })
    }
}

/// The origin of the app that makes a request, which its session tokens are issued to.
#[derive(Clone)]
pub(super) struct RequestOrigin(Option<String>);

impl RequestOrigin {
    pub(super) fn as_deref(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl<S: Sync> FromRequestParts<S> for RequestOrigin {
    type Rejection = ClerkError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let origin = parts.headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
        Ok(Self(origin.map(str::to_owned)))
    }
}
