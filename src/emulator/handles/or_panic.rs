//! Panics instead of errors.

use crate::emulator::http::Result;

/// Unwraps the result of an operation on the store. In tests and during development, an operation
/// that Clerk would reject is a bug in the calling program.
#[track_caller]
pub(super) fn or_panic<T>(result: Result<T>) -> T {
    result.unwrap_or_else(|error| panic!("the emulator rejected the operation: {error}"))
}
