//! Permissions in organizations: system permissions and custom ones.

use serde_json::{Value, json};

use super::{system_permission, table::Table};
use crate::emulator::tokens::new_id;

/// The prefix of the system permissions.
pub(in crate::emulator::store) const SYSTEM_PREFIX: &str = "org:sys_";

/// The permissions that organization creators, and at least one member, must have.
const ELEVATED: [&str; 3] = [
    system_permission::MANAGE_MEMBERSHIPS,
    system_permission::READ_MEMBERSHIPS,
    system_permission::DELETE_PROFILE,
];

/// Returns the system permissions, which exist from the start.
pub(in crate::emulator) fn system_permissions(now: i64) -> Table {
    let mut table = Table::new("organization permission");
    for (key, name) in [
        (system_permission::MANAGE_PROFILE, "Manage organization"),
        (system_permission::DELETE_PROFILE, "Delete organization"),
        (system_permission::READ_MEMBERSHIPS, "Read members"),
        (system_permission::MANAGE_MEMBERSHIPS, "Manage members"),
        (system_permission::READ_DOMAINS, "Read domains"),
        (system_permission::MANAGE_DOMAINS, "Manage domains"),
        (system_permission::READ_API_KEYS, "Read API keys"),
        (system_permission::MANAGE_API_KEYS, "Manage API keys"),
        ("org:sys_billing:read", "Read billing"),
        ("org:sys_billing:manage", "Manage billing"),
        ("org:sys_entconns:manage", "Manage enterprise connections"),
    ] {
        table.insert(new_permission(key, name, "", "system", now));
    }
    table
}

/// Returns whether a permission is a system permission. These are not included in tokens.
pub(in crate::emulator) fn is_system(key: &str) -> bool {
    key.starts_with(SYSTEM_PREFIX)
}

/// Returns whether the permissions are sufficient for organization creators.
pub(in crate::emulator) fn are_elevated(keys: &[&str]) -> bool {
    ELEVATED.iter().all(|key| keys.contains(key))
}

/// Splits `org:FEATURE:PERMISSION` into the feature and the permission.
pub(in crate::emulator) fn split_permission(permission: &str) -> Option<(&str, &str)> {
    let (feature, name) = permission.strip_prefix("org:")?.split_once(':')?;
    let is_name = |text: &str| !text.is_empty() && !text.contains([':', ',']);
    (is_name(feature) && is_name(name)).then_some((feature, name))
}

pub(in crate::emulator::store) fn new_permission(
    key: &str,
    name: &str,
    description: &str,
    kind: &str,
    now: i64,
) -> Value {
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
