//! Tables of documents.

use std::{iter, slice, sync::Arc};

use serde_json::{Value, json};

use crate::emulator::http::{ClerkError, Result};

/// A table of documents of one kind, as the Backend API represents them and in order of creation.
/// Each of them has an `object`, an `id` and an `updated_at`.
pub(in crate::emulator) struct Table {
    /// The human-readable name of a document.
    name: &'static str,
    /// Shared with the snapshot from which webhooks are derived.
    rows: Vec<Arc<Value>>,
}

/// Iterates over the documents of a table.
pub(in crate::emulator) type Rows<'a> =
    iter::Map<slice::Iter<'a, Arc<Value>>, fn(&'a Arc<Value>) -> &'a Value>;

impl Table {
    pub(in crate::emulator) fn new(name: &'static str) -> Self {
        Self { name, rows: Vec::new() }
    }

    pub(in crate::emulator) fn iter(&self) -> Rows<'_> {
        self.rows.iter().map(|row| row)
    }

    pub(in crate::emulator) fn rows(&self) -> &[Arc<Value>] {
        &self.rows
    }

    pub(in crate::emulator) fn get(&self, id: &str) -> Result<&Value> {
        self.find(|row| row["id"] == id)
            .ok_or_else(|| ClerkError::resource_not_found(self.name, id))
    }

    pub(in crate::emulator) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.rows.iter_mut().map(Arc::make_mut)
    }

    /// Returns the documents of an organization.
    pub(in crate::emulator) fn of_organization(
        &self,
        organization_id: &str,
    ) -> impl Iterator<Item = &Value> + Clone {
        self.iter().filter(move |row| row["organization_id"] == organization_id)
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
        self.iter().find(|row| matches(row))
    }

    /// Rejects a document that has the same value in a field as another one.
    pub(in crate::emulator) fn check_unique(&self, row: &Value, field: &str) -> Result<()> {
        match self.find(|other| other["id"] != row["id"] && other[field] == row[field]) {
            Some(_) => Err(ClerkError::identifier_taken(field)),
            None => Ok(()),
        }
    }

    /// Adds a document and returns it.
    pub(in crate::emulator) fn insert(&mut self, row: Value) -> Value {
        self.rows.push(Arc::new(row.clone()));
        row
    }

    /// Replaces a document, sets the time of its update, and returns it.
    pub(in crate::emulator) fn replace(&mut self, mut row: Value, now: i64) -> Value {
        row["updated_at"] = json!(now);
        if let Some(stored) = self.rows.iter_mut().find(|stored| stored["id"] == row["id"]) {
            *stored = Arc::new(row.clone());
        }
        row
    }

    /// Deletes a document and returns Clerk's confirmation.
    pub(in crate::emulator) fn delete(&mut self, id: &str) -> Result<Value> {
        let object = self.get(id)?["object"].clone();
        self.retain(|row| row["id"] != id);
        Ok(json!({ "object": object, "id": id, "deleted": true }))
    }

    pub(in crate::emulator) fn retain(&mut self, mut keep: impl FnMut(&Value) -> bool) {
        self.rows.retain(|row| keep(row));
    }
}

impl<'a> IntoIterator for &'a Table {
    type Item = &'a Value;
    type IntoIter = Rows<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
