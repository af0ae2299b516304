//! Clients: browsers that the instance knows.

use crate::emulator::tokens::{new_id, random_id};

/// What the tokens of clients start with.
const TOKEN_PREFIX: &str = "dvb_";

/// A browser. Times are milliseconds since the epoch.
pub(in crate::emulator) struct Client {
    pub(in crate::emulator) id: String,
    /// What the browser is known by: in development its dev browser token, in production its cookie at the Frontend
    /// API.
    pub(in crate::emulator) token: String,
    pub(in crate::emulator::store) created_at: i64,
}

impl Client {
    pub(in crate::emulator::store) fn new(now: i64) -> Self {
        let token = format!("{TOKEN_PREFIX}{}", random_id(27));
        Self { id: new_id("client"), token, created_at: now }
    }

    /// Whether a string looks like a client's token.
    pub(in crate::emulator::store) fn is_token(text: &str) -> bool {
        text.starts_with(TOKEN_PREFIX)
    }
}
