//! Roles in organizations. A stored role contains the IDs of its permissions, and its document
//! contains the permissions themselves.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    records::{are_elevated, new_role},
    state::Store,
};
use crate::api::Patch;
use crate::emulator::http::{ClerkError, Result, fields};

/// The maximum number of roles.
const MAX_ROLES: usize = 10;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct NewRole {
    name: String,
    key: String,
    description: Option<String>,
    permissions: Option<Vec<String>>,
    include_in_initial_role_set: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct RoleChange {
    name: Option<String>,
    key: Option<String>,
    #[serde(default)]
    description: Patch<String>,
    permissions: Option<Vec<String>>,
}

impl Store {
    pub(in crate::emulator) fn role(&self, key: &str) -> Result<&Value> {
        self.roles
            .find(|role| role["key"] == key)
            .ok_or_else(|| ClerkError::named_resource_not_found("organization role", "role", key))
    }

    /// Returns a role as the Backend API represents it.
    pub(in crate::emulator) fn role_document(&self, role: &Value) -> Value {
        let permissions = self.permissions_of(role["permissions"].as_array().into_iter().flatten());
        let keys: Vec<&str> = permissions.iter().filter_map(|one| one["key"].as_str()).collect();
        let mut document = role.clone();
        document["is_creator_eligible"] = json!(are_elevated(&keys));
        document["permissions"] = json!(permissions);
        document
    }

    /// Returns the permissions with the given IDs, without duplicates.
    pub(super) fn permissions_of<'a>(&self, ids: impl Iterator<Item = &'a Value>) -> Vec<&Value> {
        let ids: Vec<&Value> = ids.collect();
        self.permissions.iter().filter(|permission| ids.contains(&&permission["id"])).collect()
    }

    pub(in crate::emulator) fn create_role(&mut self, new: NewRole) -> Result<Value> {
        let mut role = new_role(&new.key, &new.name, self.now());
        role["description"] = json!(new.description);
        self.set_permissions(&mut role, &new.permissions.unwrap_or_default())?;
        self.check_role(&role)?;
        if self.roles.iter().count() >= MAX_ROLES {
            let message = format!("The instance has reached the maximum of {MAX_ROLES} roles.");
            let code = "organization_instance_roles_quota_exceeded";
            return Err(ClerkError::forbidden(code, message));
        }
        let role = self.roles.insert(role);
        if new.include_in_initial_role_set != Some(false) {
            let initial = self.initial_role_set()["id"].as_str().unwrap_or_default().to_owned();
            self.include_role(&initial, &role["id"])?;
        }
        Ok(self.role_document(&role))
    }

    /// Creates a role with the given key if there is none, and adds it to the organization's role
    /// set.
    pub(super) fn ensure_role(&mut self, organization_id: &str, key: &str) -> Result<()> {
        if self.role(key).is_err() {
            self.roles.insert(new_role(key, key.strip_prefix("org:").unwrap_or(key), self.now()));
        }
        let role_id = self.role(key)?["id"].clone();
        let organization = self.organizations.get(organization_id)?;
        let set_key = organization["role_set_key"].as_str().unwrap_or_default().to_owned();
        self.include_role(&set_key, &role_id)
    }

    pub(in crate::emulator) fn update_role(
        &mut self,
        id: &str,
        change: RoleChange,
    ) -> Result<Value> {
        let mut role = self.roles.get(id)?.clone();
        let RoleChange { name, key, description, permissions } = change;
        for (field, value) in [("name", name), ("key", key)] {
            if let Some(value) = value {
                role[field] = json!(value);
            }
        }
        fields::patch(&mut role, "description", description);
        if let Some(ids) = permissions {
            self.set_permissions(&mut role, &ids)?;
        }
        self.replace_role(role)
    }

    pub(in crate::emulator) fn delete_role(&mut self, id: &str) -> Result<Value> {
        let key = self.roles.get(id)?["key"].as_str().unwrap_or_default();
        let is_set_as = |name: &str| self.role_sets.find(|set| set[name] == id).is_some();
        let is_pending = |invitation: &Value| {
            invitation["role"] == key && self.invitation_status(invitation) == "pending"
        };
        for (is_used, code, message) in [
            (
                is_set_as("creator_role"),
                "organization_role_default_creator_role",
                "The role is the default role for creators of organizations.",
            ),
            (
                is_set_as("default_role"),
                "organization_role_domain_default_role",
                "The role is the default role for users of a verified domain.",
            ),
            (
                self.memberships.iter().any(|m| m.role == key),
                "organization_role_assigned_members",
                "The role is assigned to members.",
            ),
            (
                self.organization_invitations.iter().any(is_pending),
                "organization_role_exists_in_invitations",
                "The role is used in pending invitations.",
            ),
        ] {
            if is_used {
                return Err(ClerkError::unprocessable(code, message));
            }
        }
        self.exclude_role(id);
        self.roles.delete(id)
    }

    pub(in crate::emulator) fn assign_permission(
        &mut self,
        role_id: &str,
        permission_id: &str,
    ) -> Result<Value> {
        let mut role = self.roles.get(role_id)?.clone();
        let permission_id = self.permissions.get(permission_id)?["id"].clone();
        match role["permissions"].as_array_mut() {
            Some(ids) if !ids.contains(&permission_id) => ids.push(permission_id),
            _ => {
                return Err(ClerkError::conflict(
                    "organization_role_permission_association_exists",
                    "The role already has this permission.",
                ));
            }
        }
        self.replace_role(role)
    }

    pub(in crate::emulator) fn remove_permission(
        &mut self,
        role_id: &str,
        permission_id: &str,
    ) -> Result<Value> {
        let mut role = self.roles.get(role_id)?.clone();
        let permission_id = &self.permissions.get(permission_id)?["id"];
        match role["permissions"].as_array_mut() {
            Some(ids) if ids.contains(permission_id) => ids.retain(|id| id != permission_id),
            _ => {
                return Err(ClerkError::not_found(
                    "organization_role_permission_association_not_found",
                    "The role does not have this permission.",
                ));
            }
        }
        self.replace_role(role)
    }

    /// Replaces a role, and updates the memberships and invitations that refer to it.
    fn replace_role(&mut self, role: Value) -> Result<Value> {
        self.check_role(&role)?;
        let id = role["id"].as_str().unwrap_or_default();
        let key = |role: &Value| role["key"].as_str().unwrap_or_default().to_owned();
        let (old, new) = (key(self.roles.get(id)?), key(&role));
        let document = self.role_document(&role);
        let is_creator_role = self.role_sets.find(|set| set["creator_role"] == id).is_some();
        if is_creator_role && document["is_creator_eligible"] == false {
            return Err(ClerkError::creator_role_ineligible());
        }
        for membership in self.memberships.iter_mut().filter(|membership| membership.role == old) {
            membership.role.clone_from(&new);
        }
        for invitation in
            self.organization_invitations.iter_mut().filter(|one| one["role"] == old.as_str())
        {
            invitation["role"] = role["key"].clone();
            invitation["role_name"] = role["name"].clone();
        }
        let now = self.now();
        let role = self.roles.replace(role, now);
        Ok(self.role_document(&role))
    }

    fn check_role(&self, role: &Value) -> Result<()> {
        fields::check_name(&role["name"])?;
        fields::check_key(&role["key"], 1)?;
        self.roles.check_unique(role, "key")
    }

    fn set_permissions(&self, role: &mut Value, ids: &[String]) -> Result<()> {
        for id in ids {
            self.permissions.get(id)?;
        }
        role["permissions"] = json!(ids);
        Ok(())
    }
}
