//! What roles in organizations permit.

use crate::{
    api::{
        client::Client,
        error::Result,
        transport::Items,
        types::{DeletedObject, Page},
    },
    timestamp::Timestamp,
};

/// The permissions that roles in organizations are made of.
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

    /// Streams permissions, from all pages.
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

    /// Changes a permission, unless it is one of Clerk's own.
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

    /// Deletes a permission, unless it is one of Clerk's own.
    ///
    /// `DELETE /organization_permissions/{permission_id}`
    pub async fn delete(self, permission_id: &str) -> Result<DeletedObject> {
        self.0.delete("/organization_permissions/{permission_id}", [permission_id]).send().await
    }
}

params! {
    /// Which permissions [`OrganizationPermissions::list`] returns.
    pub struct ListOrganizationPermissions {
        /// Whose ID is this text, or whose name or key contains it.
        query: String,
        /// `created_at`, `name` or `key`, with `-` before it to descend.
        order_by: String,
        /// How many to return: 1 to 500, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
    }
}

params! {
    /// A new permission, for [`OrganizationPermissions::create`].
    pub struct CreateOrganizationPermission(
        /// Its name.
        name: String,
        /// Its key, such as `org:billing:manage`: of lowercase letters, digits and `_`, and not beginning with
        /// `org:sys_`.
        key: String,
    ) {
        /// What it permits.
        description: String,
    }
}

params! {
    /// What [`OrganizationPermissions::update`] changes.
    pub struct UpdateOrganizationPermission {
        /// Its name.
        name: String,
        /// Its key, such as `org:billing:manage`.
        key: String,
        /// What it permits.
        description: String,
    }
}

model! {
    /// A permission in organizations.
    #[serde(tag = "object", rename = "permission")]
    pub struct OrganizationPermission {
        /// Its ID, `perm_…`.
        pub id: String,
        /// Its name.
        pub name: String,
        /// Its key, such as `org:billing:manage`.
        pub key: String,
        /// What it permits.
        pub description: String,
        /// Whose it is: `system` is Clerk's, `user` the application's.
        pub r#type: String,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}
