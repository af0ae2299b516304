//! Counts rejections, each once.

use super::rejection::AuthRejection;
#[cfg(feature = "metrics")]
use crate::{authenticate::Reason, metrics};

#[cfg(feature = "metrics")]
thread_local! {
    /// Whether a guard is creating a response, which an extractor's rejection may be converted to.
    static IS_COUNTED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Counts a rejection and creates the response to it. Responses that this creates in turn do not
/// count again.
#[cfg(feature = "metrics")]
pub(super) fn counted<T>(rejection: &AuthRejection, respond: impl FnOnce() -> T) -> T {
    if IS_COUNTED.replace(true) {
        return respond();
    }
    metrics::rejection(reason(rejection));
    let response = respond();
    IS_COUNTED.set(false);
    response
}

#[cfg(not(feature = "metrics"))]
pub(super) fn counted<T>(_: &AuthRejection, respond: impl FnOnce() -> T) -> T {
    respond()
}

#[cfg(feature = "metrics")]
fn reason(rejection: &AuthRejection) -> &'static str {
    match rejection {
        AuthRejection::SignedOut { reason, .. } => {
            reason.as_ref().map_or("session-pending", Reason::kind)
        }
        AuthRejection::Unavailable => "service-unavailable",
        AuthRejection::Reverification(_) => "reverification-error",
        AuthRejection::CrossOrigin => "cross-origin",
        AuthRejection::MissingLayer => "internal-error",
        _ => "forbidden",
    }
}
