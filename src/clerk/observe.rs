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
    if let Some(principal) = state.principal() {
        span.record("enduser.id", principal.subject());
        span.record("clerk.token_type", principal.token_type().as_str());
        // Reading the organization parses its claims, so this skips it without the field.
        if span.has_field("clerk.organization.id")
            && let Some(organization_id) = principal.organization_id()
        {
            span.record("clerk.organization.id", organization_id);
        }
    }
    if let Some(reason) = state.reason() {
        span.record("clerk.reason", display(reason));
    }
}
