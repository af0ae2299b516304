//! Roles in organizations, and those that exist from the start.

use serde_json::{Value, json};

use super::table::Table;
use crate::emulator::tokens::new_id;

/// The roles that are there from the start.
pub(in crate::emulator) fn default_roles(permissions: &Table, now: i64) -> Table {
    let mut table = Table::new("organization role");
    let id = |permission: &Value| permission["id"].clone();
    let is_members =
        |key: &Value| key == "org:sys_memberships:read" || key == "org:sys_billing:read";
    let for_members = permissions.iter().filter(|permission| is_members(&permission["key"]));
    for (key, name, permissions) in [
        ("org:member", "Member", for_members.map(id).collect::<Vec<_>>()),
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
