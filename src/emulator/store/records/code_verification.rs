//! The verification of an email address or a phone number by a code.

use serde_json::{Value, json};

use super::identification_kind::{EMAIL_ADDRESS, IdentificationKind};
use crate::emulator::{
    http::{ClerkError, Result},
    tokens::new_id,
};

/// The code of Clerk's test email addresses and phone numbers, used here for all of them.
pub(in crate::emulator::store) const CODE: &str = "424242";

/// The number of attempts after which a verification fails.
const MAX_ATTEMPTS: u32 = 3;

/// The lifetime of a code in milliseconds.
const LIFETIME: i64 = 10 * 60 * 1000;

/// The verification of an identification by a code.
#[derive(Clone)]
pub(in crate::emulator) struct CodeVerification {
    pub(in crate::emulator::store) id: String,
    pub(in crate::emulator::store) identification_id: String,
    is_email: bool,
    attempts: u32,
    expire_at: i64,
    is_verified: bool,
}

impl CodeVerification {
    pub(in crate::emulator::store) fn new(
        kind: &IdentificationKind,
        identification_id: &str,
        now: i64,
    ) -> Self {
        Self {
            id: new_id("ver"),
            identification_id: identification_id.to_owned(),
            is_email: kind.name == EMAIL_ADDRESS.name,
            attempts: 0,
            expire_at: now + LIFETIME,
            is_verified: false,
        }
    }

    /// Marks the verification as verified, unless it is too late, as by opening a link.
    pub(in crate::emulator::store) fn confirm(&mut self, now: i64) -> Result<()> {
        match self.status(now) {
            "unverified" => self.is_verified = true,
            "verified" => {}
            _ => {
                let message = "The link has expired. Request a new one.";
                return Err(ClerkError::bad_request("verification_link_expired", message));
            }
        }
        Ok(())
    }

    /// Counts an attempt and returns whether the code is correct.
    pub(in crate::emulator::store) fn attempt(&mut self, code: &str) -> bool {
        self.attempts += 1;
        self.is_verified = code == CODE;
        self.is_verified
    }

    /// Counts an attempt. Unlike [`attempt`](Self::attempt), rejects incorrect and late codes with
    /// an error, as the Frontend API does.
    pub(in crate::emulator::store) fn verify(&mut self, code: &str, now: i64) -> Result<()> {
        match self.status(now) {
            "unverified" if self.attempt(code) => Ok(()),
            "unverified" => {
                Err(ClerkError::param("form_code_incorrect", "code", "The code is incorrect."))
            }
            "verified" => Err(already_verified()),
            "expired" => {
                let message = "The code has expired. Request a new one.";
                Err(ClerkError::bad_request("verification_expired", message))
            }
            _ => {
                let message = "Too many failed attempts. Request a new code.";
                Err(ClerkError::bad_request("verification_failed", message))
            }
        }
    }

    pub(in crate::emulator::store) fn status(&self, now: i64) -> &'static str {
        match self {
            Self { is_verified: true, .. } => "verified",
            Self { attempts: MAX_ATTEMPTS.., .. } => "failed",
            Self { expire_at, .. } if now >= *expire_at => "expired",
            _ => "unverified",
        }
    }

    /// Returns the verification as part of the identification's document.
    pub(in crate::emulator::store) fn inner_document(&self, now: i64) -> Value {
        json!({
            "object": "verification_otp",
            "status": self.status(now),
            "strategy": if self.is_email { "email_code" } else { "phone_code" },
            "attempts": self.attempts,
            "expire_at": self.expire_at,
            "channel": if self.is_email { Value::Null } else { json!("sms") },
        })
    }

    pub(in crate::emulator::store) fn document(&self, now: i64) -> Value {
        let mut document = self.inner_document(now);
        document["id"] = json!(self.id);
        document
    }
}

pub(in crate::emulator::store) fn already_verified() -> ClerkError {
    ClerkError::bad_request("verification_already_verified", "The code was already accepted.")
}
