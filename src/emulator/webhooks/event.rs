//! The events that webhooks carry.

use serde_json::{Value, json};

/// A change of a resource.
pub(in crate::emulator) struct Event {
    /// The type, such as `user.created`.
    pub(in crate::emulator) event_type: &'static str,
    pub(in crate::emulator) data: Value,
}

impl Event {
    /// Returns the body of the webhook. The emulator does not record which requests cause events.
    pub(super) fn body(&self, instance_id: &str, now: i64) -> String {
        json!({
            "object": "event",
            "type": self.event_type,
            "instance_id": instance_id,
            "timestamp": now,
            "event_attributes": {
                "http_request": { "client_ip": "127.0.0.1", "user_agent": "axum-clerk emulator" },
            },
            "data": self.data,
        })
        .to_string()
    }
}
