//! Directories, through which enterprise identity providers provision users.

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

/// Directories, through which an enterprise identity provider creates, updates and removes its
/// users.
///
/// ```no_run
/// use axum_clerk::api::{CreateDirectory, MapGroupToRole};
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let directory = CreateDirectory::new("entconn_1", "okta").name("Example");
/// let directory = clerk.directories().create(&directory).await?;
/// println!("configure this URL in Okta: {}", directory.endpoint_url);
///
/// let admins = MapGroupToRole::new("role_admin").directory_group_id("group_1");
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

    /// Streams directories from all pages.
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

    /// Creates a directory. The response contains its [`api_key`](Directory::api_key).
    ///
    /// `POST /directories`
    pub async fn create(self, params: &CreateDirectory) -> Result<Directory> {
        self.0.post("/directories", []).json(params).send().await
    }

    /// Updates a directory.
    ///
    /// `PATCH /directories/{directory_id}`
    pub async fn update(self, directory_id: &str, params: &UpdateDirectory) -> Result<Directory> {
        self.0.patch("/directories/{directory_id}", [directory_id]).json(params).send().await
    }

    /// Deletes a directory. Requests with its API key are rejected from then on.
    ///
    /// `DELETE /directories/{directory_id}`
    pub async fn delete(self, directory_id: &str) -> Result<DeletedObject> {
        self.0.delete("/directories/{directory_id}", [directory_id]).send().await
    }

    /// Replaces the API key of a directory. The response contains the new
    /// [`api_key`](Directory::api_key); the previous key stays valid for a short time.
    ///
    /// `POST /directories/{directory_id}/rotate_api_key`
    pub async fn rotate_api_key(self, directory_id: &str) -> Result<Directory> {
        self.0.post("/directories/{directory_id}/rotate_api_key", [directory_id]).send().await
    }

    /// Lists all group-to-role mappings of a directory, ordered by precedence.
    ///
    /// `GET /directories/{directory_id}/group_role_mappings`
    pub async fn list_group_role_mappings(
        self,
        directory_id: &str,
    ) -> Result<Page<GroupRoleMapping>> {
        self.0.get("/directories/{directory_id}/group_role_mappings", [directory_id]).send().await
    }

    /// Creates a group-to-role mapping. Group role mapping must be enabled for the directory.
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

    /// Replaces all group-to-role mappings of a directory. Their order determines their precedence,
    /// the first one being the highest. Group role mapping must be enabled for the directory.
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

    /// Deletes a group-to-role mapping. Group role mapping must be enabled for the directory.
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
    /// Parameters for [`Directories::create`] and
    /// [`ScimDirectories::create`](crate::api::ScimDirectories::create).
    pub struct CreateDirectory(
        /// The ID of the enterprise connection that the directory belongs to.
        enterprise_connection_id: String,
        /// The identity provider.
        provider: String,
    ) {
        /// The directory's name.
        name: String,
        /// The mappings from the directory's groups to roles.
        group_role_mappings: [MapGroupToRole],
    }
}

params! {
    /// Parameters for [`Directories::update`] and
    /// [`ScimDirectories::update`](crate::api::ScimDirectories::update). Unset fields are left
    /// unchanged.
    pub struct UpdateDirectory {
        /// The directory's name.
        name: String,
        /// Whether the directory is enabled.
        enabled: bool,
        /// The identity provider.
        provider: String,
        /// The paths of user attributes in the directory, by attribute; `None` removes an
        /// attribute. Attributes that are not listed are left unchanged.
        attribute_mapping: AttributePaths,
        /// Whether groups are mapped to roles.
        group_role_mapping_enabled: bool,
    }
}

/// Maps the name of an attribute to its path in a directory, or to `None` to remove it.
type AttributePaths = BTreeMap<String, Option<String>>;

params! {
    /// A mapping from a directory's group to a role. The group is identified by
    /// `directory_group_id` or, in a [SCIM directory](crate::api::ScimDirectories), by
    /// `scim_group_id`.
    pub struct MapGroupToRole(
        /// The ID of the organization role that is assigned to the group's members.
        role_id: String,
    ) {
        /// The identity provider's ID for the group.
        directory_group_id: String,
        /// The older name of `directory_group_id`, and the only one supported by SCIM directories.
        scim_group_id: String,
        /// The group's name, at most 255 characters. Only supported when creating a directory.
        directory_group_display_name: String,
        /// The older name of `directory_group_display_name`, and the only one supported by SCIM
        /// directories.
        scim_group_display_name: String,
        /// The precedence, where 1 is the highest. By default, the mapping gets the lowest
        /// precedence. Not supported when replacing all mappings, whose order determines their
        /// precedence.
        precedence: u32,
    }
}

model! {
    /// A directory.
    pub struct Directory {
        /// The directory's ID.
        pub id: String,
        /// `directory`, or `scim_directory` for a [SCIM directory](crate::api::ScimDirectories).
        pub object: String,
        /// The directory's name.
        pub name: String,
        /// The ID of the enterprise connection that the directory belongs to.
        pub enterprise_connection_id: Option<String>,
        /// The URL that the identity provider sends its users to.
        pub endpoint_url: String,
        /// The identity provider.
        pub provider: String,
        /// Whether the directory is enabled.
        pub enabled: bool,
        /// Whether groups are mapped to roles.
        pub group_role_mapping_enabled: bool,
        /// The paths of user attributes in the directory, by attribute.
        pub attribute_mapping: BTreeMap<String, String>,
        /// The provider's attributes that are copied to the user's metadata.
        pub custom_attributes: Option<Vec<CustomAttribute>>,
        /// The API key that the identity provider authenticates with. Only present when the
        /// directory is created or its key is rotated.
        pub api_key: Option<Secret>,
        /// The time when the directory was created.
        pub created_at: Timestamp,
        /// The time when the directory was last updated.
        pub updated_at: Timestamp,
    }
}

model! {
    /// A mapping from a directory's group to a role. If a user is in several groups, the mapping
    /// with the lowest [`precedence`](Self::precedence) value applies.
    pub struct GroupRoleMapping {
        /// The mapping's ID.
        pub id: String,
        /// `directory_group_role_mapping`, or `scim_group_role_mapping` for a [SCIM
        /// directory](crate::api::ScimDirectories).
        pub object: String,
        /// The directory's ID.
        pub directory_id: String,
        /// The older name of [`directory_id`](Self::directory_id).
        pub scim_directory_id: String,
        /// The identity provider's ID for the group.
        pub directory_group_id: String,
        /// The older name of [`directory_group_id`](Self::directory_group_id).
        pub scim_group_id: String,
        /// The identity provider's name for the group.
        pub directory_group_display_name: String,
        /// The older name of [`directory_group_display_name`](Self::directory_group_display_name).
        pub scim_group_display_name: String,
        /// The organization role that is assigned to the group's members.
        pub role: Option<OrganizationRole>,
        /// The mapping's precedence, starting at 1.
        pub precedence: u64,
        /// The time when the mapping was created.
        pub created_at: Timestamp,
        /// The time when the mapping was last updated.
        pub updated_at: Timestamp,
    }
}
