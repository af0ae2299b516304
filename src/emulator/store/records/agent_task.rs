//! Tasks of agents, which sign in on behalf of users.

use serde_json::{Value, json};

use super::sign_in_token::TokenStatus;

/// An agent's task. It can be used for one sign-in.
pub(in crate::emulator) struct AgentTask {
    pub(in crate::emulator::store) id: String,
    pub(in crate::emulator::store) agent_id: String,
    pub(in crate::emulator::store) agent_name: String,
    pub(in crate::emulator::store) user_id: String,
    pub(in crate::emulator::store) status: TokenStatus,
    /// The maximum duration of the session in milliseconds.
    pub(in crate::emulator::store) session_lifetime: i64,
}

impl AgentTask {
    /// Returns the task as the Backend API represents it.
    pub(in crate::emulator::store) fn document(&self) -> Value {
        json!({
            "object": "agent_task",
            "agent_id": self.agent_id,
            "agent_task_id": self.id,
            "task_id": self.id,
        })
    }
}
