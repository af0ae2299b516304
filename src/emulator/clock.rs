//! The clock of the emulated Clerk.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use crate::clock::Clock;

/// The clock that the app sees too, and the time by which Clerk's clock deviates from it.
///
/// Clones share the same time.
#[derive(Clone)]
pub(in crate::emulator) struct EmulatorClock {
    clock: Clock,
    /// In milliseconds; positive if Clerk's clock is ahead.
    skew: Arc<AtomicI64>,
}

impl EmulatorClock {
    pub(in crate::emulator) fn new(clock: Clock) -> Self {
        Self { clock, skew: Arc::default() }
    }

    /// Returns the clock that the app sees.
    pub(in crate::emulator) fn app_clock(&self) -> &Clock {
        &self.clock
    }

    /// Sets the deviation in milliseconds.
    pub(in crate::emulator) fn set_skew(&self, millis: i64) {
        self.skew.store(millis, Ordering::Relaxed);
    }

    /// Returns Clerk's time in milliseconds since the Unix epoch.
    pub(in crate::emulator) fn unix_millis(&self) -> i64 {
        self.unix_millis_after(Duration::ZERO)
    }

    /// Returns Clerk's time after a duration, in milliseconds since the Unix epoch.
    pub(in crate::emulator) fn unix_millis_after(&self, duration: Duration) -> i64 {
        self.clock.unix_millis_after(duration).saturating_add(self.skew.load(Ordering::Relaxed))
    }
}
