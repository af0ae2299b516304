//! Sign-ins in progress.

use serde_json::{Map, Value, json};

use super::{
    factor_verification_store::{FactorAttempt, FactorLevel, FactorPreparation},
    records::{
        EMAIL_ADDRESS, FactorVerification, PHONE_NUMBER, SessionStatus, SignIn, identifications_of,
        is_identifier, is_verified,
    },
    state::Store,
};
use crate::emulator::{
    http::{ClerkError, Result},
    tokens::Ticket,
};

impl Store {
    /// Returns the sign-in of a client with this ID.
    pub(in crate::emulator) fn sign_in(&self, client_token: &str, id: &str) -> Result<&SignIn> {
        let sign_in = self.client(client_token).and_then(|client| client.sign_in.as_ref());
        sign_in
            .filter(|sign_in| sign_in.id == id)
            .ok_or_else(|| ClerkError::resource_not_found("sign-in", id))
    }

    /// Starts a sign-in on a client, which replaces the previous one.
    pub(in crate::emulator) fn start_sign_in(
        &mut self,
        client_token: &str,
        identifier: Option<&str>,
    ) -> Result<SignIn> {
        let mut sign_in = SignIn::new(self.now());
        if let Some(identifier) = identifier {
            let user = self.user_with_identifier(identifier);
            let user = user.ok_or_else(identifier_not_found)?;
            let user_id = user["id"].as_str().unwrap_or_default().to_owned();
            self.check_not_banned(&user_id)?;
            sign_in.identifier = Some(identifier.to_owned());
            sign_in.user_id = Some(user_id);
        }
        self.client_mut(client_token)?.sign_in = Some(sign_in.clone());
        Ok(sign_in)
    }

    /// Signs in the user of a ticket.
    pub(in crate::emulator) fn sign_in_with_ticket(
        &mut self,
        client_token: &str,
        ticket: &Ticket,
    ) -> Result<SignIn> {
        let user_id = self.ticket_user_id(ticket)?;
        let mut sign_in = SignIn::new(self.now());
        sign_in.user_id = Some(user_id.clone());
        sign_in.first_factor = Some(FactorVerification::verified("ticket"));
        let session_id = self.start_browser_session(client_token, &user_id)?;
        self.consume_ticket(ticket, &session_id)?;
        sign_in.created_session_id = Some(session_id);
        self.client_mut(client_token)?.sign_in = Some(sign_in.clone());
        Ok(sign_in)
    }

    pub(in crate::emulator) fn prepare_sign_in_factor(
        &mut self,
        client_token: &str,
        id: &str,
        level: FactorLevel,
        preparation: &FactorPreparation,
    ) -> Result<SignIn> {
        let mut sign_in = self.sign_in_in_progress(client_token, id)?;
        let verification = self.prepare_factor(user_of(&sign_in)?, level, preparation)?;
        *factor_mut(&mut sign_in, level) = Some(verification);
        self.client_mut(client_token)?.sign_in = Some(sign_in.clone());
        Ok(sign_in)
    }

    /// Verifies a factor, and completes the sign-in if no other one is needed.
    pub(in crate::emulator) fn attempt_sign_in_factor(
        &mut self,
        client_token: &str,
        id: &str,
        level: FactorLevel,
        attempt: &FactorAttempt,
    ) -> Result<SignIn> {
        let mut sign_in = self.sign_in_in_progress(client_token, id)?;
        if level == FactorLevel::Second && self.sign_in_status(&sign_in) != "needs_second_factor" {
            let message = "The sign-in does not need a second factor now.";
            return Err(ClerkError::bad_request("sign_in_factor_invalid", message));
        }
        let user_id = user_of(&sign_in)?.to_owned();
        let attempted =
            self.attempt_factor(&user_id, level, factor_mut(&mut sign_in, level), attempt);
        // A failed attempt counts as well.
        self.client_mut(client_token)?.sign_in = Some(sign_in.clone());
        attempted?;
        self.complete_sign_in(client_token, sign_in)
    }

