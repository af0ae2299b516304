//! Machines, which create machine-to-machine tokens.

use serde_json::{Value, json};

use super::constants::INSTANCE_ID;
use crate::emulator::tokens::{new_id, random_id};

/// A machine, which creates tokens with its secret key. Times are in milliseconds since the epoch.
pub(in crate::emulator) struct Machine {
    pub(in crate::emulator) id: String,
    pub(in crate::emulator) name: String,
    pub(in crate::emulator) secret_key: String,
    /// The previous secret keys and their expiration times.
    pub(in crate::emulator::store) previous_keys: Vec<(String, i64)>,
    /// The IDs of the machines that its tokens are for.
    pub(in crate::emulator) scoped_machines: Vec<String>,
    /// The default lifetime of its tokens in seconds.
    pub(in crate::emulator) default_token_ttl: i64,
    pub(in crate::emulator) created_at: i64,
    pub(in crate::emulator::store) updated_at: i64,
}

impl Machine {
    pub(in crate::emulator) fn new(name: String, now: i64) -> Self {
        Self {
            id: new_id("mch"),
            name,
            secret_key: new_secret_key(),
            previous_keys: Vec::new(),
            scoped_machines: Vec::new(),
            default_token_ttl: 3600,
            created_at: now,
            updated_at: now,
        }
    }

    pub(in crate::emulator::store) fn has_key(&self, key: &str, now: i64) -> bool {
        self.secret_key == key
            || self
                .previous_keys
                .iter()
                .any(|(previous, expires_at)| previous == key && now < *expires_at)
    }

    /// Returns the machine as the Backend API represents it, without the machines that it is scoped
    /// to.
    pub(in crate::emulator::store) fn document(&self) -> Value {
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

pub(in crate::emulator::store) fn new_secret_key() -> String {
    format!("ak_{}", random_id(42))
}
