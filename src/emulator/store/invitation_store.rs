//! Invitations to the instance.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    records::{DAY, has_email_address},
    state::Store,
};
use crate::emulator::{
    http::{ClerkError, Params, Result, fields},
    tokens::new_id,
};

/// The parameters of a new invitation.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct NewInvitation {
    pub(in crate::emulator) email_address: String,
    pub(in crate::emulator) public_metadata: Option<Params>,
    pub(in crate::emulator) redirect_url: Option<String>,
    pub(in crate::emulator) ignore_existing: Option<bool>,
    pub(in crate::emulator) expires_in_days: Option<i64>,
    /// Whether to send the link; true by default.
    pub(in crate::emulator) notify: Option<bool>,
    /// Affects the email, which is not sent.
    #[serde(rename = "template_slug")]
    pub(in crate::emulator) _template: Option<Template>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::emulator) enum Template {
    Invitation,
    WaitlistInvitation,
}

impl NewInvitation {
    /// Returns the new invitation as the Backend API represents it, without the link.
    pub(in crate::emulator) fn document(&self, now: i64) -> Value {
        json!({
            "object": "invitation",
            "id": new_id("inv"),
            "email_address": self.email_address.to_lowercase(),
            "public_metadata": self.public_metadata.clone().unwrap_or_default(),
            "revoked": false,
            "status": "pending",
            "expires_at": now + self.expires_in_days.unwrap_or(30) * DAY,
            "created_at": now,
            "updated_at": now,
        })
    }
}

impl Store {
    /// Rejects a list of new invitations if one of them is invalid or a duplicate.
    pub(in crate::emulator) fn check_invitations(&self, new: &[NewInvitation]) -> Result<()> {
        let (mut seen, mut duplicates) = (Vec::new(), Vec::new());
        for invitation in new {
            let email_address = fields::email_address("email_address", &invitation.email_address)?;
            if let Some(url) = &invitation.redirect_url {
                fields::url("redirect_url", url)?;
            }
            if let Some(days) = invitation.expires_in_days {
                fields::in_range("expires_in_days", days, 1..=365)?;
            }
            let is_invited =
                self.has_pending_invitation(&email_address) || seen.contains(&email_address);
            if is_invited && invitation.ignore_existing != Some(true) {
                duplicates.push(email_address.clone());
            }
            seen.push(email_address);
        }
        if duplicates.is_empty() {
            return Ok(());
        }
        let message =
            format!("There are already pending invitations for {}.", duplicates.join(", "));
        Err(ClerkError::duplicate(message).with_meta(json!({ "email_addresses": duplicates })))
    }

    /// Rejects inviting an existing user.
    pub(in crate::emulator) fn check_not_user(&self, invitation: &NewInvitation) -> Result<()> {
        match self.user_with_email_address(&invitation.email_address) {
            Some(_) => Err(ClerkError::identifier_taken("email_address")),
            None => Ok(()),
        }
    }

    pub(in crate::emulator) fn revoke_invitation(&mut self, id: &str) -> Result<Value> {
        let now = self.now();
        let mut invitation = self.invitations.get(id)?.clone();
        match invitation["status"].as_str() {
            Some("accepted") => return Err(already_accepted()),
            Some("revoked") => {
                return Err(ClerkError::bad_request(
                    "invitation_already_revoked",
                    "The invitation is already revoked.",
                ));
            }
            _ => {}
        }
        invitation["status"] = json!("revoked");
        invitation["revoked"] = json!(true);
        Ok(self.invitations.replace(invitation, now))
    }

    /// Returns an invitation if it can be accepted.
    pub(in crate::emulator) fn acceptable_invitation(&self, id: &str) -> Result<&Value> {
        let invitation = self.invitations.get(id).map_err(|_| ClerkError::ticket_invalid())?;
        match self.invitation_status(invitation) {
            "accepted" => Err(already_accepted()),
            "revoked" => {
                Err(ClerkError::bad_request("revoked_invitation", "The invitation was revoked."))
            }
            "expired" => Err(ClerkError::ticket_expired()),
            _ => Ok(invitation),
        }
    }

    pub(in crate::emulator) fn accept_invitation(&mut self, id: &str) -> Result<()> {
        let now = self.now();
        let mut invitation = self.acceptable_invitation(id)?.clone();
        invitation["status"] = json!("accepted");
        self.invitations.replace(invitation, now);
        Ok(())
    }

    pub(in crate::emulator) fn user_with_email_address(
        &self,
        email_address: &str,
    ) -> Option<&Value> {
        self.users.find(|user| has_email_address(user, email_address))
    }

    fn has_pending_invitation(&self, email_address: &str) -> bool {
        let matches = |other: &Value| {
            other["email_address"] == email_address && self.invitation_status(other) == "pending"
        };
        self.invitations.find(matches).is_some()
    }

    /// Returns the status of an invitation to the instance or to an organization. Pending
    /// invitations expire automatically.
    pub(in crate::emulator) fn invitation_status<'a>(&self, invitation: &'a Value) -> &'a str {
        match invitation["status"].as_str().unwrap_or_default() {
            "pending" if invitation["expires_at"].as_i64().is_some_and(|end| end <= self.now()) => {
                "expired"
            }
            status => status,
        }
    }

    /// Returns an invitation as the Backend API represents it.
    pub(in crate::emulator) fn invitation_document(&self, invitation: &Value) -> Value {
        let mut document = invitation.clone();
        document["status"] = json!(self.invitation_status(invitation));
        document
    }
}

fn already_accepted() -> ClerkError {
    ClerkError::bad_request(
        "invitation_already_accepted",
        "The invitation was already accepted. Sign in instead.",
    )
}
