//! Directories, which provision users from a company's identity provider.

use std::collections::BTreeMap;

use serde_json::json;

use super::connections::CustomAttribute;
use crate::{
    api::{
        client::Client,
        error::Result,
        organizations::OrganizationRole,
        transport::Items,
        types::{DeletedObject, Page, Paging, Secret},
    },
    timestamp::Timestamp,
};

/// Directories: where a company's identity provider creates, changes and removes its users by itself.
///
/// ```no_run
/// use axum_clerk::api::{CreateDirectory, MapGroupToRole};
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let directory = CreateDirectory::new("ent_conn_1", "okta").name("Example");
/// let directory = clerk.directories().create(&directory).await?;
/// println!("Okta pushes to {}", directory.endpoint_url);
///
/// let admins = MapGroupToRole::new("role_admin").directory_group_display_name("Admins");
/// clerk.directories().create_group_role_mapping(&directory.id, &admins).await?;
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/directories)
#[derive(Clone, Copy, Debug)]
pub struct Directories<'a>(pub(in crate::api) &'a Client);

impl Directories<'_> {
    /// Lists directories.
    ///
    /// `GET /directories`
    pub async fn list(self, params: &Paging) -> Result<Page<Directory>> {
        self.0.get("/directories", []).query(params).send().await
    }

    /// Streams directories, from all pages.
    ///
    /// `GET /directories`
    pub fn stream(self, params: &Paging) -> Items<Directory> {
        self.0.get("/directories", []).query(params).stream()
    }

    /// Gets a directory.
    ///
    /// `GET /directories/{directory_id}`
    pub async fn get(self, directory_id: &str) -> Result<Directory> {
        self.0.get("/directories/{directory_id}", [directory_id]).send().await
    }

    /// Creates a directory. It comes with its [`api_key`](Directory::api_key).
    ///
    /// `POST /directories`
    pub async fn create(self, params: &CreateDirectory) -> Result<Directory> {
        self.0.post("/directories", []).json(params).send().await
    }

    /// Changes a directory.
    ///
    /// `PATCH /directories/{directory_id}`
    pub async fn update(self, directory_id: &str, params: &UpdateDirectory) -> Result<Directory> {
        self.0.patch("/directories/{directory_id}", [directory_id]).json(params).send().await
    }

    /// Deletes a directory. Its API key is refused from then on.
    ///
    /// `DELETE /directories/{directory_id}`
    pub async fn delete(self, directory_id: &str) -> Result<DeletedObject> {
        self.0.delete("/directories/{directory_id}", [directory_id]).send().await
    }

    /// Gives a directory another [`api_key`](Directory::api_key), with which it comes. The one until now stays
    /// valid for a while.
    ///
    /// `POST /directories/{directory_id}/rotate_api_key`
    pub async fn rotate_api_key(self, directory_id: &str) -> Result<Directory> {
        self.0.post("/directories/{directory_id}/rotate_api_key", [directory_id]).send().await
    }

    /// Lists all mappings from a directory's groups to roles, by precedence.
    ///
    /// `GET /directories/{directory_id}/group_role_mappings`
    pub async fn list_group_role_mappings(
        self,
        directory_id: &str,
    ) -> Result<Page<GroupRoleMapping>> {
        self.0.get("/directories/{directory_id}/group_role_mappings", [directory_id]).send().await
    }

    /// Creates a mapping from a group to a role.
    ///
    /// `POST /directories/{directory_id}/group_role_mappings`
    pub async fn create_group_role_mapping(
        self,
        directory_id: &str,
        mapping: &MapGroupToRole,
    ) -> Result<GroupRoleMapping> {
        let path = "/directories/{directory_id}/group_role_mappings";
        self.0.post(path, [directory_id]).json(mapping).send().await
    }

    /// Replaces all mappings from groups to roles. The first one takes precedence.
    ///
    /// `PUT /directories/{directory_id}/group_role_mappings`
    pub async fn replace_group_role_mappings(
        self,
        directory_id: &str,
        mappings: &[MapGroupToRole],
    ) -> Result<Page<GroupRoleMapping>> {
        let path = "/directories/{directory_id}/group_role_mappings";
        self.0.put(path, [directory_id]).json(&json!({ "mappings": mappings })).send().await
    }

    /// Deletes a mapping from a group to a role.
    ///
    /// `DELETE /directories/{directory_id}/group_role_mappings/{mapping_id}`
    pub async fn delete_group_role_mapping(
        self,
        directory_id: &str,
        mapping_id: &str,
    ) -> Result<DeletedObject> {
        let path = "/directories/{directory_id}/group_role_mappings/{mapping_id}";
        self.0.delete(path, [directory_id, mapping_id]).send().await
    }
}

