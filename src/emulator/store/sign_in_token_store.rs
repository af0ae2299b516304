//! Sign-in tokens and actor tokens, which can be used for one sign-in each.

use serde_json::Value;

use super::{
    records::{SignInToken, TokenStatus},
    state::Store,
};
use crate::emulator::http::{ClerkError, Result};

impl Store {
    pub(in crate::emulator) fn revoke_sign_in_token(
        &mut self,
        object: &str,
        id: &str,
    ) -> Result<Value> {
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

    /// Returns a token if it has been neither used nor revoked.
    pub(in crate::emulator) fn acceptable_sign_in_token(
        &self,
        object: &str,
        id: &str,
    ) -> Result<&SignInToken> {
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
                "The token was already used. It is valid for a single sign-in.",
            )),
            TokenStatus::Revoked => Err(ClerkError::bad_request(revoked, "The token was revoked.")),
        }
    }

    /// Marks a token as used and applies its settings to the session that it started.
    pub(in crate::emulator) fn accept_sign_in_token(
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
            // Users who are no longer members are signed in without the organization.
            let _ = self.activate_organization(session_id, &id);
        }
        Ok(())
    }

    fn sign_in_token_mut(&mut self, object: &str, id: &str) -> Result<&mut SignInToken> {
        let token =
            self.sign_in_tokens.iter_mut().find(|token| token.object() == object && token.id == id);
        token.ok_or_else(|| ClerkError::resource_not_found(&object.replace('_', " "), id))
    }
}
