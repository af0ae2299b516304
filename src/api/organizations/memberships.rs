//! Organization memberships.

use serde_json::json;

use super::organization::Organization;
use crate::{
    api::{
        client::Client,
        error::Result,
        transport::Items,
        types::{Metadata, Page},
    },
    timestamp::Timestamp,
};

/// The memberships of users in organizations.
/// [`Users::organization_memberships`](crate::api::Users::organization_memberships) lists those of
/// a single user.
///
/// ```no_run
/// use axum_clerk::api::{CreateOrganizationMembership, ListOrganizationMemberships};
/// use futures_util::TryStreamExt;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let grace = CreateOrganizationMembership::new("user_grace", "org:member");
/// clerk.organization_memberships().create("org_1", &grace).await?;
/// clerk.organization_memberships().update("org_1", "user_grace", "org:admin").await?;
///
/// let mut admins = clerk
///     .organization_memberships()
///     .stream("org_1", &ListOrganizationMemberships::default().role(["org:admin"]));
/// while let Some(membership) = admins.try_next().await? {
///     println!("{:?}", membership.public_user_data);
/// }
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/organization-memberships)
#[derive(Clone, Copy, Debug)]
pub struct OrganizationMemberships<'a>(pub(in crate::api) &'a Client);

impl OrganizationMemberships<'_> {
    /// Lists the memberships of an organization.
    ///
    /// `GET /organizations/{organization_id}/memberships`
    pub async fn list(
        self,
        organization_id: &str,
        params: &ListOrganizationMemberships,
    ) -> Result<Page<OrganizationMembership>> {
        self.0
            .get("/organizations/{organization_id}/memberships", [organization_id])
            .query(params)
            .send()
            .await
    }

    /// Streams the memberships of an organization from all pages.
    ///
    /// `GET /organizations/{organization_id}/memberships`
    pub fn stream(
        self,
        organization_id: &str,
        params: &ListOrganizationMemberships,
    ) -> Items<OrganizationMembership> {
        self.0
            .get("/organizations/{organization_id}/memberships", [organization_id])
            .query(params)
            .stream()
    }

    /// Lists the memberships of all organizations.
    ///
    /// `GET /organization_memberships`
    pub async fn list_all(
        self,
        params: &ListAllOrganizationMemberships,
    ) -> Result<Page<OrganizationMembership>> {
        self.0.get("/organization_memberships", []).query(params).send().await
    }

    /// Streams the memberships of all organizations from all pages.
    ///
    /// `GET /organization_memberships`
    pub fn stream_all(
        self,
        params: &ListAllOrganizationMemberships,
    ) -> Items<OrganizationMembership> {
        self.0.get("/organization_memberships", []).query(params).stream()
    }

    /// Adds a user to an organization.
    ///
    /// `POST /organizations/{organization_id}/memberships`
    pub async fn create(
        self,
        organization_id: &str,
        params: &CreateOrganizationMembership,
    ) -> Result<OrganizationMembership> {
        self.0
            .post("/organizations/{organization_id}/memberships", [organization_id])
            .json(params)
            .send()
            .await
    }

    /// Changes a member's role to the one with the given key.
    ///
    /// `PATCH /organizations/{organization_id}/memberships/{user_id}`
    pub async fn update(
        self,
        organization_id: &str,
        user_id: &str,
        role: &str,
    ) -> Result<OrganizationMembership> {
        let path = "/organizations/{organization_id}/memberships/{user_id}";
        self.0.patch(path, [organization_id, user_id]).json(&json!({ "role": role })).send().await
    }

    /// Deep-merges metadata into that of a membership. A `null` value removes its key.
    ///
    /// `PATCH /organizations/{organization_id}/memberships/{user_id}/metadata`
    pub async fn update_metadata(
        self,
        organization_id: &str,
        user_id: &str,
        params: &UpdateOrganizationMembershipMetadata,
    ) -> Result<OrganizationMembership> {
        let path = "/organizations/{organization_id}/memberships/{user_id}/metadata";
        self.0.patch(path, [organization_id, user_id]).json(params).send().await
    }

    /// Removes a user from an organization.
    ///
    /// `DELETE /organizations/{organization_id}/memberships/{user_id}`
    pub async fn delete(
        self,
        organization_id: &str,
        user_id: &str,
    ) -> Result<OrganizationMembership> {
        let path = "/organizations/{organization_id}/memberships/{user_id}";
        self.0.delete(path, [organization_id, user_id]).send().await
    }
}

