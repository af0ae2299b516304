//! Who may not sign in: banned users, and for a while locked ones.

use serde_json::{Value, json};

use super::{records::SessionStatus, state::Store};
use crate::emulator::http::{ClerkError, Result};

/// How long a lock lasts, in milliseconds: an hour, Clerk's default.
const LOCKOUT: i64 = 60 * 60 * 1000;

impl Store {
    /// Bans a user, which ends all sessions, or lets the user in again.
    pub(in crate::emulator) fn set_banned(&mut self, id: &str, banned: bool) -> Result<Value> {
        let mut user = self.user(id)?.clone();
        user["banned"] = json!(banned);
        if banned {
            self.end_sessions(SessionStatus::Revoked, |session| session.user_id == id);
        }
        Ok(self.replace_user(user))
    }

    /// As [`set_banned`](Self::set_banned), for ids users; none if there is one that is not known.
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

    /// Locks a user for an hour from now, or ends the lock.
    pub(in crate::emulator) fn set_locked(&mut self, id: &str, locked: bool) -> Result<Value> {
        let user = self.user(id)?.clone();
        let end = self.now() + if locked { LOCKOUT } else { 0 };
        self.lockouts.insert(id.to_owned(), end);
        self.replace_user(user);
        self.refresh_lockouts();
        self.user(id).cloned()
    }

    /// Makes the documents of locked users tell how long that lasts, and ends what is over.
    pub(in crate::emulator) fn refresh_lockouts(&mut self) {
        let now = self.now();
        for (id, end) in &self.lockouts {
            let Ok(user) = self.users.get(id) else { continue };
            let (mut user, updated_at) = (user.clone(), user["updated_at"].as_i64().unwrap_or(now));
            user["locked"] = json!(now < *end);
            user["lockout_expires_in_seconds"] =
                if now < *end { json!((end - now + 999) / 1000) } else { Value::Null };
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

    /// Whether the user may sign in at the pages; a backend may sign in locked users.
    pub(in crate::emulator) fn check_may_sign_in(&self, user_id: &str) -> Result<()> {
        self.check_not_banned(user_id)?;
        if self.lockouts.contains_key(user_id) {
            return Err(ClerkError::locked());
        }
        Ok(())
    }
}
