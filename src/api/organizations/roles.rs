//! Organization roles.

use super::permissions::OrganizationPermission;
use crate::{
    api::{
        client::Client,
        error::Result,
        transport::Items,
        types::{DeletedObject, Page, Patch},
    },
    timestamp::Timestamp,
};

/// The roles that members of organizations can have.
///
/// ```no_run
/// use axum_clerk::api::CreateOrganizationRole;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let accountant =
///     CreateOrganizationRole::new("Accountant", "org:accountant").permissions(["perm_1"]);
/// let accountant = clerk.organization_roles().create(&accountant).await?;
/// clerk.organization_roles().assign_permission(&accountant.id, "perm_2").await?;
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/organization-roles)
#[derive(Clone, Copy, Debug)]
pub struct OrganizationRoles<'a>(pub(in crate::api) &'a Client);

impl OrganizationRoles<'_> {
    /// Lists roles, newest first by default.
    ///
    /// `GET /organization_roles`
    pub async fn list(self, params: &ListOrganizationRoles) -> Result<Page<OrganizationRole>> {
        self.0.get("/organization_roles", []).query(params).send().await
    }

    /// Streams roles from all pages.
    ///
    /// `GET /organization_roles`
    pub fn stream(self, params: &ListOrganizationRoles) -> Items<OrganizationRole> {
        self.0.get("/organization_roles", []).query(params).stream()
    }

    /// Gets a role.
    ///
    /// `GET /organization_roles/{organization_role_id}`
    pub async fn get(self, organization_role_id: &str) -> Result<OrganizationRole> {
        self.0
            .get("/organization_roles/{organization_role_id}", [organization_role_id])
            .send()
            .await
    }

    /// Creates a role.
    ///
    /// `POST /organization_roles`
    pub async fn create(self, params: &CreateOrganizationRole) -> Result<OrganizationRole> {
        self.0.post("/organization_roles", []).json(params).send().await
    }

    /// Updates a role.
    ///
    /// `PATCH /organization_roles/{organization_role_id}`
    pub async fn update(
        self,
        organization_role_id: &str,
        params: &UpdateOrganizationRole,
    ) -> Result<OrganizationRole> {
        let path = "/organization_roles/{organization_role_id}";
        self.0.patch(path, [organization_role_id]).json(params).send().await
    }

    /// Deletes a role. A role cannot be deleted if it is a default role or if any member or
    /// invitation has it.
    ///
    /// `DELETE /organization_roles/{organization_role_id}`
    pub async fn delete(self, organization_role_id: &str) -> Result<DeletedObject> {
        self.0
            .delete("/organization_roles/{organization_role_id}", [organization_role_id])
            .send()
            .await
    }

    /// Adds a permission to a role.
    ///
    /// `POST /organization_roles/{organization_role_id}/permissions/{permission_id}`
    pub async fn assign_permission(
        self,
        organization_role_id: &str,
        permission_id: &str,
    ) -> Result<OrganizationRole> {
        let path = "/organization_roles/{organization_role_id}/permissions/{permission_id}";
        self.0.post(path, [organization_role_id, permission_id]).send().await
    }

    /// Removes a permission from a role.
    ///
    /// `DELETE /organization_roles/{organization_role_id}/permissions/{permission_id}`
    pub async fn remove_permission(
        self,
        organization_role_id: &str,
        permission_id: &str,
    ) -> Result<OrganizationRole> {
        let path = "/organization_roles/{organization_role_id}/permissions/{permission_id}";
        self.0.delete(path, [organization_role_id, permission_id]).send().await
    }
}

params! {
    /// Parameters for [`OrganizationRoles::list`].
    pub struct ListOrganizationRoles {
        /// Filters by the exact ID or by part of the name or key.
        query: String,
        /// The sort order: `created_at`, `name` or `key`, descending with a leading `-`.
        /// `-created_at` by default.
        order_by: String,
        /// The maximum number of results: 1 to 500, 10 by default.
        limit: u32,
        /// The number of results to skip.
        offset: u64,
    }
}

params! {
    /// Parameters for [`OrganizationRoles::create`].
    pub struct CreateOrganizationRole(
        /// The role's name.
        name: String,
        /// The role's key, unique in the instance, such as `org:treasurer`: lowercase letters,
        /// digits and `_`.
        key: String,
    ) {
        /// The purpose of the role.
        description: String,
        /// The IDs of the role's permissions.
        permissions: [String],
        /// Whether to add the role to the initial role set.
        include_in_initial_role_set: bool,
    }
}

params! {
    /// Parameters for [`OrganizationRoles::update`].
    pub struct UpdateOrganizationRole {
        /// The role's name.
        name: String,
        /// The role's key, unique in the instance, such as `org:treasurer`.
        key: String,
        /// The purpose of the role.
        description: Patch<String>,
        /// The IDs of the role's permissions, which replace the current ones.
        permissions: [String],
    }
}

model! {
    /// A role that members of organizations can have.
    #[serde(tag = "object", rename = "role")]
    pub struct OrganizationRole {
        /// The role's ID, `role_…`.
        pub id: String,
        /// The role's name.
        pub name: String,
        /// The role's key, such as `org:admin`.
        pub key: String,
        /// The purpose of the role.
        pub description: Option<String>,
        /// Whether the role can be assigned to users who create an organization.
        pub is_creator_eligible: bool,
        /// The permissions that the role grants.
        pub permissions: Vec<OrganizationPermission>,
        /// The time when the role was created.
        pub created_at: Timestamp,
        /// The time when the role was last updated.
        pub updated_at: Timestamp,
    }
}
