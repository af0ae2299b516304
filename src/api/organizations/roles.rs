//! Roles in organizations.

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

/// The roles that members of organizations may have.
///
/// ```no_run
/// use axum_clerk::api::CreateOrganizationRole;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let accountant = CreateOrganizationRole::new("Accountant", "org:accountant").permissions(["perm_1"]);
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
    /// Lists roles, the newest first unless `order_by` says otherwise.
    ///
    /// `GET /organization_roles`
    pub async fn list(self, params: &ListOrganizationRoles) -> Result<Page<OrganizationRole>> {
        self.0.get("/organization_roles", []).query(params).send().await
    }

    /// Streams roles, from all pages.
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

    /// Changes a role.
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

    /// Deletes a role that no member and no invitation has, and that is no default.
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

    /// Takes a permission away from a role.
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
    /// Which roles [`OrganizationRoles::list`] returns.
    pub struct ListOrganizationRoles {
        /// Whose ID is this text, or whose name or key contains it.
        query: String,
        /// `created_at`, `name` or `key`, with `-` before it to descend. By default `-created_at`.
        order_by: String,
        /// How many to return: 1 to 500, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
    }
}

params! {
    /// A new role, for [`OrganizationRoles::create`].
    pub struct CreateOrganizationRole(
        /// Its name.
        name: String,
        /// Its key, unique in the instance, such as `org:treasurer`: of lowercase letters, digits and `_`.
        key: String,
    ) {
        /// What it is for.
        description: String,
        /// The IDs of its permissions.
        permissions: [String],
        /// Whether it belongs to the initial role set.
        include_in_initial_role_set: bool,
    }
}

params! {
    /// What [`OrganizationRoles::update`] changes.
    pub struct UpdateOrganizationRole {
        /// Its name.
        name: String,
        /// Its key, unique in the instance, such as `org:treasurer`.
        key: String,
        /// What it is for.
        description: Patch<String>,
        /// The IDs of its permissions, in place of those that it has.
        permissions: [String],
    }
}

model! {
    /// A role in organizations.
    #[serde(tag = "object", rename = "role")]
    pub struct OrganizationRole {
        /// Its ID, `role_…`.
        pub id: String,
        /// Its name.
        pub name: String,
        /// Its key, such as `org:admin`.
        pub key: String,
        /// What it is for.
        pub description: Option<String>,
        /// Whether it can be the role of whoever creates an organization.
        pub is_creator_eligible: bool,
        /// Its permissions.
        pub permissions: Vec<OrganizationPermission>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}
