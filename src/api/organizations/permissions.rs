//! Organization permissions.

use crate::{
    api::{
        client::Client,
        error::Result,
        transport::Items,
        types::{DeletedObject, Page},
    },
    timestamp::Timestamp,
};

/// The permissions that organization roles can grant.
///
/// ```no_run
/// use axum_clerk::api::CreateOrganizationPermission;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let read = CreateOrganizationPermission::new("Read invoices", "org:invoices:read");
/// let read = clerk.organization_permissions().create(&read).await?;
/// println!("{}", read.key);
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/organization-permissions)
#[derive(Clone, Copy, Debug)]
pub struct OrganizationPermissions<'a>(pub(in crate::api) &'a Client);

impl OrganizationPermissions<'_> {
    /// Lists permissions.
    ///
    /// `GET /organization_permissions`
    pub async fn list(
        self,
        params: &ListOrganizationPermissions,
    ) -> Result<Page<OrganizationPermission>> {
        self.0.get("/organization_permissions", []).query(params).send().await
    }

    /// Streams permissions from all pages.
    ///
    /// `GET /organization_permissions`
    pub fn stream(self, params: &ListOrganizationPermissions) -> Items<OrganizationPermission> {
        self.0.get("/organization_permissions", []).query(params).stream()
    }

    /// Gets a permission.
    ///
    /// `GET /organization_permissions/{permission_id}`
    pub async fn get(self, permission_id: &str) -> Result<OrganizationPermission> {
        self.0.get("/organization_permissions/{permission_id}", [permission_id]).send().await
    }

    /// Creates a permission.
    ///
    /// `POST /organization_permissions`
    pub async fn create(
        self,
        params: &CreateOrganizationPermission,
    ) -> Result<OrganizationPermission> {
        self.0.post("/organization_permissions", []).json(params).send().await
    }

    /// Updates a permission. System permissions cannot be updated.
    ///
    /// `PATCH /organization_permissions/{permission_id}`
    pub async fn update(
        self,
        permission_id: &str,
        params: &UpdateOrganizationPermission,
    ) -> Result<OrganizationPermission> {
        self.0
            .patch("/organization_permissions/{permission_id}", [permission_id])
            .json(params)
            .send()
            .await
    }

    /// Deletes a permission. System permissions cannot be deleted.
    ///
    /// `DELETE /organization_permissions/{permission_id}`
    pub async fn delete(self, permission_id: &str) -> Result<DeletedObject> {
        self.0.delete("/organization_permissions/{permission_id}", [permission_id]).send().await
    }
}

params! {
    /// Parameters for [`OrganizationPermissions::list`].
    pub struct ListOrganizationPermissions {
        /// Filters by the exact ID or by part of the name or key.
        query: String,
        /// The sort order: `created_at`, `name` or `key`, descending with a leading `-`.
        order_by: String,
        /// The maximum number of results: 1 to 500, 10 by default.
        limit: u32,
        /// The number of results to skip.
        offset: u64,
    }
}

params! {
    /// Parameters for [`OrganizationPermissions::create`].
    pub struct CreateOrganizationPermission(
        /// The permission's name.
        name: String,
        /// The permission's key, such as `org:billing:manage`: lowercase letters, digits and `_`.
        /// The prefix `org:sys_` is reserved.
        key: String,
    ) {
        /// What the permission allows.
        description: String,
    }
}

params! {
    /// Parameters for [`OrganizationPermissions::update`].
    pub struct UpdateOrganizationPermission {
        /// The permission's name.
        name: String,
        /// The permission's key, such as `org:billing:manage`.
        key: String,
        /// What the permission allows.
        description: String,
    }
}

model! {
    /// A permission of organization roles.
    #[serde(tag = "object", rename = "permission")]
    pub struct OrganizationPermission {
        /// The permission's ID, `perm_…`.
        pub id: String,
        /// The permission's name.
        pub name: String,
        /// The permission's key, such as `org:billing:manage`.
        pub key: String,
        /// What the permission allows.
        pub description: String,
        /// The origin of the permission: `system` if defined by Clerk, `user` if defined by your
        /// application.
        pub r#type: String,
        /// The time when the permission was created.
        pub created_at: Timestamp,
        /// The time when the permission was last updated.
        pub updated_at: Timestamp,
    }
}
