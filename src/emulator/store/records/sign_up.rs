//! Sign-ups in progress.

use serde_json::{Value, json};

use super::{
    code_verification::CodeVerification,
    constants::DAY,
    social::{SocialAccount, SocialVerification},
};
use crate::emulator::{
    http::Params,
    tokens::{Ticket, new_id},
};

/// An attempt to sign up.
#[derive(Clone)]
pub(in crate::emulator) struct SignUp {
    pub(in crate::emulator) id: String,
    /// The fields given so far, as the Backend API names them.
    pub(in crate::emulator) fields: Params,
    pub(in crate::emulator) email_code: Option<CodeVerification>,
    pub(in crate::emulator) phone_code: Option<CodeVerification>,
    /// Whether the app has marked the sign-up as a custom action.
    pub(in crate::emulator::store) is_custom_action: bool,
    /// Whether the email address is verified by a link instead of a code.
    pub(in crate::emulator::store) uses_email_link: bool,
    /// The invitation. Its email address is verified.
    pub(in crate::emulator::store) ticket: Option<Ticket>,
    /// The account at a social provider. Its email address is verified.
    pub(in crate::emulator::store) account: Option<SocialAccount>,
    pub(in crate::emulator::store) account_verification: Option<SocialVerification>,
    pub(in crate::emulator) created_user_id: Option<String>,
    pub(in crate::emulator) created_session_id: Option<String>,
    created_at: i64,
}

impl SignUp {
    pub(in crate::emulator::store) fn new(now: i64) -> Self {
        Self {
            id: new_id("sua"),
            fields: Params::new(),
            email_code: None,
            phone_code: None,
            is_custom_action: false,
            uses_email_link: false,
            ticket: None,
            account: None,
            account_verification: None,
            created_user_id: None,
            created_session_id: None,
            created_at: now,
        }
    }

    pub(in crate::emulator) fn field(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }

    pub(in crate::emulator::store) fn text(&self, name: &str) -> Option<&str> {
        self.field(name).and_then(Value::as_str)
    }

    /// Returns whether an identifier, `email_address` or `phone_number`, is verified.
    pub(in crate::emulator) fn is_verified(&self, identifier: &str, now: i64) -> bool {
        let code = match identifier {
            "email_address" if self.ticket.is_some() || self.is_email_of_account() => return true,
            "email_address" => &self.email_code,
            _ => &self.phone_code,
        };
        code.as_ref().is_some_and(|code| code.status(now) == "verified")
    }

    /// Returns the state of the verification of an identifier, if it was given.
    pub(in crate::emulator) fn verification(
        &self,
        identifier: &str,
        strategies: &[&str],
        now: i64,
    ) -> Value {
        let code = match identifier {
            "email_address" => &self.email_code,
            _ => &self.phone_code,
        };
        if self.field(identifier).is_none() {
            return Value::Null;
        }
        if identifier == "email_address" && (self.ticket.is_some() || self.is_email_of_account()) {
            let (object, strategy) = match &self.account {
                Some(account) => ("verification_from_oauth", format!("from_{}", account.strategy)),
                None => ("verification_ticket", "ticket".to_owned()),
            };
            return json!({
                "object": object, "status": "verified", "strategy": strategy,
                "attempts": null, "expire_at": null,
                "next_action": "", "supported_strategies": [],
            });
        }
        let next_action = match code.as_ref().map(|code| code.status(now)) {
            Some("verified") => "",
            Some("unverified") => "needs_attempt",
            _ => "needs_prepare",
        };
        // A strategy makes clerk-js 6 skip the preparation.
        let mut document = json!({
            "object": "verification_otp", "status": "unverified", "strategy": null,
            "attempts": null, "expire_at": self.abandon_at(),
        });
        if let Some(code) = code {
            document = code.inner_document(now);
        }
        if let Some(document) = document.as_object_mut() {
            document.remove("channel");
        }
        if identifier == "email_address" && self.uses_email_link && code.is_some() {
            document["object"] = json!("verification_email_link");
            document["strategy"] = json!("email_link");
        }
        document["next_action"] = json!(next_action);
        document["supported_strategies"] = json!(strategies);
        document
    }

    /// Returns the verification of the account at a social provider, if there is one.
    pub(in crate::emulator) fn account_document(&self) -> Value {
        self.account_verification.as_ref().map_or(Value::Null, SocialVerification::document)
    }

    fn is_email_of_account(&self) -> bool {
        let email_address = self.text("email_address");
        self.account.as_ref().is_some_and(|own| Some(own.email_address.as_str()) == email_address)
    }

    /// When the sign-up is abandoned: one day after its creation.
    pub(in crate::emulator) fn abandon_at(&self) -> i64 {
        self.created_at + DAY
    }
}