params! {
    /// A new directory, for [`Directories::create`] and
    /// [`ScimDirectories::create`](crate::api::ScimDirectories::create).
    pub struct CreateDirectory(
        /// The ID of the enterprise connection that it belongs to.
        enterprise_connection_id: String,
        /// The identity provider.
        provider: String,
    ) {
        /// Its name.
        name: String,
        /// Mappings from its groups to roles.
        group_role_mappings: [MapGroupToRole],
    }
}

params! {
    /// What [`Directories::update`] and [`ScimDirectories::update`](crate::api::ScimDirectories::update) change.
    pub struct UpdateDirectory {
        /// Its name.
        name: String,
        /// Whether it is in use.
        enabled: bool,
        /// The identity provider.
        provider: String,
        /// Where in the directory a user's attributes are, by attribute; `None` removes one. Those that are not
        /// named stay.
        attribute_mapping: AttributePaths,
        /// Whether groups are mapped to roles.
        group_role_mapping_enabled: bool,
    }
}

/// From the name of an attribute to its path in a directory, or to `None` where it is to be removed.
type AttributePaths = BTreeMap<String, Option<String>>;

params! {
    /// A mapping from a directory's group to a role. It names the group by `directory_group_id`, or, in a
    /// [SCIM directory](crate::api::ScimDirectories), by `scim_group_id`.
    pub struct MapGroupToRole(
        /// The ID of the role that members of the group have in the organization.
        role_id: String,
    ) {
        /// The identity provider's ID of the group.
        directory_group_id: String,
        /// The older name of `directory_group_id`, and the only one in a SCIM directory.
        scim_group_id: String,
        /// The group's name, at most 255 characters. Only for a directory that is being created.
        directory_group_display_name: String,
        /// The older name of `directory_group_display_name`, and the only one in a SCIM directory.
        scim_group_display_name: String,
        /// Its precedence: 1 goes before 2. By default it comes last. Not where all mappings are replaced,
        /// which says it by their order.
        precedence: u32,
    }
}

model! {
    /// A directory.
    pub struct Directory {
        /// Its ID.
        pub id: String,
        /// `directory`, or `scim_directory` of a [SCIM directory](crate::api::ScimDirectories).
        pub object: String,
        /// Its name.
        pub name: String,
        /// The ID of the enterprise connection that it belongs to.
        pub enterprise_connection_id: Option<String>,
        /// Where the identity provider sends its users.
        pub endpoint_url: String,
        /// The identity provider.
        pub provider: String,
        /// Whether it is in use.
        pub enabled: bool,
        /// Whether groups are mapped to roles.
        pub group_role_mapping_enabled: bool,
        /// Where in the directory a user's attributes are, by attribute.
        pub attribute_mapping: BTreeMap<String, String>,
        /// The attributes that become a user's metadata.
        pub custom_attributes: Option<Vec<CustomAttribute>>,
        /// What the identity provider proves itself with, when the directory is created or given another one.
        pub api_key: Option<Secret>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

model! {
    /// A mapping from a directory's group to a role. Where a user is in several groups, the one with the lowest
    /// [`precedence`](Self::precedence) counts.
    pub struct GroupRoleMapping {
        /// Its ID.
        pub id: String,
        /// `directory_group_role_mapping`, or `scim_group_role_mapping` of a
        /// [SCIM directory](crate::api::ScimDirectories).
        pub object: String,
        /// The ID of the directory.
        pub directory_id: String,
        /// The older name of [`directory_id`](Self::directory_id).
        pub scim_directory_id: String,
        /// The identity provider's ID of the group.
        pub directory_group_id: String,
        /// The older name of [`directory_group_id`](Self::directory_group_id).
        pub scim_group_id: String,
        /// The identity provider's name of the group.
        pub directory_group_display_name: String,
        /// The older name of [`directory_group_display_name`](Self::directory_group_display_name).
        pub scim_group_display_name: String,
        /// The role that members of the group have in the organization.
        pub role: Option<OrganizationRole>,
        /// Its precedence, from 1.
        pub precedence: u64,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}
