//! Clients: the browsers of the instance's users.

use super::{
    super::id::{new_id, random_id},
    Session, Store,
};

/// A browser.
pub(crate) struct Client {
    pub(crate) id: String,
    /// What the browser is known by: in development its dev browser token, in production its cookie at the Frontend
    /// API.
    pub(crate) token: String,
}

impl Store {
    pub(crate) fn create_client(&mut self) -> &Client {
        let client = Client { id: new_id("client"), token: format!("dvb_{}", random_id(27)) };
        let last = self.clients.len();
        self.clients.push(client);
        &self.clients[last]
    }

    pub(crate) fn client(&self, token: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.token == token)
    }

    /// The session of whoever is signed in in a client.
    pub(crate) fn signed_in(&self, client: &Client) -> Option<&Session> {
        let now = self.now();
        self.sessions.iter().rev().find(|session| session.client_id == client.id && !session.is_over(now))
    }
}
