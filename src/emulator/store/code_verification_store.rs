//! Verifications of email addresses and phone numbers by a code. No code is sent; it is always the
//! same.

use serde_json::Value;

use super::{
    records::{CodeVerification, IdentificationKind, is_verified, not_prepared},
    state::Store,
};
use crate::emulator::http::{ClerkError, Result};

impl Store {
    pub(in crate::emulator) fn prepare_verification(
        &mut self,
        kind: &IdentificationKind,
        id: &str,
    ) -> Result<Value> {
        let to = self.identification(kind, id)?[kind.name].clone();
        self.send_code(to.as_str().unwrap_or_default());
        let now = self.now();
        let verification = CodeVerification::new(kind, id, now);
        let document = verification.document(now);
        self.verifications.push(verification);
        Ok(document)
    }

    /// Checks a code and, if it is correct, verifies the identification. An incorrect or late code
    /// is not an error but is reported by the status.
    pub(in crate::emulator) fn attempt_verification(
        &mut self,
        kind: &IdentificationKind,
        id: &str,
        verification_id: &str,
        code: &str,
    ) -> Result<Value> {
        let now = self.now();
        let identification = self.identification(kind, id)?;
        let matches = |v: &&CodeVerification| v.id == verification_id && v.identification_id == id;
        let found = self.verifications.iter().find(matches).cloned();
        let mut verification =
            found.ok_or_else(|| ClerkError::resource_not_found("verification", verification_id))?;
        match verification.status(now) {
            "unverified" => {}
            "verified" => {
                let message = "The code was already accepted.";
                return Err(ClerkError::bad_request("verification_already_verified", message));
            }
            _ => return Ok(verification.document(now)),
        }
        if verification.attempt(code) && !is_verified(&identification) {
            let mut user = self.owner(kind, id)?.clone();
            self.verify_identification(&mut user, kind, id, verification.inner_document(now))?;
            self.replace_user(user);
        }
        let document = verification.document(now);
        self.verifications.retain(|v| v.id != verification_id);
        self.verifications.push(verification);
        Ok(document)
    }

    /// Verifies an identification by the code that was sent last. Unlike
    /// [`attempt_verification`](Self::attempt_verification), rejects incorrect and late codes with
    /// an error.
    pub(in crate::emulator) fn verify_by_code(
        &mut self,
        kind: &IdentificationKind,
        id: &str,
        code: &str,
    ) -> Result<()> {
        let verification = self.check_sent_code(id, code)?;
        self.record_verification(kind, id, &verification)
    }

    /// Verifies an identification by the link that was sent last.
    pub(super) fn verify_by_link(&mut self, kind: &IdentificationKind, id: &str) -> Result<()> {
        let now = self.now();
        let last = self.verifications.iter_mut().rfind(|one| one.identification_id == id);
        let last = last.ok_or_else(|| not_prepared("email_link"))?;
        last.confirm(now)?;
        let verification = last.clone();
        self.record_verification(kind, id, &verification)
    }

    fn record_verification(
        &mut self,
        kind: &IdentificationKind,
        id: &str,
        verification: &CodeVerification,
    ) -> Result<()> {
        let (mut user, now) = (self.owner(kind, id)?.clone(), self.now());
        self.verify_identification(&mut user, kind, id, verification.inner_document(now))?;
        self.replace_user(user);
        Ok(())
    }

    /// Checks the code that was sent last to verify an email address or a phone number, of a user
    /// or of an organization's domain.
    pub(super) fn check_sent_code(&mut self, id: &str, code: &str) -> Result<CodeVerification> {
        let now = self.now();
        let last = self.verifications.iter_mut().rfind(|one| one.identification_id == id);
        let last = last.ok_or_else(|| not_prepared("code"))?;
        last.verify(code, now)?;
        Ok(last.clone())
    }

    /// Returns the pending verification of an identification.
    pub(in crate::emulator) fn pending_verification(&self, id: &str) -> Option<Value> {
        let last = self.verifications.iter().rfind(|one| one.identification_id == id);
        last.map(|last| last.inner_document(self.now()))
    }
}
