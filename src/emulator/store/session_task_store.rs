//! Session tasks: the steps that users must complete before their session becomes active.

use super::{
    records::{Session, SessionStatus},
    state::Store,
};
use crate::emulator::http::Result;

impl Store {
    /// Returns the tasks that the user of a session has to complete.
    pub(in crate::emulator) fn session_tasks(&self, session: &Session) -> Vec<&'static str> {
        let settings = &self.user_settings;
        let has_second_factor =
            self.user(&session.user_id).is_ok_and(|user| user["two_factor_enabled"] == true);
        let mut tasks = Vec::new();
        if self.must_change_password(&session.user_id) {
            tasks.push("reset-password");
        }
        if settings.choose_organization && session.organization_id.is_none() {
            tasks.push("choose-organization");
        }
        if settings.require_second_factor && !has_second_factor {
            tasks.push("setup-mfa");
        }
        tasks
    }

    /// Activates a pending session whose tasks are complete.
    pub(in crate::emulator) fn complete_tasks(&mut self, session_id: &str) -> Result<()> {
        let session = self.session(session_id)?;
        if session.status == SessionStatus::Pending && self.session_tasks(session).is_empty() {
            self.session_mut(session_id)?.status = SessionStatus::Active;
        }
        Ok(())
    }
}
