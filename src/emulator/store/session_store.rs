//! Sessions.

use serde_json::{Map, Value, json};

use super::{
    records::{DAY, Session, SessionStatus},
    state::Store,
};
use crate::emulator::{
    http::{ClerkError, Params, Result, fields},
    tokens::{new_id, random_id},
};

impl Store {
    pub(in crate::emulator) fn session(&self, id: &str) -> Result<&Session> {
        self.sessions
            .iter()
            .find(|session| session.id == id)
            .ok_or_else(|| ClerkError::resource_not_found("session", id))
    }

    /// Returns a session for modification and marks it as updated.
    pub(in crate::emulator) fn session_mut(&mut self, id: &str) -> Result<&mut Session> {
        let now = self.now();
        let session = self.sessions.iter_mut().find(|session| session.id == id);
        let session = session.ok_or_else(|| ClerkError::resource_not_found("session", id))?;
        session.updated_at = now;
        Ok(session)
    }

    /// Creates a session on a new client.
    pub(in crate::emulator) fn create_session(&mut self, mut params: Params) -> Result<Value> {
        let user_id = fields::take_required(&mut params, "user_id")?;
        let organization_id = fields::take_string(&mut params, "active_organization_id")?;
        fields::reject_unknown(&params)?;
        self.check_not_banned(&user_id)?;
        if let Some(id) = &organization_id {
            self.check_member(id, &user_id)?;
        }
        let client_id = self.create_client().id.clone();
        let session = self.open_session(client_id, &user_id)?;
        session.organization_id = organization_id;
        Ok(session.document(session.created_at))
    }

    /// Creates a session on an existing client.
    pub(in crate::emulator) fn open_session(
        &mut self,
        client_id: String,
        user_id: &str,
    ) -> Result<&mut Session> {
        let now = self.now();
        let mut user = self.user(user_id)?.clone();
        user["last_sign_in_at"] = json!(now);
        user["last_active_at"] = json!(now);
        self.replace_user(user);
        let mut session = Session {
            id: new_id("sess"),
            user_id: user_id.to_owned(),
            client_id,
            status: SessionStatus::Active,
            organization_id: None,
            actor: None,
            lifetime: 7 * DAY,
            created_at: now,
            updated_at: now,
            verified_at: [Some(now), None],
            features: Vec::new(),
            plans: Vec::new(),
            token_lifetime: self.token_lifetime,
            claims: Map::new(),
            refresh_token: random_id(40),
        };
        if !self.session_tasks(&session).is_empty() {
            session.status = SessionStatus::Pending;
        }
        let last = self.sessions.len();
        self.sessions.push(session);
        Ok(&mut self.sessions[last])
    }

    /// Creates a session on a browser's client and returns its ID. Ends the client's previous
    /// sessions, unless the settings allow several, or they are the user's own.
    pub(in crate::emulator) fn start_browser_session(
        &mut self,
        client_token: &str,
        user_id: &str,
    ) -> Result<String> {
        self.check_may_sign_in(user_id)?;
        let now = self.now();
        let client_id = self.client_mut(client_token)?.id.clone();
        let keeps_others = self.user_settings.multiple_sessions;
        self.end_sessions(SessionStatus::Replaced, |session| {
            session.client_id == client_id && !(keeps_others && session.user_id != user_id)
        });
        let id = self.open_session(client_id, user_id)?.id.clone();
        let client = self.client_mut(client_token)?;
        client.last_active_session_id = Some(id.clone());
        client.updated_at = now;
        Ok(id)
    }

    /// Activates an organization in a session.
    pub(in crate::emulator) fn activate_organization(
        &mut self,
        session_id: &str,
        organization_id: &str,
    ) -> Result<()> {
        self.check_member(organization_id, &self.session(session_id)?.user_id)?;
        self.session_mut(session_id)?.organization_id = Some(organization_id.to_owned());
        Ok(())
    }

    /// Activates the personal account in a session.
    pub(in crate::emulator) fn activate_personal_account(
        &mut self,
        session_id: &str,
    ) -> Result<()> {
        self.session_mut(session_id)?.organization_id = None;
        Ok(())
    }

    pub(in crate::emulator) fn revoke_session(&mut self, id: &str) -> Result<Value> {
        let now = self.now();
        let session = self.session_mut(id)?;
        session.status = SessionStatus::Revoked;
        Ok(session.document(now))
    }

    /// Ends all matching sessions that are not over yet.
    pub(in crate::emulator) fn end_sessions(
        &mut self,
        status: SessionStatus,
        matches: impl Fn(&Session) -> bool,
    ) {
        let now = self.now();
        for session in self.sessions.iter_mut().filter(|session| matches(session)) {
            if !session.is_over(now) {
                session.status = status;
                session.updated_at = now;
            }
        }
    }

    pub(super) fn check_member(&self, organization_id: &str, user_id: &str) -> Result<()> {
        match self.membership(organization_id, user_id) {
            Some(_) => Ok(()),
            None => Err(ClerkError::resource_not_found(
                "user's membership in organization",
                organization_id,
            )),
        }
    }
}
