//! What was paid, or should have been.

use serde_json::Value;

use super::{
    money::{BillingTotals, Money},
    payers::{Payer, PaymentMethod},
};
use crate::timestamp::Timestamp;

model! {
    /// What a payer paid in a period, or should have.
    #[serde(tag = "object", rename = "commerce_statement")]
    pub struct BillingStatement {
        /// Its ID.
        pub id: String,
        /// The ID of the instance.
        pub instance_id: String,
        /// When it was created.
        pub timestamp: Timestamp,
        /// Who pays.
        pub payer: Payer,
        /// Whether payments may still be added.
        pub status: BillingStatementStatus,
        /// What it amounts to.
        pub totals: BillingTotals,
        /// The payments, by days.
        pub groups: Vec<BillingStatementGroup>,
    }
}

open_enum! {
    /// Whether payments may be added to a statement.
    pub enum BillingStatementStatus {
        /// They may.
        Open = "open",
        /// They may not.
        Closed = "closed",
    }
}

model! {
    /// The payments of one day.
    #[serde(tag = "object", rename = "commerce_statement_group")]
    pub struct BillingStatementGroup {
        /// The day.
        pub timestamp: Timestamp,
        /// The payments.
        pub items: Vec<PaymentAttempt>,
    }
}

model! {
    /// A payment, or an attempt to pay.
    #[serde(tag = "object", rename = "commerce_payment")]
    pub struct PaymentAttempt {
        /// Its ID.
        pub id: String,
        /// The ID of the payment.
        pub payment_id: String,
        /// The ID of the instance.
        pub instance_id: String,
        /// What is paid for, such as `checkout` or `recurring`.
        pub charge_type: String,
        /// The ID of who is paid.
        pub payee_id: String,
        /// Who is paid.
        pub payee: Value,
        /// The ID of who pays.
        pub payer_id: String,
        /// Who pays.
        pub payer: Payer,
        /// The ID of the subscription item that is paid for.
        pub subscription_item_id: Option<String>,
        /// The subscription item that is paid for.
        pub subscription_item: Option<Value>,
        /// How much.
        pub amount: Money,
        /// What it is made up of.
        pub totals: Option<BillingTotals>,
        /// The ID of what it is paid with.
        pub payment_method_id: String,
        /// What it is paid with.
        pub payment_method: PaymentMethod,
        /// The ID of the statement.
        pub statement_id: String,
        /// The payment provider's ID of it.
        pub gateway_external_id: Option<String>,
        /// The payment provider's page on it.
        pub gateway_external_url: Option<String>,
        /// How it went.
        pub status: PaymentStatus,
        /// When it was paid.
        pub paid_at: Option<Timestamp>,
        /// When it failed.
        pub failed_at: Option<Timestamp>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

open_enum! {
    /// How a payment went.
    pub enum PaymentStatus {
        /// It is under way.
        Pending = "pending",
        /// It was paid.
        Paid = "paid",
        /// It failed.
        Failed = "failed",
    }
}
