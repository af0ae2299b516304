//! Clients: the browsers and devices on which users sign in.

use serde_json::json;

use super::session::Session;
use crate::{
    api::{client::Client, error::Result, transport::Items, types::OptionalPaging},
    timestamp::Timestamp,
};

/// The clients of an instance: the browsers and devices on which users sign in.
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
    #[deprecated = "to be removed by Clerk; use `sessions().list` and each session's `client_id`"]
    pub async fn list(self, params: &OptionalPaging) -> Result<Vec<ClientRecord>> {
        self.0.get("/clients", []).query(params).send_list().await
    }

    /// Streams clients, over all pages.
    ///
    /// `GET /clients`
    #[deprecated = "to be removed by Clerk; use `sessions().stream` and each session's `client_id`"]
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
        /// The client's ID, `client_…`.
        pub id: String,
        /// The IDs of the client's sessions.
        pub session_ids: Vec<String>,
        /// The client's sessions.
        pub sessions: Vec<Session>,
        /// The ID of the client's sign-in in progress.
        pub sign_in_id: Option<String>,
        /// The ID of the client's sign-up in progress.
        pub sign_up_id: Option<String>,
        /// The ID of the session that was last active.
        pub last_active_session_id: Option<String>,
        /// The strategy of the last sign-in, such as `password` or `oauth_google`.
        pub last_authentication_strategy: Option<String>,
        /// The time when the client was last updated.
        pub updated_at: Timestamp,
        /// The time when the client was created.
        pub created_at: Timestamp,
    }
}
