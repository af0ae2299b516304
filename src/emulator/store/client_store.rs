//! Clients: the browsers of the instance's users.

use serde_json::{Value, json};

use super::{
    records::{Client, Session},
    state::Store,
};
use crate::emulator::http::{ClerkError, Result};

impl Store {
    pub(in crate::emulator) fn create_client(&mut self) -> &Client {
        let client = Client::new(self.now());
        let last = self.clients.len();
        self.clients.push(client);
        &self.clients[last]
    }

    pub(in crate::emulator) fn client(&self, token: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.token == token)
    }

    /// The client of a token that a browser might have sent.
    pub(in crate::emulator) fn verify_client(&self, token: &str) -> Result<&Client> {
        if !Client::is_token(token) {
            return Err(ClerkError::bad_request("cookie_invalid", "That is no token of a client."));
        }
        self.client(token).ok_or_else(|| ClerkError::token_unknown("client"))
    }

    /// The session of whoever is signed in in a client.
    pub(in crate::emulator) fn signed_in(&self, client: &Client) -> Option<&Session> {
        let now = self.now();
        self.sessions_of(client).rev().find(|session| !session.is_over(now))
    }

    /// A client as the Backend API shows it. Sign-ins and sign-ups are done as soon as they are begun here.
    pub(in crate::emulator) fn client_document(&self, client: &Client) -> Value {
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
