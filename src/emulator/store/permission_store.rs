//! What roles in organizations permit: Clerk's own permissions, and those that were created.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    super::{
        error::{ClerkError, Result},
        id::new_id,
    },
    Store, Table, fields,
};

/// What those permissions begin with that are Clerk's own.
const SYSTEM_PREFIX: &str = "org:sys_";

/// What managing members needs.
pub(crate) const MANAGE_MEMBERSHIPS: &str = "org:sys_memberships:manage";

/// What whoever creates an organization must be permitted, and at least one of its members.
const ELEVATED: [&str; 3] =
    [MANAGE_MEMBERSHIPS, "org:sys_memberships:read", "org:sys_profile:delete"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPermission {
    name: String,
    key: String,
    #[serde(default)]
    description: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PermissionChange {
    name: Option<String>,
    key: Option<String>,
    description: Option<String>,
}

impl Store {
    pub(crate) fn create_permission(&mut self, new: NewPermission) -> Result<Value> {
        let permission = permission(&new.key, &new.name, &new.description, "user", self.now());
        self.check_permission(&permission)?;
        Ok(self.permissions.insert(permission))
    }

    pub(crate) fn update_permission(
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

    /// Deletes a permission; nobody has it any more.
    pub(crate) fn delete_permission(&mut self, id: &str) -> Result<Value> {
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

    /// The ID of the permission of that key, which is created if it is not there.
    pub(super) fn permission_id(&mut self, key: &str) -> Value {
        let known = self.permissions.find(|permission| permission["key"] == key);
        known.map(|permission| permission["id"].clone()).unwrap_or_else(|| {
            let permission = permission(key, key, "", "user", self.now());
            self.permissions.insert(permission)["id"].clone()
        })
    }

    fn custom_permission(&self, id: &str) -> Result<&Value> {
        let permission = self.permissions.get(id)?;
        match permission["type"] == "system" {
            false => Ok(permission),
            true => Err(ClerkError::forbidden(
                "organization_system_permission_not_modifiable",
                "Clerk's own permissions do not change.",
            )),
        }
    }

    fn check_permission(&self, permission: &Value) -> Result<()> {
        fields::check_name(&permission["name"])?;
        fields::check_key(&permission["key"], 2)?;
        if is_system(permission["key"].as_str().unwrap_or_default()) {
            return Err(ClerkError::value(
                "key",
                &format!("none that begins with {SYSTEM_PREFIX}"),
            ));
        }
        self.permissions.check_unique(permission, "key")
    }
}

/// Clerk's own permissions, which are there from the start.
pub(super) fn system_permissions(now: i64) -> Table {
    let mut table = Table::new("organization permission");
    for (key, name) in [
        ("org:sys_profile:manage", "Manage organization"),
        ("org:sys_profile:delete", "Delete organization"),
        ("org:sys_memberships:read", "Read members"),
        (MANAGE_MEMBERSHIPS, "Manage members"),
        ("org:sys_domains:read", "Read domains"),
        ("org:sys_domains:manage", "Manage domains"),
        ("org:sys_billing:read", "Read billing"),
        ("org:sys_billing:manage", "Manage billing"),
        ("org:sys_entconns:manage", "Manage enterprise connections"),
    ] {
        table.insert(permission(key, name, "", "system", now));
    }
    table
}

/// Whether a permission is Clerk's own; those are not in tokens.
pub(crate) fn is_system(key: &str) -> bool {
    key.starts_with(SYSTEM_PREFIX)
}

/// Whether permissions of these keys suffice for whoever creates an organization.
pub(crate) fn are_elevated(keys: &[&str]) -> bool {
    ELEVATED.iter().all(|key| keys.contains(key))
}

/// Feature and permission of `org:FEATURE:PERMISSION`.
pub(crate) fn split_permission(permission: &str) -> Option<(&str, &str)> {
    let (feature, name) = permission.strip_prefix("org:")?.split_once(':')?;
    let is_name = |text: &str| !text.is_empty() && !text.contains([':', ',']);
    (is_name(feature) && is_name(name)).then_some((feature, name))
}

fn permission(key: &str, name: &str, description: &str, kind: &str, now: i64) -> Value {
    json!({
        "object": "permission",
        "id": new_id("perm"),
        "name": name,
        "key": key,
        "description": description,
        "type": kind,
        "created_at": now,
        "updated_at": now,
    })
}
