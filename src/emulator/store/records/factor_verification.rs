//! The verification of a factor in a sign-in or a reverification.

use serde_json::{Value, json};

use super::{
    code_verification::CodeVerification,
    identification_kind::{EMAIL_ADDRESS, PHONE_NUMBER},
    social::{SocialStatus, SocialVerification},
};
use crate::emulator::http::{ClerkError, Result};

/// The verification of a factor.
#[derive(Clone)]
pub(in crate::emulator) struct FactorVerification {
    pub(in crate::emulator::store) strategy: String,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    /// Verified in one step, such as by a password.
    Verified,
    /// By a code that was sent.
    Code(CodeVerification),
    /// By an account at a social provider.
    Social(SocialVerification),
}

impl FactorVerification {
    /// Sends a code to an identification.
    pub(in crate::emulator::store) fn by_code(
        strategy: &str,
        identification_id: &str,
        now: i64,
    ) -> Self {
        let kind = if strategy.ends_with("phone_code") { &PHONE_NUMBER } else { &EMAIL_ADDRESS };
        let code = CodeVerification::new(kind, identification_id, now);
        Self { strategy: strategy.to_owned(), kind: Kind::Code(code) }
    }

    /// Records a factor that was verified in one step.
    pub(in crate::emulator::store) fn verified(strategy: &str) -> Self {
        Self { strategy: strategy.to_owned(), kind: Kind::Verified }
    }

    pub(in crate::emulator::store) fn by_account(verification: SocialVerification) -> Self {
        Self { strategy: verification.strategy.clone(), kind: Kind::Social(verification) }
    }

    pub(in crate::emulator::store) fn is_verified(&self, now: i64) -> bool {
        match &self.kind {
            Kind::Verified => true,
            Kind::Code(code) => code.status(now) == "verified",
            Kind::Social(social) => social.status == SocialStatus::Verified,
        }
    }

    /// Verifies the factor by the link that was sent.
    pub(in crate::emulator::store) fn confirm(&mut self, now: i64) -> Result<()> {
        match &mut self.kind {
            Kind::Code(sent) if self.strategy == "email_link" => sent.confirm(now),
            _ => Err(not_prepared("email_link")),
        }
    }

    /// Checks the code that was sent for a strategy.
    pub(in crate::emulator::store) fn verify(
        &mut self,
        strategy: &str,
        code: &str,
        now: i64,
    ) -> Result<()> {
        match &mut self.kind {
            Kind::Code(sent) if self.strategy == strategy && strategy != "email_link" => {
                sent.verify(code, now)
            }
            _ => Err(not_prepared(strategy)),
        }
    }

    pub(in crate::emulator) fn document(&self, now: i64) -> Value {
        let object = match self.strategy.as_str() {
            "password" => "verification_password",
            "totp" => "verification_totp",
            "backup_code" => "verification_backup_code",
            "ticket" => "verification_ticket",
            "passkey" => "verification_passkey",
            "email_link" => "verification_email_link",
            _ => "verification_otp",
        };
        let (status, attempts, expire_at) = match &self.kind {
            Kind::Social(social) => return social.document(),
            Kind::Verified => (json!("verified"), Value::Null, Value::Null),
            Kind::Code(code) => {
                let code = code.inner_document(now);
                (code["status"].clone(), code["attempts"].clone(), code["expire_at"].clone())
            }
        };
        json!({
            "object": object,
            "status": status,
            "strategy": self.strategy,
            "attempts": attempts,
            "expire_at": expire_at,
        })
    }
}

/// The code of this strategy was not requested.
pub(in crate::emulator::store) fn not_prepared(strategy: &str) -> ClerkError {
    let message = format!("Prepare the verification by {strategy} first.");
    ClerkError::bad_request("verification_missing", message)
}
