//! Passkeys, which a user's document contains. Nobody can sign in with them.

use serde_json::{Value, json};

use super::state::Store;
use crate::emulator::{
    http::{ClerkError, Result},
    tokens::new_id,
};

impl Store {
    pub(in crate::emulator) fn add_passkey(&mut self, user_id: &str, name: &str) -> Result<Value> {
        let mut user = self.user(user_id)?.clone();
        let passkey = json!({
            "object": "passkey",
            "id": new_id("idn"),
            "name": name,
            "last_used_at": self.now(),
            "verification": {
                "object": "verification_passkey",
                "status": "verified",
                "strategy": "passkey",
                "attempts": null,
                "expire_at": null,
            },
        });
        if let Some(passkeys) = user["passkeys"].as_array_mut() {
            passkeys.push(passkey.clone());
        }
        self.replace_user(user);
        Ok(passkey)
    }

    pub(in crate::emulator) fn delete_passkey(&mut self, user_id: &str, id: &str) -> Result<Value> {
        let mut user = self.user(user_id)?.clone();
        match user["passkeys"].as_array_mut() {
            Some(passkeys) if passkeys.iter().any(|own| own["id"] == id) => {
                passkeys.retain(|own| own["id"] != id);
            }
            _ => return Err(ClerkError::resource_not_found("passkey", id)),
        }
        self.replace_user(user);
        Ok(json!({ "object": "passkey", "id": id, "deleted": true }))
    }
}
