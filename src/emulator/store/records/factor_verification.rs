//! The verification of a factor in a sign-in or a reverification.

use serde_json::{Value, json};

use super::{
    code_verification::CodeVerification,
    identification_kind::{EMAIL_ADDRESS, PHONE_NUMBER},
};
use crate::emulator::http::{ClerkError, Result};

/// The verification of a factor.
#[derive(Clone)]
pub(in crate::emulator) struct FactorVerification {
    pub(in crate::emulator::store) strategy: String,
    /// The code that was sent, unless the strategy is verified in one step.
    code: Option<CodeVerification>,
}

impl FactorVerification {
    /// Sends a code to an identification.
    pub(in crate::emulator::store) fn by_code(
        strategy: &str,
        identification_id: &str,
        now: i64,
    ) -> Self {
        let kind = if strategy.ends_with("phone_code") { &PHONE_NUMBER } else { &EMAIL_ADDRESS };
        let code = Some(CodeVerification::new(kind, identification_id, now));
        Self { strategy: strategy.to_owned(), code }
    }

    /// Records a factor that was verified in one step.
    pub(in crate::emulator::store) fn verified(strategy: &str) -> Self {
        Self { strategy: strategy.to_owned(), code: None }
    }

    pub(in crate::emulator::store) fn is_verified(&self, now: i64) -> bool {
        self.code.as_ref().is_none_or(|code| code.status(now) == "verified")
    }

    /// Checks the code that was sent for a strategy.
    pub(in crate::emulator::store) fn verify(
        &mut self,
        strategy: &str,
        code: &str,
        now: i64,
    ) -> Result<()> {
        match &mut self.code {
            Some(sent) if self.strategy == strategy => sent.verify(code, now),
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
            _ => "verification_otp",
        };
        let mut document = json!({
            "object": object,
            "status": "verified",
            "strategy": self.strategy,
            "attempts": null,
            "expire_at": null,
        });
        if let Some(code) = self.code.as_ref().map(|code| code.inner_document(now)) {
            for name in ["status", "attempts", "expire_at"] {
                document[name] = code[name].clone();
            }
        }
        document
    }
}

/// The code of this strategy was not requested.
pub(in crate::emulator::store) fn not_prepared(strategy: &str) -> ClerkError {
    let message = format!("Prepare the verification by {strategy} first.");
    ClerkError::bad_request("verification_missing", message)
}
