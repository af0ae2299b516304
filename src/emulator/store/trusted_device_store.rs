//! Trusted devices, which native apps enroll. A stored device contains the ID of its user.

use serde_json::{Value, json};

use super::state::Store;
use crate::api::DevicePlatform;
use crate::emulator::{
    http::{ClerkError, Result},
    tokens::new_id,
};

impl Store {
    pub(in crate::emulator) fn add_trusted_device(
        &mut self,
        user_id: &str,
        platform: &DevicePlatform,
        name: &str,
    ) -> Result<Value> {
        self.user(user_id)?;
        let now = self.now();
        let device = self.trusted_devices.insert(json!({
            "object": "trusted_device",
            "id": new_id("td"),
            "user_id": user_id,
            "platform": platform,
            "app_identifier": "com.example.app",
            "name": name,
            "algorithm": "ES256",
            "status": "active",
            "created_at": now,
            "updated_at": now,
            "last_used_at": null,
            "revoked_at": null,
        }));
        Ok(document(device))
    }

    /// Returns the active devices of a user as the Backend API represents them.
    pub(in crate::emulator) fn trusted_devices_of(&self, user_id: &str) -> Result<Vec<Value>> {
        self.user(user_id)?;
        let own = self.trusted_devices.iter().filter(|device| device["user_id"] == user_id);
        Ok(own.filter(|device| device["status"] == "active").cloned().map(document).collect())
    }

    /// Revokes an active device of a user.
    pub(in crate::emulator) fn revoke_trusted_device(
        &mut self,
        user_id: &str,
        id: &str,
    ) -> Result<Value> {
        self.user(user_id)?;
        let mut device = self.trusted_devices.get(id)?.clone();
        if device["user_id"] != user_id || device["status"] != "active" {
            return Err(ClerkError::resource_not_found("trusted device", id));
        }
        let now = self.now();
        device["status"] = json!("revoked");
        device["revoked_at"] = json!(now);
        Ok(document(self.trusted_devices.replace(device, now)))
    }
}

fn document(mut device: Value) -> Value {
    if let Some(fields) = device.as_object_mut() {
        fields.remove("user_id");
    }
    device
}
