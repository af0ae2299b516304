//! Machines: what makes machine-to-machine tokens.

use serde_json::{Value, json};

use super::{
    super::{
        error::{ClerkError, Result},
        id::{new_id, random_id},
    },
    INSTANCE_ID, Store,
};

/// How many machines one of them can be scoped to.
pub(crate) const MAX_SCOPES: usize = 150;

/// A machine, which makes tokens of its own with its secret key. Times are milliseconds since the epoch.
pub(crate) struct Machine {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) secret_key: String,
    /// Former secret keys, and until when each is good.
    former_keys: Vec<(String, i64)>,
    /// The IDs of the machines that its tokens are for.
    pub(crate) scoped_machines: Vec<String>,
    /// How long its tokens are good for unless they say otherwise, in seconds.
    pub(crate) default_token_ttl: i64,
    pub(crate) created_at: i64,
    updated_at: i64,
}

impl Machine {
    pub(crate) fn new(name: String, now: i64) -> Self {
        Self {
            id: new_id("mch"),
            name,
            secret_key: new_secret_key(),
            former_keys: Vec::new(),
            scoped_machines: Vec::new(),
            default_token_ttl: 3600,
            created_at: now,
            updated_at: now,
        }
    }

    fn has_key(&self, key: &str, now: i64) -> bool {
        self.secret_key == key
            || self.former_keys.iter().any(|(former, until)| former == key && now < *until)
    }

    /// The machine as the Backend API shows it, without those that its tokens are for.
    fn document(&self) -> Value {
        json!({
            "object": "machine",
            "id": self.id,
            "name": self.name,
            "instance_id": INSTANCE_ID,
            "default_token_ttl": self.default_token_ttl,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        })
    }
}

impl Store {
    pub(crate) fn machine(&self, id: &str) -> Result<&Machine> {
        let found = self.machines.iter().find(|machine| machine.id == id);
        found.ok_or_else(|| ClerkError::not_found("machine", id))
    }

    /// The machine to change; it counts as updated.
    pub(crate) fn machine_mut(&mut self, id: &str) -> Result<&mut Machine> {
        let now = self.now();
        let machine = self.machines.iter_mut().find(|machine| machine.id == id);
        let machine = machine.ok_or_else(|| ClerkError::not_found("machine", id))?;
        machine.updated_at = now;
        Ok(machine)
    }

    /// The machine that a secret key belongs to.
    pub(crate) fn machine_of_key(&self, key: &str) -> Option<&Machine> {
        let now = self.now();
        self.machines.iter().find(|machine| machine.has_key(key, now))
    }

    /// A machine as the Backend API shows it, with those that its tokens are for.
    pub(crate) fn machine_document(&self, machine: &Machine) -> Value {
        let scoped = machine.scoped_machines.iter().filter_map(|id| self.machine(id).ok());
        let mut document = machine.document();
        document["scoped_machines"] = scoped.map(Machine::document).collect();
        document
    }

    /// Deletes a machine; nothing is scoped to it any more, and its tokens are revoked.
    pub(crate) fn delete_machine(&mut self, id: &str) -> Result<Value> {
        self.machine(id)?;
        self.machines.retain(|machine| machine.id != id);
        for machine in &mut self.machines {
            machine.scoped_machines.retain(|scoped| scoped != id);
        }
        self.revoke_credentials(|credential| credential.subject == id);
        Ok(json!({ "object": "machine", "id": id, "deleted": true }))
    }

    /// Lets the tokens that a machine makes from now on be for another one.
    pub(crate) fn scope_machine(&mut self, from: &str, to: &str) -> Result<()> {
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

    /// Lets the tokens that a machine makes from now on be for another one no more.
    pub(crate) fn unscope_machine(&mut self, from: &str, to: &str) -> Result<()> {
        if !self.machine(from)?.scoped_machines.iter().any(|id| id == to) {
            return Err(ClerkError::not_found("scope of that machine to machine", to));
        }
        self.machine_mut(from)?.scoped_machines.retain(|id| id != to);
        Ok(())
    }

    /// Gives a machine another secret key. The one until now stays good for so many seconds.
    pub(crate) fn rotate_machine_key(&mut self, id: &str, previous_token_ttl: i64) -> Result<&str> {
        let good_until = self.now() + previous_token_ttl * 1000;
        let machine = self.machine_mut(id)?;
        let former = std::mem::replace(&mut machine.secret_key, new_secret_key());
        machine.former_keys.push((former, good_until));
        Ok(&machine.secret_key)
    }
}

fn new_secret_key() -> String {
    format!("ak_{}", random_id(42))
}
