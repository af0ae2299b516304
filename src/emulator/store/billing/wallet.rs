//! The cards of payers.

use serde_json::{Value, json};

use super::{
    account::Account,
    payment_method::PaymentMethod,
    subscription::{ItemStatus, SubscriptionItem},
};
use crate::emulator::http::{ClerkError, Result};

/// The cards of a payer, one of which is the default.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::emulator) struct Wallet {
    /// In order of creation.
    pub(in crate::emulator) cards: Vec<PaymentMethod>,
    default_id: Option<String>,
}

impl Wallet {
    pub(in crate::emulator) fn card(&self, id: &str) -> Result<&PaymentMethod> {
        let card = self.cards.iter().find(|card| card.id == id);
        card.ok_or_else(|| ClerkError::resource_not_found("payment method", id))
    }

    pub(in crate::emulator::store) fn default_card(&self) -> Option<&PaymentMethod> {
        self.cards.iter().find(|card| self.is_default(&card.id))
    }

    fn is_default(&self, id: &str) -> bool {
        self.default_id.as_deref() == Some(id)
    }

    /// Adds a test card and returns its ID. The first card becomes the default.
    pub(in crate::emulator::store) fn add_test_card(&mut self, now: i64) -> String {
        let card = PaymentMethod::test_card(now);
        let id = card.id.clone();
        self.default_id.get_or_insert_with(|| id.clone());
        self.cards.push(card);
        id
    }

    pub(in crate::emulator::store) fn make_default(&mut self, id: &str) -> Result<()> {
        self.default_id = Some(self.card(id)?.id.clone());
        Ok(())
    }

    /// Removes a card. The newest one that is left becomes the default if it was.
    fn remove(&mut self, id: &str) {
        self.cards.retain(|card| card.id != id);
        if self.is_default(id) {
            self.default_id = self.cards.last().map(|card| card.id.clone());
        }
    }
}

impl Account {
    /// Removes a card. The default one is kept as long as subscriptions are paid for with it.
    pub(in crate::emulator::store) fn remove_card(&mut self, id: &str) -> Result<()> {
        self.wallet.card(id)?;
        if !self.is_removable(id) {
            let message = "The default payment method cannot be removed while a subscription \
                           is paid for with it.";
            return Err(ClerkError::bad_request("payment_method_not_removable", message));
        }
        self.wallet.remove(id);
        Ok(())
    }

    /// Returns a payment method as the APIs represent it. Cards that were removed are disconnected.
    pub(in crate::emulator) fn payment_method_document(&self, method: &PaymentMethod) -> Value {
        let is_disconnected = method.is_card() && self.wallet.card(&method.id).is_err();
        let mut document = method.document(&self.id);
        document["is_default"] = json!(self.wallet.is_default(&method.id));
        document["is_removable"] =
            json!(method.is_card() && !is_disconnected && self.is_removable(&method.id));
        document["status"] = json!(if is_disconnected { "disconnected" } else { "active" });
        document
    }

    fn is_removable(&self, id: &str) -> bool {
        let is_paid_for = |item: &SubscriptionItem| {
            let is_renewed = matches!(
                item.status,
                ItemStatus::Active | ItemStatus::PastDue | ItemStatus::Upcoming
            );
            is_renewed && !item.is_default
        };
        !self.wallet.is_default(id) || !self.items.iter().any(is_paid_for)
    }
}