    /// Sets a new password for a user who verified a code for that, and completes the sign-in.
    pub(in crate::emulator) fn reset_password_to_sign_in(
        &mut self,
        client_token: &str,
        id: &str,
        password: &str,
        sign_out: bool,
    ) -> Result<SignIn> {
        let mut sign_in = self.sign_in_in_progress(client_token, id)?;
        if self.sign_in_status(&sign_in) != "needs_new_password" {
            let message = "Verify a code to reset the password first.";
            return Err(ClerkError::bad_request("sign_in_reset_password_not_allowed", message));
        }
        let user_id = user_of(&sign_in)?.to_owned();
        self.update_user(&user_id, Map::from_iter([("password".into(), json!(password))]))?;
        if sign_out {
            self.end_sessions(SessionStatus::Revoked, |session| session.user_id == user_id);
        }
        sign_in.first_factor = Some(FactorVerification::verified("password"));
        self.complete_sign_in(client_token, sign_in)
    }

    /// Returns the state of a sign-in, which determines what the user does next.
    pub(in crate::emulator) fn sign_in_status(&self, sign_in: &SignIn) -> &'static str {
        let now = self.now();
        let is_verified = |factor: &Option<FactorVerification>| {
            factor.as_ref().is_some_and(|factor| factor.is_verified(now))
        };
        let Some(user) = sign_in.user_id.as_ref().and_then(|id| self.user(id).ok()) else {
            return "needs_identifier";
        };
        if sign_in.created_session_id.is_some() {
            "complete"
        } else if now >= sign_in.abandon_at() {
            "abandoned"
        } else if !is_verified(&sign_in.first_factor) {
            "needs_first_factor"
        } else if sign_in.resets_password() {
            "needs_new_password"
        } else if user["two_factor_enabled"] == true && !is_verified(&sign_in.second_factor) {
            "needs_second_factor"
        } else {
            "complete"
        }
    }

    /// Starts the session of a sign-in that needs nothing else.
    pub(super) fn complete_sign_in(
        &mut self,
        client_token: &str,
        mut sign_in: SignIn,
    ) -> Result<SignIn> {
        if self.sign_in_status(&sign_in) == "complete" {
            let user_id = user_of(&sign_in)?;
            self.check_restrictions_on_sign_in(user_id)?;
            let session_id = self.start_browser_session(client_token, user_id)?;
            let has_second_factor = sign_in.second_factor.is_some();
            let session = self.session_mut(&session_id)?;
            session.verified_at[1] = session.verified_at[0].filter(|_| has_second_factor);
            sign_in.created_session_id = Some(session_id);
        }
        self.client_mut(client_token)?.sign_in = Some(sign_in.clone());
        Ok(sign_in)
    }

    pub(super) fn sign_in_in_progress(&self, client_token: &str, id: &str) -> Result<SignIn> {
        let sign_in = self.sign_in(client_token, id)?;
        match self.sign_in_status(sign_in) {
            "complete" => {
                let message = "The sign-in is already complete.";
                Err(ClerkError::bad_request("sign_in_already_complete", message))
            }
            "abandoned" => Err(ClerkError::resource_not_found("sign-in", id)),
            _ => Ok(sign_in.clone()),
        }
    }

    /// Finds the user with an email address, a phone number or a username. Anyone can add an
    /// address that is not verified, so those do not count.
    fn user_with_identifier(&self, identifier: &str) -> Option<&Value> {
        self.users.find(|user| {
            let has_username = user["username"]
                .as_str()
                .is_some_and(|username| username.eq_ignore_ascii_case(identifier));
            let has_identification = [&EMAIL_ADDRESS, &PHONE_NUMBER].into_iter().any(|kind| {
                identifications_of(user, kind).any(|own| {
                    is_identifier(own, kind, identifier)
                        && (is_verified(own) || own["reserved"] == true)
                })
            });
            has_username || has_identification
        })
    }
}

fn factor_mut(sign_in: &mut SignIn, level: FactorLevel) -> &mut Option<FactorVerification> {
    match level {
        FactorLevel::First => &mut sign_in.first_factor,
        FactorLevel::Second => &mut sign_in.second_factor,
    }
}

fn user_of(sign_in: &SignIn) -> Result<&str> {
    sign_in.user_id.as_deref().ok_or_else(identifier_missing)
}

pub(super) fn identifier_missing() -> ClerkError {
    ClerkError::missing_param("identifier")
}

fn identifier_not_found() -> ClerkError {
    ClerkError::param("form_identifier_not_found", "identifier", "Couldn't find your account.")
}
