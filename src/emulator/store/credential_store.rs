//! What programs authenticate with: API keys, machine-to-machine tokens, OAuth access tokens.

use serde_json::{Value, json};

use super::{
    super::{
        error::{ClerkError, Result},
        id::{random_hex, random_id},
    },
    Store,
};

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
#[derive(Clone)]
pub(crate) struct Credential {
    pub(crate) kind: CredentialKind,
    pub(crate) id: String,
    /// The opaque token.
    pub(crate) token: String,
    pub(crate) subject: String,
    /// An API key's type, which is the application's to choose.
    pub(crate) api_key_type: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) scopes: Vec<String>,
    pub(crate) claims: Value,
    pub(crate) client_id: String,
    pub(crate) created_by: Option<String>,
    pub(crate) revoked: bool,
    revocation_reason: Option<String>,
    pub(crate) expires_at: Option<i64>,
    last_used_at: Option<i64>,
    created_at: i64,
    pub(crate) updated_at: i64,
}

impl Credential {
    pub(crate) fn is_expired(&self, now: i64) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }

    pub(crate) fn is_good(&self, now: i64) -> bool {
        !self.revoked && !self.is_expired(now)
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
            document["type"] = json!(self.api_key_type);
            document["name"] = json!(self.name);
            document["description"] = json!(self.description);
            document["created_by"] = json!(self.created_by);
        }
        document
    }

    /// As [`document`](Self::document), with the token in a field of that name.
    pub(crate) fn document_with(&self, field: &str, token: &str, now: i64) -> Value {
        let mut document = self.document(now);
        document[field] = json!(token);
        document
    }
}

/// When it is over after so many seconds, a positive number.
pub(crate) fn seconds_from(now: i64, seconds: f64) -> Result<i64> {
    #[allow(clippy::cast_possible_truncation)]
    match seconds > 0.0 {
        true => Ok(now.saturating_add((seconds * 1000.0) as i64)),
        false => Err(ClerkError::value("seconds_until_expiration", "more than 0")),
    }
}

impl Store {
    /// A credential of a subject that exists. It is stored by [`push`](Vec::push)ing it.
    pub(crate) fn new_credential(&self, kind: CredentialKind, subject: &str) -> Result<Credential> {
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
            created_by: None,
            revoked: false,
            revocation_reason: None,
            expires_at,
            last_used_at: None,
            created_at: now,
            updated_at: now,
        })
    }

    pub(crate) fn credential(&self, kind: CredentialKind, id: &str) -> Result<&Credential> {
        let found = self
            .credentials
            .iter()
            .find(|credential| credential.kind == kind && credential.id == id);
        found.ok_or_else(|| ClerkError::not_found(kind.name(), id))
    }

    /// The credential to change; it counts as updated.
    pub(crate) fn credential_mut(
        &mut self,
        kind: CredentialKind,
        id: &str,
    ) -> Result<&mut Credential> {
        let now = self.now();
        let found = self
            .credentials
            .iter_mut()
            .find(|credential| credential.kind == kind && credential.id == id);
        let found = found.ok_or_else(|| ClerkError::not_found(kind.name(), id))?;
        found.updated_at = now;
        Ok(found)
    }

    /// Revokes a credential. One that is revoked stays as it is, with the reason that it has.
    pub(crate) fn revoke_credential(
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

    /// Revokes what is not revoked yet.
    pub(crate) fn revoke_credentials(&mut self, is_meant: impl Fn(&Credential) -> bool) {
        let now = self.now();
        for credential in &mut self.credentials {
            if !credential.revoked && is_meant(credential) {
                credential.revoked = true;
                credential.updated_at = now;
            }
        }
    }

    /// The good credential that an opaque token stands for, if it is for who asks; it counts as used.
    pub(crate) fn use_credential(
        &mut self,
        kind: CredentialKind,
        token: &str,
        is_for: impl Fn(&Credential) -> bool,
    ) -> Result<Value> {
        let now = self.now();
        let is_meant =
            |credential: &Credential| credential.kind == kind && credential.token == token;
        let found = self.credentials.iter_mut().find(|credential| is_meant(credential));
        let found = found.filter(|credential| credential.is_good(now) && is_for(credential));
        let found = found.ok_or_else(|| ClerkError::token_unknown(kind.name()))?;
        found.last_used_at = Some(now);
        Ok(found.document(now))
    }
}
