//! Checkouts, with which payers subscribe to plans.

use serde::Serialize;

use super::{period::Period, quote::Quote};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::emulator::store) enum CheckoutStatus {
    NeedsConfirmation,
    Completed,
}

/// A subscription to a price that the payer has yet to confirm, or has confirmed.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::emulator) struct Checkout {
    pub(in crate::emulator::store) id: String,
    pub(in crate::emulator::store) price_id: String,
    pub(in crate::emulator::store) period: Period,
    /// The ID of the card to pay with instead of the default one.
    pub(in crate::emulator::store) card_id: Option<String>,
    /// The change that was made when the checkout was confirmed.
    pub(super) completed: Option<Quote>,
}

impl Checkout {
    pub(in crate::emulator::store) fn status(&self) -> CheckoutStatus {
        match self.completed {
            None => CheckoutStatus::NeedsConfirmation,
            Some(_) => CheckoutStatus::Completed,
        }
    }
}
