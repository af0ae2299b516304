//! Sets of roles, of which each organization has one.

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

/// The sets of roles that organizations choose from.
///
/// ```no_run
/// use axum_clerk::api::{CreateRoleSet, UpdateOrganization};
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let roles = ["org:admin", "org:member", "org:accountant"];
/// let firms = CreateRoleSet::new("Firms", "org:member", "org:admin", roles).key("role_set:firms");
/// let firms = clerk.role_sets().create(&firms).await?;
/// clerk.organizations().update("org_1", &UpdateOrganization::default().role_set_key(firms.key)).await?;
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/role-sets)
#[derive(Clone, Copy, Debug)]
pub struct RoleSets<'a>(pub(in crate::api) &'a Client);

impl RoleSets<'_> {
    /// Lists role sets, the newest first unless `order_by` says otherwise.
    ///
    /// `GET /role_sets`
    pub async fn list(self, params: &ListRoleSets) -> Result<Page<RoleSet>> {
        self.0.get("/role_sets", []).query(params).send().await
    }

    /// Streams role sets, from all pages.
    ///
    /// `GET /role_sets`
    pub fn stream(self, params: &ListRoleSets) -> Items<RoleSet> {
        self.0.get("/role_sets", []).query(params).stream()
    }

    /// Gets a role set by its key or its ID.
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

    /// Changes a role set.
    ///
    /// `PATCH /role_sets/{role_set_key_or_id}`
    pub async fn update(self, key_or_id: &str, params: &UpdateRoleSet) -> Result<RoleSet> {
        self.0.patch("/role_sets/{role_set_key_or_id}", [key_or_id]).json(params).send().await
    }

    /// Deletes a role set, and gives its organizations another one.
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

    /// Takes a role out of a role set, and gives its members another one. Both by their keys.
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
    /// Which role sets [`RoleSets::list`] returns.
    pub struct ListRoleSets {
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
    /// A new role set, for [`RoleSets::create`].
    pub struct CreateRoleSet(
        /// Its name.
        name: String,
        /// The key of the role that new members have: one of `roles`.
        default_role_key: String,
        /// The key of the role that whoever creates an organization has: one of `roles`.
        creator_role_key: String,
        /// The keys of its roles, 1 to 10.
        roles: [String],
    ) {
        /// Its key, unique in the instance, such as `role_set:school`: of lowercase letters, digits and `_`. By
        /// default made from the name.
        key: String,
        /// What it is for.
        description: String,
        /// Whether new organizations have it.
        r#type: RoleSetType,
    }
}

params! {
    /// What [`RoleSets::update`] changes.
    pub struct UpdateRoleSet {
        /// Its name.
        name: String,
        /// Its key, unique in the instance, such as `role_set:school`.
        key: String,
        /// What it is for.
        description: Patch<String>,
        /// [`Initial`](RoleSetType::Initial), in place of the set that is the initial one.
        r#type: RoleSetType,
        /// The key of the role that new members have: one of the set's.
        default_role_key: String,
        /// The key of the role that whoever creates an organization has: one of the set's.
        creator_role_key: String,
    }
}

params! {
    /// What [`RoleSets::replace`] puts in its place.
    pub struct ReplaceRoleSet(
        /// The key of the role set that takes its place.
        dest_role_set_key: String,
    ) {
        /// For each key of a role that members have, the key of the role that they get.
        reassignment_mappings: RoleMappings,
    }
}

params! {
    /// What [`RoleSets::add_roles`] adds.
    pub struct AddRolesToRoleSet(
        /// The keys of the roles, 1 to 10.
        role_keys: [String],
    ) {
        /// The key of the role that new members have from now on: one of those that are added.
        default_role_key: String,
        /// The key of the role that whoever creates an organization has from now on: one of those that are
        /// added.
        creator_role_key: String,
    }
}

/// From the key of one role to the key of another.
type RoleMappings = BTreeMap<String, String>;

open_enum! {
    /// Whether new organizations have a role set.
    pub enum RoleSetType {
        /// They have it. There is one such set.
        Initial = "initial",
        /// They do not.
        Custom = "custom",
    }
}

model! {
    /// A set of roles.
    #[serde(tag = "object", rename = "role_set")]
    pub struct RoleSet {
        /// Its ID.
        pub id: String,
        /// Its name.
        pub name: String,
        /// Its key, such as `role_set:default`.
        pub key: String,
        /// What it is for.
        pub description: Option<String>,
        /// Its roles.
        pub roles: Vec<RoleSetItem>,
        /// The role that new members have.
        pub default_role: Option<RoleSetItem>,
        /// The role that whoever creates an organization has.
        pub creator_role: Option<RoleSetItem>,
        /// Whether new organizations have it.
        pub r#type: RoleSetType,
        /// How its replacement goes, while it is under way.
        pub role_set_migration: Option<RoleSetMigration>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

model! {
    /// A role in a role set.
    #[serde(tag = "object", rename = "role_set_item")]
    pub struct RoleSetItem {
        /// The role's ID, `role_…`.
        pub id: String,
        /// Its name.
        pub name: String,
        /// Its key, such as `org:admin`.
        pub key: String,
        /// What it is for.
        pub description: Option<String>,
        /// How many members of organizations with this role set have it.
        pub members_count: Option<u64>,
        /// Whether any member of an organization with this role set has it.
        pub has_members: Option<bool>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

model! {
    /// How the replacement of a role set, or of a role in it, goes.
    #[serde(tag = "object", rename = "role_set_migration")]
    pub struct RoleSetMigration {
        /// Its ID.
        pub id: String,
        /// The ID of the organization, if it is about one only.
        pub organization_id: Option<String>,
        /// The ID of the instance.
        pub instance_id: String,
        /// The ID of the role set that is left.
        pub source_role_set_id: String,
        /// The ID of the role set that takes its place.
        pub dest_role_set_id: Option<String>,
        /// What it came of, such as `role_set_deletion` or `role_removal`.
        pub trigger_type: String,
        /// How far it is, such as `enqueued`, `in_progress` or `completed`.
        pub status: String,
        /// How many members have their new role.
        pub migrated_members: u64,
        /// For each key of a role, the key of the role that takes its place.
        pub mappings: Option<RoleMappings>,
        /// When it started.
        pub started_at: Option<Timestamp>,
        /// When it was done.
        pub completed_at: Option<Timestamp>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}
