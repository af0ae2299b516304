//! What machines authenticate with: API keys, machine-to-machine tokens, OAuth access tokens.

use serde_json::{Value, json};

use super::{
    super::{
        error::{ClerkError, Result},
        id::{new_id, random_hex, random_id},
    },
    INSTANCE_ID, Store,
};

/// How long a machine's tokens are good for, in seconds.
const MACHINE_TOKEN_LIFETIME: i64 = 3600;

/// A machine, which makes tokens of its own with its secret key.
pub(crate) struct Machine {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) secret_key: String,
    /// The IDs of the machines that its tokens are for.
    pub(crate) scoped_machines: Vec<String>,
    pub(crate) created_at: i64,
}

impl Machine {
    /// The machine as the Backend API shows it, without those that its tokens are for.
    pub(crate) fn document(&self) -> Value {
        json!({
            "object": "machine",
            "id": self.id,
            "name": self.name,
            "instance_id": INSTANCE_ID,
            "default_token_ttl": MACHINE_TOKEN_LIFETIME,
            "created_at": self.created_at,
            "updated_at": self.created_at,
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CredentialKind {
    ApiKey,
    M2mToken,
    OAuthToken,
}

impl CredentialKind {
    /// What the IDs and the opaque tokens start with.
    fn prefix(self) -> &'static str {
        match self {
            Self::ApiKey => "ak",
            Self::M2mToken => "mt",
            Self::OAuthToken => "oat",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::ApiKey => "API key",
            Self::M2mToken => "machine-to-machine token",
            Self::OAuthToken => "OAuth access token",
        }
    }
}

/// A token that speaks for its subject. Times are milliseconds since the epoch.
pub(crate) struct Credential {
    pub(crate) kind: CredentialKind,
    pub(crate) id: String,
    /// The opaque token.
    pub(crate) token: String,
    pub(crate) subject: String,
    pub(crate) name: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) claims: Value,
    pub(crate) client_id: String,
    pub(crate) created_by: Option<String>,
    pub(crate) revoked: bool,
    pub(crate) revocation_reason: Option<String>,
    pub(crate) expires_at: Option<i64>,
    pub(crate) last_used_at: Option<i64>,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
}

impl Credential {
    pub(crate) fn is_expired(&self, now: i64) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }

    pub(crate) fn is_good(&self, now: i64) -> bool {
        !self.revoked && !self.is_expired(now)
    }

    /// Lets it end so many seconds after its creation, where a number is given.
    pub(crate) fn expire_after(&mut self, seconds: Option<f64>) -> Result<()> {
        #[allow(clippy::cast_possible_truncation)]
        match seconds {
            None => Ok(()),
            Some(seconds) if seconds > 0.0 => {
                self.expires_at = Some(self.created_at.saturating_add((seconds * 1000.0) as i64));
                Ok(())
            }
            Some(_) => Err(ClerkError::value("seconds_until_expiration", "more than 0")),
        }
    }

    /// The credential as the Backend API shows it, without the token.
    pub(crate) fn document(&self, now: i64) -> Value {
        let mut document = json!({
            "object": match self.kind {
                CredentialKind::ApiKey => "api_key",
                CredentialKind::M2mToken => "machine_to_machine_token",
                CredentialKind::OAuthToken => "clerk_idp_oauth_access_token",
            },
            "id": self.id,
            "subject": self.subject,
            "scopes": self.scopes,
            "revoked": self.revoked,
            "revocation_reason": self.revocation_reason,
            "expired": self.is_expired(now),
            "expiration": self.expires_at,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        });
        if self.kind == CredentialKind::OAuthToken {
            document["client_id"] = json!(self.client_id);
        } else {
            document["claims"] = self.claims.clone();
            document["last_used_at"] = json!(self.last_used_at);
        }
        if self.kind == CredentialKind::ApiKey {
            document["type"] = json!("api_key");
            document["name"] = json!(self.name);
            document["created_by"] = json!(self.created_by);
        }
        document
    }
}

impl Store {
    pub(crate) fn create_machine(&mut self, name: &str) -> &mut Machine {
        let machine = Machine {
            id: new_id("mch"),
            name: name.to_owned(),
            secret_key: format!("ak_{}", random_id(42)),
            scoped_machines: Vec::new(),
            created_at: self.now(),
        };
        let last = self.machines.len();
        self.machines.push(machine);
        &mut self.machines[last]
    }

