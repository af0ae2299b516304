//! Role sets of organizations.

use serde_json::{Value, json};

use super::table::Table;
use crate::emulator::tokens::new_id;

/// Returns the role set that exists from the start, with all of the given roles.
pub(in crate::emulator) fn default_role_sets(roles: &Table, now: i64) -> Table {
    let mut set = new_role_set("role_set:default", "Primary Role Set", now);
    set["type"] = json!("initial");
    set["roles"] = roles.iter().map(|role| role["id"].clone()).collect();
    for (name, key) in [("default_role", "org:member"), ("creator_role", "org:admin")] {
        set[name] = json!(roles.find(|role| role["key"] == key).map(|role| &role["id"]));
    }
    let mut table = Table::new("role set");
    table.insert(set);
    table
}

pub(in crate::emulator::store) fn new_role_set(key: &str, name: &str, now: i64) -> Value {
    json!({
        "object": "role_set",
        "id": new_id("roleset"),
        "name": name,
        "key": key,
        "description": null,
        "roles": [],
        "default_role": null,
        "creator_role": null,
        "type": "custom",
        "role_set_migration": null,
        "created_at": now,
        "updated_at": now,
    })
}

/// Returns the IDs of the roles in a role set.
pub(in crate::emulator::store) fn role_ids(set: &Value) -> &[Value] {
    set["roles"].as_array().map_or(&[], Vec::as_slice)
}
