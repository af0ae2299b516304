//! Sign-ups as both APIs represent them, and what only the Backend API can change about them.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    records::{Requirement, SignUp},
    state::Store,
};
use crate::api::Patch;
use crate::emulator::http::{ClerkError, Result};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct SignUpChange {
    #[serde(default)]
    external_id: Patch<String>,
    custom_action: Option<bool>,
}

impl Store {
    /// Returns the sign-up with this ID, on any client.
    pub(in crate::emulator) fn sign_up_with_id(&self, id: &str) -> Result<&SignUp> {
        self.clients
            .iter()
            .filter_map(|client| client.sign_up.as_ref())
            .find(|sign_up| sign_up.id == id)
            .ok_or_else(|| ClerkError::resource_not_found("sign-up", id))
    }

    /// Changes a sign-up that is still in progress.
    pub(in crate::emulator) fn change_sign_up(
        &mut self,
        id: &str,
        change: SignUpChange,
    ) -> Result<Value> {
        let mut changed = self.sign_up_with_id(id)?.clone();
        if self.sign_up_status(&changed) != "missing_requirements" {
            let message = "The sign-up is complete or abandoned.";
            return Err(ClerkError::forbidden("sign_up_cannot_be_updated", message));
        }
        match change.external_id {
            Patch::Keep => {}
            Patch::Clear => drop(changed.fields.remove("external_id")),
            Patch::Set(external_id) => {
                if self.users.find(|user| user["external_id"] == external_id.as_str()).is_some() {
                    return Err(ClerkError::identifier_taken("external_id"));
                }
                changed.fields.insert("external_id".to_owned(), json!(external_id));
            }
        }
        if let Some(on) = change.custom_action {
            changed.is_custom_action = on;
        }
        let document = self.sign_up_document(&changed);
        let sign_ups = self.clients.iter_mut().filter_map(|client| client.sign_up.as_mut());
        for sign_up in sign_ups.filter(|sign_up| sign_up.id == changed.id) {
            sign_up.clone_from(&changed);
        }
        Ok(document)
    }

    /// Returns a sign-up as both APIs represent it.
    pub(in crate::emulator) fn sign_up_document(&self, sign_up: &SignUp) -> Value {
        let now = self.now();
        let status = self.sign_up_status(sign_up);
        let is_complete = status == "complete";
        let (missing, unverified) = if is_complete {
            (Vec::new(), Vec::new())
        } else {
            (self.missing_fields(sign_up), self.unverified_fields(sign_up))
        };
        let mut document = json!({
            "object": "sign_up_attempt",
            "id": sign_up.id,
            "status": status,
            "required_fields": self.sign_up_fields(Requirement::Required),
            "optional_fields": self.sign_up_fields(Requirement::Optional),
            "missing_fields": missing,
            "unverified_fields": unverified,
            "verifications": {
                "email_address": sign_up.verification(
                    "email_address",
                    self.user_settings.email_strategies(),
                    now,
                ),
                "phone_number": sign_up.verification("phone_number", &["phone_code"], now),
                "web3_wallet": null,
                "external_account": sign_up.account_document(),
            },
            "web3_wallet": null,
            "password_enabled": is_complete || sign_up.field("password").is_some(),
            "custom_action": sign_up.is_custom_action,
            "created_session_id": sign_up.created_session_id,
            "created_user_id": sign_up.created_user_id,
            "abandon_at": sign_up.abandon_at(),
            "legal_accepted_at": null,
        });
        for name in
            ["external_id", "username", "email_address", "phone_number", "first_name", "last_name"]
        {
            document[name] = json!(sign_up.field(name));
        }
        for name in ["unsafe_metadata", "public_metadata"] {
            document[name] = sign_up.field(name).cloned().unwrap_or_else(|| json!({}));
        }
        document
    }
}
