//! Clients, the browsers of the instance's users.

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

    /// Looks up the client of a token from a browser.
    pub(in crate::emulator) fn verify_client(&self, token: &str) -> Result<&Client> {
        if !Client::is_token(token) {
            return Err(ClerkError::bad_request(
                "cookie_invalid",
                "The token is not a client token.",
            ));
        }
        self.client(token).ok_or_else(|| ClerkError::unknown_token("client"))
    }

    /// Returns the session of the user who is signed in on a client.
    pub(in crate::emulator) fn current_session(&self, client: &Client) -> Option<&Session> {
        let now = self.now();
        self.sessions_of(client).rev().find(|session| !session.is_over(now))
    }

    /// Returns a client as the Backend API represents it. There are no sign-ins and sign-ups in
    /// progress, because they complete immediately.
    pub(in crate::emulator) fn client_document(&self, client: &Client) -> Value {
        let now = self.now();
        let sessions: Vec<&Session> = self.sessions_of(client).collect();
        let active = sessions.iter().filter(|session| !session.is_over(now));
        let last_active = active.max_by_key(|session| session.updated_at);
        let updated_at = sessions.iter().map(|session| session.updated_at).max();
        json!({
            "object": "client",
            "id": client.id,
            "session_ids": sessions.iter().map(|session| &session.id).collect::<Vec<_>>(),
            "sessions": sessions.iter().map(|session| session.document(now)).collect::<Vec<_>>(),
            "sign_in_id": null,
            "sign_up_id": null,
            "last_active_session_id": last_active.map(|session| &session.id),
            "last_authentication_strategy": null,
            "updated_at": updated_at.unwrap_or(client.created_at),
            "created_at": client.created_at,
        })
    }

    fn sessions_of(&self, client: &Client) -> impl DoubleEndedIterator<Item = &Session> {
        self.sessions.iter().filter(|session| session.client_id == client.id)
    }
}
