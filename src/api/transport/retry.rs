//! Decides when a call is retried, and after which delay.

use std::time::Duration;

use backon::ExponentialBuilder;
use http::StatusCode;

use crate::api::error::{Error, TransportError};

/// Determines whether and when a failed call is retried.
///
/// Calls are retried after 429, 500, 502, 503 and 504, after a timeout, and if the connection
/// failed or broke, but only if they are idempotent, either by their method (RFC 9110, section
/// 9.2.2) or because they change nothing. Other calls might take effect twice.
///
/// The delay doubles with each attempt and has jitter. Clerk's `Retry-After` is added to it, up to
/// [`max_delay`](Self::max_delay) in total; a `Retry-After` beyond that ends the retries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// The maximum number of retries: 2 by default.
    pub retries: usize,
    /// The delay before the first retry, without jitter: 200 ms by default.
    pub min_delay: Duration,
    /// The maximum delay: 5 s by default.
    pub max_delay: Duration,
    /// Whether POST and PATCH are retried as well, which may make them take effect twice: `false`
    /// by default.
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
    /// Returns a policy that never retries.
    #[must_use]
    pub fn none() -> Self {
        Self { retries: 0, ..Self::default() }
    }

    /// Sets the maximum number of retries.
    #[must_use]
    pub fn retries(self, retries: usize) -> Self {
        Self { retries, ..self }
    }

    /// Sets the delay before the first retry.
    #[must_use]
    pub fn min_delay(self, min_delay: Duration) -> Self {
        Self { min_delay, ..self }
    }

    /// Sets the maximum delay.
    #[must_use]
    pub fn max_delay(self, max_delay: Duration) -> Self {
        Self { max_delay, ..self }
    }

    /// Sets whether POST and PATCH are retried as well, which may make them take effect twice.
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

    /// Returns whether a retry may succeed and does no harm.
    pub(super) fn should_retry(&self, is_idempotent: bool, error: &Error) -> bool {
        (self.all_methods || is_idempotent) && is_transient(error)
    }

    /// Returns the delay before the next attempt, if any. `backoff` is the next delay, or `None` if
    /// there are no attempts left.
    pub(super) fn delay(&self, error: &Error, backoff: Option<Duration>) -> Option<Duration> {
        let requested = match error {
            Error::Api(error) => error.retry_after.unwrap_or_default(),
            _ => Duration::ZERO,
        };
        let delay = requested.saturating_add(backoff?).min(self.max_delay);
        (requested <= self.max_delay).then_some(delay)
    }
}

/// Returns whether the same call may succeed later.
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
    fn retry_after_beyond_max_delay_ends_the_retries() {
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
    fn only_idempotent_calls_are_retried_by_default() {
        let (policy, error) = (RetryPolicy::default(), unavailable(None));
        assert!(policy.should_retry(true, &error));
        assert!(!policy.should_retry(false, &error));
        assert!(policy.all_methods(true).should_retry(false, &error));
    }
}
