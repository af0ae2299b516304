//! What the emulator sent.

use http::StatusCode;

use crate::timestamp::Timestamp;

/// A webhook that the emulator delivers, from
/// [`sent_webhooks`](crate::emulator::ClerkEmulator::sent_webhooks).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SentWebhook {
    /// The ID, `msg_…`, which is the same for every attempt.
    pub id: String,
    /// The type of the event, such as `user.created`.
    pub event_type: String,
    /// The endpoint.
    pub url: String,
    /// The body, which is JSON.
    pub body: String,
    /// The attempts so far. The last one succeeded, or another one follows unless there were eight.
    pub attempts: Vec<WebhookAttempt>,
}

impl SentWebhook {
    /// Returns whether an attempt succeeded: whether the endpoint returned a 2xx status.
    #[must_use]
    pub fn is_delivered(&self) -> bool {
        self.attempts.last().is_some_and(WebhookAttempt::is_success)
    }
}

/// An attempt to deliver a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WebhookAttempt {
    /// The time of the attempt, which was signed.
    pub at: Timestamp,
    /// The status of the response; `None` if there was no response within 15 seconds.
    pub status: Option<StatusCode>,
}

impl WebhookAttempt {
    pub(super) fn is_success(&self) -> bool {
        self.status.is_some_and(|status| status.is_success())
    }
}