params! {
    /// Parameters for [`OrganizationMemberships::list`]. Filters that take a list accept up to 100
    /// values.
    pub struct ListOrganizationMemberships {
        /// Filters by user ID. A leading `-` excludes a user; a leading `+` is optional.
        user_id: [String],
        /// Filters by email address.
        email_address: [String],
        /// Filters by phone number.
        phone_number: [String],
        /// Filters by username.
        username: [String],
        /// Filters by web3 wallet address.
        web3_wallet: [String],
        /// Filters by the key of the role.
        role: [String],
        /// Filters by part of an email address, phone number, username, web3 wallet address, user
        /// ID or name.
        query: String,
        /// Filters by part of an email address, ignoring case.
        email_address_query: String,
        /// Filters by part of a phone number.
        phone_number_query: String,
        /// Filters by part of the username, ignoring case.
        username_query: String,
        /// Filters by part of the name, ignoring case.
        name_query: String,
        /// Filters by users last active before this time.
        last_active_at_before: Timestamp,
        /// Filters by users last active after this time.
        last_active_at_after: Timestamp,
        /// Filters by users created before this time.
        created_at_before: Timestamp,
        /// Filters by users created after this time.
        created_at_after: Timestamp,
        /// The sort order: `phone_number`, `email_address`, `created_at`, `first_name`, `last_name`
        /// or `username`, descending with a leading `-`.
        order_by: String,
        /// The maximum number of results: 1 to 500, 10 by default.
        limit: u32,
        /// The number of results to skip.
        offset: u64,
    }
}

params! {
    /// Parameters for [`OrganizationMemberships::list_all`].
    pub struct ListAllOrganizationMemberships {
        /// The sort order: `phone_number`, `email_address`, `created_at`, `first_name`, `last_name`
        /// or `username`, descending with a leading `-`.
        order_by: String,
        /// The maximum number of results: 1 to 500, 10 by default.
        limit: u32,
        /// The number of results to skip.
        offset: u64,
    }
}

params! {
    /// Parameters for [`OrganizationMemberships::create`].
    pub struct CreateOrganizationMembership(
        /// The ID of the user.
        user_id: String,
        /// The key of the member's role, such as `org:admin`.
        role: String,
    ) {
        /// The public metadata, readable by the frontend.
        public_metadata: Metadata,
        /// The private metadata, accessible only to the backend.
        private_metadata: Metadata,
    }
}

params! {
    /// Parameters for [`OrganizationMemberships::update_metadata`].
    pub struct UpdateOrganizationMembershipMetadata {
        /// The public metadata to merge, readable by the frontend.
        public_metadata: Metadata,
        /// The private metadata to merge, accessible only to the backend.
        private_metadata: Metadata,
    }
}

model! {
    /// A user's membership in an organization.
    #[serde(tag = "object", rename = "organization_membership")]
    pub struct OrganizationMembership {
        /// The membership's ID, `orgmem_…`.
        pub id: String,
        /// The key of the member's role, such as `org:admin`.
        pub role: String,
        /// The name of the member's role.
        pub role_name: Option<String>,
        /// The keys of the permissions that the role grants.
        pub permissions: Vec<String>,
        /// The public metadata, readable by the frontend.
        pub public_metadata: Metadata,
        /// The private metadata, accessible only to the backend.
        pub private_metadata: Metadata,
        /// The organization.
        pub organization: Organization,
        /// The public data of the member.
        pub public_user_data: Option<OrganizationMembershipUser>,
        /// The time when the membership was created.
        pub created_at: Timestamp,
        /// The time when the membership was last updated.
        pub updated_at: Timestamp,
    }
}

model! {
    /// The data of a member that other members and invited users can see.
    pub struct OrganizationMembershipUser {
        /// The user's ID, `user_…`.
        pub user_id: String,
        /// The user's first name.
        pub first_name: Option<String>,
        /// The user's last name.
        pub last_name: Option<String>,
        /// The URL of the user's image. Deprecated by Clerk in favor of
        /// [`image_url`](Self::image_url).
        pub profile_image_url: Option<String>,
        /// The URL of the user's image: an uploaded image or one generated by Clerk.
        pub image_url: String,
        /// Whether the user has uploaded an image.
        pub has_image: bool,
        /// An identifier of the user, such as an email address or a phone number.
        pub identifier: Option<String>,
        /// The user's username.
        pub username: Option<String>,
        /// Whether the user is banned.
        pub banned: Option<bool>,
        /// Whether a directory has removed the user's access.
        pub deprovisioned: Option<bool>,
    }
}
