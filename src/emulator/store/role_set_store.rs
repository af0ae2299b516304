//! Role sets. A stored role set contains the IDs of its roles, and its document contains the roles
//! themselves. Each organization has the key of its role set.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    records::{MAX_ROLE_SETS, Membership, new_role_set, role_ids},
    state::Store,
};
use crate::api::Patch;
use crate::emulator::http::{ClerkError, Result, fields};

/// The maximum number of roles in a role set.
const MAX_ROLES: usize = 10;

/// The prefix of the keys of role sets.
const PREFIX: &str = "role_set:";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct NewRoleSet {
    name: String,
    key: Option<String>,
    description: Option<String>,
    default_role_key: String,
    creator_role_key: String,
    #[serde(default, rename = "type")]
    kind: RoleSetType,
    roles: Vec<String>,
}

#[derive(Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum RoleSetType {
    /// Assigned to new organizations.
    Initial,
    #[default]
    Custom,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct RoleSetChange {
    name: Option<String>,
    key: Option<String>,
    #[serde(default)]
    description: Patch<String>,
    #[serde(rename = "type")]
    becomes_initial: Option<Initial>,
    default_role_key: Option<String>,
    creator_role_key: Option<String>,
}

/// The only type that a role set can be changed to.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Initial {
    Initial,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct RoleSetReplacement {
    dest_role_set_key: String,
    reassignment_mappings: Option<BTreeMap<String, String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct AddedRoles {
    role_keys: Vec<String>,
    default_role_key: Option<String>,
    creator_role_key: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct RoleReplacement {
    role_key: String,
    to_role_key: String,
}

impl Store {
    pub(in crate::emulator) fn role_set(&self, key_or_id: &str) -> Result<&Value> {
        let with_key = self.role_sets.find(|set| set["key"] == key_or_id);
        with_key.map_or_else(|| self.role_sets.get(key_or_id), Ok)
    }

    /// Returns the role set of new organizations.
    pub(super) fn initial_role_set(&self) -> &Value {
        self.role_sets.find(|set| set["type"] == "initial").unwrap_or(&Value::Null)
    }

    /// Returns a role set as the Backend API represents it.
    pub(in crate::emulator) fn role_set_document(&self, set: &Value) -> Value {
        let organizations = self.organizations_with(set);
        let item = |role_id: &Value| {
            let role = self.roles.find(|role| role["id"] == *role_id)?;
            let has_role = |member: &&Membership| {
                role["key"] == member.role.as_str()
                    && organizations.contains(&member.organization_id)
            };
            let members_count = self.memberships.iter().filter(has_role).count();
            Some(json!({
                "object": "role_set_item",
                "id": role["id"],
                "name": role["name"],
                "key": role["key"],
                "description": role["description"],
                "members_count": members_count,
                "has_members": members_count > 0,
                "created_at": role["created_at"],
                "updated_at": role["updated_at"],
            }))
        };
        let mut document = set.clone();
        document["roles"] = role_ids(set).iter().filter_map(item).collect();
        for name in ["default_role", "creator_role"] {
            document[name] = json!(item(&set[name]));
        }
        document
    }

    pub(in crate::emulator) fn create_role_set(&mut self, new: NewRoleSet) -> Result<Value> {
        let key = new.key.unwrap_or_else(|| self.role_set_key_for(&new.name));
        let mut set = new_role_set(&key, &new.name, self.now());
        set["description"] = json!(new.description);
        self.add_roles(&mut set, "roles", &new.roles)?;
        self.set_role(&mut set, "default_role", &new.default_role_key)?;
        self.set_role(&mut set, "creator_role", &new.creator_role_key)?;
        self.check_role_set(&set)?;
        if self.role_sets.iter().count() >= MAX_ROLE_SETS {
            let message =
                format!("The instance has reached the maximum of {MAX_ROLE_SETS} role sets.");
            return Err(ClerkError::forbidden("quota_exceeded", message));
        }
        if new.kind == RoleSetType::Initial {
            self.make_initial(&mut set);
        }
        let set = self.role_sets.insert(set);
        Ok(self.role_set_document(&set))
    }

    pub(in crate::emulator) fn update_role_set(
        &mut self,
        key_or_id: &str,
        change: RoleSetChange,
    ) -> Result<Value> {
        let mut set = self.role_set(key_or_id)?.clone();
        let old_key = set["key"].clone();
        for (field, value) in [("name", change.name), ("key", change.key)] {
            if let Some(value) = value {
                set[field] = json!(value);
            }
        }
        fields::patch(&mut set, "description", change.description);
        self.set_roles(&mut set, change.default_role_key, change.creator_role_key)?;
        self.check_role_set(&set)?;
        if change.becomes_initial.is_some() {
            self.make_initial(&mut set);
        }
        if set["key"] != old_key {
            self.move_organizations(&old_key, &set["key"]);
        }
        Ok(self.replace_stored_role_set(set))
    }

    /// Deletes a role set, and assigns another one to its organizations. If it is the initial one,
    /// the other one becomes the initial one.
    pub(in crate::emulator) fn replace_role_set(
        &mut self,
        key_or_id: &str,
        replacement: RoleSetReplacement,
    ) -> Result<Value> {
        let source = self.role_set(key_or_id)?.clone();
        let mut dest = self.role_set(&replacement.dest_role_set_key)?.clone();
        if dest["id"] == source["id"] {
            let expected = "the key of a different role set";
            return Err(ClerkError::invalid_value("dest_role_set_key", expected));
        }
        let organizations = self.organizations_with(&source);
        let mut mappings = replacement.reassignment_mappings.unwrap_or_default();
        for key in self.roles_in_use(&organizations) {
            let to = mappings.entry(key.clone()).or_insert(key);
            let role = self.role_with_key("reassignment_mappings", to)?;
            if !role_ids(&dest).contains(&role["id"]) {
                let expected = format!("complete: {to} is not in the destination role set");
                return Err(ClerkError::invalid_value("reassignment_mappings", &expected));
            }
        }
        self.reassign(&organizations, &mappings);
        self.move_organizations(&source["key"], &dest["key"]);
        if source["type"] == "initial" {
            self.make_initial(&mut dest);
            self.replace_stored_role_set(dest);
        }
        self.role_sets.delete(source["id"].as_str().unwrap_or_default())
    }

    pub(in crate::emulator) fn add_roles_to_role_set(
        &mut self,
        key_or_id: &str,
        added: AddedRoles,
    ) -> Result<Value> {
        let mut set = self.role_set(key_or_id)?.clone();
        self.add_roles(&mut set, "role_keys", &added.role_keys)?;
        self.set_roles(&mut set, added.default_role_key, added.creator_role_key)?;
        Ok(self.replace_stored_role_set(set))
    }

    /// Removes a role from a role set, and assigns another one of its roles in its place.
    pub(in crate::emulator) fn replace_role_in_role_set(
        &mut self,
        key_or_id: &str,
        replacement: RoleReplacement,
    ) -> Result<Value> {
        let RoleReplacement { role_key, to_role_key } = replacement;
        let mut set = self.role_set(key_or_id)?.clone();
        let role = self.role_in(&set, "role_key", &role_key)?["id"].clone();
        let to = self.role_in(&set, "to_role_key", &to_role_key)?["id"].clone();
        if role == to {
            return Err(ClerkError::invalid_value("to_role_key", "the key of a different role"));
        }
        for name in ["default_role", "creator_role"] {
            if set[name] == role {
                self.set_role(&mut set, name, &to_role_key)?;
            }
        }
        if let Some(ids) = set["roles"].as_array_mut() {
            ids.retain(|id| *id != role);
        }
        let organizations = self.organizations_with(&set);
        self.reassign(&organizations, &BTreeMap::from([(role_key, to_role_key)]));
        Ok(self.replace_stored_role_set(set))
    }

    /// Adds a role to a role set unless it is already in it.
    pub(super) fn include_role(&mut self, set_key: &str, role_id: &Value) -> Result<()> {
        let mut set = self.role_set(set_key)?.clone();
        if include(&mut set, role_id) {
            self.replace_stored_role_set(set);
        }
        Ok(())
    }

    /// Removes a role that is about to be deleted from all role sets.
    pub(super) fn exclude_role(&mut self, role_id: &str) {
        for set in self.role_sets.iter_mut() {
            if let Some(ids) = set["roles"].as_array_mut() {
                ids.retain(|id| *id != role_id);
            }
        }
    }

    /// Sets the default role or the creator role of the initial role set, and adds it to the role
    /// set.
    pub(in crate::emulator) fn set_initial_role(&mut self, name: &str, role_id: &Value) {
        let mut set = self.initial_role_set().clone();
        include(&mut set, role_id);
        set[name] = role_id.clone();
        self.replace_stored_role_set(set);
    }

    fn set_roles(
        &self,
        set: &mut Value,
        default_role: Option<String>,
        creator_role: Option<String>,
    ) -> Result<()> {
        for (name, key) in [("default_role", default_role), ("creator_role", creator_role)] {
            if let Some(key) = key {
                self.set_role(set, name, &key)?;
            }
        }
        Ok(())
    }

    /// Sets the default role or the creator role of a role set.
    fn set_role(&self, set: &mut Value, name: &str, key: &str) -> Result<()> {
        let role = self.role_in(set, &format!("{name}_key"), key)?;
        if name == "creator_role" && self.role_document(role)["is_creator_eligible"] == false {
            return Err(ClerkError::creator_role_ineligible());
        }
        set[name] = role["id"].clone();
        Ok(())
    }

    fn add_roles(&self, set: &mut Value, param: &str, keys: &[String]) -> Result<()> {
        if keys.is_empty() {
            return Err(ClerkError::missing_param(param));
        }
        fields::check_unique(param, keys)?;
        let mut ids = role_ids(set).to_vec();
        for key in keys {
            let id = &self.role_with_key(param, key)?["id"];
            if !ids.contains(id) {
                ids.push(id.clone());
            }
        }
        if ids.len() > MAX_ROLES {
            return Err(ClerkError::too_many(param, MAX_ROLES));
        }
        set["roles"] = json!(ids);
        Ok(())
    }

    fn role_with_key(&self, param: &str, key: &str) -> Result<&Value> {
        self.roles
            .find(|role| role["key"] == key)
            .ok_or_else(|| ClerkError::named_resource_not_found("organization role", param, key))
    }

    fn role_in(&self, set: &Value, param: &str, key: &str) -> Result<&Value> {
        match self.role_with_key(param, key)? {
            role if role_ids(set).contains(&role["id"]) => Ok(role),
            _ => Err(ClerkError::invalid_value(param, "the key of a role in the role set")),
        }
    }

    fn check_role_set(&self, set: &Value) -> Result<()> {
        fields::check_name(&set["name"])?;
        let is_valid =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let word = set["key"].as_str().and_then(|key| key.strip_prefix(PREFIX)).unwrap_or_default();
        if word.is_empty() || !word.bytes().all(is_valid) {
            let expected = format!("{PREFIX} and lowercase letters, digits and underscores");
            return Err(ClerkError::invalid_format("key", &expected));
        }
        self.role_sets.check_unique(set, "key")
    }

    /// Derives an unused key from a name, with a number if necessary.
    fn role_set_key_for(&self, name: &str) -> String {
        let words =
            name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let words: Vec<String> = words.map(str::to_ascii_lowercase).collect();
        let key = format!("{PREFIX}{}", words.join("_"));
        let numbered = (2..).map(|n| format!("{key}_{n}"));
        let is_free = |key: &String| self.role_sets.find(|set| set["key"] == *key).is_none();
        std::iter::once(key.clone()).chain(numbered).find(is_free).unwrap_or_default()
    }

    fn make_initial(&mut self, set: &mut Value) {
        let now = self.now();
        for other in self.role_sets.iter_mut().filter(|other| other["type"] == "initial") {
            other["type"] = json!(RoleSetType::Custom);
            other["updated_at"] = json!(now);
        }
        set["type"] = json!(RoleSetType::Initial);
    }

    fn replace_stored_role_set(&mut self, set: Value) -> Value {
        let now = self.now();
        let set = self.role_sets.replace(set, now);
        self.role_set_document(&set)
    }
}

/// Adds a role to a role set that is not stored yet. Returns whether it was not in it before.
fn include(set: &mut Value, role_id: &Value) -> bool {
    match set["roles"].as_array_mut() {
        Some(ids) if !ids.contains(role_id) => {
            ids.push(role_id.clone());
            true
        }
        _ => false,
    }
}
