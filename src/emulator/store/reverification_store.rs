//! Reverifications: users verify themselves again in a session.

use serde_json::json;

use super::{
    factor_verification_store::{FactorAttempt, FactorLevel, FactorPreparation},
    records::{FactorVerification, Reverification, ReverificationLevel},
    state::Store,
};
use crate::emulator::http::{ClerkError, Result};

/// How long a verification allows sensitive changes, in milliseconds.
const MAX_AGE: i64 = 10 * 60 * 1000;

impl Store {
    /// Starts a reverification, which replaces the previous one of the session.
    pub(in crate::emulator) fn start_reverification(
        &mut self,
        session_id: &str,
        level: ReverificationLevel,
    ) -> Result<()> {
        let reverification = Reverification { level, first_factor: None, second_factor: None };
        self.session(session_id)?;
        self.reverifications.insert(session_id.to_owned(), reverification);
        Ok(())
    }

    /// Returns the reverification in progress of a session.
    pub(in crate::emulator) fn reverification(&self, session_id: &str) -> Result<&Reverification> {
        self.reverifications.get(session_id).ok_or_else(|| {
            ClerkError::bad_request("verification_missing", "Start a reverification first.")
        })
    }

    pub(in crate::emulator) fn prepare_reverification(
        &mut self,
        session_id: &str,
        level: FactorLevel,
        preparation: &FactorPreparation,
    ) -> Result<()> {
        let mut reverification = self.reverification(session_id)?.clone();
        let user_id = self.session(session_id)?.user_id.clone();
        *factor_mut(&mut reverification, level) =
            Some(self.prepare_factor(&user_id, level, preparation)?);
        self.reverifications.insert(session_id.to_owned(), reverification);
        Ok(())
    }

    /// Verifies a factor, which renews its age in the session's tokens.
    pub(in crate::emulator) fn attempt_reverification(
        &mut self,
        session_id: &str,
        level: FactorLevel,
        attempt: &FactorAttempt,
    ) -> Result<()> {
        let mut reverification = self.reverification(session_id)?.clone();
        let user_id = self.session(session_id)?.user_id.clone();
        let attempted =
            self.attempt_factor(&user_id, level, factor_mut(&mut reverification, level), attempt);
        // A failed attempt counts as well.
        self.reverifications.insert(session_id.to_owned(), reverification);
        attempted?;
        let now = self.now();
        let position = if level == FactorLevel::First { 0 } else { 1 };
        self.session_mut(session_id)?.verified_at[position] = Some(now);
        Ok(())
    }

    /// Rejects sensitive changes in a session whose user was last verified more than ten minutes
    /// ago. clerk-js then starts a reverification.
    pub(in crate::emulator) fn check_reverified(&self, session_id: &str) -> Result<()> {
        let session = self.session(session_id)?;
        let verified_at = session.verified_at.into_iter().flatten().max().unwrap_or_default();
        if self.now() - verified_at <= MAX_AGE {
            return Ok(());
        }
        let message = "You need to verify yourself again to perform this action.";
        let error = ClerkError::forbidden("session_reverification_required", message);
        let config = json!({ "level": "second_factor", "after_minutes": MAX_AGE / 60_000 });
        Err(error.with_meta(json!({ "reverification": config })))
    }

    /// Returns the state of a reverification. A second factor is needed only if the user has one.
    pub(in crate::emulator) fn reverification_status(
        &self,
        session_id: &str,
    ) -> Result<&'static str> {
        let reverification = self.reverification(session_id)?;
        let user = self.user(&self.session(session_id)?.user_id)?;
        let now = self.now();
        let is_verified = |factor: &Option<FactorVerification>| {
            factor.as_ref().is_some_and(|factor| factor.is_verified(now))
        };
        let has_second_factor = user["two_factor_enabled"] == true;
        let level = reverification.level;
        let needs_first = level != ReverificationLevel::Second || !has_second_factor;
        let needs_second = level != ReverificationLevel::First && has_second_factor;
        Ok(if needs_first && !is_verified(&reverification.first_factor) {
            "needs_first_factor"
        } else if needs_second && !is_verified(&reverification.second_factor) {
            "needs_second_factor"
        } else {
            "complete"
        })
    }
}

fn factor_mut(
    reverification: &mut Reverification,
    level: FactorLevel,
) -> &mut Option<FactorVerification> {
    match level {
        FactorLevel::First => &mut reverification.first_factor,
        FactorLevel::Second => &mut reverification.second_factor,
    }
}
