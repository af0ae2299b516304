//! Panics in place of errors.

use crate::emulator::http::Result;

/// What Clerk would refuse is, in a test or a program for development, a mistake of the program's own.
#[track_caller]
pub(super) fn or_panic<T>(result: Result<T>) -> T {
    result.unwrap_or_else(|error| panic!("the emulator refuses: {error}"))
}
