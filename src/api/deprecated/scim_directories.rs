//! Directories under the former name of their operations.

use serde_json::json;

use crate::api::{
    client::Client,
    enterprise::{CreateDirectory, Directory, GroupRoleMapping, MapGroupToRole, UpdateDirectory},
    error::Result,
    transport::Items,
    types::{DeletedObject, Page, Paging},
};

/// Directories that provision users over SCIM (RFC 7644), under the former name of the operations
/// of [`Directories`](crate::api::Directories).
///
/// ```no_run
/// use axum_clerk::api::Paging;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// for directory in clerk.scim_directories().list(&Paging::default()).await?.data {
///     println!("{} {}", directory.name, directory.enabled);
/// }
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/scim-directories)
#[derive(Clone, Copy, Debug)]
pub struct ScimDirectories<'a>(pub(in crate::api) &'a Client);

impl ScimDirectories<'_> {
    /// Lists directories.
    ///
    /// `GET /scim_directories`
    pub async fn list(self, params: &Paging) -> Result<Page<Directory>> {
        self.0.get("/scim_directories", []).query(params).send().await
    }

    /// Streams directories from all pages.
    ///
    /// `GET /scim_directories`
    pub fn stream(self, params: &Paging) -> Items<Directory> {
        self.0.get("/scim_directories", []).query(params).stream()
    }

    /// Gets a directory.
    ///
    /// `GET /scim_directories/{scim_directory_id}`
    pub async fn get(self, directory_id: &str) -> Result<Directory> {
        self.0.get("/scim_directories/{scim_directory_id}", [directory_id]).send().await
    }

    /// Creates a directory. The response contains its [`api_key`](Directory::api_key).
    ///
    /// `POST /scim_directories`
    pub async fn create(self, params: &CreateDirectory) -> Result<Directory> {
        self.0.post("/scim_directories", []).json(params).send().await
    }

    /// Updates a directory.
    ///
    /// `PATCH /scim_directories/{scim_directory_id}`
    pub async fn update(self, directory_id: &str, params: &UpdateDirectory) -> Result<Directory> {
        self.0
            .patch("/scim_directories/{scim_directory_id}", [directory_id])
            .json(params)
            .send()
            .await
    }

    /// Deletes a directory. Requests with its API key are rejected from then on.
    ///
    /// `DELETE /scim_directories/{scim_directory_id}`
    pub async fn delete(self, directory_id: &str) -> Result<DeletedObject> {
        self.0.delete("/scim_directories/{scim_directory_id}", [directory_id]).send().await
    }

    /// Replaces the API key of a directory. The response contains the new
    /// [`api_key`](Directory::api_key); the previous key stays valid for a short time.
    ///
    /// `POST /scim_directories/{scim_directory_id}/rotate_api_key`
    pub async fn rotate_api_key(self, directory_id: &str) -> Result<Directory> {
        self.0
            .post("/scim_directories/{scim_directory_id}/rotate_api_key", [directory_id])
            .send()
            .await
    }

    /// Lists all group-to-role mappings of a directory, ordered by precedence.
    ///
    /// `GET /scim_directories/{scim_directory_id}/group_role_mappings`
    pub async fn list_group_role_mappings(
        self,
        directory_id: &str,
    ) -> Result<Page<GroupRoleMapping>> {
        self.0
            .get("/scim_directories/{scim_directory_id}/group_role_mappings", [directory_id])
            .send()
            .await
    }

    /// Creates a group-to-role mapping. Group role mapping must be enabled for the directory.
    ///
    /// `POST /scim_directories/{scim_directory_id}/group_role_mappings`
    pub async fn create_group_role_mapping(
        self,
        directory_id: &str,
        mapping: &MapGroupToRole,
    ) -> Result<GroupRoleMapping> {
        let path = "/scim_directories/{scim_directory_id}/group_role_mappings";
        self.0.post(path, [directory_id]).json(mapping).send().await
    }

    /// Replaces all group-to-role mappings of a directory. Their order determines their precedence,
    /// the first one being the highest. Group role mapping must be enabled for the directory.
    ///
    /// `PUT /scim_directories/{scim_directory_id}/group_role_mappings`
    pub async fn replace_group_role_mappings(
        self,
        directory_id: &str,
        mappings: &[MapGroupToRole],
    ) -> Result<Page<GroupRoleMapping>> {
        let path = "/scim_directories/{scim_directory_id}/group_role_mappings";
        self.0.put(path, [directory_id]).json(&json!({ "mappings": mappings })).send().await
    }

    /// Deletes a group-to-role mapping. Group role mapping must be enabled for the directory.
    ///
    /// `DELETE /scim_directories/{scim_directory_id}/group_role_mappings/{mapping_id}`
    pub async fn delete_group_role_mapping(
        self,
        directory_id: &str,
        mapping_id: &str,
    ) -> Result<DeletedObject> {
        let path = "/scim_directories/{scim_directory_id}/group_role_mappings/{mapping_id}";
        self.0.delete(path, [directory_id, mapping_id]).send().await
    }
}
