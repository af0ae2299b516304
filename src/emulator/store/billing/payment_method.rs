//! The payment methods of payers.

use serde::Serialize;
use serde_json::{Value, json};

use super::period::utc_date;
use crate::emulator::tokens::{new_id, random_id};

/// The type of a payment method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum PaymentMethodType {
    Card,
    /// The payer's credit balance.
    PayerCredits,
}

/// A payment method.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::emulator) struct PaymentMethod {
    pub(in crate::emulator) id: String,
    payment_type: PaymentMethodType,
    pub(in crate::emulator::store) gateway_external_id: String,
    created_at: i64,
}

impl PaymentMethod {
    /// Creates Stripe's test card 4242 4242 4242 4242.
    pub(super) fn test_card(now: i64) -> Self {
        Self::new(PaymentMethodType::Card, now)
    }

    /// Creates the method of payments that the payer's credits cover.
    pub(super) fn payer_credits(now: i64) -> Self {
        Self::new(PaymentMethodType::PayerCredits, now)
    }

    fn new(payment_type: PaymentMethodType, now: i64) -> Self {
        Self {
            id: new_id("cpm"),
            payment_type,
            gateway_external_id: format!("pm_{}", random_id(24)),
            created_at: now,
        }
    }

    pub(super) fn is_card(&self) -> bool {
        self.payment_type == PaymentMethodType::Card
    }

    /// Returns the last digits of the card number.
    pub(in crate::emulator::store) fn last4(&self) -> Option<&'static str> {
        self.is_card().then_some("4242")
    }

    /// Returns the brand of the card.
    pub(in crate::emulator::store) fn card_type(&self) -> Option<&'static str> {
        self.is_card().then_some("visa")
    }

    /// Returns what is independent of the payer's other payment methods.
    pub(super) fn document(&self, payer_id: &str) -> Value {
        let is_card = self.is_card();
        json!({
            "object": "commerce_payment_method",
            "id": self.id,
            "payer_id": payer_id,
            "payment_type": self.payment_type,
            "gateway": "stripe",
            "gateway_external_id": self.gateway_external_id,
            "gateway_external_account_id": null,
            "last4": self.last4(),
            "wallet_type": null,
            "card_type": self.card_type(),
            "expiry_year": is_card.then(|| self.expiry_year()),
            "expiry_month": is_card.then_some(12),
            "created_at": self.created_at,
            "updated_at": self.created_at,
        })
    }

    /// Returns a card as the older models represent it.
    pub(in crate::emulator::store) fn legacy_document(&self, payer_id: &str) -> Value {
        json!({
            "object": "commerce_source",
            "id": self.id,
            "payer_id": payer_id,
            "payment_method": "card",
            "is_default": true,
            "gateway": "stripe",
            "gateway_external_id": self.gateway_external_id,
            "gateway_external_account_id": null,
            "last4": self.last4().unwrap_or_default(),
            "status": "active",
            "wallet_type": "",
            "card_type": self.card_type().unwrap_or_default(),
            "expiry_year": self.expiry_year(),
            "expiry_month": 12,
            "created_at": self.created_at,
            "updated_at": self.created_at,
            "is_removable": true,
        })
    }

    fn expiry_year(&self) -> i32 {
        utc_date(self.created_at).year() + 2
    }
}
