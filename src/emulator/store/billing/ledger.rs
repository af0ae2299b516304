//! The ledger of a credit balance.

use serde_json::{Value, json};

use super::money::money;
use crate::emulator::tokens::new_id;
use crate::timestamp::Timestamp;

/// An adjustment of a credit balance.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LedgerEntry {
    id: String,
    /// The amount in cents; negative if the balance was decreased.
    pub(super) amount: i64,
    source: LedgerSource,
    pub(super) note: Option<String>,
    created_at: i64,
}

/// The cause of an adjustment.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum LedgerSource {
    /// A request with an idempotency key.
    Grant { id: String, idempotency_key: String },
    /// A payment, by its ID.
    Payment(String),
}

impl LedgerEntry {
    pub(super) fn new(amount: i64, source: LedgerSource, note: Option<String>, now: i64) -> Self {
        Self { id: new_id("cledger"), amount, source, note, created_at: now }
    }

    /// Whether the entry is the result of a request with this idempotency key.
    pub(super) fn is_granted_by(&self, key: &str) -> bool {
        match &self.source {
            LedgerSource::Grant { idempotency_key, .. } => idempotency_key == key,
            LedgerSource::Payment(_) => false,
        }
    }

    pub(super) fn document(&self, payer_id: &str) -> Value {
        let (source_type, source_id) = match &self.source {
            LedgerSource::Grant { id, .. } => ("grant", id),
            LedgerSource::Payment(id) => ("payment", id),
        };
        json!({
            "object": "commerce_credit_ledger",
            "id": self.id,
            "payer_id": payer_id,
            "amount": money(self.amount),
            "source_type": source_type,
            "source_id": source_id,
            "note": self.note,
            "created_at": Timestamp::from_millis(self.created_at).to_string(),
        })
    }
}
