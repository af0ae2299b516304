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
/// use axum_clerk::api::{CreateOrganization, CreateOrganizationInvitation, ListOrganizationMemberships};
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
    /// Lists organizations, the newest first unless `order_by` says otherwise.
    ///
    /// `GET /organizations`
    pub async fn list(self, params: &ListOrganizations) -> Result<Page<Organization>> {
        self.0.get("/organizations", []).query(params).send().await
    }

    /// Streams organizations, from all pages.
    ///
    /// `GET /organizations`
    pub fn stream(self, params: &ListOrganizations) -> Items<Organization> {
        self.0.get("/organizations", []).query(params).stream()
    }

    /// Gets an organization by its ID or its slug.
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

    /// Changes an organization. Metadata has a call of its own: [`update_metadata`](Self::update_metadata).
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

    /// Deletes an organization, with its memberships and invitations.
    ///
    /// `DELETE /organizations/{organization_id}`
    pub async fn delete(self, organization_id: &str) -> Result<DeletedObject> {
        self.0.delete("/organizations/{organization_id}", [organization_id]).send().await
    }

    /// Merges into an organization's metadata, at every depth; `null` removes a key.
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

    /// Replaces an organization's metadata as far as it is given.
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

    /// Gives an organization a logo.
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

    /// Takes an organization's logo away.
    ///
    /// `DELETE /organizations/{organization_id}/logo`
    pub async fn delete_logo(self, organization_id: &str) -> Result<Organization> {
        self.0.delete("/organizations/{organization_id}/logo", [organization_id]).send().await
    }
}

params! {
    /// Which organizations [`Organizations::list`] returns.
    pub struct ListOrganizations {
        /// Whether to fill in [`Organization::members_count`].
        include_members_count: bool,
        /// Whether to fill in [`Organization::missing_member_with_elevated_permissions`].
        include_missing_member_with_elevated_permissions: bool,
        /// Whose ID is this text, or whose name or slug contains it.
        query: String,
        /// With one of these users as a member. `-` before an ID excludes it, `+` or nothing includes it.
        user_id: [String],
        /// With one of these IDs, at most 100. `-` before one excludes it, `+` or nothing includes it.
        organization_id: [String],
        /// `name`, `created_at` or `members_count`, with `-` before it to descend. By default `-created_at`.
        order_by: String,
        /// How many to return: 1 to 500, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
    }
}

params! {
    /// What [`Organizations::get`] includes.
    pub struct GetOrganization {
        /// Whether to fill in [`Organization::members_count`].
        include_members_count: bool,
        /// Whether to fill in [`Organization::missing_member_with_elevated_permissions`].
        include_missing_member_with_elevated_permissions: bool,
    }
}

params! {
    /// A new organization, for [`Organizations::create`].
    pub struct CreateOrganization(
        /// Its name: at most 256 characters, no URL and no HTML.
        name: String,
    ) {
        /// The ID of the user who becomes its administrator.
        created_by: String,
        /// Metadata for the backend alone.
        private_metadata: Metadata,
        /// Metadata that the frontend may read.
        public_metadata: Metadata,
        /// Its slug, unique in the instance: lowercase letters, digits and `-`. Only where the instance has
        /// slugs.
        slug: String,
        /// How many members it may have; 0 is no limit.
        max_allowed_memberships: u64,
        /// When it was created.
        #[serde(serialize_with = "rfc3339")]
        created_at: Timestamp,
        /// The key of its role set.
        role_set_key: String,
    }
}

params! {
    /// What [`Organizations::update`] changes.
    pub struct UpdateOrganization {
        /// Its name: at most 256 characters, no URL and no HTML.
        name: String,
        /// Its slug, unique in the instance: lowercase letters, digits and `-`.
        slug: Patch<String>,
        /// How many members it may have; 0 is no limit.
        max_allowed_memberships: u64,
        /// Whether its administrators may delete it.
        admin_delete_enabled: bool,
        /// When it was created.
        #[serde(serialize_with = "rfc3339")]
        created_at: Timestamp,
        /// The key of its role set.
        role_set_key: Patch<String>,
    }
}

params! {
    /// What [`Organizations::update_metadata`] merges, and [`Organizations::replace_metadata`] puts in place.
    pub struct UpdateOrganizationMetadata {
        /// Metadata that the frontend may read.
        public_metadata: Metadata,
        /// Metadata for the backend alone.
        private_metadata: Metadata,
    }
}

model! {
    /// An organization.
    #[serde(tag = "object", rename = "organization")]
    pub struct Organization {
        /// Its ID, `org_…`.
        pub id: String,
        /// Its name.
        pub name: String,
        /// Its slug, where the instance has slugs.
        pub slug: Option<String>,
        /// The logo to show: its own, or one that Clerk made.
        pub image_url: Option<String>,
        /// The logo to show, after an upload. Deprecated by Clerk in favor of [`image_url`](Self::image_url).
        pub logo_url: Option<String>,
        /// Whether the logo is its own.
        pub has_image: bool,
        /// How many members it has, where the call includes that.
        pub members_count: Option<u64>,
        /// Whether no member has elevated permissions, where the call includes that.
        pub missing_member_with_elevated_permissions: Option<bool>,
        /// How many invitations are open, where the call includes that.
        pub pending_invitations_count: Option<u64>,
        /// How many members it may have; 0 is no limit.
        pub max_allowed_memberships: u64,
        /// Whether its administrators may delete it.
        pub admin_delete_enabled: bool,
        /// Metadata that the frontend may read.
        pub public_metadata: Metadata,
        /// Metadata for the backend alone.
        pub private_metadata: Metadata,
        /// The ID of the user who created it.
        pub created_by: Option<String>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
        /// When it was last active.
        pub last_active_at: Option<Timestamp>,
        /// The key of its role set.
        pub role_set_key: Option<String>,
    }
}

model! {
    /// What others than its members see of an organization.
    pub struct PublicOrganization {
        /// Its ID, `org_…`.
        pub id: String,
        /// Its name.
        pub name: String,
        /// Its slug, where the instance has slugs.
        pub slug: Option<String>,
        /// The logo to show: its own, or one that Clerk made.
        pub image_url: Option<String>,
        /// Whether the logo is its own.
        pub has_image: bool,
    }
}
