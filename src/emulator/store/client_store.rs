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

    pub(in crate::emulator) fn client_mut(&mut self, token: &str) -> Result<&mut Client> {
        let client = self.clients.iter_mut().find(|client| client.token == token);
        client.ok_or_else(|| ClerkError::unknown_token("client"))
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
        let last = client.last_active_session_id.as_deref();
        let mut live = self.live_sessions(client).rev();
        let newest = live.clone().next();
        live.find(|session| Some(session.id.as_str()) == last).or(newest)
    }

    /// Returns the sessions of a client that are not over, in order of creation.
    pub(in crate::emulator) fn live_sessions(
        &self,
        client: &Client,
    ) -> impl DoubleEndedIterator<Item = &Session> + Clone + use<'_> {
        let now = self.now();
        self.sessions_of(client).filter(move |session| !session.is_over(now))
    }

    /// Returns a client as the Backend API represents it.
    pub(in crate::emulator) fn client_document(&self, client: &Client) -> Value {
        let now = self.now();
        let sessions: Vec<&Session> = self.sessions_of(client).collect();
        let updated_at = sessions.iter().map(|session| session.updated_at).max();
        json!({
            "object": "client",
            "id": client.id,
            "session_ids": sessions.iter().map(|session| &session.id).collect::<Vec<_>>(),
            "sessions": sessions.iter().map(|session| session.document(now)).collect::<Vec<_>>(),
            "sign_in_id": client.sign_in.as_ref().map(|sign_in| &sign_in.id),
            "sign_up_id": client.sign_up.as_ref().map(|sign_up| &sign_up.id),
            "last_active_session_id": self.current_session(client).map(|session| &session.id),
            "last_authentication_strategy": null,
            "updated_at": updated_at.unwrap_or(client.created_at),
            "created_at": client.created_at,
        })
    }

    fn sessions_of(
        &self,
        client: &Client,
    ) -> impl DoubleEndedIterator<Item = &Session> + Clone + use<'_> {
        let id = client.id.clone();
        self.sessions.iter().filter(move |session| session.client_id == id)
    }
}
