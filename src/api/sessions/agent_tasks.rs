//! Tasks of AI agents that act on behalf of a user.

use serde::Serialize;

use crate::api::{client::Client, error::Result, types::Secret};

/// The agent tasks of an instance, each of which lets an AI agent sign in on behalf of a user.
///
/// ```no_run
/// use axum_clerk::api::{AgentTaskPermissions, CreateAgentTask, OnBehalfOf};
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let task = CreateAgentTask::new(
///     OnBehalfOf::UserId("user_1".into()),
///     AgentTaskPermissions::All,
///     "bookkeeper",
///     "download last month's invoices",
///     "https://app.example.com/invoices",
/// );
/// let task = clerk.agent_tasks().create(&task).await?;
/// println!("the agent goes to {}", task.url.expect("a new task has its URL").expose());
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/agent-tasks)
#[derive(Clone, Copy, Debug)]
pub struct AgentTasks<'a>(pub(in crate::api) &'a Client);

impl AgentTasks<'_> {
    /// Creates a task. Visiting its [`url`](AgentTask::url) signs the agent in as the user.
    ///
    /// `POST /agents/tasks`
    pub async fn create(self, params: &CreateAgentTask) -> Result<AgentTask> {
        self.0.post("/agents/tasks", []).json(params).send().await
    }

    /// Revokes a task whose URL has not been visited yet.
    ///
    /// `POST /agents/tasks/{agent_task_id}/revoke`
    pub async fn revoke(self, agent_task_id: &str) -> Result<AgentTask> {
        self.0.post("/agents/tasks/{agent_task_id}/revoke", [agent_task_id]).send().await
    }
}

params! {
    /// A new task, for [`AgentTasks::create`].
    pub struct CreateAgentTask(
        /// The user on whose behalf the agent acts.
        on_behalf_of: OnBehalfOf,
        /// The agent's permissions.
        permissions: AgentTaskPermissions,
        /// The agent's name, for the audit log. The same name always has the same `agent_id`.
        agent_name: String,
        /// A description of the task, for the audit log.
        task_description: String,
        /// The URL to which the agent is redirected after signing in. Its domain must be one of the
        /// instance's, and its scheme `https`; development instances also allow `http`.
        redirect_url: String,
    ) {
        /// The maximum lifetime of the session in seconds: half an hour by default.
        session_max_duration_in_seconds: u32,
    }
}

/// The user on whose behalf an agent acts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OnBehalfOf {
    /// The user with this ID.
    UserId(String),
    /// The user with this verified identifier, such as an email address.
    Identifier(String),
}

open_enum! {
    /// The permissions of an agent.
    pub enum AgentTaskPermissions {
        /// All permissions of the user.
        All = "*",
    }
}

model! {
    /// A task of an agent.
    #[serde(tag = "object", rename = "agent_task")]
    pub struct AgentTask {
        /// The task's ID.
        pub agent_task_id: String,
        /// The task's ID. Deprecated by Clerk in favor of [`agent_task_id`](Self::agent_task_id).
        pub task_id: String,
        /// The agent's ID, which is the same for all of its tasks.
        pub agent_id: String,
        /// The URL that signs the agent in, only in the response to the task's creation.
        pub url: Option<Secret>,
    }
}
