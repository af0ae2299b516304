//! Users who may not sign in: banned users, and temporarily locked ones.

use serde_json::{Value, json};

use super::{
    records::{MAX_FAILED_ATTEMPTS, SessionStatus},
    state::Store,
};
use crate::emulator::http::{ClerkError, Result};

/// The duration of a lockout in milliseconds: one hour, Clerk's default.
const LOCKOUT_DURATION: i64 = 60 * 60 * 1000;

impl Store {
    /// Bans a user and revokes all of their sessions, or lifts the ban.
    pub(in crate::emulator) fn set_banned(&mut self, id: &str, banned: bool) -> Result<Value> {
        let mut user = self.user(id)?.clone();
        user["banned"] = json!(banned);
        if banned {
            self.end_sessions(SessionStatus::Revoked, |session| session.user_id == id);
        }
        Ok(self.replace_user(user))
    }

    /// Like [`set_banned`](Self::set_banned), for several users. Changes nothing if one of them
    /// does not exist.
    pub(in crate::emulator) fn set_all_banned(
        &mut self,
        ids: &[String],
        banned: bool,
    ) -> Result<Value> {
        for id in ids {
            self.user(id)?;
        }
        ids.iter().map(|id| self.set_banned(id, banned)).collect()
    }

    /// Locks a user for one hour, or ends the lockout.
    pub(in crate::emulator) fn set_locked(&mut self, id: &str, locked: bool) -> Result<Value> {
        let user = self.user(id)?.clone();
        let end = self.now() + if locked { LOCKOUT_DURATION } else { 0 };
        self.lockouts.insert(id.to_owned(), end);
        self.replace_user(user);
        self.refresh_lockouts();
        self.user(id).cloned()
    }

    /// Updates the remaining lockout time in the documents of locked users, and ends expired
    /// lockouts.
    pub(in crate::emulator) fn refresh_lockouts(&mut self) {
        let now = self.now();
        for (id, end) in &self.lockouts {
            let Ok(user) = self.users.get(id) else { continue };
            let (mut user, updated_at) = (user.clone(), user["updated_at"].as_i64().unwrap_or(now));
            user["locked"] = json!(now < *end);
            user["lockout_expires_in_seconds"] =
                if now < *end { json!((end - now + 999) / 1000) } else { Value::Null };
            if now >= *end {
                user["verification_attempts_remaining"] = json!(MAX_FAILED_ATTEMPTS);
            }
            self.users.replace(user, updated_at);
        }
        self.lockouts.retain(|_, end| now < *end);
    }

    pub(in crate::emulator) fn check_not_banned(&self, user_id: &str) -> Result<()> {
        if self.user(user_id)?["banned"] == true {
            return Err(ClerkError::banned());
        }
        Ok(())
    }

    /// Rejects users who may not sign in at the pages: banned and locked ones. Backends may sign in
    /// locked users.
    pub(in crate::emulator) fn check_may_sign_in(&self, user_id: &str) -> Result<()> {
        self.check_not_banned(user_id)?;
        if self.lockouts.contains_key(user_id) {
            return Err(ClerkError::locked());
        }
        Ok(())
    }
}
