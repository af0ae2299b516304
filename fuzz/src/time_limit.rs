//! The time that an input may take.

use std::time::{Duration, Instant};

use super::Target;

/// The time for any input, which includes signing tokens and calling the Backend API.
const BASE: Duration = Duration::from_millis(200);

/// The time for each byte. An algorithm of quadratic time exceeds it at some 10 kB.
const PER_BYTE: Duration = Duration::from_micros(10);

/// Runs a target. Panics if it repeatedly takes longer than is allowed for the length of the input.
pub(super) fn check(input: &[u8], run: Target) -> &'static str {
    let limit = BASE + PER_BYTE * u32::try_from(input.len()).unwrap_or(u32::MAX);
    // Other processes may delay this one, but hardly several times in a row.
    for _ in 0..4 {
        let start = Instant::now();
        let outcome = run(input);
        if start.elapsed() <= limit {
            return outcome;
        }
    }
    panic!("an input of {} bytes takes longer than {limit:?}", input.len());
}
