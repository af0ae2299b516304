//! Organizations.

use crate::{
    api::{
        client::Client,
        error::Result,
        transport::{Items, Upload},
        types::field_serde::rfc3339,
        types::{DeletedObject, Metadata, Page, Patch, UploadLogo},
    },
    timestamp::Timestamp,
};

/// The organizations of the instance.
///
/// ```no_run
/// use axum_clerk::api::{
///     CreateOrganization, CreateOrganizationInvitation, ListOrganizationMemberships,
/// };
/// use futures_util::TryStreamExt;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let engines = CreateOrganization::new("Analytical Engines").created_by("user_ada");
/// let engines = clerk.organizations().create(&engines).await?;
///
/// let invitation = CreateOrganizationInvitation::new("grace@example.com", "org:member");
/// clerk.organization_invitations().create(&engines.id, &invitation).await?;
///
/// let admins = ListOrganizationMemberships::default().role(["org:admin"]);
/// let mut admins = clerk.organization_memberships().stream(&engines.id, &admins);
/// while let Some(membership) = admins.try_next().await? {
///     println!("{:?}", membership.public_user_data);
/// }
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/organizations)
#[derive(Clone, Copy, Debug)]
pub struct Organizations<'a>(pub(in crate::api) &'a Client);

impl Organizations<'_> {
    /// Lists organizations, newest first by default.
    ///
    /// `GET /organizations`
    pub async fn list(self, params: &ListOrganizations) -> Result<Page<Organization>> {
        self.0.get("/organizations", []).query(params).send().await
    }

    /// Streams organizations from all pages.
    ///
    /// `GET /organizations`
    pub fn stream(self, params: &ListOrganizations) -> Items<Organization> {
        self.0.get("/organizations", []).query(params).stream()
    }

    /// Gets an organization by its ID or slug.
    ///
    /// `GET /organizations/{organization_id}`
    pub async fn get(self, id_or_slug: &str, params: &GetOrganization) -> Result<Organization> {
        self.0.get("/organizations/{organization_id}", [id_or_slug]).query(params).send().await
    }

    /// Creates an organization.
    ///
    /// `POST /organizations`
    pub async fn create(self, params: &CreateOrganization) -> Result<Organization> {
        self.0.post("/organizations", []).json(params).send().await
    }

    /// Updates an organization. To change its metadata, use
    /// [`update_metadata`](Self::update_metadata).
    ///
    /// `PATCH /organizations/{organization_id}`
    pub async fn update(
        self,
        organization_id: &str,
        params: &UpdateOrganization,
    ) -> Result<Organization> {
        self.0
            .patch("/organizations/{organization_id}", [organization_id])
            .json(params)
            .send()
            .await
    }

    /// Deletes an organization with its memberships and invitations.
    ///
    /// `DELETE /organizations/{organization_id}`
    pub async fn delete(self, organization_id: &str) -> Result<DeletedObject> {
        self.0.delete("/organizations/{organization_id}", [organization_id]).send().await
    }

    /// Deep-merges metadata into that of an organization. A `null` value removes its key.
    ///
    /// `PATCH /organizations/{organization_id}/metadata`
    pub async fn update_metadata(
        self,
        organization_id: &str,
        params: &UpdateOrganizationMetadata,
    ) -> Result<Organization> {
        self.0
            .patch("/organizations/{organization_id}/metadata", [organization_id])
            .json(params)
            .send()
            .await
    }

    /// Replaces the metadata of an organization. Fields that are unset are left unchanged.
    ///
    /// `PUT /organizations/{organization_id}/metadata`
    pub async fn replace_metadata(
        self,
        organization_id: &str,
        params: &UpdateOrganizationMetadata,
    ) -> Result<Organization> {
        self.0
            .put("/organizations/{organization_id}/metadata", [organization_id])
            .json(params)
            .send()
            .await
    }

    /// Sets the logo of an organization.
    ///
    /// `PUT /organizations/{organization_id}/logo`
    pub async fn upload_logo(
        self,
        organization_id: &str,
        logo: Upload,
        params: &UploadLogo,
    ) -> Result<Organization> {
        let uploader = params.uploader_user_id.as_deref().map(|id| ("uploader_user_id", id));
        let request = self.0.put("/organizations/{organization_id}/logo", [organization_id]);
        request.upload(logo, uploader).send().await
    }

    /// Deletes the logo of an organization.
    ///
    /// `DELETE /organizations/{organization_id}/logo`
    pub async fn delete_logo(self, organization_id: &str) -> Result<Organization> {
        self.0.delete("/organizations/{organization_id}/logo", [organization_id]).send().await
    }
}

