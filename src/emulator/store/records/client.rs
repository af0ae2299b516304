//! Clients: browsers that the instance recognizes.

use crate::emulator::tokens::{new_id, random_id};

/// The prefix of client tokens.
const TOKEN_PREFIX: &str = "dvb_";

/// A browser. Times are in milliseconds since the epoch.
pub(in crate::emulator) struct Client {
    pub(in crate::emulator) id: String,
    /// The token that identifies the browser: in development the dev browser token, in production
    /// the Frontend API's cookie.
    pub(in crate::emulator) token: String,
    pub(in crate::emulator::store) created_at: i64,
}

impl Client {
    pub(in crate::emulator::store) fn new(now: i64) -> Self {
        let token = format!("{TOKEN_PREFIX}{}", random_id(27));
        Self { id: new_id("client"), token, created_at: now }
    }

    /// Returns whether a string has the form of a client token.
    pub(in crate::emulator::store) fn is_token(text: &str) -> bool {
        text.starts_with(TOKEN_PREFIX)
    }
}
