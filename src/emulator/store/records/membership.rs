//! A user's membership in an organization.

use serde_json::{Value, json};

use crate::emulator::http::Params;

/// A user's membership in an organization. Times are in milliseconds since the epoch.
#[derive(Clone, PartialEq)]
pub(in crate::emulator) struct Membership {
    pub(in crate::emulator) id: String,
    pub(in crate::emulator) organization_id: String,
    pub(in crate::emulator) user_id: String,
    /// The key of the role.
    pub(in crate::emulator) role: String,
    /// The IDs of the member's permissions beyond those of the role.
    pub(in crate::emulator) granted: Vec<Value>,
    /// Both kinds of metadata, by name.
    pub(in crate::emulator::store) metadata: Value,
    pub(in crate::emulator) created_at: i64,
    pub(in crate::emulator::store) updated_at: i64,
}

/// Builds the metadata of a membership.
pub(in crate::emulator) fn metadata(public: Option<Params>, private: Option<Params>) -> Value {
    json!({
        "public_metadata": public.unwrap_or_default(),
        "private_metadata": private.unwrap_or_default(),
    })
}
