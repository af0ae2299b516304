//! Discounts, and their use by subscription items.

use serde::Serialize;
use serde_json::{Value, json};

use super::money::{money, part_of};
use crate::emulator::tokens::new_id;

/// The amount that a discount deducts from each payment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::emulator) enum DiscountEffect {
    /// A percentage, at most 100.
    Percentage(u8),
    /// An amount in cents.
    FixedAmount(i64),
}

impl DiscountEffect {
    /// Returns the amount deducted from a fee.
    pub(in crate::emulator::store) fn amount_off(self, fee: i64) -> i64 {
        match self {
            Self::Percentage(percent) => part_of(fee, i64::from(percent), 100),
            Self::FixedAmount(amount) => amount.min(fee),
        }
    }
}

/// A discount that can be applied to subscription items.
#[derive(Clone, Debug)]
pub(in crate::emulator) struct Discount {
    pub(in crate::emulator) id: String,
    pub(in crate::emulator) name: String,
    pub(in crate::emulator) effect: DiscountEffect,
    /// The number of payments that it applies to, if limited.
    pub(in crate::emulator) cycles: Option<u32>,
}

impl Discount {
    pub(super) fn new(name: String, effect: DiscountEffect) -> Self {
        Self { id: new_id("cdisc"), name, effect, cycles: None }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RedemptionStatus {
    Active,
    Exhausted,
    Removed,
}

/// The use of a discount by a subscription item. Later changes of the discount do not affect it.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::emulator::store) struct Redemption {
    id: String,
    pub(super) discount_id: String,
    name: String,
    pub(in crate::emulator::store) effect: DiscountEffect,
    cycles_remaining: Option<u32>,
    cycles_applied: u32,
    pub(super) status: RedemptionStatus,
    redeemed_at: i64,
}

impl Redemption {
    pub(super) fn new(discount: &Discount, now: i64) -> Self {
        Self {
            id: new_id("cdred"),
            discount_id: discount.id.clone(),
            name: discount.name.clone(),
            effect: discount.effect,
            cycles_remaining: discount.cycles,
            cycles_applied: 0,
            status: RedemptionStatus::Active,
            redeemed_at: now,
        }
    }

    /// Returns the redemption as the Backend API represents it. `amount` is what it deducts from
    /// the next payment.
    pub(in crate::emulator::store) fn document(&self, item_id: &str, amount: i64) -> Value {
        let (effect, percent_off, amount_off) = match self.effect {
            DiscountEffect::Percentage(percent) => ("percentage", Some(percent), None),
            DiscountEffect::FixedAmount(amount) => ("fixed_amount", None, Some(money(amount))),
        };
        json!({
            "object": "commerce_discount_redemption",
            "id": self.id,
            "subscription_item_id": item_id,
            "discount_id": self.discount_id,
            "name": self.name,
            "source": "manual",
            "effect": effect,
            "percent_off": percent_off,
            "amount_off": amount_off,
            "amount": money(amount),
            "cycles_remaining": self.cycles_remaining,
            "cycles_applied": self.cycles_applied,
            "status": self.status,
            "redeemed_at": self.redeemed_at,
            "redeemed_by": null,
        })
    }

    /// Counts a payment.
    pub(super) fn apply(&mut self) {
        self.cycles_applied += 1;
        self.cycles_remaining = self.cycles_remaining.map(|cycles| cycles.saturating_sub(1));
        if self.cycles_remaining == Some(0) {
            self.status = RedemptionStatus::Exhausted;
        }
    }
}
