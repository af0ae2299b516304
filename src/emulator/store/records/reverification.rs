//! Reverifications in progress.

use serde::{Deserialize, Serialize};

use super::factor_verification::FactorVerification;

/// A user's attempt to verify themselves again in a session.
#[derive(Clone)]
pub(in crate::emulator) struct Reverification {
    pub(in crate::emulator) level: ReverificationLevel,
    pub(in crate::emulator) first_factor: Option<FactorVerification>,
    pub(in crate::emulator) second_factor: Option<FactorVerification>,
}

/// The factors to verify.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub(in crate::emulator) enum ReverificationLevel {
    #[serde(rename = "first_factor")]
    First,
    #[serde(rename = "second_factor")]
    Second,
    /// Both of them.
    #[serde(rename = "multi_factor")]
    Multi,
}
