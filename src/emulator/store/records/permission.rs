//! Permissions in organizations, and which of them are Clerk's own.

use serde_json::{Value, json};

use super::table::Table;
use crate::emulator::tokens::new_id;

/// What those permissions begin with that are Clerk's own.
pub(in crate::emulator::store) const SYSTEM_PREFIX: &str = "org:sys_";

/// What managing members needs.
pub(in crate::emulator) const MANAGE_MEMBERSHIPS: &str = "org:sys_memberships:manage";

/// What whoever creates an organization must be permitted, and at least one of its members.
const ELEVATED: [&str; 3] =
    [MANAGE_MEMBERSHIPS, "org:sys_memberships:read", "org:sys_profile:delete"];

/// Clerk's own permissions, which are there from the start.
pub(in crate::emulator) fn system_permissions(now: i64) -> Table {
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
        table.insert(new_permission(key, name, "", "system", now));
    }
    table
}

/// Whether a permission is Clerk's own; those are not in tokens.
pub(in crate::emulator) fn is_system(key: &str) -> bool {
    key.starts_with(SYSTEM_PREFIX)
}

/// Whether permissions of these keys suffice for whoever creates an organization.
pub(in crate::emulator) fn are_elevated(keys: &[&str]) -> bool {
    ELEVATED.iter().all(|key| keys.contains(key))
}

/// Feature and permission of `org:FEATURE:PERMISSION`.
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
