//! Sessions: who is signed in, and what their tokens say.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    super::{
        error::{ClerkError, Result},
        id::{new_id, random_id},
    },
    DAY, Params, Store, fields,
};

/// Where a session is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SessionStatus {
    Active,
    Pending,
    Revoked,
    Ended,
    Expired,
    Removed,
    Abandoned,
    Replaced,
}

/// A session. Times are milliseconds since the epoch.
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) user_id: String,
    pub(crate) client_id: String,
    pub(crate) status: SessionStatus,
    /// The active organization.
    pub(crate) organization_id: Option<String>,
    pub(crate) actor: Option<Value>,
    /// How long it may last, in milliseconds.
    pub(crate) lifetime: i64,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    /// When the first and the second factor were last verified.
    pub(crate) verified_at: [Option<i64>; 2],
    /// Each `SCOPE:NAME`.
    pub(crate) features: Vec<String>,
    /// Each `SCOPE:NAME`.
    pub(crate) plans: Vec<String>,
    pub(crate) token_lifetime: Duration,
    /// Further claims of the session's tokens; they win over the usual ones.
    pub(crate) claims: Map<String, Value>,
    /// What the app's server gets fresh tokens of the session with.
    pub(crate) refresh_token: String,
}

impl Session {
    /// The status at a time: a session expires by itself.
    pub(crate) fn status_at(&self, now: i64) -> SessionStatus {
        match self.status {
            SessionStatus::Active | SessionStatus::Pending if now >= self.expire_at() => {
                SessionStatus::Expired
            }
            status => status,
        }
    }

    /// The session as the Backend API shows it.
    pub(crate) fn document(&self, now: i64) -> Value {
        json!({
            "object": "session",
            "id": self.id,
            "user_id": self.user_id,
            "client_id": self.client_id,
            "actor": self.actor,
            "status": self.status_at(now),
            "last_active_organization_id": self.organization_id,
            "last_active_at": self.updated_at,
            "expire_at": self.expire_at(),
            "abandon_at": self.created_at + 30 * DAY,
            "updated_at": self.updated_at,
            "created_at": self.created_at,
            "tasks": null,
        })
    }

    pub(crate) fn is_over(&self, now: i64) -> bool {
        !matches!(self.status_at(now), SessionStatus::Active | SessionStatus::Pending)
    }

    fn expire_at(&self) -> i64 {
        self.created_at.saturating_add(self.lifetime)
    }
}

impl Store {
    pub(crate) fn session(&self, id: &str) -> Result<&Session> {
        self.sessions
            .iter()
            .find(|session| session.id == id)
            .ok_or_else(|| ClerkError::not_found("session", id))
    }

    /// The session to change; it counts as updated.
    pub(crate) fn session_mut(&mut self, id: &str) -> Result<&mut Session> {
        let now = self.now();
        let session = self.sessions.iter_mut().find(|session| session.id == id);
        let session = session.ok_or_else(|| ClerkError::not_found("session", id))?;
        session.updated_at = now;
        Ok(session)
    }

    /// Signs a user in, in a browser of its own.
    pub(crate) fn create_session(&mut self, mut params: Params) -> Result<Value> {
        let user_id = fields::take_required(&mut params, "user_id")?;
        let organization_id = fields::take_text(&mut params, "active_organization_id")?;
        fields::nothing_else(&params)?;
        self.check_not_banned(&user_id)?;
        if let Some(id) = &organization_id {
            self.check_member(id, &user_id)?;
        }
        let client_id = self.create_client().id.clone();
        let session = self.open_session(client_id, &user_id)?;
        session.organization_id = organization_id;
        Ok(session.document(session.created_at))
    }

    /// Signs a user in, in a client.
    pub(crate) fn open_session(
        &mut self,
        client_id: String,
        user_id: &str,
    ) -> Result<&mut Session> {
        let now = self.now();
        let mut user = self.user(user_id)?.clone();
        user["last_sign_in_at"] = json!(now);
        user["last_active_at"] = json!(now);
        self.replace_user(user);
        let status = match self.must_change_password(user_id) {
            true => SessionStatus::Pending,
            false => SessionStatus::Active,
        };
        let session = Session {
            id: new_id("sess"),
            user_id: user_id.to_owned(),
            client_id,
            status,
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
        let last = self.sessions.len();
        self.sessions.push(session);
        Ok(&mut self.sessions[last])
    }

    /// Makes an organization the session's active one.
    pub(crate) fn activate_organization(
        &mut self,
        session_id: &str,
        organization_id: &str,
    ) -> Result<()> {
        self.check_member(organization_id, &self.session(session_id)?.user_id)?;
        self.session_mut(session_id)?.organization_id = Some(organization_id.to_owned());
        Ok(())
    }

    /// Makes the user's personal account the session's active one.
    pub(crate) fn activate_personal_account(&mut self, session_id: &str) -> Result<()> {
        self.session_mut(session_id)?.organization_id = None;
        Ok(())
    }

    pub(crate) fn revoke_session(&mut self, id: &str) -> Result<Value> {
        let now = self.now();
        let session = self.session_mut(id)?;
        session.status = SessionStatus::Revoked;
        Ok(session.document(now))
    }

    /// Ends those sessions that are not over yet.
    pub(crate) fn end_sessions(
        &mut self,
        status: SessionStatus,
        is_meant: impl Fn(&Session) -> bool,
    ) {
        let now = self.now();
        for session in self.sessions.iter_mut().filter(|session| is_meant(session)) {
            if !session.is_over(now) {
                session.status = status;
                session.updated_at = now;
            }
        }
    }

    fn check_member(&self, organization_id: &str, user_id: &str) -> Result<()> {
        match self.membership(organization_id, user_id) {
            Some(_) => Ok(()),
            None => Err(ClerkError::not_found(
                "membership of that user in organization",
                organization_id,
            )),
        }
    }
}
