//! Sessions and their status.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::constants::DAY;

/// The status of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::emulator) enum SessionStatus {
    Active,
    Pending,
    Revoked,
    Ended,
    Expired,
    Removed,
    Abandoned,
    Replaced,
}

/// A session. Times are in milliseconds since the epoch.
#[derive(Clone)]
pub(in crate::emulator) struct Session {
    pub(in crate::emulator) id: String,
    pub(in crate::emulator) user_id: String,
    pub(in crate::emulator) client_id: String,
    pub(in crate::emulator) status: SessionStatus,
    /// The active organization.
    pub(in crate::emulator) organization_id: Option<String>,
    pub(in crate::emulator) actor: Option<Value>,
    /// The maximum duration of the session in milliseconds.
    pub(in crate::emulator) lifetime: i64,
    pub(in crate::emulator) created_at: i64,
    pub(in crate::emulator) updated_at: i64,
    /// The times when the first and the second factor were last verified.
    pub(in crate::emulator) verified_at: [Option<i64>; 2],
    /// The features, each as `SCOPE:NAME`.
    pub(in crate::emulator) features: Vec<String>,
    /// The plans, each as `SCOPE:NAME`.
    pub(in crate::emulator) plans: Vec<String>,
    pub(in crate::emulator) token_lifetime: Duration,
    /// Additional claims of the session's tokens, which override the default ones.
    pub(in crate::emulator) claims: Map<String, Value>,
    /// The token with which the app's server refreshes session tokens.
    pub(in crate::emulator) refresh_token: String,
}

impl Session {
    /// Returns the status at a given time. Sessions expire automatically.
    pub(in crate::emulator) fn status_at(&self, now: i64) -> SessionStatus {
        match self.status {
            SessionStatus::Active | SessionStatus::Pending if now >= self.expire_at() => {
                SessionStatus::Expired
            }
            status => status,
        }
    }

    /// Returns the session as the Backend API represents it.
    pub(in crate::emulator) fn document(&self, now: i64) -> Value {
        json!({
            "object": "session",
            "id": self.id,
            "user_id": self.user_id,
            "client_id": self.client_id,
            "actor": self.actor,
            "status": self.status_at(now),
            "last_active_organization_id": self.organization_id,
            "last_active_at": self.updated_at,
            "expire_at": self.expire_at(),
            "abandon_at": self.created_at + 30 * DAY,
            "updated_at": self.updated_at,
            "created_at": self.created_at,
            "tasks": null,
        })
    }

    /// Returns the minutes since each factor was verified, or -1 for those that were not.
    pub(in crate::emulator) fn factor_ages(&self, now: i64) -> [i64; 2] {
        self.verified_at.map(|at| at.map_or(-1, |at| (now - at) / 60_000))
    }

    pub(in crate::emulator) fn is_over(&self, now: i64) -> bool {
        !matches!(self.status_at(now), SessionStatus::Active | SessionStatus::Pending)
    }

    fn expire_at(&self) -> i64 {
        self.created_at.saturating_add(self.lifetime)
    }
}
