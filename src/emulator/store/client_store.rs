//! Clients: the browsers of the instance's users.

use serde_json::{Value, json};

use super::{
    super::{
        error::{ClerkError, Result},
        id::{new_id, random_id},
    },
    Session, Store,
};

/// What the tokens of clients start with.
const TOKEN_PREFIX: &str = "dvb_";

/// A browser. Times are milliseconds since the epoch.
pub(crate) struct Client {
    pub(crate) id: String,
    /// What the browser is known by: in development its dev browser token, in production its cookie at the Frontend
    /// API.
    pub(crate) token: String,
    created_at: i64,
}

impl Store {
    pub(crate) fn create_client(&mut self) -> &Client {
        let token = format!("{TOKEN_PREFIX}{}", random_id(27));
        let client = Client { id: new_id("client"), token, created_at: self.now() };
        let last = self.clients.len();
        self.clients.push(client);
        &self.clients[last]
    }

    pub(crate) fn client(&self, token: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.token == token)
    }

    /// The client of a token that a browser might have sent.
    pub(crate) fn verify_client(&self, token: &str) -> Result<&Client> {
        if !token.starts_with(TOKEN_PREFIX) {
            return Err(ClerkError::bad_request("cookie_invalid", "That is no token of a client."));
        }
        self.client(token).ok_or_else(|| ClerkError::token_unknown("client"))
    }

    /// The session of whoever is signed in in a client.
    pub(crate) fn signed_in(&self, client: &Client) -> Option<&Session> {
        let now = self.now();
        self.sessions_of(client).rev().find(|session| !session.is_over(now))
    }

    /// A client as the Backend API shows it. Sign-ins and sign-ups are done as soon as they are begun here.
    pub(crate) fn client_document(&self, client: &Client) -> Value {
        let now = self.now();
        let active = self.sessions_of(client).filter(|session| !session.is_over(now));
        let updated_at = self.sessions_of(client).map(|session| session.updated_at).max();
        json!({
            "object": "client",
            "id": client.id,
            "session_ids": self.sessions_of(client).map(|session| &session.id).collect::<Vec<_>>(),
            "sessions": self.sessions_of(client).map(|session| session.document(now)).collect::<Vec<_>>(),
            "sign_in_id": null,
            "sign_up_id": null,
            "last_active_session_id": active.max_by_key(|session| session.updated_at).map(|last| &last.id),
            "last_authentication_strategy": null,
            "updated_at": updated_at.unwrap_or(client.created_at),
            "created_at": client.created_at,
        })
    }

    fn sessions_of(&self, client: &Client) -> impl DoubleEndedIterator<Item = &Session> {
        self.sessions.iter().filter(|session| session.client_id == client.id)
    }
}
