//! A pause after failures.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// The time after a failure during which the cache is not used.
const PAUSE: Duration = Duration::from_secs(1);

/// Prevents operations on a failed shared cache, except for one attempt after each pause.
#[derive(Debug, Default)]
pub(super) struct CircuitBreaker {
    /// The time of the next attempt, if the last operation failed.
    retry_at: Mutex<Option<Instant>>,
}

impl CircuitBreaker {
    /// Returns whether an operation may be attempted.
    pub(super) fn allows_operation(&self) -> bool {
        let mut retry_at = self.retry_at.lock().unwrap_or_else(PoisonError::into_inner);
        match *retry_at {
            None => true,
            Some(time) if Instant::now() < time => false,
            Some(_) => {
                // Only one caller checks whether the cache is available again.
                *retry_at = Some(Instant::now() + PAUSE);
                true
            }
        }
    }

    /// Returns whether the last operation succeeded.
    pub(super) fn is_closed(&self) -> bool {
        self.retry_at.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    /// Records that an operation succeeded.
    pub(super) fn close(&self) {
        let retry_at = self.retry_at.lock().unwrap_or_else(PoisonError::into_inner).take();
        if retry_at.is_some() {
            tracing::info!("the shared cache is available again");
        }
    }

    /// Records that an operation failed.
    pub(super) fn open(&self, error: &dyn fmt::Display) {
        let mut retry_at = self.retry_at.lock().unwrap_or_else(PoisonError::into_inner);
        if retry_at.replace(Instant::now() + PAUSE).is_none() {
            tracing::warn!(%error, "the shared cache is unavailable; continuing without it");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_operation_is_attempted_after_each_pause() {
        let breaker = CircuitBreaker::default();
        assert!(breaker.allows_operation() && breaker.is_closed());
        breaker.open(&"down");
        assert!(!breaker.allows_operation() && !breaker.is_closed());
        tokio::time::advance(PAUSE).await;
        assert!(breaker.allows_operation());
        assert!(!breaker.allows_operation());
        breaker.close();
        assert!(breaker.allows_operation() && breaker.is_closed());
    }
}
