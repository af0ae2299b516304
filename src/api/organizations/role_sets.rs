//! Role sets.

use std::collections::BTreeMap;

use serde_json::json;

use crate::{
    api::{
        client::Client,
        error::Result,
        transport::Items,
        types::{DeletedObject, Page, Patch},
    },
    timestamp::Timestamp,
};

/// The role sets, one of which is assigned to each organization.
///
/// ```no_run
/// use axum_clerk::api::{CreateRoleSet, UpdateOrganization};
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let roles = ["org:admin", "org:member", "org:accountant"];
/// let firms = CreateRoleSet::new("Firms", "org:member", "org:admin", roles).key("role_set:firms");
/// let firms = clerk.role_sets().create(&firms).await?;
///
/// let organization = UpdateOrganization::default().role_set_key(firms.key);
/// clerk.organizations().update("org_1", &organization).await?;
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/role-sets)
#[derive(Clone, Copy, Debug)]
pub struct RoleSets<'a>(pub(in crate::api) &'a Client);

impl RoleSets<'_> {
    /// Lists role sets, newest first by default.
    ///
    /// `GET /role_sets`
    pub async fn list(self, params: &ListRoleSets) -> Result<Page<RoleSet>> {
        self.0.get("/role_sets", []).query(params).send().await
    }

    /// Streams role sets from all pages.
    ///
    /// `GET /role_sets`
    pub fn stream(self, params: &ListRoleSets) -> Items<RoleSet> {
        self.0.get("/role_sets", []).query(params).stream()
    }

    /// Gets a role set by its key or ID.
    ///
    /// `GET /role_sets/{role_set_key_or_id}`
    pub async fn get(self, key_or_id: &str) -> Result<RoleSet> {
        self.0.get("/role_sets/{role_set_key_or_id}", [key_or_id]).send().await
    }

    /// Creates a role set.
    ///
    /// `POST /role_sets`
    pub async fn create(self, params: &CreateRoleSet) -> Result<RoleSet> {
        self.0.post("/role_sets", []).json(params).send().await
    }

    /// Updates a role set.
    ///
    /// `PATCH /role_sets/{role_set_key_or_id}`
    pub async fn update(self, key_or_id: &str, params: &UpdateRoleSet) -> Result<RoleSet> {
        self.0.patch("/role_sets/{role_set_key_or_id}", [key_or_id]).json(params).send().await
    }

    /// Deletes a role set and assigns another one to its organizations.
    ///
    /// `POST /role_sets/{role_set_key_or_id}/replace`
    pub async fn replace(self, key_or_id: &str, params: &ReplaceRoleSet) -> Result<DeletedObject> {
        self.0
            .post("/role_sets/{role_set_key_or_id}/replace", [key_or_id])
            .json(params)
            .send()
            .await
    }

    /// Adds roles to a role set.
    ///
    /// `POST /role_sets/{role_set_key_or_id}/roles`
    pub async fn add_roles(self, key_or_id: &str, params: &AddRolesToRoleSet) -> Result<RoleSet> {
        self.0.post("/role_sets/{role_set_key_or_id}/roles", [key_or_id]).json(params).send().await
    }

    /// Removes a role from a role set and assigns another role to its members. Roles are given by
    /// key.
    ///
    /// `POST /role_sets/{role_set_key_or_id}/roles/replace`
    pub async fn replace_role(
        self,
        key_or_id: &str,
        role_key: &str,
        to_role_key: &str,
    ) -> Result<RoleSet> {
        let body = json!({ "role_key": role_key, "to_role_key": to_role_key });
        self.0
            .post("/role_sets/{role_set_key_or_id}/roles/replace", [key_or_id])
            .json(&body)
            .send()
            .await
    }
}

