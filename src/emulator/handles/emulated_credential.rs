//! Machines and what they authenticate with, as users of the emulator hold them.

use std::{fmt, sync::Arc, time::Duration};

use serde_json::Value;

use super::or_panic::or_panic;
use crate::emulator::store::{Credential, CredentialKind, Instance};

/// An API key, a machine-to-machine token or an OAuth access token of the emulator's.
///
/// Clones are the same credential.
///
/// ```
/// # use axum_clerk::{api::CreateUser, emulator::ClerkEmulator};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let clerk = ClerkEmulator::start().await?;
/// let ada = clerk.create_user(CreateUser::default().first_name("Ada"));
/// let key = clerk.create_api_key(&ada.id).scopes(["read:invoices"]);
/// let authorization = format!("Bearer {}", key.token());
/// # assert!(key.token().starts_with("ak_"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct EmulatedCredential {
    instance: Arc<Instance>,
    kind: CredentialKind,
    id: String,
}

impl EmulatedCredential {
    #[track_caller]
    pub(super) fn new(instance: Arc<Instance>, kind: CredentialKind, subject: &str) -> Self {
        let mut store = instance.store();
        let credential = or_panic(store.new_credential(kind, subject));
        let id = credential.id.clone();
        store.credentials.push(credential);
        drop(store);
        Self { instance, kind, id }
    }

    /// The ID: `ak_…`, `mt_…` or `oat_…` like the opaque token, but no secret.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The opaque token, which is verified by asking the Backend API.
    #[must_use]
    pub fn token(&self) -> String {
        or_panic(self.instance.store().credential(self.kind, &self.id)).token.clone()
    }

    /// The same as a JWT, signed with the instance's current key: it is verified without asking anybody, and revoking
    /// does nothing to it.
    ///
    /// # Panics
    ///
    /// For an API key, which is always opaque.
    #[must_use]
    pub fn jwt(&self) -> String {
        assert!(self.kind != CredentialKind::ApiKey, "an API key is always opaque");
        self.instance
            .credential_jwt(or_panic(self.instance.store().credential(self.kind, &self.id)))
    }

    /// What it may be used for; for a machine-to-machine token, the IDs of the machines that it is for.
    #[must_use]
    pub fn scopes(self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let scopes = scopes.into_iter().map(Into::into).collect();
        self.change(|credential| credential.scopes = scopes)
    }

    /// Claims of its creator's own.
    #[must_use]
    pub fn claims(self, claims: impl Into<Value>) -> Self {
        let claims = claims.into();
        self.change(|credential| credential.claims = claims)
    }

    /// An API key's name.
    #[must_use]
    pub fn name(self, name: impl Into<String>) -> Self {
        let name = name.into();
        self.change(|credential| credential.name = name)
    }

    /// The OAuth application that an access token was issued to: its `client_id`, if it is one of the instance's.
    #[must_use]
    pub fn client_id(self, client_id: impl Into<String>) -> Self {
        let client_id = client_id.into();
        self.change(|credential| credential.client_id = client_id)
    }

    /// When it ends, from now. Unless told otherwise, a machine-to-machine token is good for an hour, and the others do
    /// not end.
    #[must_use]
    pub fn expires_in(self, lifetime: Duration) -> Self {
        let lifetime = i64::try_from(lifetime.as_millis()).unwrap_or(i64::MAX);
        let end = self.instance.clock.unix_millis().saturating_add(lifetime);
        self.change(|credential| credential.expires_at = Some(end))
    }

    /// Makes it good for nothing from now on.
    pub fn revoke(&self) {
        or_panic(self.instance.store().revoke_credential(self.kind, &self.id, None));
    }

    fn change(self, change: impl FnOnce(&mut Credential)) -> Self {
        change(or_panic(self.instance.store().credential_mut(self.kind, &self.id)));
        self
    }
}

impl fmt::Debug for EmulatedCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmulatedCredential").field("id", &self.id).finish_non_exhaustive()
    }
}
