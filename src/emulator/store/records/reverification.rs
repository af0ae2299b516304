//! Reverifications in progress.

use super::factor_verification::FactorVerification;

/// A user's attempt to verify themselves again in a session.
#[derive(Clone)]
pub(in crate::emulator) struct Reverification {
    pub(in crate::emulator) level: ReverificationLevel,
    pub(in crate::emulator) first_factor: Option<FactorVerification>,
    pub(in crate::emulator) second_factor: Option<FactorVerification>,
}

/// The factors to verify.
#[derive(Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::emulator) enum ReverificationLevel {
    FirstFactor,
    SecondFactor,
    MultiFactor,
}
