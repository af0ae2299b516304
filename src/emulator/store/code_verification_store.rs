//! Verifications of email addresses and phone numbers by a code. Nothing is sent: the code is always the same.

use serde_json::{Value, json};

use super::{
    super::{
        error::{ClerkError, Result},
        id::new_id,
    },
    EMAIL_ADDRESS, IdentificationKind, Store,
    identification::is_verified,
};

/// What Clerk's test email addresses and phone numbers are verified by; here all are.
const CODE: &str = "424242";

/// After so many wrong codes a verification has failed.
const MAX_ATTEMPTS: u32 = 3;

/// How long a code is good for, in milliseconds.
const LIFETIME: i64 = 10 * 60 * 1000;

/// A code that is on its way to an identification of a user's.
#[derive(Clone)]
pub(super) struct CodeVerification {
    id: String,
    identification_id: String,
    is_email: bool,
    attempts: u32,
    expire_at: i64,
    is_verified: bool,
}

impl CodeVerification {
    fn status(&self, now: i64) -> &'static str {
        match self {
            Self { is_verified: true, .. } => "verified",
            Self { attempts: MAX_ATTEMPTS.., .. } => "failed",
            Self { expire_at, .. } if now >= *expire_at => "expired",
            _ => "unverified",
        }
    }

    /// The verification as it stands in the identification's own document.
    fn inner_document(&self, now: i64) -> Value {
        json!({
            "object": "verification_otp",
            "status": self.status(now),
            "strategy": if self.is_email { "email_code" } else { "phone_code" },
            "attempts": self.attempts,
            "expire_at": self.expire_at,
            "channel": if self.is_email { Value::Null } else { json!("sms") },
        })
    }

    fn document(&self, now: i64) -> Value {
        let mut document = self.inner_document(now);
        document["id"] = json!(self.id);
        document
    }
}

impl Store {
    pub(crate) fn prepare_verification(
        &mut self,
        kind: &IdentificationKind,
        id: &str,
    ) -> Result<Value> {
        self.owner(kind, id)?;
        let now = self.now();
        let verification = CodeVerification {
            id: new_id("ver"),
            identification_id: id.to_owned(),
            is_email: kind.name == EMAIL_ADDRESS.name,
            attempts: 0,
            expire_at: now + LIFETIME,
            is_verified: false,
        };
        let document = verification.document(now);
        self.verifications.push(verification);
        Ok(document)
    }

    /// Checks a code, and verifies the identification if it is right. A wrong or late one is no error: the status tells.
    pub(crate) fn attempt_verification(
        &mut self,
        kind: &IdentificationKind,
        id: &str,
        verification_id: &str,
        code: &str,
    ) -> Result<Value> {
        let now = self.now();
        let identification = self.identification(kind, id)?;
        let is_it = |v: &&CodeVerification| v.id == verification_id && v.identification_id == id;
        let found = self.verifications.iter().find(is_it).cloned();
        let mut verification =
            found.ok_or_else(|| ClerkError::not_found("verification", verification_id))?;
        match verification.status(now) {
            "unverified" => {}
            "verified" => {
                let message = "The code was accepted already.";
                return Err(ClerkError::bad_request("verification_already_verified", message));
            }
            _ => return Ok(verification.document(now)),
        }
        verification.attempts += 1;
        verification.is_verified = code == CODE;
        if verification.is_verified && !is_verified(&identification) {
            let mut user = self.owner(kind, id)?.clone();
            self.verify_identification(&mut user, kind, id, verification.inner_document(now))?;
            self.replace_user(user);
        }
        let document = verification.document(now);
        self.verifications.retain(|v| v.id != verification_id);
        self.verifications.push(verification);
        Ok(document)
    }
}
