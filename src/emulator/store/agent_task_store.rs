//! Tasks of agents, which sign in on behalf of users.

use serde::Deserialize;
use serde_json::Value;

use super::{
    records::{
        AgentTask, IDENTIFICATION_KINDS, TokenStatus, identifications_of, is_identifier,
        is_verified,
    },
    state::Store,
};
use crate::emulator::{
    http::{ClerkError, Result},
    tokens::{Ticket, new_id},
};

/// The kind of the tickets of agent tasks.
pub(in crate::emulator) const AGENT_TASK: &str = "agent_task";

pub(in crate::emulator) struct NewAgentTask {
    pub(in crate::emulator) on_behalf_of: OnBehalfOf,
    pub(in crate::emulator) agent_name: String,
    /// The maximum duration of the session in milliseconds.
    pub(in crate::emulator) session_lifetime: i64,
}

/// The user on whose behalf an agent acts: one of the two.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct OnBehalfOf {
    user_id: Option<String>,
    identifier: Option<String>,
}

impl Store {
    /// Creates a task. An agent's name always has the same ID.
    pub(in crate::emulator) fn create_agent_task(&mut self, new: NewAgentTask) -> Result<Value> {
        let user_id = self.user_of_agent(&new.on_behalf_of)?;
        let earlier = self.agent_tasks.iter().find(|task| task.agent_name == new.agent_name);
        let task = AgentTask {
            id: new_id("agt"),
            agent_id: earlier.map_or_else(|| new_id("agent"), |task| task.agent_id.clone()),
            agent_name: new.agent_name,
            user_id,
            status: TokenStatus::Pending,
            session_lifetime: new.session_lifetime,
        };
        let document = task.document();
        self.agent_tasks.push(task);
        Ok(document)
    }

    /// Revokes a task that has not been used yet.
    pub(in crate::emulator) fn revoke_agent_task(&mut self, id: &str) -> Result<Value> {
        let task = self.agent_task_mut(id)?;
        if task.status != TokenStatus::Pending {
            let message = "Only a pending agent task can be revoked.";
            return Err(ClerkError::bad_request("agent_task_cannot_be_revoked", message));
        }
        task.status = TokenStatus::Revoked;
        Ok(task.document())
    }

    /// Signs in the user of a task on a browser's client.
    pub(in crate::emulator) fn start_agent_session(
        &mut self,
        ticket: &Ticket,
        client_token: &str,
    ) -> Result<()> {
        if ticket.kind != AGENT_TASK {
            return Err(ClerkError::ticket_invalid());
        }
        let task = self.agent_task_mut(&ticket.source_id)?;
        let (user_id, session_lifetime) = (task.user_id.clone(), task.session_lifetime);
        match task.status {
            TokenStatus::Pending if ticket.is_expired => return Err(ClerkError::ticket_expired()),
            TokenStatus::Pending => {}
            TokenStatus::Accepted => {
                let message = "The agent task was already used. It is valid for a single sign-in.";
                return Err(ClerkError::bad_request("agent_task_already_used", message));
            }
            TokenStatus::Revoked => {
                let message = "The agent task was revoked.";
                return Err(ClerkError::bad_request("agent_task_revoked", message));
            }
        }
        if self.user(&user_id).is_err() {
            let message = "The user of the agent task no longer exists.";
            return Err(ClerkError::not_found("agent_task_subject_not_found", message));
        }
        let session_id = self.start_browser_session(client_token, &user_id)?;
        self.session_mut(&session_id)?.lifetime = session_lifetime;
        self.agent_task_mut(&ticket.source_id)?.status = TokenStatus::Accepted;
        Ok(())
    }

    fn agent_task_mut(&mut self, id: &str) -> Result<&mut AgentTask> {
        self.agent_tasks.iter_mut().find(|task| task.id == id).ok_or_else(|| {
            let message = format!("The agent task {id} was not found.");
            ClerkError::not_found("agent_task_not_found", message)
        })
    }

    /// Returns the ID of a user, given by their ID or by a verified identifier.
    fn user_of_agent(&self, user: &OnBehalfOf) -> Result<String> {
        let found = match (&user.user_id, &user.identifier) {
            (Some(id), None) => self.users.find(|user| user["id"] == id.as_str()),
            (None, Some(identifier)) => self.users.find(|user| is_known_as(user, identifier)),
            (None, None) => return Err(ClerkError::missing_param("on_behalf_of.user_id")),
            (Some(_), Some(_)) => {
                let expected = "missing if user_id is given";
                return Err(ClerkError::invalid_value("on_behalf_of.identifier", expected));
            }
        };
        let id = found.and_then(|user| user["id"].as_str()).map(str::to_owned);
        id.ok_or_else(|| {
            let message = "The user on whose behalf the agent acts was not found.";
            ClerkError::not_found("agent_task_subject_not_found", message)
        })
    }
}

fn is_known_as(user: &Value, identifier: &str) -> bool {
    let is_own = |own: &Value, kind| is_verified(own) && is_identifier(own, kind, identifier);
    user["username"].as_str().is_some_and(|name| name.eq_ignore_ascii_case(identifier))
        || IDENTIFICATION_KINDS
            .iter()
            .any(|kind| identifications_of(user, kind).any(|own| is_own(own, kind)))
}
