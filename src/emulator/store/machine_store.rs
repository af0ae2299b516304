//! Machines, which create machine-to-machine tokens.

use serde_json::{Value, json};

use super::{
    records::{Machine, new_secret_key},
    state::Store,
};
use crate::emulator::http::{ClerkError, Result};

/// The maximum number of machines that a machine can be scoped to.
pub(in crate::emulator) const MAX_SCOPES: usize = 150;

impl Store {
    pub(in crate::emulator) fn machine(&self, id: &str) -> Result<&Machine> {
        let found = self.machines.iter().find(|machine| machine.id == id);
        found.ok_or_else(|| ClerkError::resource_not_found("machine", id))
    }

    /// Returns a machine for modification and marks it as updated.
    pub(in crate::emulator) fn machine_mut(&mut self, id: &str) -> Result<&mut Machine> {
        let now = self.now();
        let machine = self.machines.iter_mut().find(|machine| machine.id == id);
        let machine = machine.ok_or_else(|| ClerkError::resource_not_found("machine", id))?;
        machine.updated_at = now;
        Ok(machine)
    }

    /// Returns the machine that a secret key belongs to.
    pub(in crate::emulator) fn machine_of_key(&self, key: &str) -> Option<&Machine> {
        let now = self.now();
        self.machines.iter().find(|machine| machine.has_key(key, now))
    }

    /// Returns a machine as the Backend API represents it, with the machines that it is scoped to.
    pub(in crate::emulator) fn machine_document(&self, machine: &Machine) -> Value {
        let scoped = machine.scoped_machines.iter().filter_map(|id| self.machine(id).ok());
        let mut document = machine.document();
        document["scoped_machines"] = scoped.map(Machine::document).collect();
        document
    }

    /// Deletes a machine, removes it from the scopes of others, and revokes its tokens.
    pub(in crate::emulator) fn delete_machine(&mut self, id: &str) -> Result<Value> {
        self.machine(id)?;
        self.machines.retain(|machine| machine.id != id);
        for machine in &mut self.machines {
            machine.scoped_machines.retain(|scoped| scoped != id);
        }
        self.revoke_credentials(|credential| credential.subject == id);
        Ok(json!({ "object": "machine", "id": id, "deleted": true }))
    }

    /// Scopes a machine to another one, which can then verify new tokens of the first.
    pub(in crate::emulator) fn scope_machine(&mut self, from: &str, to: &str) -> Result<()> {
        self.machine(to)?;
        let scopes = &self.machine(from)?.scoped_machines;
        if scopes.len() >= MAX_SCOPES && !scopes.iter().any(|id| id == to) {
            return Err(ClerkError::too_many("scoped_machines", MAX_SCOPES));
        }
        let scopes = &mut self.machine_mut(from)?.scoped_machines;
        if !scopes.iter().any(|id| id == to) {
            scopes.push(to.to_owned());
        }
        Ok(())
    }

    /// Removes another machine from the scopes of a machine.
    pub(in crate::emulator) fn unscope_machine(&mut self, from: &str, to: &str) -> Result<()> {
        if !self.machine(from)?.scoped_machines.iter().any(|id| id == to) {
            return Err(ClerkError::resource_not_found("scope to machine", to));
        }
        self.machine_mut(from)?.scoped_machines.retain(|id| id != to);
        Ok(())
    }

    /// Generates a new secret key for a machine. The previous key remains valid for
    /// `previous_token_ttl` seconds.
    pub(in crate::emulator) fn rotate_machine_key(
        &mut self,
        id: &str,
        previous_token_ttl: i64,
    ) -> Result<&str> {
        let valid_until = self.now() + previous_token_ttl * 1000;
        let machine = self.machine_mut(id)?;
        let previous = std::mem::replace(&mut machine.secret_key, new_secret_key());
        machine.previous_keys.push((previous, valid_until));
        Ok(&machine.secret_key)
    }
}
