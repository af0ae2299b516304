//! Mappings from the groups of directories to organization roles.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{enterprise_connection_store::either, records::DirectoryApi, state::Store};
use crate::emulator::{
    http::{ClerkError, Result},
    tokens::new_id,
};

/// The maximum length of the name of a group.
const MAX_NAME: usize = 255;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct NewGroupRoleMapping {
    directory_group_id: Option<String>,
    scim_group_id: Option<String>,
    directory_group_display_name: Option<String>,
    scim_group_display_name: Option<String>,
    role_id: String,
    precedence: Option<usize>,
}

impl Store {
    /// Returns the mappings of a directory by precedence, as the Backend API represents them.
    pub(in crate::emulator) fn group_role_mappings_of(
        &self,
        api: &DirectoryApi,
        directory_id: &str,
    ) -> Result<Vec<Value>> {
        self.directories.get(directory_id)?;
        let mut own: Vec<&Value> = self.mappings_of(directory_id).collect();
        own.sort_by_key(|mapping| mapping["precedence"].as_u64());
        Ok(own.into_iter().map(|mapping| self.mapping_document(api, mapping)).collect())
    }

    /// Adds a mapping, by default with the lowest precedence.
    pub(in crate::emulator) fn create_group_role_mapping(
        &mut self,
        api: &DirectoryApi,
        directory_id: &str,
        new: NewGroupRoleMapping,
    ) -> Result<Value> {
        self.check_mappings_enabled(directory_id)?;
        let own = self.mappings_of(directory_id);
        let lowest = own.filter_map(|mapping| mapping["precedence"].as_u64()).max();
        let next = lowest.and_then(|lowest| usize::try_from(lowest).ok()).unwrap_or_default() + 1;
        let mapping = self.new_mapping(directory_id, new, next)?;
        let others: Vec<&Value> = self.mappings_of(directory_id).collect();
        check_distinct(&mapping, &others)?;
        let mapping = self.group_role_mappings.insert(mapping);
        Ok(self.mapping_document(api, &mapping))
    }

    /// Replaces all mappings of a directory. Their order determines their precedence.
    pub(in crate::emulator) fn replace_group_role_mappings(
        &mut self,
        directory_id: &str,
        new: Vec<NewGroupRoleMapping>,
    ) -> Result<()> {
        self.check_mappings_enabled(directory_id)?;
        if new.iter().any(|mapping| mapping.precedence.is_some()) {
            return Err(ClerkError::unknown_param("mappings.precedence"));
        }
        let mappings = self.new_mappings(directory_id, new)?;
        self.group_role_mappings.retain(|mapping| mapping["directory_id"] != directory_id);
        for mapping in mappings {
            self.group_role_mappings.insert(mapping);
        }
        Ok(())
    }

    pub(in crate::emulator) fn delete_group_role_mapping(
        &mut self,
        api: &DirectoryApi,
        directory_id: &str,
        id: &str,
    ) -> Result<Value> {
        self.check_mappings_enabled(directory_id)?;
        if self.group_role_mappings.get(id)?["directory_id"] != directory_id {
            return Err(ClerkError::resource_not_found("group role mapping", id));
        }
        self.group_role_mappings.delete(id)?;
        Ok(json!({ "object": api.mapping_object, "id": id, "deleted": true }))
    }

    /// Returns the mappings to store for a directory, by default with the precedence of their
    /// order.
    pub(super) fn new_mappings(
        &self,
        directory_id: &str,
        new: Vec<NewGroupRoleMapping>,
    ) -> Result<Vec<Value>> {
        let mut mappings = Vec::with_capacity(new.len());
        for (index, new) in new.into_iter().enumerate() {
            let mapping = self.new_mapping(directory_id, new, index + 1)?;
            check_distinct(&mapping, &mappings.iter().collect::<Vec<_>>())?;
            mappings.push(mapping);
        }
        Ok(mappings)
    }

    fn new_mapping(
        &self,
        directory_id: &str,
        new: NewGroupRoleMapping,
        default_precedence: usize,
    ) -> Result<Value> {
        let group_id = either("directory_group_id", new.directory_group_id, new.scim_group_id)?;
        let group_id = group_id.filter(|id| !id.is_empty());
        let group_id = group_id.ok_or_else(|| ClerkError::missing_param("directory_group_id"))?;
        let name = either(
            "directory_group_display_name",
            new.directory_group_display_name,
            new.scim_group_display_name,
        )?;
        if name.as_ref().is_some_and(|name| name.chars().count() > MAX_NAME) {
            return Err(ClerkError::too_long("directory_group_display_name", MAX_NAME));
        }
        if self.roles.get(&new.role_id).is_err() {
            return Err(ClerkError::referenced_not_found("role_id"));
        }
        let precedence = new.precedence.unwrap_or(default_precedence);
        if precedence == 0 {
            return Err(ClerkError::invalid_value("precedence", "at least 1"));
        }
        let now = self.now();
        Ok(json!({
            "object": "directory_group_role_mapping",
            "id": new_id("grm"),
            "directory_id": directory_id,
            "group_id": group_id,
            "group_name": name.unwrap_or_else(|| group_id.clone()),
            "role_id": new.role_id,
            "precedence": precedence,
            "created_at": now,
            "updated_at": now,
        }))
    }

    fn mapping_document(&self, api: &DirectoryApi, mapping: &Value) -> Value {
        let mut document = json!({
            "object": api.mapping_object,
            "id": mapping["id"],
            "directory_id": mapping["directory_id"],
            "scim_directory_id": mapping["directory_id"],
            "directory_group_id": mapping["group_id"],
            "scim_group_id": mapping["group_id"],
            "directory_group_display_name": mapping["group_name"],
            "scim_group_display_name": mapping["group_name"],
            "precedence": mapping["precedence"],
            "created_at": mapping["created_at"],
            "updated_at": mapping["updated_at"],
        });
        // The role may have been deleted.
        if let Some(role) = self.roles.find(|role| role["id"] == mapping["role_id"]) {
            document["role"] = self.role_document(role);
        }
        document
    }

    fn mappings_of(&self, directory_id: &str) -> impl Iterator<Item = &Value> {
        let all = self.group_role_mappings.iter();
        all.filter(move |mapping| mapping["directory_id"] == directory_id)
    }

    fn check_mappings_enabled(&self, directory_id: &str) -> Result<()> {
        if self.directories.get(directory_id)?["group_role_mapping_enabled"] == false {
            let message = "Group role mapping is not enabled for this directory.";
            return Err(ClerkError::forbidden("feature_not_enabled", message));
        }
        Ok(())
    }
}

/// Rejects a mapping with the group or the precedence of another one.
fn check_distinct(mapping: &Value, others: &[&Value]) -> Result<()> {
    for (field, param) in [("group_id", "directory_group_id"), ("precedence", "precedence")] {
        if others.iter().any(|other| other[field] == mapping[field]) {
            return Err(ClerkError::identifier_taken(param));
        }
    }
    Ok(())
}
