//! Shows and removes the cards of a payer.

use serde_json::{Value, json};

use super::{
    account::Account,
    payment_method::PaymentMethod,
    subscription::{ItemStatus, SubscriptionItem},
};
use crate::emulator::http::{ClerkError, Result};

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
