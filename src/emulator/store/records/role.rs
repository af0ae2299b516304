//! Roles in organizations.

use serde_json::{Value, json};

use super::table::Table;
use crate::emulator::tokens::new_id;

/// Returns the roles that exist from the start.
pub(in crate::emulator) fn default_roles(permissions: &Table, now: i64) -> Table {
    let mut table = Table::new("organization role");
    let id = |permission: &Value| permission["id"].clone();
    let is_member_permission =
        |key: &Value| key == "org:sys_memberships:read" || key == "org:sys_billing:read";
    let member_permissions =
        permissions.iter().filter(|permission| is_member_permission(&permission["key"]));
    for (key, name, permissions) in [
        ("org:member", "Member", member_permissions.map(id).collect::<Vec<_>>()),
        ("org:admin", "Admin", permissions.iter().map(id).collect()),
    ] {
        let mut role = new_role(key, name, now);
        role["permissions"] = json!(permissions);
        table.insert(role);
    }
    table
}

pub(in crate::emulator::store) fn new_role(key: &str, name: &str, now: i64) -> Value {
    json!({
        "object": "role",
        "id": new_id("role"),
        "name": name,
        "key": key,
        "description": null,
        "permissions": [],
        "created_at": now,
        "updated_at": now,
    })
}
