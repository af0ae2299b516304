//! Authentication of requests by the secret keys of the instance and of machines.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, HeaderValue,
    header::{AUTHORIZATION, RETRY_AFTER},
    request::Parts,
};

use crate::emulator::{
    http::{ClerkError, Result},
    store::{EmulatorState, Instance},
};

pub(super) async fn require_secret_key(
    State(instance): EmulatorState,
    request: Request,
    next: Next,
) -> Result<Response> {
    match bearer(request.headers()) {
        Some(key) if key == instance.secret_key => Ok(next.run(request).await),
        _ => Err(ClerkError::key_invalid()),
    }
}

/// The authenticated caller of an endpoint that machines can use as well.
pub(super) enum Caller {
    Instance,
    /// A machine, by its ID.
    Machine(String),
}

impl FromRequestParts<Arc<Instance>> for Caller {
    type Rejection = ClerkError;

    async fn from_request_parts(parts: &mut Parts, instance: &Arc<Instance>) -> Result<Self> {
        let key = bearer(&parts.headers).ok_or_else(ClerkError::key_invalid)?;
        if key == instance.secret_key {
            return Ok(Self::Instance);
        }
        let store = instance.store();
        store
            .machine_of_key(key)
            .map(|machine| Self::Machine(machine.id.clone()))
            .ok_or_else(ClerkError::key_invalid)
    }
}

/// Rejects requests with the instance's secret key that exceed a rate limit, if there are limits.
pub(in crate::emulator) async fn limit_rate(
    State(instance): EmulatorState,
    request: Request,
    next: Next,
) -> Response {
    let is_counted = bearer(request.headers()) == Some(&instance.secret_key);
    if let Some(limits) = instance.rate_limits.as_ref().filter(|_| is_counted) {
        let now = instance.clock.unix_millis();
        if let Err(seconds) = limits.check(request.method(), request.uri().path(), now) {
            let mut response = ClerkError::too_many_requests().into_response();
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
            return response;
        }
    }
    next.run(request).await
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}