    pub(crate) fn machine(&self, id: &str) -> Result<&Machine> {
        let found = self.machines.iter().find(|machine| machine.id == id);
        found.ok_or_else(|| ClerkError::not_found("machine", id))
    }

    /// Lets the tokens of one machine be for another.
    pub(crate) fn scope_machine(&mut self, from_id: &str, to: &str) -> Result<()> {
        self.machine(to)?;
        let from = self.machines.iter_mut().find(|machine| machine.id == from_id);
        let from = from.ok_or_else(|| ClerkError::not_found("machine", from_id))?;
        if !from.scoped_machines.iter().any(|id| id == to) {
            from.scoped_machines.push(to.to_owned());
        }
        Ok(())
    }

    /// Makes a credential of a subject that exists.
    pub(crate) fn create_credential(
        &mut self,
        kind: CredentialKind,
        subject: &str,
    ) -> Result<&mut Credential> {
        let now = self.now();
        let scopes = match (kind, subject.split('_').next()) {
            (CredentialKind::M2mToken, _) => self.machine(subject)?.scoped_machines.clone(),
            (CredentialKind::ApiKey, Some("org")) => self.organization(subject).map(|_| Vec::new())?,
            _ => self.user(subject).map(|_| Vec::new())?,
        };
        let is_machines = kind == CredentialKind::M2mToken;
        let last = self.credentials.len();
        self.credentials.push(Credential {
            kind,
            id: format!("{}_{}", kind.prefix(), random_hex(32)),
            token: format!("{}_{}", kind.prefix(), random_id(42)),
            subject: subject.to_owned(),
            name: kind.name().to_owned(),
            scopes,
            claims: Value::Null,
            client_id: random_id(16),
            created_by: None,
            revoked: false,
            revocation_reason: None,
            expires_at: is_machines.then_some(now + MACHINE_TOKEN_LIFETIME * 1000),
            last_used_at: None,
            created_at: now,
            updated_at: now,
        });
        Ok(&mut self.credentials[last])
    }

    pub(crate) fn credential(&self, kind: CredentialKind, id: &str) -> Result<&Credential> {
        let found = self.credentials.iter().find(|credential| credential.kind == kind && credential.id == id);
        found.ok_or_else(|| ClerkError::not_found(kind.name(), id))
    }

    /// The credential to change; it counts as updated.
    pub(crate) fn credential_mut(&mut self, kind: CredentialKind, id: &str) -> Result<&mut Credential> {
        let now = self.now();
        let found =
            self.credentials.iter_mut().find(|credential| credential.kind == kind && credential.id == id);
        let found = found.ok_or_else(|| ClerkError::not_found(kind.name(), id))?;
        found.updated_at = now;
        Ok(found)
    }

    pub(crate) fn revoke_credential(
        &mut self,
        kind: CredentialKind,
        id: &str,
        reason: Option<String>,
    ) -> Result<Value> {
        let now = self.now();
        let credential = self.credential_mut(kind, id)?;
        credential.revoked = true;
        credential.revocation_reason = reason;
        Ok(credential.document(now))
    }

    /// The credential that a token stands for, good or not; it counts as used.
    pub(crate) fn use_credential(&mut self, kind: CredentialKind, token: &str) -> Result<&Credential> {
        let now = self.now();
        let found = self
            .credentials
            .iter_mut()
            .find(|credential| credential.kind == kind && credential.token == token)
            .ok_or_else(|| ClerkError::token_unknown(kind.name()))?;
        found.last_used_at = Some(now);
        Ok(found)
    }
}
