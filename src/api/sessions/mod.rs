//! Sessions, clients, and the tickets that create sessions.

mod actor_tokens;
mod agent_tasks;
mod clients;
mod session;
mod sign_in_tokens;

pub use self::{
    actor_tokens::{ActorToken, ActorTokens, CreateActorToken},
    agent_tasks::{AgentTask, AgentTaskPermissions, AgentTasks, CreateAgentTask, OnBehalfOf},
    clients::{ClientRecord, Clients},
    session::{
        CreateSession, CreateSessionToken, ListSessions, RefreshFormat, RefreshSession, Session,
        SessionActivity, SessionRefresh, SessionStatus, SessionTask, SessionToken, Sessions,
    },
    sign_in_tokens::{CreateSignInToken, SignInToken, SignInTokens, TicketStatus},
};
