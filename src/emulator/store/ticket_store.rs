//! Tickets and the actions that they allow.

use serde_json::{Value, json};

use super::state::Store;
use crate::emulator::{
    http::{ClerkError, Result},
    tokens::Ticket,
};

const ONLY_TO_SIGN_IN: &str = "The token can only be used to sign in.";

/// The action that a ticket allows.
pub(in crate::emulator) enum TicketGrant {
    /// Sign in as this user.
    SignIn { user_id: String },
    /// Sign up with this email address, which counts as verified.
    SignUp { email_address: String, public_metadata: Value },
}

impl Store {
    /// Returns the action that a ticket currently allows.
    pub(in crate::emulator) fn ticket_grant(&self, ticket: &Ticket) -> Result<TicketGrant> {
        if ticket.is_expired {
            return Err(ClerkError::ticket_expired());
        }
        match ticket.kind.as_str() {
            "invitation" => {
                let invitation = self.acceptable_invitation(&ticket.source_id)?;
                let email_address = invitation["email_address"].as_str().unwrap_or_default();
                Ok(match self.user_with_email_address(email_address) {
                    Some(user) => sign_in(user),
                    None => TicketGrant::SignUp {
                        email_address: email_address.to_owned(),
                        public_metadata: invitation["public_metadata"].clone(),
                    },
                })
            }
            "organization_invitation" => {
                let invitation = self.acceptable_organization_invitation(&ticket.source_id)?;
                let text = |name: &str| invitation[name].as_str().unwrap_or_default();
                match self.user_with_email_address(text("email_address")) {
                    Some(user) => {
                        let user_id = user["id"].as_str().unwrap_or_default();
                        self.check_not_member(text("organization_id"), user_id)?;
                        Ok(sign_in(user))
                    }
                    None => Ok(TicketGrant::SignUp {
                        email_address: text("email_address").to_owned(),
                        public_metadata: json!({}),
                    }),
                }
            }
            "sign_in_token" | "actor_token" => {
                let token = self.acceptable_sign_in_token(&ticket.kind, &ticket.source_id)?;
                self.users.get(&token.user_id).map(sign_in).map_err(|_| token.user_not_found())
            }
            _ => Err(ClerkError::ticket_invalid()),
        }
    }

    /// Returns the user whom a ticket signs in.
    pub(in crate::emulator) fn ticket_user_id(&self, ticket: &Ticket) -> Result<String> {
        match self.ticket_grant(ticket)? {
            TicketGrant::SignIn { user_id } => Ok(user_id),
            TicketGrant::SignUp { .. } => Err(ClerkError::bad_request(
                "invitation_account_not_exists",
                "There is no account with the invited email address. Sign up instead.",
            )),
        }
    }

    /// Returns the invited email address and the metadata of the new user.
    pub(in crate::emulator) fn ticket_sign_up(&self, ticket: &Ticket) -> Result<(String, Value)> {
        match (self.ticket_grant(ticket)?, ticket.kind.as_str()) {
            (TicketGrant::SignUp { email_address, public_metadata }, _) => {
                Ok((email_address, public_metadata))
            }
            (_, "sign_in_token") => {
                Err(ClerkError::bad_request("sign_in_token_not_in_sign_in_code", ONLY_TO_SIGN_IN))
            }
            (_, "actor_token") => {
                Err(ClerkError::bad_request("actor_token_not_in_sign_in_code", ONLY_TO_SIGN_IN))
            }
            _ => Err(ClerkError::bad_request(
                "invitation_account_exists",
                "There is already an account with the invited email address. Sign in instead.",
            )),
        }
    }

    /// Marks a ticket as used by the session that it started.
    pub(in crate::emulator) fn consume_ticket(
        &mut self,
        ticket: &Ticket,
        session_id: &str,
    ) -> Result<()> {
        match ticket.kind.as_str() {
            "invitation" => self.accept_invitation(&ticket.source_id),
            "organization_invitation" => {
                let user_id = self.session(session_id)?.user_id.clone();
                self.accept_organization_invitation(&ticket.source_id, &user_id)
            }
            kind => self.accept_sign_in_token(kind, &ticket.source_id, session_id),
        }
    }

    /// Marks the only email address of a new user as verified by a ticket.
    pub(in crate::emulator) fn verify_by_ticket(&mut self, user_id: &str) -> Result<()> {
        let mut user = self.user(user_id)?.clone();
        if let Some(verification) = user.pointer_mut("/email_addresses/0/verification") {
            *verification = json!({
                "object": "verification_ticket", "status": "verified", "strategy": "ticket",
                "attempts": null, "expire_at": null,
            });
        }
        self.replace_user(user);
        Ok(())
    }
}

fn sign_in(user: &Value) -> TicketGrant {
    TicketGrant::SignIn { user_id: user["id"].as_str().unwrap_or_default().to_owned() }
}
