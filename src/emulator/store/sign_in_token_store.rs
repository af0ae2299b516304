//! Sign-in tokens and actor tokens: each signs a user in once.

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    super::error::{ClerkError, Result},
    Store,
};

/// A sign-in token or, where somebody else signs in as the user, an actor token.
pub(crate) struct SignInToken {
    pub(crate) id: String,
    pub(crate) status: TokenStatus,
    pub(crate) user_id: String,
    /// Who signs in as the user.
    pub(crate) actor: Option<Value>,
    /// The organization that becomes the active one.
    pub(crate) organization_id: Option<String>,
    /// How long the session may last, in milliseconds.
    pub(crate) session_lifetime: Option<i64>,
    pub(crate) ticket: String,
    pub(crate) url: String,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TokenStatus {
    Pending,
    Accepted,
    Revoked,
}

impl SignInToken {
    /// The token as the Backend API shows it.
    pub(crate) fn document(&self) -> Value {
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

    /// Its user is gone.
    pub(crate) fn without_user(&self) -> ClerkError {
        let message = "The user of this token is no longer there.";
        match self.actor {
            Some(_) => ClerkError::no_such("actor_token_subject_not_found", message),
            None => ClerkError::bad_request("sign_in_token_cannot_be_used_code", message),
        }
    }

    fn object(&self) -> &'static str {
        if self.actor.is_some() { "actor_token" } else { "sign_in_token" }
    }
}

impl Store {
    pub(crate) fn revoke_sign_in_token(&mut self, object: &str, id: &str) -> Result<Value> {
        let now = self.now();
        let token = self.sign_in_token_mut(object, id)?;
        if token.status != TokenStatus::Pending {
            let code = match token.actor {
                Some(_) => "actor_token_cannot_be_revoked_code",
                None => "sign_in_token_cannot_be_revoked_code",
            };
            return Err(ClerkError::bad_request(code, "Only a pending token can be revoked."));
        }
        token.status = TokenStatus::Revoked;
        token.updated_at = now;
        Ok(token.document())
    }

    /// A token that was neither used nor revoked.
    pub(crate) fn open_sign_in_token(&self, object: &str, id: &str) -> Result<&SignInToken> {
        let token =
            self.sign_in_tokens.iter().find(|token| token.object() == object && token.id == id);
        let token = token.ok_or_else(ClerkError::ticket_invalid)?;
        let (used, revoked) = match token.actor {
            Some(_) => ("actor_token_already_used_code", "actor_token_revoked_code"),
            None => ("sign_in_token_already_used_code", "sign_in_token_revoked_code"),
        };
        match token.status {
            TokenStatus::Pending => Ok(token),
            TokenStatus::Accepted => Err(ClerkError::bad_request(
                used,
                "The token was used already: it is good for one sign-in.",
            )),
            TokenStatus::Revoked => Err(ClerkError::bad_request(revoked, "The token was revoked.")),
        }
    }

    /// Uses a token up, and makes the session that began with it what the token says.
    pub(crate) fn accept_sign_in_token(
        &mut self,
        object: &str,
        id: &str,
        session_id: &str,
    ) -> Result<()> {
        let now = self.now();
        let token = self.sign_in_token_mut(object, id)?;
        token.status = TokenStatus::Accepted;
        token.updated_at = now;
        let (actor, lifetime) = (token.actor.clone(), token.session_lifetime);
        let organization_id = token.organization_id.clone();
        let session = self.session_mut(session_id)?;
        session.actor = actor;
        session.lifetime = lifetime.unwrap_or(session.lifetime);
        if let Some(id) = organization_id {
            // Who is no member any more is signed in without it.
            let _ = self.activate_organization(session_id, &id);
        }
        Ok(())
    }

    fn sign_in_token_mut(&mut self, object: &str, id: &str) -> Result<&mut SignInToken> {
        let token =
            self.sign_in_tokens.iter_mut().find(|token| token.object() == object && token.id == id);
        token.ok_or_else(|| ClerkError::not_found(&object.replace('_', " "), id))
    }
}
