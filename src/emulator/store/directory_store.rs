//! Directories, from which an identity provider would provision users. The emulator only keeps their
//! settings.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    group_role_mapping_store::NewGroupRoleMapping,
    records::{DIRECTORIES, DirectoryApi},
    state::Store,
};
use crate::emulator::{
    http::{ClerkError, Result, fields},
    tokens::{new_id, random_id},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct NewDirectory {
    enterprise_connection_id: String,
    name: Option<String>,
    provider: String,
    #[serde(default)]
    group_role_mappings: Vec<NewGroupRoleMapping>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct DirectoryChange {
    name: Option<String>,
    enabled: Option<bool>,
    provider: Option<String>,
    attribute_mapping: Option<BTreeMap<String, Option<String>>>,
    group_role_mapping_enabled: Option<bool>,
}

impl Store {
    /// Creates a directory and returns its ID and its API key.
    pub(in crate::emulator) fn create_directory(
        &mut self,
        new: NewDirectory,
    ) -> Result<(String, String)> {
        let connection =
            self.enterprise_connections.find(|one| one["id"] == new.enterprise_connection_id);
        let connection = connection
            .ok_or_else(|| ClerkError::referenced_not_found("enterprise_connection_id"))?;
        let name = match new.name {
            Some(name) => fields::name("name", name, 256)?,
            None => connection["name"].as_str().unwrap_or_default().to_owned(),
        };
        let provider = fields::name("provider", new.provider, 256)?;
        let (id, now) = (new_id("dir"), self.now());
        let has_mappings = !new.group_role_mappings.is_empty();
        let mappings = self.new_mappings(&id, new.group_role_mappings)?;
        self.directories.insert(json!({
            "object": DIRECTORIES.object,
            "id": id,
            "name": name,
            "enterprise_connection_id": new.enterprise_connection_id,
            "provider": provider,
            "enabled": true,
            "group_role_mapping_enabled": has_mappings,
            "attribute_mapping": {
                "email_address": "emails.0.value",
                "first_name": "name.givenName",
                "last_name": "name.familyName",
            },
            "created_at": now,
            "updated_at": now,
        }));
        for mapping in mappings {
            self.group_role_mappings.insert(mapping);
        }
        Ok((id, new_key()))
    }

    /// Returns a directory as the Backend API represents it. `url` is that of the Frontend API.
    pub(in crate::emulator) fn directory_document(
        &self,
        api: &DirectoryApi,
        directory: &Value,
        url: &str,
    ) -> Value {
        let connections = &self.enterprise_connections;
        let connection = connections.find(|one| one["id"] == directory["enterprise_connection_id"]);
        let mut document = directory.clone();
        document["object"] = json!(api.object);
        document["endpoint_url"] =
            json!(format!("{url}/scim/v2/{}", directory["id"].as_str().unwrap_or_default()));
        document["custom_attributes"] =
            connection.map_or_else(|| json!([]), |one| one["custom_attributes"].clone());
        document
    }

    pub(in crate::emulator) fn update_directory(
        &mut self,
        id: &str,
        change: DirectoryChange,
    ) -> Result<Value> {
        let mut directory = self.directories.get(id)?.clone();
        for (param, text) in [("name", change.name), ("provider", change.provider)] {
            if let Some(text) = text {
                directory[param] = json!(fields::name(param, text, 256)?);
            }
        }
        for (name, flag) in [
            ("enabled", change.enabled),
            ("group_role_mapping_enabled", change.group_role_mapping_enabled),
        ] {
            if let Some(on) = flag {
                directory[name] = json!(on);
            }
        }
        if let Some(mapping) = change.attribute_mapping {
            fields::merge(&mut directory["attribute_mapping"], json!(mapping));
        }
        let now = self.now();
        Ok(self.directories.replace(directory, now))
    }

    /// Deletes a directory with its mappings.
    pub(in crate::emulator) fn delete_directory(&mut self, id: &str) -> Result<()> {
        self.directories.delete(id)?;
        self.group_role_mappings.retain(|mapping| mapping["directory_id"] != id);
        Ok(())
    }

    /// Generates a new API key of a directory. No request can use the keys.
    pub(in crate::emulator) fn rotate_directory_key(&mut self, id: &str) -> Result<String> {
        let (directory, now) = (self.directories.get(id)?.clone(), self.now());
        self.directories.replace(directory, now);
        Ok(new_key())
    }
}

fn new_key() -> String {
    format!("scim_{}", random_id(40))
}
