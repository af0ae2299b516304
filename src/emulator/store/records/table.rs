//! Documents of one kind.

use std::slice;

use serde_json::{Value, json};

use crate::emulator::http::{ClerkError, Result};

/// Documents of one kind as the Backend API shows them, each with an `object`, an `id` and an `updated_at`, in the
/// order of their creation.
pub(in crate::emulator) struct Table {
    /// What one of them is called, for people.
    name: &'static str,
    rows: Vec<Value>,
}

impl Table {
    pub(in crate::emulator) fn new(name: &'static str) -> Self {
        Self { name, rows: Vec::new() }
    }

    pub(in crate::emulator) fn iter(&self) -> slice::Iter<'_, Value> {
        self.rows.iter()
    }

    pub(in crate::emulator) fn get(&self, id: &str) -> Result<&Value> {
        self.find(|row| row["id"] == id)
            .ok_or_else(|| ClerkError::resource_not_found(self.name, id))
    }

    pub(in crate::emulator) fn iter_mut(&mut self) -> slice::IterMut<'_, Value> {
        self.rows.iter_mut()
    }

    /// Those of an organization.
    pub(in crate::emulator) fn of_organization(
        &self,
        organization_id: &str,
    ) -> impl Iterator<Item = &Value> + Clone {
        self.rows.iter().filter(move |row| row["organization_id"] == organization_id)
    }

    pub(in crate::emulator) fn get_of_organization(
        &self,
        organization_id: &str,
        id: &str,
    ) -> Result<&Value> {
        match self.get(id)? {
            row if row["organization_id"] == organization_id => Ok(row),
            _ => Err(ClerkError::resource_not_found(self.name, id)),
        }
    }

    pub(in crate::emulator) fn find(&self, matches: impl Fn(&Value) -> bool) -> Option<&Value> {
        self.rows.iter().find(|row| matches(row))
    }

    /// Refuses a document that has a field's value in common with another one.
    pub(in crate::emulator) fn check_unique(&self, row: &Value, field: &str) -> Result<()> {
        match self.find(|other| other["id"] != row["id"] && other[field] == row[field]) {
            Some(_) => Err(ClerkError::identifier_taken(field)),
            None => Ok(()),
        }
    }

    /// Adds a document, and gives it back.
    pub(in crate::emulator) fn insert(&mut self, row: Value) -> Value {
        self.rows.push(row.clone());
        row
    }

    /// Puts a changed document in its place, as updated now, and gives it back.
    pub(in crate::emulator) fn replace(&mut self, mut row: Value, now: i64) -> Value {
        row["updated_at"] = json!(now);
        if let Some(stored) = self.rows.iter_mut().find(|stored| stored["id"] == row["id"]) {
            stored.clone_from(&row);
        }
        row
    }

    /// Deletes a document, and says so as Clerk does.
    pub(in crate::emulator) fn delete(&mut self, id: &str) -> Result<Value> {
        let object = self.get(id)?["object"].clone();
        self.retain(|row| row["id"] != id);
        Ok(json!({ "object": object, "id": id, "deleted": true }))
    }

    pub(in crate::emulator) fn retain(&mut self, stays: impl FnMut(&Value) -> bool) {
        self.rows.retain(stays);
    }
}

impl<'a> IntoIterator for &'a Table {
    type Item = &'a Value;
    type IntoIter = slice::Iter<'a, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
