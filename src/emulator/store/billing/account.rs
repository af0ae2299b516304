//! The accounts of payers.

use super::{
    checkout::Checkout,
    ledger::LedgerEntry,
    payment::{Payment, Statement},
    plan::PayerKind,
    subscription::{ItemStatus, Subscription, SubscriptionItem},
    wallet::Wallet,
};
use crate::emulator::{
    http::{ClerkError, Result},
    tokens::new_id,
};

/// A payer, and everything that belongs to it. Times are in milliseconds since the epoch, amounts
/// in cents, and lists in order of creation.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::emulator) struct Account {
    /// The payer's ID.
    pub(in crate::emulator) id: String,
    pub(in crate::emulator) kind: PayerKind,
    /// The ID of the user or the organization.
    pub(in crate::emulator) owner_id: String,
    pub(in crate::emulator) created_at: i64,
    /// The credit balance, if the payer ever had credits.
    pub(in crate::emulator) credit: Option<i64>,
    pub(super) ledger: Vec<LedgerEntry>,
    pub(in crate::emulator) wallet: Wallet,
    /// Whether payments by card are declined.
    pub(super) is_declined: bool,
    /// The subscription, if plans exist for this type of payer.
    pub(in crate::emulator::store) subscription: Option<Subscription>,
    pub(in crate::emulator) items: Vec<SubscriptionItem>,
    pub(in crate::emulator::store) payments: Vec<Payment>,
    pub(in crate::emulator::store) statements: Vec<Statement>,
    pub(super) checkouts: Vec<Checkout>,
}

impl Account {
    pub(in crate::emulator::store) fn new(kind: PayerKind, owner_id: String, now: i64) -> Self {
        Self {
            id: new_id("cpayer"),
            kind,
            owner_id,
            created_at: now,
            credit: None,
            ledger: Vec::new(),
            wallet: Wallet::default(),
            is_declined: false,
            subscription: None,
            items: Vec::new(),
            payments: Vec::new(),
            statements: Vec::new(),
            checkouts: Vec::new(),
        }
    }

    /// Returns the item of the plan that the payer has.
    pub(in crate::emulator) fn current(&self) -> Option<&SubscriptionItem> {
        self.items.iter().find(|item| item.is_current())
    }

    /// Returns the item that follows the current one.
    pub(super) fn upcoming_mut(&mut self) -> Option<&mut SubscriptionItem> {
        self.items.iter_mut().find(|item| item.status == ItemStatus::Upcoming)
    }

    /// Returns the item of the default plan, which all subscriptions have.
    pub(super) fn default_item_mut(&mut self) -> Option<&mut SubscriptionItem> {
        self.items.iter_mut().find(|item| item.is_default)
    }

    pub(super) fn has_item(&self, id: &str) -> bool {
        self.items.iter().any(|item| item.id == id)
    }

    pub(in crate::emulator) fn item(&self, id: &str) -> Result<&SubscriptionItem> {
        let item = self.items.iter().find(|item| item.id == id);
        item.ok_or_else(|| item_not_found(id))
    }

    pub(super) fn item_mut(&mut self, id: &str) -> Result<&mut SubscriptionItem> {
        let item = self.items.iter_mut().find(|item| item.id == id);
        item.ok_or_else(|| item_not_found(id))
    }

    /// Whether a subscription to a plan may begin with a free trial: the payer neither had one nor
    /// paid before.
    pub(in crate::emulator) fn is_eligible_for_free_trial(&self) -> bool {
        self.items.iter().all(|item| item.is_default)
    }

    /// Updates the subscription after a change of its items.
    pub(super) fn update_subscription(&mut self, at: i64) {
        if let Some(subscription) = &mut self.subscription {
            subscription.update(&self.items, at);
        }
    }
}

pub(in crate::emulator::store) fn item_not_found(id: &str) -> ClerkError {
    ClerkError::resource_not_found("subscription item", id)
}
