//! Requirements on a session: role, permission, feature, plan and reverification.
//!
//! All checks are pure functions of the session's claims. Missing or malformed claims never satisfy
//! a requirement.

mod condition;

pub use self::condition::{
    Condition, Requirement, Reverification, ReverificationLevel, feature, permission, plan, role,
};
