//! The operations on users.

use serde::Deserialize;
use serde_json::json;

use super::{
    params::{
        CreateUser, ListUserOrganizationInvitations, ListUsers, UpdateUser, UpdateUserMetadata,
    },
    user::User,
};
use crate::api::{
    client::Client,
    error::Result,
    organizations::{OrganizationInvitation, OrganizationMembership},
    transport::{Items, Upload},
    types::{DeletedObject, Page, Paging},
};

/// The users of an instance.
///
/// ```no_run
/// use axum_clerk::{
///     Timestamp,
///     api::{CreateUser, ListUsers, UpdateUserMetadata},
/// };
/// use futures_util::TryStreamExt;
/// use serde_json::json;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let ada = CreateUser::default().first_name("Ada").email_address(["ada@example.com"]);
/// let ada = clerk.users().create(&ada).await?;
/// let plan = UpdateUserMetadata::default().public_metadata(json!({ "plan": "pro" }));
/// clerk.users().update_metadata(&ada.id, &plan).await?;
///
/// let recent = ListUsers::default().created_at_after(Timestamp::from_millis(1_800_000_000_000));
/// let mut recent = clerk.users().stream(&recent);
/// while let Some(user) = recent.try_next().await? {
///     println!("{} {:?}", user.id, user.primary_email_address());
/// }
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/users)
#[derive(Clone, Copy, Debug)]
pub struct Users<'a>(pub(in crate::api) &'a Client);

