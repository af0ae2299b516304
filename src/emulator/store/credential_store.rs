//! Machine credentials: API keys, machine-to-machine tokens and OAuth access tokens.

use serde_json::Value;

use super::{
    records::{Credential, CredentialKind},
    state::Store,
};
use crate::emulator::{
    http::{ClerkError, Result},
    tokens::{random_hex, random_id},
};

impl Store {
    /// Builds a credential for an existing subject. The caller stores it with [`push`](Vec::push).
    pub(in crate::emulator) fn new_credential(
        &self,
        kind: CredentialKind,
        subject: &str,
    ) -> Result<Credential> {
        let now = self.now();
        let (mut scopes, mut expires_at) = (Vec::new(), None);
        match (kind, subject.split('_').next()) {
            (CredentialKind::M2mToken, _) => {
                let machine = self.machine(subject)?;
                scopes.clone_from(&machine.scoped_machines);
                expires_at = Some(now + machine.default_token_ttl * 1000);
            }
            (CredentialKind::ApiKey, Some("org")) => _ = self.organizations.get(subject)?,
            (CredentialKind::ApiKey, Some("mch")) => _ = self.machine(subject)?,
            _ => _ = self.user(subject)?,
        }
        Ok(Credential {
            kind,
            id: format!("{}_{}", kind.prefix(), random_hex(32)),
            token: format!("{}_{}", kind.prefix(), random_id(42)),
            subject: subject.to_owned(),
            api_key_type: "api_key".into(),
            name: kind.name().to_owned(),
            description: None,
            scopes,
            claims: Value::Null,
            client_id: random_id(16),
            grant_id: None,
            resources: Vec::new(),
            created_by: None,
            revoked: false,
            revocation_reason: None,
            expires_at,
            last_used_at: None,
            created_at: now,
            updated_at: now,
        })
    }

    pub(in crate::emulator) fn credential(
        &self,
        kind: CredentialKind,
        id: &str,
    ) -> Result<&Credential> {
        let found = self
            .credentials
            .iter()
            .find(|credential| credential.kind == kind && credential.id == id);
        found.ok_or_else(|| ClerkError::resource_not_found(kind.name(), id))
    }

    /// Returns a credential for modification and marks it as updated.
    pub(in crate::emulator) fn credential_mut(
        &mut self,
        kind: CredentialKind,
        id: &str,
    ) -> Result<&mut Credential> {
        let now = self.now();
        let found = self
            .credentials
            .iter_mut()
            .find(|credential| credential.kind == kind && credential.id == id);
        let found = found.ok_or_else(|| ClerkError::resource_not_found(kind.name(), id))?;
        found.updated_at = now;
        Ok(found)
    }

    /// Revokes a credential. Does nothing if it is already revoked, so that the reason is kept.
    pub(in crate::emulator) fn revoke_credential(
        &mut self,
        kind: CredentialKind,
        id: &str,
        reason: Option<String>,
    ) -> Result<Value> {
        let now = self.now();
        if !self.credential(kind, id)?.revoked {
            let credential = self.credential_mut(kind, id)?;
            credential.revoked = true;
            credential.revocation_reason = reason;
        }
        Ok(self.credential(kind, id)?.document(now))
    }

    /// Revokes all matching credentials that are not yet revoked.
    pub(in crate::emulator) fn revoke_credentials(
        &mut self,
        matches: impl Fn(&Credential) -> bool,
    ) {
        let now = self.now();
        for credential in &mut self.credentials {
            if !credential.revoked && matches(credential) {
                credential.revoked = true;
                credential.updated_at = now;
            }
        }
    }

    /// Returns the valid credential of an opaque token, unless `is_for` rejects it, and marks it as
    /// used.
    pub(in crate::emulator) fn verify_credential(
        &mut self,
        kind: CredentialKind,
        token: &str,
        is_for: impl Fn(&Credential) -> bool,
    ) -> Result<Value> {
        let now = self.now();
        let matches =
            |credential: &Credential| credential.kind == kind && credential.token == token;
        let found = self.credentials.iter_mut().find(|credential| matches(credential));
        let found = found.filter(|credential| credential.is_valid(now) && is_for(credential));
        let found = found.ok_or_else(|| ClerkError::unknown_token(kind.name()))?;
        found.last_used_at = Some(now);
        Ok(found.document(now))
    }
}
