//! Cached users and organizations.

use std::sync::{Arc, Weak};

use futures_util::FutureExt;

use super::{Clerk, Inner, messages::Message};
use crate::api::{GetOrganization, OnChange, Organization, Result, User};

impl Clerk {
    /// Returns a user, cached for 60 seconds unless
    /// [configured](crate::ClerkConfigBuilder::resource_cache_lifetime) otherwise. Concurrent calls
    /// share one request.
    ///
    /// The calls of this handle that change a user, such as
    /// [`Users::update`](crate::api::Users::update), remove them from the cache. After changes by
    /// other means, including those to a user's email addresses and phone numbers by their own IDs,
    /// use [`forget_user`](Self::forget_user).
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
        self.forget(Message::ForgetUser(user_id.to_owned())).await;
    }

    /// Removes an organization from the cache, like [`forget_user`](Self::forget_user).
    pub async fn forget_organization(&self, organization_id: &str) {
        self.forget(Message::ForgetOrganization(organization_id.to_owned())).await;
    }

    async fn forget(&self, message: Message) {
        self.receive(message.clone()).await;
        self.send(&message).await;
    }

    /// Creates the function that removes a user or an organization from the cache after a call that
    /// may have changed it.
    pub(super) fn forget_changed(clerk: Weak<Inner>) -> OnChange {
        Arc::new(move |path| {
            let message = changed_by(path);
            let clerk = clerk.upgrade().map(Self);
            async move {
                if let (Some(clerk), Some(message)) = (clerk, message) {
                    clerk.forget(message).await;
                }
            }
            .boxed()
        })
    }
}

/// Returns the resource that a call to a path such as `/v1/users/user_1/metadata` changes.
fn changed_by(path: &str) -> Option<Message> {
    let mut segments = path.split('/').skip_while(|segment| *segment != "v1").skip(1);
    let (resource, id) = (segments.next()?, segments.next()?);
    match resource {
        "users" if id.starts_with("user_") => Some(Message::ForgetUser(id.to_owned())),
        "organizations" if id.starts_with("org_") => {
            Some(Message::ForgetOrganization(id.to_owned()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_resource_is_derived_from_the_path() {
        for (path, message) in [
            ("/v1/users/user_1", Some(Message::ForgetUser("user_1".into()))),
            ("/v1/users/user_1/metadata", Some(Message::ForgetUser("user_1".into()))),
            ("/clerk/v1/users/user_1/ban", Some(Message::ForgetUser("user_1".into()))),
            (
                "/v1/organizations/org_1/memberships/user_1",
                Some(Message::ForgetOrganization("org_1".into())),
            ),
            ("/v1/users", None),
            ("/v1/users/ban", None),
            ("/v1/sessions/sess_1/revoke", None),
            ("/", None),
        ] {
            assert_eq!(changed_by(path), message, "{path}");
        }
    }
}