params! {
    /// Parameters for [`Organizations::list`].
    pub struct ListOrganizations {
        /// Whether to include [`Organization::members_count`].
        include_members_count: bool,
        /// Whether to include [`Organization::missing_member_with_elevated_permissions`].
        include_missing_member_with_elevated_permissions: bool,
        /// Filters by the exact ID or by part of the name or slug.
        query: String,
        /// Filters by the IDs of members. A leading `-` excludes a user; a leading `+` is optional.
        user_id: [String],
        /// Filters by organization ID, up to 100. A leading `-` excludes an organization; a leading
        /// `+` is optional.
        organization_id: [String],
        /// The sort order: `name`, `created_at` or `members_count`, descending with a leading `-`.
        /// `-created_at` by default.
        order_by: String,
        /// The maximum number of results: 1 to 500, 10 by default.
        limit: u32,
        /// The number of results to skip.
        offset: u64,
    }
}

params! {
    /// Parameters for [`Organizations::get`].
    pub struct GetOrganization {
        /// Whether to include [`Organization::members_count`].
        include_members_count: bool,
        /// Whether to include [`Organization::missing_member_with_elevated_permissions`].
        include_missing_member_with_elevated_permissions: bool,
    }
}

params! {
    /// Parameters for [`Organizations::create`].
    pub struct CreateOrganization(
        /// The organization's name: at most 256 characters, without URLs and HTML.
        name: String,
    ) {
        /// The ID of the user who becomes the organization's administrator.
        created_by: String,
        /// The private metadata, accessible only to the backend.
        private_metadata: Metadata,
        /// The public metadata, readable by the frontend.
        public_metadata: Metadata,
        /// The organization's slug, unique in the instance: lowercase letters, digits and `-`. Only
        /// for instances with slugs enabled.
        slug: String,
        /// The maximum number of members; 0 means no limit.
        max_allowed_memberships: u64,
        /// The time when the organization was created, to override the current time.
        #[serde(serialize_with = "rfc3339")]
        created_at: Timestamp,
        /// The key of the organization's role set.
        role_set_key: String,
    }
}

params! {
    /// Parameters for [`Organizations::update`].
    pub struct UpdateOrganization {
        /// The organization's name: at most 256 characters, without URLs and HTML.
        name: String,
        /// The organization's slug, unique in the instance: lowercase letters, digits and `-`.
        slug: Patch<String>,
        /// The maximum number of members; 0 means no limit.
        max_allowed_memberships: u64,
        /// Whether administrators can delete the organization.
        admin_delete_enabled: bool,
        /// The time when the organization was created.
        #[serde(serialize_with = "rfc3339")]
        created_at: Timestamp,
        /// The key of the organization's role set.
        role_set_key: Patch<String>,
    }
}

params! {
    /// Parameters for [`Organizations::update_metadata`] and [`Organizations::replace_metadata`].
    pub struct UpdateOrganizationMetadata {
        /// The public metadata, readable by the frontend.
        public_metadata: Metadata,
        /// The private metadata, accessible only to the backend.
        private_metadata: Metadata,
    }
}

model! {
    /// An organization.
    #[serde(tag = "object", rename = "organization")]
    pub struct Organization {
        /// The organization's ID, `org_…`.
        pub id: String,
        /// The organization's name.
        pub name: String,
        /// The organization's slug, if the instance has slugs enabled.
        pub slug: Option<String>,
        /// The URL of the organization's logo: an uploaded logo or one generated by Clerk.
        pub image_url: Option<String>,
        /// The URL of the organization's logo after an upload. Deprecated by Clerk in favor of
        /// [`image_url`](Self::image_url).
        pub logo_url: Option<String>,
        /// Whether the organization has an uploaded logo.
        pub has_image: bool,
        /// The number of members, if requested.
        pub members_count: Option<u64>,
        /// Whether the organization lacks a member with elevated permissions, if requested.
        pub missing_member_with_elevated_permissions: Option<bool>,
        /// The number of pending invitations, if included.
        pub pending_invitations_count: Option<u64>,
        /// The maximum number of members; 0 means no limit.
        pub max_allowed_memberships: u64,
        /// Whether administrators can delete the organization.
        pub admin_delete_enabled: bool,
        /// The public metadata, readable by the frontend.
        pub public_metadata: Metadata,
        /// The private metadata, accessible only to the backend.
        pub private_metadata: Metadata,
        /// The ID of the user who created the organization.
        pub created_by: Option<String>,
        /// The time when the organization was created.
        pub created_at: Timestamp,
        /// The time when the organization was last updated.
        pub updated_at: Timestamp,
        /// The time when the organization was last active.
        pub last_active_at: Option<Timestamp>,
        /// The key of the organization's role set.
        pub role_set_key: Option<String>,
    }
}

model! {
    /// The data of an organization that non-members can see.
    pub struct PublicOrganization {
        /// The organization's ID, `org_…`.
        pub id: String,
        /// The organization's name.
        pub name: String,
        /// The organization's slug, if the instance has slugs enabled.
        pub slug: Option<String>,
        /// The URL of the organization's logo: an uploaded logo or one generated by Clerk.
        pub image_url: Option<String>,
        /// Whether the organization has an uploaded logo.
        pub has_image: bool,
    }
}
