//! The user and the organization of a request, from the Backend API.

use std::sync::Arc;

#[cfg(feature = "axum")]
use super::extract::SignedIn;
use super::{auth::ClerkAuth, rejection::RejectionKind};
use crate::{
    api::{Organization, Secret, User},
    error::Result,
};

impl ClerkAuth {
    /// Fetches the caller's user from the Backend API; cached for 60 seconds by default.
    ///
    /// # Errors
    ///
    /// [`RejectionKind::UserNotFound`](crate::RejectionKind::UserNotFound) if the user no longer
    /// exists, and otherwise as [`Clerk::user`](crate::Clerk::user).
    pub async fn user(&self) -> Result<Option<Arc<User>>> {
        match self.user_id() {
            Some(id) => self.fetch_user(id).await.map(Some),
            None => Ok(None),
        }
    }

    async fn fetch_user(&self, id: &str) -> Result<Arc<User>> {
        self.clerk().user(id).await.map_err(|error| match error.api() {
            Some(api_error) if api_error.is_not_found() => {
                tracing::debug!(%error, "the signed-in user no longer exists");
                self.rejection(RejectionKind::UserNotFound).into()
            }
            _ => error.into(),
        })
    }

    /// Fetches the session's active organization, or that of an API key, from the Backend API;
    /// cached for 60 seconds by default.
    ///
    /// # Errors
    ///
    /// As [`Clerk::organization`](crate::Clerk::organization).
    pub async fn organization(&self) -> Result<Option<Arc<Organization>>> {
        match self.organization_id() {
            Some(id) => Ok(Some(self.clerk().organization(id).await?)),
            None => Ok(None),
        }
    }

    /// Creates a token for another service, from the session and a
    /// [JWT template](https://clerk.com/docs/guides/sessions/jwt-templates).
    ///
    /// # Errors
    ///
    /// [`RejectionKind::SignedOut`] without a session, and otherwise
    /// as [`Sessions::create_token_from_template`](crate::api::Sessions::create_token_from_template).
    pub async fn token_for_template(&self, template: &str) -> Result<Secret> {
        let session_id = self.require_signed_in()?.claims().session_id();
        let session_id = session_id.ok_or_else(|| self.rejection(self.signed_out()))?;
        let token = self
            .clerk()
            .sessions()
            .create_token_from_template(session_id, template, &Default::default())
            .await?;
        Ok(token.jwt)
    }
}

#[cfg(feature = "axum")]
impl SignedIn {
    /// Fetches the user from the Backend API; cached for 60 seconds by default.
    ///
    /// # Errors
    ///
    /// As [`ClerkAuth::user`].
    pub async fn user(&self) -> Result<Arc<User>> {
        self.fetch_user(self.user_id()).await
    }
}
