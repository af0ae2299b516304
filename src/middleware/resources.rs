//! The user and the organization of a request, from the Backend API.

use std::sync::Arc;

use super::auth::ClerkAuth;
#[cfg(feature = "axum")]
use super::extract::SignedIn;
use crate::{
    api::{Organization, Secret, User},
    error::{Error, Result},
};

impl ClerkAuth {
    /// Fetches the user who calls from the Backend API; cached for 60 seconds by default.
    ///
    /// # Errors
    ///
    /// As [`Clerk::user`](crate::Clerk::user).
    pub async fn user(&self) -> Result<Option<Arc<User>>> {
        match self.user_id() {
            Some(id) => Ok(Some(self.clerk().user(id).await?)),
            None => Ok(None),
        }
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
    /// [`AuthRejection::SignedOut`](crate::AuthRejection::SignedOut) without a session, and otherwise
    /// as [`Sessions::create_token_from_template`](crate::api::Sessions::create_token_from_template).
    pub async fn token_for_template(&self, template: &str) -> Result<Secret> {
        let session_id = self.session_id().ok_or_else(|| Error::Rejected(self.signed_out(None)))?;
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
    /// As [`Clerk::user`](crate::Clerk::user).
    pub async fn user(&self) -> Result<Arc<User>> {
        Ok(self.clerk().user(self.user_id()).await?)
    }
}
