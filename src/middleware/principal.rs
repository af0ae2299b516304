//! The caller of an authenticated request, with any type of token.

use super::auth::ClerkAuth;
#[cfg(feature = "axum")]
use super::rejection::AuthRejection;
use crate::authenticate::MachineToken;
#[cfg(feature = "axum")]
use crate::{authenticate::Principal, error::Result};

impl ClerkAuth {
    /// The ID of the caller: a user (`user_…`), an organization (`org_…`) or a machine (`mch_…`).
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        match self.session() {
            Some(session) => Some(session.claims().user_id()),
            None => self.machine_token().map(|token| &*token.subject),
        }
    }

    /// The ID of the signed-in user, or of the user on whose behalf an API key or an OAuth
    /// application acts.
    #[must_use]
    pub fn user_id(&self) -> Option<&str> {
        match self.session() {
            Some(session) => Some(session.claims().user_id()),
            None => self.machine_token()?.user_id(),
        }
    }

    /// The ID of the session's active organization, or of the organization that an API key belongs
    /// to.
    #[must_use]
    pub fn organization_id(&self) -> Option<&str> {
        match self.session() {
            Some(session) => session.claims().organization().map(|active| active.id()),
            None => self.machine_token()?.organization_id(),
        }
    }

    /// The scopes that a machine token was granted. Those of a machine-to-machine token are the IDs
    /// of the machines that it may be sent to. Sessions have no scopes.
    #[must_use]
    pub fn scopes(&self) -> &[String] {
        self.machine_token().map_or(&[], |token: &MachineToken| &token.scopes)
    }
}

/// Rejects requests without a valid token of an accepted type: with a 401, or for pages with a
/// redirect to the sign-in page.
#[cfg(feature = "axum")]
impl<S: Sync> axum::extract::FromRequestParts<S> for Principal {
    type Rejection = AuthRejection;

    async fn from_request_parts(
        parts: &mut http::request::Parts,
        _: &S,
    ) -> Result<Self, AuthRejection> {
        let auth = ClerkAuth::from_extensions(&parts.extensions, (&*parts).into())?;
        auth.principal().ok_or_else(|| auth.rejection(auth.unauthenticated(|_| true)))
    }
}