params! {
    /// Parameters for [`RoleSets::list`].
    pub struct ListRoleSets {
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
    /// Parameters for [`RoleSets::create`].
    pub struct CreateRoleSet(
        /// The role set's name.
        name: String,
        /// The key of the role assigned to new members: one of `roles`.
        default_role_key: String,
        /// The key of the role assigned to users who create an organization: one of `roles`.
        creator_role_key: String,
        /// The keys of the roles, 1 to 10.
        roles: [String],
    ) {
        /// The role set's key, unique in the instance, such as `role_set:school`: lowercase
        /// letters, digits and `_`. Generated from the name by default.
        key: String,
        /// The purpose of the role set.
        description: String,
        /// Whether the role set is assigned to new organizations.
        r#type: RoleSetType,
    }
}

params! {
    /// Parameters for [`RoleSets::update`].
    pub struct UpdateRoleSet {
        /// The role set's name.
        name: String,
        /// The role set's key, unique in the instance, such as `role_set:school`.
        key: String,
        /// The purpose of the role set.
        description: Patch<String>,
        /// The type. [`Initial`](RoleSetType::Initial) makes the role set replace the current
        /// initial one.
        r#type: RoleSetType,
        /// The key of the role assigned to new members: one of the set's roles.
        default_role_key: String,
        /// The key of the role assigned to users who create an organization: one of the set's
        /// roles.
        creator_role_key: String,
    }
}

params! {
    /// Parameters for [`RoleSets::replace`].
    pub struct ReplaceRoleSet(
        /// The key of the replacement role set.
        dest_role_set_key: String,
    ) {
        /// Maps the keys of members' current roles to the keys of their new roles.
        reassignment_mappings: RoleMappings,
    }
}

params! {
    /// Parameters for [`RoleSets::add_roles`].
    pub struct AddRolesToRoleSet(
        /// The keys of the roles, 1 to 10.
        role_keys: [String],
    ) {
        /// The key of the role assigned to new members: one of the added roles.
        default_role_key: String,
        /// The key of the role assigned to users who create an organization: one of the added
        /// roles.
        creator_role_key: String,
    }
}

/// Maps the keys of roles to the keys of other roles.
type RoleMappings = BTreeMap<String, String>;

open_enum! {
    /// Whether a role set is assigned to new organizations.
    pub enum RoleSetType {
        /// Assigned to new organizations. An instance has one initial role set.
        Initial = "initial",
        /// Not assigned to new organizations.
        Custom = "custom",
    }
}

model! {
    /// A set of roles.
    #[serde(tag = "object", rename = "role_set")]
    pub struct RoleSet {
        /// The role set's ID.
        pub id: String,
        /// The role set's name.
        pub name: String,
        /// The role set's key, such as `role_set:default`.
        pub key: String,
        /// The purpose of the role set.
        pub description: Option<String>,
        /// The roles of the set.
        pub roles: Vec<RoleSetItem>,
        /// The role assigned to new members.
        pub default_role: Option<RoleSetItem>,
        /// The role assigned to users who create an organization.
        pub creator_role: Option<RoleSetItem>,
        /// Whether the role set is assigned to new organizations.
        pub r#type: RoleSetType,
        /// The migration in progress, if any.
        pub role_set_migration: Option<RoleSetMigration>,
        /// The time when the role set was created.
        pub created_at: Timestamp,
        /// The time when the role set was last updated.
        pub updated_at: Timestamp,
    }
}

model! {
    /// A role in a role set.
    #[serde(tag = "object", rename = "role_set_item")]
    pub struct RoleSetItem {
        /// The role's ID, `role_…`.
        pub id: String,
        /// The role's name.
        pub name: String,
        /// The role's key, such as `org:admin`.
        pub key: String,
        /// The purpose of the role.
        pub description: Option<String>,
        /// The number of members with the role in organizations that use the role set.
        pub members_count: Option<u64>,
        /// Whether any member of an organization that uses the role set has the role.
        pub has_members: Option<bool>,
        /// The time when the role was created.
        pub created_at: Timestamp,
        /// The time when the role was last updated.
        pub updated_at: Timestamp,
    }
}

model! {
    /// The migration of members to another role set or role.
    #[serde(tag = "object", rename = "role_set_migration")]
    pub struct RoleSetMigration {
        /// The migration's ID.
        pub id: String,
        /// The ID of the organization, if the migration affects only one.
        pub organization_id: Option<String>,
        /// The ID of the instance.
        pub instance_id: String,
        /// The ID of the role set to migrate from.
        pub source_role_set_id: String,
        /// The ID of the role set to migrate to.
        pub dest_role_set_id: Option<String>,
        /// The trigger of the migration, such as `role_set_deletion` or `role_removal`.
        pub trigger_type: String,
        /// The status of the migration, such as `enqueued`, `in_progress` or `completed`.
        pub status: String,
        /// The number of members migrated so far.
        pub migrated_members: u64,
        /// Maps the keys of roles to the keys of their replacements.
        pub mappings: Option<RoleMappings>,
        /// The time when the migration started.
        pub started_at: Option<Timestamp>,
        /// The time when the migration was completed.
        pub completed_at: Option<Timestamp>,
        /// The time when the migration was created.
        pub created_at: Timestamp,
        /// The time when the migration was last updated.
        pub updated_at: Timestamp,
    }
}
