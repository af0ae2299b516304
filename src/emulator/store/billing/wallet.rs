//! The cards of payers.

use super::payment_method::PaymentMethod;
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

    pub(super) fn is_default(&self, id: &str) -> bool {
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
    pub(super) fn remove(&mut self, id: &str) {
        self.cards.retain(|card| card.id != id);
        if self.is_default(id) {
            self.default_id = self.cards.last().map(|card| card.id.clone());
        }
    }
}
