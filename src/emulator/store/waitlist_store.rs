//! The waitlist.

use serde::Deserialize;
use serde_json::{Value, json};

use super::state::Store;
use crate::emulator::{
    http::{ClerkError, Result, fields},
    tokens::new_id,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct NewWaitlistEntry {
    email_address: String,
    /// Affects the email, which is not sent.
    #[serde(rename = "notify")]
    _notify: Option<bool>,
}

impl NewWaitlistEntry {
    pub(in crate::emulator) fn new(email_address: String) -> Self {
        Self { email_address, _notify: None }
    }
}

impl Store {
    /// Adds email addresses to the waitlist. If one is malformed, none is added. Existing entries
    /// are kept.
    pub(in crate::emulator) fn join_waitlist(
        &mut self,
        new: &[NewWaitlistEntry],
    ) -> Result<Vec<Value>> {
        let check =
            |new: &NewWaitlistEntry| fields::email_address("email_address", &new.email_address);
        let email_addresses = new.iter().map(check).collect::<Result<Vec<_>>>()?;
        fields::check_unique("email_address", &email_addresses)?;
        let now = self.now();
        let join = |email_address: String| {
            let known = self.waitlist.find(|entry| entry["email_address"] == email_address);
            let entry = known.cloned().unwrap_or_else(|| {
                self.waitlist.insert(json!({
                    "object": "waitlist_entry",
                    "id": new_id("wle"),
                    "email_address": email_address,
                    "status": "pending",
                    "is_locked": false,
                    "invitation": null,
                    "created_at": now,
                    "updated_at": now,
                }))
            });
            entry["id"].as_str().unwrap_or_default().to_owned()
        };
        let ids: Vec<String> = email_addresses.into_iter().map(join).collect();
        ids.iter().map(|id| self.waitlist_entry(id)).collect()
    }

    /// Returns an entry as the Backend API represents it.
    pub(in crate::emulator) fn waitlist_entry(&self, id: &str) -> Result<Value> {
        self.waitlist.get(id).map(|entry| self.waitlist_document(entry))
    }

    /// An entry is completed as soon as there is a user with its email address.
    pub(in crate::emulator) fn waitlist_document(&self, entry: &Value) -> Value {
        let mut document = entry.clone();
        let email_address = entry["email_address"].as_str().unwrap_or_default();
        if self.user_with_email_address(email_address).is_some() {
            document["status"] = json!("completed");
        }
        let invitation = entry["invitation"].as_str().and_then(|id| self.invitations.get(id).ok());
        document["invitation"] =
            invitation.map_or(Value::Null, |invitation| self.invitation_document(invitation));
        document
    }

    /// Records the invitation of an entry.
    pub(in crate::emulator) fn mark_as_invited(
        &mut self,
        id: &str,
        invitation: &Value,
    ) -> Result<Value> {
        let now = self.now();
        let mut entry = self.waitlist.get(id)?.clone();
        entry["status"] = json!("invited");
        entry["invitation"] = invitation["id"].clone();
        self.waitlist.replace(entry, now);
        self.waitlist_entry(id)
    }

    /// Rejects an entry, and revokes its pending invitation.
    pub(in crate::emulator) fn reject_waitlist_entry(&mut self, id: &str) -> Result<Value> {
        let document = self.waitlist_entry(id)?;
        match document["status"].as_str() {
            Some("completed") => return Err(conflict("The user has already signed up.")),
            Some("rejected") => return Err(conflict("The waitlist entry is already rejected.")),
            _ => {}
        }
        if document["invitation"]["status"] == "pending" {
            let invitation_id = document["invitation"]["id"].as_str().unwrap_or_default();
            self.revoke_invitation(invitation_id)?;
        }
        let now = self.now();
        let mut entry = self.waitlist.get(id)?.clone();
        entry["status"] = json!("rejected");
        self.waitlist.replace(entry, now);
        self.waitlist_entry(id)
    }

    /// Deletes a pending entry.
    pub(in crate::emulator) fn delete_waitlist_entry(&mut self, id: &str) -> Result<Value> {
        if self.waitlist_entry(id)?["status"] != "pending" {
            return Err(conflict("Only pending waitlist entries can be deleted."));
        }
        self.waitlist.delete(id)
    }
}

fn conflict(message: &str) -> ClerkError {
    ClerkError::conflict("waitlist_entry_status_conflict", message)
}
