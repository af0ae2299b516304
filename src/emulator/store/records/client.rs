//! Clients: browsers that the instance recognizes.

use super::{sign_in::SignIn, sign_up::SignUp, social::SocialAccount};
use crate::emulator::tokens::{new_id, random_id};

/// The prefix of client tokens.
const TOKEN_PREFIX: &str = "dvb_";

/// A browser. Times are in milliseconds since the epoch.
pub(in crate::emulator) struct Client {
    pub(in crate::emulator) id: String,
    /// The token that identifies the browser: in development the dev browser token, in production
    /// the Frontend API's cookie.
    pub(in crate::emulator) token: String,
    /// The session that was used last.
    pub(in crate::emulator) last_active_session_id: Option<String>,
    pub(in crate::emulator) sign_in: Option<SignIn>,
    pub(in crate::emulator) sign_up: Option<SignUp>,
    /// The account at a social provider that the next sign-in or sign-up can take over.
    pub(in crate::emulator::store) transferable_account: Option<SocialAccount>,
    pub(in crate::emulator) created_at: i64,
    /// When the sessions of the client last changed.
    pub(in crate::emulator) updated_at: i64,
}

impl Client {
    pub(in crate::emulator::store) fn new(now: i64) -> Self {
        let token = format!("{TOKEN_PREFIX}{}", random_id(27));
        Self {
            id: new_id("client"),
            token,
            last_active_session_id: None,
            sign_in: None,
            sign_up: None,
            transferable_account: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Returns the first factor of the last completed sign-in.
    pub(in crate::emulator) fn last_strategy(&self) -> Option<&str> {
        let sign_in = self.sign_in.as_ref().filter(|own| own.created_session_id.is_some())?;
        sign_in.first_factor.as_ref().map(|factor| factor.strategy.as_str())
    }

    /// Returns whether a string has the form of a client token.
    pub(in crate::emulator::store) fn is_token(text: &str) -> bool {
        text.starts_with(TOKEN_PREFIX)
    }
}
