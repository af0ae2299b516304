//! Clients: the browsers and devices on which users sign in.

use serde_json::json;

use super::session::Session;
use crate::{
    api::{client::Client, error::Result, transport::Items, types::OptionalPaging},
    timestamp::Timestamp,
};

/// The browsers and devices on which users of the instance sign in.
///
/// ```no_run
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let client = clerk.clients().get("client_1").await?;
/// for session in &client.sessions {
///     println!("{} is signed in: {}", session.user_id, session.status);
/// }
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/clients)
#[derive(Clone, Copy, Debug)]
pub struct Clients<'a>(pub(in crate::api) &'a Client);

impl Clients<'_> {
    /// Lists clients, the newest first.
    ///
    /// `GET /clients`
    #[deprecated = "Clerk is about to remove it: use `sessions().list`, whose sessions name their clients"]
    pub async fn list(self, params: &OptionalPaging) -> Result<Vec<ClientRecord>> {
        self.0.get("/clients", []).query(params).send_list().await
    }

    /// Streams clients, from all pages.
    ///
    /// `GET /clients`
    #[deprecated = "Clerk is about to remove it: use `sessions().stream`, whose sessions name their clients"]
    pub fn stream(self, params: &OptionalPaging) -> Items<ClientRecord> {
        self.0.get("/clients", []).query(&params.clone().paginated(true)).stream()
    }

    /// Gets a client.
    ///
    /// `GET /clients/{client_id}`
    pub async fn get(self, client_id: &str) -> Result<ClientRecord> {
        self.0.get("/clients/{client_id}", [client_id]).send().await
    }

    /// Gets the client of a token: the JWT in its cookie `__client`.
    ///
    /// `POST /clients/verify`
    pub async fn verify(self, token: &str) -> Result<ClientRecord> {
        self.0
            .post("/clients/verify", [])
            .json(&json!({ "token": token }))
            .idempotent()
            .send()
            .await
    }
}

model! {
    /// A browser or a device on which users sign in.
    #[serde(tag = "object", rename = "client")]
    pub struct ClientRecord {
        /// Its ID, `client_…`.
        pub id: String,
        /// The IDs of its sessions.
        pub session_ids: Vec<String>,
        /// Its sessions.
        pub sessions: Vec<Session>,
        /// The ID of the sign-in that is under way on it.
        pub sign_in_id: Option<String>,
        /// The ID of the sign-up that is under way on it.
        pub sign_up_id: Option<String>,
        /// The ID of the session that was last active.
        pub last_active_session_id: Option<String>,
        /// How a user last signed in on it, such as `password` or `oauth_google`.
        pub last_authentication_strategy: Option<String>,
        /// When it last changed.
        pub updated_at: Timestamp,
        /// When it was created.
        pub created_at: Timestamp,
    }
}
