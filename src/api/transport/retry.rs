//! When a call is tried again, and after how long.

use std::time::Duration;

use backon::ExponentialBuilder;
use http::StatusCode;

use crate::api::error::{Error, TransportError};

/// Whether and when a failed call is tried again.
///
/// That is after 429, 500, 502, 503 and 504, after a timeout and where there was no connection or one that
/// broke, but only if the call is idempotent, by its method (RFC 9110, section 9.2.2) or because it changes
/// nothing: another one might take effect twice.
///
/// The delay doubles from one attempt to the next, and has jitter. Clerk's `Retry-After` is heeded; where it
/// is beyond [`max_delay`](Self::max_delay), there is no other attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// How many attempts there are after the first: 2 by default.
    pub retries: usize,
    /// The delay before the second attempt, without jitter: 200 ms by default.
    pub min_delay: Duration,
    /// The longest delay: 5 s by default.
    pub max_delay: Duration,
    /// Whether POST and PATCH are tried again too, and may take effect twice: not by default.
    pub all_methods: bool,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            retries: 2,
            min_delay: Duration::from_millis(200),
            max_delay: Duration::from_secs(5),
            all_methods: false,
        }
    }
}

impl RetryPolicy {
    /// One attempt, and no other.
    #[must_use]
    pub fn none() -> Self {
        Self { retries: 0, ..Self::default() }
    }

    /// Sets how many attempts there are after the first.
    #[must_use]
    pub fn retries(self, retries: usize) -> Self {
        Self { retries, ..self }
    }

    /// Sets the delay before the second attempt.
    #[must_use]
    pub fn min_delay(self, min_delay: Duration) -> Self {
        Self { min_delay, ..self }
    }

    /// Sets the longest delay.
    #[must_use]
    pub fn max_delay(self, max_delay: Duration) -> Self {
        Self { max_delay, ..self }
    }

    /// Sets whether POST and PATCH are tried again too, and may take effect twice.
    #[must_use]
    pub fn all_methods(self, all_methods: bool) -> Self {
        Self { all_methods, ..self }
    }

    pub(super) fn backoff(&self) -> ExponentialBuilder {
        ExponentialBuilder::new()
            .with_max_times(self.retries)
            .with_min_delay(self.min_delay)
            .with_max_delay(self.max_delay)
            .with_jitter()
    }

    /// Whether another attempt may help, and do no harm.
    pub(super) fn should_retry(&self, is_idempotent: bool, error: &Error) -> bool {
        (self.all_methods || is_idempotent) && is_transient(error)
    }

    /// How long to wait before another attempt, `backoff` being the next delay if there is one left.
    pub(super) fn delay(&self, error: &Error, backoff: Option<Duration>) -> Option<Duration> {
        let wanted = match error {
            Error::Api(error) => error.retry_after.unwrap_or_default(),
            _ => Duration::ZERO,
        };
        let delay = wanted.saturating_add(backoff?).min(self.max_delay);
        (wanted <= self.max_delay).then_some(delay)
    }
}

/// Whether the same call may succeed later.
pub(super) fn is_transient(error: &Error) -> bool {
    match error {
        Error::Api(error) => matches!(
            error.status,
            StatusCode::TOO_MANY_REQUESTS
                | StatusCode::INTERNAL_SERVER_ERROR
                | StatusCode::BAD_GATEWAY
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::GATEWAY_TIMEOUT
        ),
        Error::Transport(error) => {
            matches!(error, TransportError::Connection { .. } | TransportError::Timeout { .. })
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::error::ApiError;

    const fn secs(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    fn unavailable(retry_after: Option<Duration>) -> Error {
        Error::from(Box::new(ApiError {
            operation: "GET /users".into(),
            status: StatusCode::SERVICE_UNAVAILABLE,
            errors: vec![],
            trace_id: None,
            retry_after,
        }))
    }

    #[test]
    fn retry_after_is_heeded_up_to_the_longest_delay_and_beyond_it_ends_the_attempts() {
        let policy = RetryPolicy::default().max_delay(secs(5));
        for (retry_after, backoff, delay) in [
            (None, Some(secs(1)), Some(secs(1))),
            (None, Some(secs(9)), Some(secs(5))),
            (Some(secs(3)), Some(secs(1)), Some(secs(4))),
            (Some(secs(5)), Some(secs(1)), Some(secs(5))),
            (Some(secs(6)), Some(secs(1)), None),
            (Some(Duration::MAX), Some(secs(1)), None),
            (Some(secs(1)), None, None),
        ] {
            assert_eq!(
                policy.delay(&unavailable(retry_after), backoff),
                delay,
                "{retry_after:?} {backoff:?}"
            );
        }
    }

    #[test]
    fn only_idempotent_calls_are_tried_again_unless_all_are_asked_for() {
        let (policy, error) = (RetryPolicy::default(), unavailable(None));
        assert!(policy.should_retry(true, &error));
        assert!(!policy.should_retry(false, &error));
        assert!(policy.all_methods(true).should_retry(false, &error));
    }
}
