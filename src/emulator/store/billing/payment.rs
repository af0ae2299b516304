//! Payments, and the statements that list them.

use serde::Serialize;
use serde_json::Value;

use super::{
    charge::{Charge, base_totals},
    payment_method::PaymentMethod,
    subscription::SubscriptionItem,
};
use crate::emulator::tokens::new_id;

/// The cause of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::emulator::store) enum ChargeType {
    Checkout,
    Recurring,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::emulator::store) enum PaymentStatus {
    Paid,
    Failed,
}

/// An attempt to pay, which succeeds or fails at once.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::emulator) struct Payment {
    pub(in crate::emulator::store) id: String,
    pub(in crate::emulator::store) payment_id: String,
    pub(in crate::emulator::store) statement_id: String,
    /// The item before the payment.
    pub(in crate::emulator::store) item: SubscriptionItem,
    pub(in crate::emulator::store) charge_type: ChargeType,
    pub(in crate::emulator::store) charge: Charge,
    pub(in crate::emulator::store) method: PaymentMethod,
    pub(in crate::emulator::store) status: PaymentStatus,
    pub(in crate::emulator::store) created_at: i64,
    pub(in crate::emulator::store) gateway_external_id: String,
}

/// A statement of the payments of a calendar month.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::emulator) struct Statement {
    pub(in crate::emulator::store) id: String,
    pub(in crate::emulator::store) created_at: i64,
}

impl Statement {
    pub(super) fn new(now: i64) -> Self {
        Self { id: new_id("cstmt"), created_at: now }
    }
}

/// Adds up the totals of all payments that were made.
pub(in crate::emulator::store) fn sum_of_totals<'a>(
    payments: impl Iterator<Item = &'a Payment>,
) -> Value {
    let paid = payments.filter(|payment| payment.status == PaymentStatus::Paid);
    let (base_fee, total) = paid.fold((0, 0), |(base_fee, total), payment| {
        (base_fee + payment.charge.base_fee(), total + payment.charge.total())
    });
    base_totals(base_fee, total)
}
