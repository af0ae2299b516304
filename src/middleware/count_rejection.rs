//! Counts rejections.

use super::rejection::AuthRejection;
#[cfg(feature = "metrics")]
use super::rejection::RejectionKind;
#[cfg(feature = "metrics")]
use crate::{authenticate::Reason, metrics};

impl AuthRejection {
    /// Counts the rejection, unless it was counted before.
    pub(super) fn count(&mut self) {
        let is_counted = std::mem::replace(&mut self.is_counted, true);
        #[cfg(feature = "metrics")]
        if !is_counted {
            metrics::rejection(reason(self.kind()));
        }
        #[cfg(not(feature = "metrics"))]
        let _ = is_counted;
    }
}

#[cfg(feature = "metrics")]
fn reason(kind: &RejectionKind) -> &'static str {
    match kind {
        RejectionKind::SignedOut(reason) => reason.as_ref().map_or("session-pending", Reason::kind),
        RejectionKind::UserNotFound => "user-not-found",
        RejectionKind::Unavailable => "service-unavailable",
        RejectionKind::Reverification(_) => "reverification-error",
        RejectionKind::NotInOrganization => "not-found",
        RejectionKind::CrossOrigin => "cross-origin",
        RejectionKind::MissingLayer => "internal-error",
        RejectionKind::Forbidden(_) | RejectionKind::MissingScope(_) => "forbidden",
    }
}
