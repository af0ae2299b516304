//! A machine, which makes machine-to-machine tokens.

use serde_json::{Value, json};

use super::constants::INSTANCE_ID;
use crate::emulator::tokens::{new_id, random_id};

/// A machine, which makes tokens of its own with its secret key. Times are milliseconds since the epoch.
pub(in crate::emulator) struct Machine {
    pub(in crate::emulator) id: String,
    pub(in crate::emulator) name: String,
    pub(in crate::emulator) secret_key: String,
    /// Former secret keys, and until when each is good.
    pub(in crate::emulator::store) former_keys: Vec<(String, i64)>,
    /// The IDs of the machines that its tokens are for.
    pub(in crate::emulator) scoped_machines: Vec<String>,
    /// How long its tokens are good for unless they say otherwise, in seconds.
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
            former_keys: Vec::new(),
            scoped_machines: Vec::new(),
            default_token_ttl: 3600,
            created_at: now,
            updated_at: now,
        }
    }

    pub(in crate::emulator::store) fn has_key(&self, key: &str, now: i64) -> bool {
        self.secret_key == key
            || self.former_keys.iter().any(|(former, until)| former == key && now < *until)
    }

    /// The machine as the Backend API shows it, without those that its tokens are for.
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
