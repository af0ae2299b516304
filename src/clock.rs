//! The clock that the crate reads.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime},
};

use crate::timestamp::{Timestamp, millis};

/// The clock that this crate reads: the system clock, or a manual one for tests.
///
/// Clones share the same time.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use axum_clerk::Clock;
///
/// let clock = Clock::manual(SystemTime::UNIX_EPOCH);
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.now(), SystemTime::UNIX_EPOCH + Duration::from_secs(60));
/// ```
#[derive(Clone, Default)]
pub struct Clock(Option<Arc<ManualClock>>);

struct ManualClock {
    millis: AtomicI64,
    advanced: tokio::sync::Notify,
}

impl Clock {
    /// Returns the system clock, the default.
    #[must_use]
    pub fn system() -> Self {
        Self(None)
    }

    /// Creates a clock that stays at `time` until it is [advanced](Self::advance).
    #[must_use]
    pub fn manual(time: SystemTime) -> Self {
        Self(Some(Arc::new(ManualClock {
            millis: AtomicI64::new(unix_millis(time)),
            advanced: tokio::sync::Notify::new(),
        })))
    }

    /// Advances a manual clock. Has no effect on the system clock.
    pub fn advance(&self, by: Duration) {
        if let Some(clock) = &self.0 {
            clock.millis.fetch_add(millis(by), Ordering::Relaxed);
            clock.advanced.notify_waiters();
        }
    }

    /// Returns the current time.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        match &self.0 {
            None => SystemTime::now(),
            Some(_) => Timestamp::from_millis(self.unix_millis()).into(),
        }
    }

    /// Returns the current time in milliseconds since the Unix epoch.
    pub(crate) fn unix_millis(&self) -> i64 {
        match &self.0 {
            None => unix_millis(SystemTime::now()),
            Some(clock) => clock.millis.load(Ordering::Relaxed),
        }
    }

    /// Returns the time after a duration, in milliseconds since the Unix epoch.
    pub(crate) fn unix_millis_after(&self, duration: Duration) -> i64 {
        self.unix_millis().saturating_add(millis(duration))
    }

    /// Returns the duration until a time, in milliseconds since the Unix epoch, or `None` if it has
    /// passed.
    pub(crate) fn duration_until(&self, unix_millis: i64) -> Option<Duration> {
        let remaining = unix_millis.saturating_sub(self.unix_millis());
        u64::try_from(remaining).ok().filter(|&millis| millis > 0).map(Duration::from_millis)
    }

    /// Waits until a time, in milliseconds since the Unix epoch.
    pub(crate) async fn sleep_until(&self, unix_millis: i64) {
        let Some(clock) = &self.0 else {
            let remaining = self.duration_until(unix_millis).unwrap_or_default();
            return tokio::time::sleep(remaining).await;
        };
        loop {
            // Must exist before the time is read, or it would miss an advance in between.
            let advanced = clock.advanced.notified();
            if self.unix_millis() >= unix_millis {
                return;
            }
            advanced.await;
        }
    }
}

fn unix_millis(time: SystemTime) -> i64 {
    Timestamp::from(time).as_millis()
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Clock::manual" } else { "Clock::system" })
    }
}
