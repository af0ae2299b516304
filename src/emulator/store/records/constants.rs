//! Constants that several records share.

/// The ID of the instance.
pub(in crate::emulator) const INSTANCE_ID: &str = "ins_emulator0000000000000000000";

/// The maximum number of role sets.
pub(in crate::emulator) const MAX_ROLE_SETS: usize = 10;

/// A day in milliseconds.
pub(in crate::emulator) const DAY: i64 = 24 * 60 * 60 * 1000;

/// The placeholder for avatars and logos, which the emulator does not draw: an empty image in a
/// `data:` URL.
pub(in crate::emulator) const NO_IMAGE: &str =
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E";

/// The number of failed attempts to verify a factor that lock a user, Clerk's default.
pub(in crate::emulator) const MAX_FAILED_ATTEMPTS: u64 = 100;
