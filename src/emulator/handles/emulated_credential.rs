//! The handle of a machine credential.

use std::{fmt, sync::Arc, time::Duration};

use serde_json::Value;

use super::or_panic::or_panic;
use crate::emulator::store::{Credential, CredentialKind, Instance};

/// An emulated API key, machine-to-machine token or OAuth access token.
///
/// Clones refer to the same credential.
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

    /// The credential's ID: `ak_…`, `mt_…` or `oat_…`. It has the prefix of the opaque token, but
    /// is not secret.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The opaque token, which servers verify through the Backend API.
    #[must_use]
    pub fn token(&self) -> String {
        or_panic(self.instance.store().credential(self.kind, &self.id)).token.clone()
    }

    /// Returns the credential as a JWT, signed with the instance's current key. It is verified
    /// without network access, so that [`revoke`](Self::revoke) has no effect on it. Without
    /// [`expires_in`](Self::expires_in), an OAuth access token in this form expires after one day.
    ///
    /// # Panics
    ///
    /// If the credential is an API key, which is always opaque.
    #[must_use]
    pub fn jwt(&self) -> String {
        assert!(self.kind != CredentialKind::ApiKey, "API keys are always opaque");
        self.instance
            .credential_jwt(or_panic(self.instance.store().credential(self.kind, &self.id)))
    }

    /// Sets the scopes; for a machine-to-machine token, the IDs of the machines that it is for.
    #[must_use]
    pub fn scopes(self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let scopes = scopes.into_iter().map(Into::into).collect();
        self.update(|credential| credential.scopes = scopes)
    }

    /// Sets the custom claims.
    #[must_use]
    pub fn claims(self, claims: impl Into<Value>) -> Self {
        let claims = claims.into();
        self.update(|credential| credential.claims = claims)
    }

    /// Sets the name of an API key.
    #[must_use]
    pub fn name(self, name: impl Into<String>) -> Self {
        let name = name.into();
        self.update(|credential| credential.name = name)
    }

    /// Sets the `client_id` of the OAuth application that an access token was issued to.
    #[must_use]
    pub fn client_id(self, client_id: impl Into<String>) -> Self {
        let client_id = client_id.into();
        self.update(|credential| credential.client_id = client_id)
    }

    /// Sets the lifetime, counted from now. By default, machine-to-machine tokens expire after one
    /// hour, and the other credentials do not expire.
    #[must_use]
    pub fn expires_in(self, lifetime: Duration) -> Self {
        let expires_at = self.instance.clock.unix_millis_after(lifetime);
        self.update(|credential| credential.expires_at = Some(expires_at))
    }

    /// Revokes the credential.
    pub fn revoke(&self) {
        or_panic(self.instance.store().revoke_credential(self.kind, &self.id, None));
    }

    fn update(self, update: impl FnOnce(&mut Credential)) -> Self {
        update(or_panic(self.instance.store().credential_mut(self.kind, &self.id)));
        self
    }
}

impl fmt::Debug for EmulatedCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmulatedCredential").field("id", &self.id).finish_non_exhaustive()
    }
}
