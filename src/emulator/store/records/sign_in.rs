//! Sign-ins in progress.

use super::{constants::DAY, factor_verification::FactorVerification};
use crate::emulator::tokens::new_id;

/// An attempt to sign in.
#[derive(Clone)]
pub(in crate::emulator) struct SignIn {
    pub(in crate::emulator) id: String,
    pub(in crate::emulator) identifier: Option<String>,
    pub(in crate::emulator) user_id: Option<String>,
    pub(in crate::emulator) first_factor: Option<FactorVerification>,
    pub(in crate::emulator) second_factor: Option<FactorVerification>,
    pub(in crate::emulator) created_session_id: Option<String>,
    created_at: i64,
}

impl SignIn {
    pub(in crate::emulator::store) fn new(now: i64) -> Self {
        Self {
            id: new_id("sia"),
            identifier: None,
            user_id: None,
            first_factor: None,
            second_factor: None,
            created_session_id: None,
            created_at: now,
        }
    }

    /// Returns whether the user verified the right to set a new password, which ends the sign-in.
    pub(in crate::emulator::store) fn resets_password(&self) -> bool {
        let strategy = self.first_factor.as_ref().map(|factor| factor.strategy.as_str());
        strategy.is_some_and(|strategy| strategy.starts_with("reset_password_"))
    }

    /// When the sign-in is abandoned: one day after its creation.
    pub(in crate::emulator) fn abandon_at(&self) -> i64 {
        self.created_at + DAY
    }
}
