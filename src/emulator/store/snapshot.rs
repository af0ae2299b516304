//! A former state of the store, to find changes by comparison.

use std::{collections::HashMap, sync::Arc};

use serde_json::Value;

use super::{
    billing::Account,
    records::{Membership, SessionStatus},
};

/// What the store contained when its changes were last reported.
pub(super) struct Snapshot {
    pub(super) permissions: Vec<Arc<Value>>,
    pub(super) roles: Vec<Arc<Value>>,
    pub(super) users: Vec<Arc<Value>>,
    pub(super) organizations: Vec<Arc<Value>>,
    pub(super) domains: Vec<Arc<Value>>,
    pub(super) invitations: Vec<Arc<Value>>,
    /// Each membership with its document, which cannot be built once the user is deleted.
    pub(super) memberships: Vec<(Membership, Value)>,
    /// The status of each session, by ID.
    pub(super) sessions: HashMap<String, SessionStatus>,
    pub(super) accounts: Vec<Arc<Account>>,
}
