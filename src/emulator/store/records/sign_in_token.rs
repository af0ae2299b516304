//! Sign-in tokens and actor tokens.

use serde::Serialize;
use serde_json::{Value, json};

use crate::emulator::http::ClerkError;

/// A sign-in token, or an actor token if there is an `actor`.
pub(in crate::emulator) struct SignInToken {
    pub(in crate::emulator) id: String,
    pub(in crate::emulator) status: TokenStatus,
    pub(in crate::emulator) user_id: String,
    /// The actor who signs in as the user.
    pub(in crate::emulator) actor: Option<Value>,
    /// The organization to activate.
    pub(in crate::emulator) organization_id: Option<String>,
    /// The maximum duration of the session in milliseconds.
    pub(in crate::emulator) session_lifetime: Option<i64>,
    pub(in crate::emulator) ticket: String,
    pub(in crate::emulator) url: String,
    pub(in crate::emulator) created_at: i64,
    pub(in crate::emulator) updated_at: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::emulator) enum TokenStatus {
    Pending,
    Accepted,
    Revoked,
}

impl SignInToken {
    /// Returns the token as the Backend API represents it.
    pub(in crate::emulator) fn document(&self) -> Value {
        let mut document = json!({
            "object": self.object(),
            "id": self.id,
            "status": self.status,
            "user_id": self.user_id,
            "token": self.ticket,
            "url": self.url,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        });
        if let Some(actor) = &self.actor {
            document["actor"] = actor.clone();
        }
        document
    }

    /// Returns the error for a token whose user was deleted.
    pub(in crate::emulator) fn user_not_found(&self) -> ClerkError {
        let message = "The user of this token no longer exists.";
        match self.actor {
            Some(_) => ClerkError::not_found("actor_token_subject_not_found", message),
            None => ClerkError::bad_request("sign_in_token_cannot_be_used_code", message),
        }
    }

    pub(in crate::emulator::store) fn object(&self) -> &'static str {
        if self.actor.is_some() { "actor_token" } else { "sign_in_token" }
    }
}
