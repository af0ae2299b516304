//! Tasks of AI agents that act for a user.

use serde::Serialize;

use crate::api::{client::Client, error::Result, types::Secret};

/// Tasks of AI agents, each of which lets an agent sign in for a user.
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
    /// Creates a task. Whoever visits its [`url`](AgentTask::url) is signed in as the user.
    ///
    /// `POST /agents/tasks`
    pub async fn create(self, params: &CreateAgentTask) -> Result<AgentTask> {
        self.0.post("/agents/tasks", []).json(params).send().await
    }

    /// Revokes a task whose URL nobody has visited yet.
    ///
    /// `POST /agents/tasks/{agent_task_id}/revoke`
    pub async fn revoke(self, agent_task_id: &str) -> Result<AgentTask> {
        self.0.post("/agents/tasks/{agent_task_id}/revoke", [agent_task_id]).send().await
    }
}

params! {
    /// A new task, for [`AgentTasks::create`].
    pub struct CreateAgentTask(
        /// For whom the agent acts.
        on_behalf_of: OnBehalfOf,
        /// What the agent may do.
        permissions: AgentTaskPermissions,
        /// The agent's name; one name has one `agent_id`. For the audit log.
        agent_name: String,
        /// What the agent is about to do. For the audit log.
        task_description: String,
        /// Where the agent goes once it is signed in: a URL of a domain of the instance's, with `https`, or in
        /// development with `http`.
        redirect_url: String,
    ) {
        /// How long the session may last, in seconds: by default half an hour.
        session_max_duration_in_seconds: u32,
    }
}

/// The user for whom an agent acts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OnBehalfOf {
    /// The user of this ID.
    UserId(String),
    /// The user with this verified identifier, such as an email address.
    Identifier(String),
}

open_enum! {
    /// What an agent may do.
    pub enum AgentTaskPermissions {
        /// Everything that the user may.
        All = "*",
    }
}

model! {
    /// A task of an agent.
    #[serde(tag = "object", rename = "agent_task")]
    pub struct AgentTask {
        /// Its ID.
        pub agent_task_id: String,
        /// Its ID. Deprecated by Clerk in favor of [`agent_task_id`](Self::agent_task_id).
        pub task_id: String,
        /// The agent's ID, which it keeps from task to task.
        pub agent_id: String,
        /// The URL that signs the agent in; only when the task is created.
        pub url: Option<Secret>,
    }
}
