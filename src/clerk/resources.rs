//! Cached users and organizations.

use std::sync::Arc;

use super::{Clerk, messages::Message};
use crate::api::{GetOrganization, Organization, Result, User};

impl Clerk {
    /// Returns a user, cached for 60 seconds unless
    /// [configured](crate::ClerkConfigBuilder::resource_cache_lifetime) otherwise. Concurrent calls
    /// share one request.
    ///
    /// # Errors
    ///
    /// As [`Users::get`](crate::api::Users::get).
    pub async fn user(&self, user_id: &str) -> Result<Arc<User>> {
        let fetch = async { self.users().get(user_id).await };
        Ok(self.0.resources.users.get_or_fetch(user_id, fetch).await?)
    }

    /// Returns an organization, cached like a [`user`](Self::user).
    ///
    /// # Errors
    ///
    /// As [`Organizations::get`](crate::api::Organizations::get).
    pub async fn organization(&self, organization_id: &str) -> Result<Arc<Organization>> {
        let params = GetOrganization::default();
        let fetch = async { self.organizations().get(organization_id, &params).await };
        Ok(self.0.resources.organizations.get_or_fetch(organization_id, fetch).await?)
    }

    /// Removes a user from the cache, for example after a change. All machines that share a
    /// [cache](crate::cache) remove it.
    pub async fn forget_user(&self, user_id: &str) {
        let message = Message::ForgetUser(user_id.to_owned());
        self.receive(message.clone()).await;
        self.send(&message).await;
    }

    /// Removes an organization from the cache, like [`forget_user`](Self::forget_user).
    pub async fn forget_organization(&self, organization_id: &str) {
        let message = Message::ForgetOrganization(organization_id.to_owned());
        self.receive(message.clone()).await;
        self.send(&message).await;
    }
}
