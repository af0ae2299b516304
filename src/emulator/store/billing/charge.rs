//! The breakdown of a payment.

use serde_json::{Value, json};

use super::money::{money, part_of};
use crate::emulator::store::records::DAY;

/// The amounts of a payment in cents.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::emulator) struct Charge {
    base_fee: i64,
    /// The discount of a [`Redemption`](super::discount::Redemption).
    discount: i64,
    /// The credit for the rest of a paid period.
    proration: Option<Proration>,
    /// The credit taken from the payer's balance.
    pub(super) payer_credit: i64,
    /// The balance after the payment.
    remaining_credit: i64,
}

/// The credit for the rest of a paid period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Proration {
    amount: i64,
    days_remaining: i64,
    days_total: i64,
}

impl Proration {
    pub(super) fn new(paid: i64, period_start: i64, period_end: i64, now: i64) -> Self {
        let days_total = ((period_end - period_start) / DAY).max(1);
        let days_remaining = ((period_end - now) / DAY).clamp(0, days_total);
        Self { amount: part_of(paid, days_remaining, days_total), days_remaining, days_total }
    }

    fn document(&self) -> Value {
        let percent = part_of(10_000, self.days_remaining, self.days_total);
        json!({
            "amount": money(self.amount),
            "cycle_days_remaining": self.days_remaining,
            "cycle_days_total": self.days_total,
            "cycle_remaining_percent": i32::try_from(percent).map_or(0.0, f64::from) / 100.0,
        })
    }
}

impl Charge {
    pub(super) fn new(base_fee: i64, discount: i64) -> Self {
        Self { base_fee, discount, ..Self::default() }
    }

    /// Deducts a proration and the payer's credit balance, in this order, as far as possible.
    pub(super) fn with_credits(self, proration: Option<Proration>, balance: i64) -> Self {
        let due = self.value();
        let proration =
            proration.map(|proration| Proration { amount: proration.amount.min(due), ..proration });
        let due = due - proration.map_or(0, |proration| proration.amount);
        let payer_credit = balance.min(due);
        Self { proration, payer_credit, remaining_credit: balance - payer_credit, ..self }
    }

    /// Returns the amount to be paid.
    pub(in crate::emulator::store) fn total(&self) -> i64 {
        self.base_fee - self.discount - self.credits()
    }

    /// Returns the value of the payment before credits.
    pub(super) fn value(&self) -> i64 {
        self.base_fee - self.discount
    }

    fn credits(&self) -> i64 {
        self.proration.map_or(0, |proration| proration.amount) + self.payer_credit
    }

    /// Returns the breakdown of a payment.
    pub(in crate::emulator::store) fn totals(&self) -> Value {
        let payer = (self.payer_credit > 0).then(|| {
            json!({
                "remaining_balance": money(self.remaining_credit),
                "applied_amount": money(self.payer_credit),
            })
        });
        let credits = (self.credits() > 0).then(|| {
            json!({
                "proration": self.proration.map(|proration| proration.document()),
                "payer": payer,
                "total": money(self.credits()),
            })
        });
        let discounts = (self.discount > 0)
            .then(|| json!({ "proration": null, "total": money(self.discount) }));
        let mut totals = base_totals(self.base_fee, self.total());
        totals["credits"] = json!(credits);
        totals["discounts"] = json!(discounts);
        totals
    }

    pub(in crate::emulator::store) fn base_fee(&self) -> i64 {
        self.base_fee
    }
}

/// Returns a breakdown without deductions. Nothing is taxed.
pub(in crate::emulator::store) fn base_totals(base_fee: i64, grand_total: i64) -> Value {
    json!({
        "subtotal": money(base_fee),
        "base_fee": money(base_fee),
        "tax_total": money(0),
        "grand_total": money(grand_total),
    })
}
