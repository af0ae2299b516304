//! Permissions of organization roles: Clerk's system permissions and custom ones.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    records::{SYSTEM_PREFIX, is_system, new_permission},
    state::Store,
};
use crate::emulator::http::{ClerkError, Result, fields};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct NewPermission {
    name: String,
    key: String,
    #[serde(default)]
    description: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct PermissionChange {
    name: Option<String>,
    key: Option<String>,
    description: Option<String>,
}

impl Store {
    pub(in crate::emulator) fn create_permission(&mut self, new: NewPermission) -> Result<Value> {
        let NewPermission { key, name, description } = new;
        let permission = new_permission(&key, &name, &description, "user", self.now());
        self.check_permission(&permission)?;
        Ok(self.permissions.insert(permission))
    }

    pub(in crate::emulator) fn update_permission(
        &mut self,
        id: &str,
        change: PermissionChange,
    ) -> Result<Value> {
        let mut permission = self.custom_permission(id)?.clone();
        let PermissionChange { name, key, description } = change;
        for (field, value) in [("name", name), ("key", key), ("description", description)] {
            if let Some(value) = value {
                permission[field] = json!(value);
            }
        }
        self.check_permission(&permission)?;
        let now = self.now();
        Ok(self.permissions.replace(permission, now))
    }

    /// Deletes a permission and removes it from all roles and memberships.
    pub(in crate::emulator) fn delete_permission(&mut self, id: &str) -> Result<Value> {
        self.custom_permission(id)?;
        for role in self.roles.iter_mut() {
            if let Some(ids) = role["permissions"].as_array_mut() {
                ids.retain(|own| own != id);
            }
        }
        for membership in &mut self.memberships {
            membership.granted.retain(|own| own != id);
        }
        self.permissions.delete(id)
    }

    /// Returns the ID of the permission with a key. Creates the permission if it does not exist.
    pub(super) fn permission_id(&mut self, key: &str) -> Value {
        let known = self.permissions.find(|permission| permission["key"] == key);
        known.map(|permission| permission["id"].clone()).unwrap_or_else(|| {
            let permission = new_permission(key, key, "", "user", self.now());
            self.permissions.insert(permission)["id"].clone()
        })
    }

    fn custom_permission(&self, id: &str) -> Result<&Value> {
        let permission = self.permissions.get(id)?;
        if permission["type"] == "system" {
            return Err(ClerkError::forbidden(
                "organization_system_permission_not_modifiable",
                "System permissions cannot be modified.",
            ));
        }
        Ok(permission)
    }

    fn check_permission(&self, permission: &Value) -> Result<()> {
        fields::check_name(&permission["name"])?;
        fields::check_key(&permission["key"], 2)?;
        if is_system(permission["key"].as_str().unwrap_or_default()) {
            return Err(ClerkError::invalid_value(
                "key",
                &format!("a key that does not start with {SYSTEM_PREFIX}"),
            ));
        }
        self.permissions.check_unique(permission, "key")
    }
}
