//! The roles that organizations have through their role sets.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::{Value, json};

use super::{records::role_ids, state::Store};
use crate::emulator::http::{ClerkError, Result, fields};

impl Store {
    /// Returns a role if members of an organization can have it.
    pub(super) fn assignable_role(&self, organization: &Value, key: &str) -> Result<&Value> {
        let role = self.role(key)?;
        let set = self.role_set(organization["role_set_key"].as_str().unwrap_or_default())?;
        if role_ids(set).contains(&role["id"]) {
            Ok(role)
        } else {
            Err(ClerkError::invalid_value(
                "role",
                "one of the roles in the organization's role set",
            ))
        }
    }

    /// Returns the settings of organizations, some of which the initial role set contains.
    pub(in crate::emulator) fn organization_settings_document(&self) -> Value {
        let initial = self.initial_role_set();
        let mut document = self.settings.organizations.clone();
        document["creator_role"] = json!(self.role_key_of(initial, "creator_role"));
        document["domains_default_role"] = json!(self.role_key_of(initial, "default_role"));
        document["initial_role_set_key"] = initial["key"].clone();
        document
    }

    /// Returns the key of the role that the creator of an organization receives.
    pub(super) fn creator_role(&self, organization: &Value) -> Result<String> {
        let set = self.role_set(organization["role_set_key"].as_str().unwrap_or_default())?;
        Ok(self.role_key_of(set, "creator_role").to_owned())
    }

    /// Returns the key of the role that users receive whom an organization's domains enroll.
    pub(super) fn default_role(&self, organization_id: &str) -> Result<String> {
        let organization = self.organizations.get(organization_id)?;
        let set = self.role_set(organization["role_set_key"].as_str().unwrap_or_default())?;
        Ok(self.role_key_of(set, "default_role").to_owned())
    }

    fn role_key_of(&self, set: &Value, name: &str) -> &str {
        let role = self.roles.find(|role| role["id"] == set[name]);
        role.and_then(|role| role["key"].as_str()).unwrap_or_default()
    }

    /// Returns the given key, or null, if an organization can have the role set: it must contain
    /// the roles of all members and of all users with pending invitations.
    pub(super) fn applicable_role_set_key(
        &self,
        organization: &Value,
        key: Value,
    ) -> Result<Value> {
        let key = fields::text("role_set_key", key)?;
        if key.is_null() {
            return Ok(key);
        }
        let set = self.role_sets.find(|set| set["key"] == key);
        let set = set.ok_or_else(|| ClerkError::referenced_not_found("role_set_key"))?;
        let id = organization["id"].as_str().unwrap_or_default().to_owned();
        let is_in_set =
            |key: &String| self.role(key).is_ok_and(|role| role_ids(set).contains(&role["id"]));
        if self.roles_in_use(&HashSet::from([id])).iter().all(is_in_set) {
            Ok(key)
        } else {
            let expected = "the key of a role set with all roles of the organization's members";
            Err(ClerkError::invalid_value("role_set_key", expected))
        }
    }

    /// Returns the IDs of a role set's organizations.
    pub(super) fn organizations_with(&self, set: &Value) -> HashSet<String> {
        let own = self.organizations.iter().filter(|one| one["role_set_key"] == set["key"]);
        own.filter_map(|one| one["id"].as_str()).map(str::to_owned).collect()
    }

    /// Returns the keys of the roles that members of the organizations have, or will have once they
    /// accept their invitations.
    pub(super) fn roles_in_use(&self, organizations: &HashSet<String>) -> BTreeSet<String> {
        let members = self.memberships.iter();
        let members = members.filter(|member| organizations.contains(&member.organization_id));
        let invitations = self.organization_invitations.iter().filter(|invitation| {
            is_of(organizations, invitation) && self.invitation_status(invitation) == "pending"
        });
        let invited = invitations.filter_map(|invitation| invitation["role"].as_str());
        members.map(|member| member.role.as_str()).chain(invited).map(str::to_owned).collect()
    }

    /// Changes the roles of the organizations' members and invitations, given by key.
    pub(super) fn reassign(
        &mut self,
        organizations: &HashSet<String>,
        mappings: &BTreeMap<String, String>,
    ) {
        let now = self.now();
        for member in &mut self.memberships {
            let to = mappings.get(&member.role).filter(|to| **to != member.role);
            if let Some(to) = to
                && organizations.contains(&member.organization_id)
            {
                member.role.clone_from(to);
                member.updated_at = now;
            }
        }
        let names: BTreeMap<&str, Value> = mappings
            .values()
            .filter_map(|to| Some((to.as_str(), self.role(to).ok()?["name"].clone())))
            .collect();
        for invitation in self.organization_invitations.iter_mut() {
            let to = invitation["role"].as_str().and_then(|role| mappings.get(role));
            if let Some(to) = to
                && is_of(organizations, invitation)
            {
                invitation["role"] = json!(to);
                invitation["role_name"] = names.get(to.as_str()).cloned().unwrap_or_default();
            }
        }
    }

    /// Assigns a role set to all organizations of another one, both given by key.
    pub(super) fn move_organizations(&mut self, from: &Value, to: &Value) {
        let now = self.now();
        for organization in self.organizations.iter_mut().filter(|one| one["role_set_key"] == *from)
        {
            organization["role_set_key"] = to.clone();
            organization["updated_at"] = json!(now);
        }
    }
}

fn is_of(organizations: &HashSet<String>, invitation: &Value) -> bool {
    invitation["organization_id"].as_str().is_some_and(|id| organizations.contains(id))
}