impl Users<'_> {
    /// Lists users, the newest first unless `order_by` is set.
    ///
    /// `GET /users`
    pub async fn list(self, params: &ListUsers) -> Result<Vec<User>> {
        self.0.get("/users", []).query(params).send_list().await
    }

    /// Streams users, over all pages.
    ///
    /// `GET /users`
    pub fn stream(self, params: &ListUsers) -> Items<User> {
        self.0.get("/users", []).query(params).stream()
    }

    /// Counts the users that match the filters. The order and the page are ignored.
    ///
    /// `GET /users/count`
    pub async fn count(self, params: &ListUsers) -> Result<u64> {
        let filters = ListUsers {
            order_by: None,
            limit: None,
            offset: None,
            starting_after: None,
            ..params.clone()
        };
        let count: TotalCount = self.0.get("/users/count", []).query(&filters).send().await?;
        Ok(count.total_count)
    }

    /// Gets a user.
    ///
    /// `GET /users/{user_id}`
    pub async fn get(self, user_id: &str) -> Result<User> {
        self.0.get("/users/{user_id}", [user_id]).send().await
    }

    /// Creates a user. Email addresses and phone numbers are verified unless their status is
    /// `reserved`.
    ///
    /// `POST /users`
    pub async fn create(self, params: &CreateUser) -> Result<User> {
        self.0.post("/users", []).json(params).send().await
    }

    /// Updates a user. To update metadata, use [`update_metadata`](Self::update_metadata).
    ///
    /// `PATCH /users/{user_id}`
    pub async fn update(self, user_id: &str, params: &UpdateUser) -> Result<User> {
        self.0.patch("/users/{user_id}", [user_id]).json(params).send().await
    }

    /// Deletes a user.
    ///
    /// `DELETE /users/{user_id}`
    pub async fn delete(self, user_id: &str) -> Result<DeletedObject> {
        self.0.delete("/users/{user_id}", [user_id]).send().await
    }

    /// Merges into a user's metadata at every level; `null` removes a key.
    ///
    /// `PATCH /users/{user_id}/metadata`
    pub async fn update_metadata(self, user_id: &str, params: &UpdateUserMetadata) -> Result<User> {
        self.0.patch("/users/{user_id}/metadata", [user_id]).json(params).send().await
    }

    /// Replaces a user's metadata. Fields that are unset remain unchanged.
    ///
    /// `PUT /users/{user_id}/metadata`
    pub async fn replace_metadata(
        self,
        user_id: &str,
        params: &UpdateUserMetadata,
    ) -> Result<User> {
        self.0.put("/users/{user_id}/metadata", [user_id]).json(params).send().await
    }

    /// Sets a user's profile image.
    ///
    /// `POST /users/{user_id}/profile_image`
    pub async fn set_profile_image(self, user_id: &str, image: Upload) -> Result<User> {
        self.0.post("/users/{user_id}/profile_image", [user_id]).upload(image, []).send().await
    }

    /// Deletes a user's profile image.
    ///
    /// `DELETE /users/{user_id}/profile_image`
    pub async fn delete_profile_image(self, user_id: &str) -> Result<User> {
        self.0.delete("/users/{user_id}/profile_image", [user_id]).send().await
    }

    /// Bans a user: revokes all of their sessions and rejects new sign-ins until
    /// [`unban`](Self::unban).
    ///
    /// `POST /users/{user_id}/ban`
    pub async fn ban(self, user_id: &str) -> Result<User> {
        self.0.post("/users/{user_id}/ban", [user_id]).send().await
    }

    /// Bans 1 to 50 users.
    ///
    /// `POST /users/ban`
    pub async fn bulk_ban(self, user_ids: &[&str]) -> Result<Vec<User>> {
        self.0.post("/users/ban", []).json(&json!({ "user_ids": user_ids })).send_list().await
    }

    /// Unbans a user, who can then sign in again.
    ///
    /// `POST /users/{user_id}/unban`
    pub async fn unban(self, user_id: &str) -> Result<User> {
        self.0.post("/users/{user_id}/unban", [user_id]).send().await
    }

    /// Unbans 1 to 50 users.
    ///
    /// `POST /users/unban`
    pub async fn bulk_unban(self, user_ids: &[&str]) -> Result<Vec<User>> {
        self.0.post("/users/unban", []).json(&json!({ "user_ids": user_ids })).send_list().await
    }

    /// Locks a user for the lockout duration that is configured in the instance's settings.
    ///
    /// `POST /users/{user_id}/lock`
    pub async fn lock(self, user_id: &str) -> Result<User> {
        self.0.post("/users/{user_id}/lock", [user_id]).send().await
    }

    /// Unlocks a user, who can then sign in again.
    ///
    /// `POST /users/{user_id}/unlock`
    pub async fn unlock(self, user_id: &str) -> Result<User> {
        self.0.post("/users/{user_id}/unlock", [user_id]).send().await
    }

    /// Lists a user's memberships in organizations.
    ///
    /// `GET /users/{user_id}/organization_memberships`
    pub async fn organization_memberships(
        self,
        user_id: &str,
        params: &Paging,
    ) -> Result<Page<OrganizationMembership>> {
        self.0
            .get("/users/{user_id}/organization_memberships", [user_id])
            .query(params)
            .send()
            .await
    }

    /// Streams a user's memberships in organizations, over all pages.
    ///
    /// `GET /users/{user_id}/organization_memberships`
    pub fn stream_organization_memberships(
        self,
        user_id: &str,
        params: &Paging,
    ) -> Items<OrganizationMembership> {
        self.0.get("/users/{user_id}/organization_memberships", [user_id]).query(params).stream()
    }

    /// Lists a user's invitations to organizations.
    ///
    /// `GET /users/{user_id}/organization_invitations`
    pub async fn organization_invitations(
        self,
        user_id: &str,
        params: &ListUserOrganizationInvitations,
    ) -> Result<Page<OrganizationInvitation>> {
        self.0
            .get("/users/{user_id}/organization_invitations", [user_id])
            .query(params)
            .send()
            .await
    }

    /// Streams a user's invitations to organizations, over all pages.
    ///
    /// `GET /users/{user_id}/organization_invitations`
    pub fn stream_organization_invitations(
        self,
        user_id: &str,
        params: &ListUserOrganizationInvitations,
    ) -> Items<OrganizationInvitation> {
        self.0.get("/users/{user_id}/organization_invitations", [user_id]).query(params).stream()
    }
}

#[derive(Deserialize)]
struct TotalCount {
    total_count: u64,
}
