//! Who is a member of which organization.

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

/// The memberships of users in organizations. Those of one user are with
/// [`Users::organization_memberships`](crate::api::Users::organization_memberships).
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
    /// Lists the memberships in an organization.
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

    /// Streams the memberships in an organization, from all pages.
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

    /// Lists the memberships in all organizations.
    ///
    /// `GET /organization_memberships`
    pub async fn list_all(
        self,
        params: &ListAllOrganizationMemberships,
    ) -> Result<Page<OrganizationMembership>> {
        self.0.get("/organization_memberships", []).query(params).send().await
    }

    /// Streams the memberships in all organizations, from all pages.
    ///
    /// `GET /organization_memberships`
    pub fn stream_all(
        self,
        params: &ListAllOrganizationMemberships,
    ) -> Items<OrganizationMembership> {
        self.0.get("/organization_memberships", []).query(params).stream()
    }

    /// Makes a user a member of an organization.
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

    /// Gives a member another role, by its key.
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

    /// Merges into a membership's metadata, at every depth; `null` removes a key.
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

    /// Ends a user's membership in an organization.
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
    /// Which memberships [`OrganizationMemberships::list`] returns, by their users. A list of values takes at
    /// most 100.
    pub struct ListOrganizationMemberships {
        /// With one of these IDs. `-` before one excludes it, `+` or nothing includes it.
        user_id: [String],
        /// With one of these email addresses.
        email_address: [String],
        /// With one of these phone numbers.
        phone_number: [String],
        /// With one of these usernames.
        username: [String],
        /// With one of these web3 wallet addresses.
        web3_wallet: [String],
        /// With one of these roles, by their keys.
        role: [String],
        /// Where email address, phone number, username, web3 wallet, ID or name contains this text.
        query: String,
        /// Where an email address contains this text, in either case.
        email_address_query: String,
        /// Where a phone number contains this text.
        phone_number_query: String,
        /// Where the username contains this text, in either case.
        username_query: String,
        /// Where the name contains this text, in either case.
        name_query: String,
        /// Last active before this time.
        last_active_at_before: Timestamp,
        /// Last active after this time.
        last_active_at_after: Timestamp,
        /// Created before this time.
        created_at_before: Timestamp,
        /// Created after this time.
        created_at_after: Timestamp,
        /// `phone_number`, `email_address`, `created_at`, `first_name`, `last_name` or `username`, with `-`
        /// before it to descend.
        order_by: String,
        /// How many to return: 1 to 500, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
    }
}

params! {
    /// Which memberships [`OrganizationMemberships::list_all`] returns.
    pub struct ListAllOrganizationMemberships {
        /// `phone_number`, `email_address`, `created_at`, `first_name`, `last_name` or `username`, with `-`
        /// before it to descend.
        order_by: String,
        /// How many to return: 1 to 500, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
    }
}

params! {
    /// A new membership, for [`OrganizationMemberships::create`].
    pub struct CreateOrganizationMembership(
        /// The ID of the user.
        user_id: String,
        /// The key of the user's role, such as `org:admin`.
        role: String,
    ) {
        /// Metadata that the frontend may read.
        public_metadata: Metadata,
        /// Metadata for the backend alone.
        private_metadata: Metadata,
    }
}

params! {
    /// What [`OrganizationMemberships::update_metadata`] merges.
    pub struct UpdateOrganizationMembershipMetadata {
        /// Metadata that the frontend may read.
        public_metadata: Metadata,
        /// Metadata for the backend alone.
        private_metadata: Metadata,
    }
}

model! {
    /// A user's membership in an organization.
    #[serde(tag = "object", rename = "organization_membership")]
    pub struct OrganizationMembership {
        /// Its ID, `orgmem_…`.
        pub id: String,
        /// The key of the member's role, such as `org:admin`.
        pub role: String,
        /// The name of the member's role.
        pub role_name: Option<String>,
        /// The keys of the permissions that the role gives.
        pub permissions: Vec<String>,
        /// Metadata that the frontend may read.
        pub public_metadata: Metadata,
        /// Metadata for the backend alone.
        pub private_metadata: Metadata,
        /// The organization.
        pub organization: Organization,
        /// The member.
        pub public_user_data: Option<OrganizationMembershipUser>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

model! {
    /// What members of an organization, and those it invites, see of a member.
    pub struct OrganizationMembershipUser {
        /// The user's ID, `user_…`.
        pub user_id: String,
        /// First name.
        pub first_name: Option<String>,
        /// Last name.
        pub last_name: Option<String>,
        /// The image to show. Deprecated by Clerk in favor of [`image_url`](Self::image_url).
        pub profile_image_url: Option<String>,
        /// The image to show: the user's own, or one that Clerk made.
        pub image_url: String,
        /// Whether the image is the user's own.
        pub has_image: bool,
        /// An email address, phone number or the like to know the user by.
        pub identifier: Option<String>,
        /// Username.
        pub username: Option<String>,
        /// Whether the user is banned.
        pub banned: Option<bool>,
        /// Whether a directory took the user's access away.
        pub deprovisioned: Option<bool>,
    }
}
