//! Reports the results of authenticating requests: in the log, in spans and in metrics.

use tracing::{Span, dispatcher::has_been_set, field::display};

use crate::{
    authenticate::{Reason, RequestState},
    metrics,
};

/// Reports the result of authenticating a request.
pub(super) fn observe(state: &RequestState) {
    state.log();
    if has_been_set() {
        record_fields(&Span::current(), state);
    }
    let reason = state.reason().map_or("", Reason::kind);
    metrics::authentication(state.status(), reason);
}

/// Records the fields that the current span declares.
fn record_fields(span: &Span, state: &RequestState) {
    if span.is_disabled() {
        return;
    }
    let claims = state.session().map(|session| session.claims());
    let machine_token = state.machine_token();
    let subject = claims
        .map(|claims| claims.user_id())
        .or_else(|| machine_token.map(|token| token.subject.as_str()));
    if let Some(subject) = subject {
        span.record("enduser.id", subject);
    }
    // Reading the organization parses its claims, which is only worth it for a field that exists.
    if span.has_field("clerk.organization.id") {
        let organization = claims
            .and_then(|claims| claims.organization())
            .map(|organization| organization.id())
            .or_else(|| machine_token.and_then(|token| token.organization_id()));
        if let Some(organization) = organization {
            span.record("clerk.organization.id", organization);
        }
    }
    if subject.is_some()
        && let Some(token_type) = state.token_type()
    {
        span.record("clerk.token_type", token_type.as_str());
    }
    if let Some(reason) = state.reason() {
        span.record("clerk.reason", display(reason));
    }
}
