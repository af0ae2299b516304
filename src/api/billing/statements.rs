//! Statements and payment attempts.

use serde_json::Value;

use super::{
    money::{BillingTotals, Money},
    payers::{Payer, PaymentMethod},
};
use crate::timestamp::Timestamp;

model! {
    /// A statement of the payments and payment attempts of a payer in a billing period.
    #[serde(tag = "object", rename = "commerce_statement")]
    pub struct BillingStatement {
        /// The statement's ID.
        pub id: String,
        /// The instance's ID.
        pub instance_id: String,
        /// The time when the statement was created.
        pub timestamp: Timestamp,
        /// The payer.
        pub payer: Payer,
        /// Whether payments may still be added to the statement.
        pub status: BillingStatementStatus,
        /// The totals of the statement.
        pub totals: BillingTotals,
        /// The payment attempts, grouped by day.
        pub groups: Vec<BillingStatementGroup>,
    }
}

open_enum! {
    /// Whether payments may be added to a statement.
    pub enum BillingStatementStatus {
        /// Payments may be added.
        Open = "open",
        /// No more payments are added.
        Closed = "closed",
    }
}

model! {
    /// The payment attempts of one day.
    #[serde(tag = "object", rename = "commerce_statement_group")]
    pub struct BillingStatementGroup {
        /// The day.
        pub timestamp: Timestamp,
        /// The payment attempts.
        pub items: Vec<PaymentAttempt>,
    }
}

model! {
    /// A payment, or an attempt to pay.
    #[serde(tag = "object", rename = "commerce_payment")]
    pub struct PaymentAttempt {
        /// The payment attempt's ID.
        pub id: String,
        /// The payment's ID.
        pub payment_id: String,
        /// The instance's ID.
        pub instance_id: String,
        /// The type of charge, such as `checkout` or `recurring`.
        pub charge_type: String,
        /// The payee's ID.
        pub payee_id: String,
        /// The payee.
        pub payee: Value,
        /// The payer's ID.
        pub payer_id: String,
        /// The payer.
        pub payer: Payer,
        /// The ID of the subscription item that is paid for.
        pub subscription_item_id: Option<String>,
        /// The subscription item that is paid for.
        pub subscription_item: Option<Value>,
        /// The amount.
        pub amount: Money,
        /// The breakdown of the amount.
        pub totals: Option<BillingTotals>,
        /// The payment method's ID.
        pub payment_method_id: String,
        /// The payment method.
        pub payment_method: PaymentMethod,
        /// The statement's ID.
        pub statement_id: String,
        /// The payment provider's ID for the payment.
        pub gateway_external_id: Option<String>,
        /// The URL of the payment provider's page for the payment.
        pub gateway_external_url: Option<String>,
        /// The status of the payment.
        pub status: PaymentStatus,
        /// The time when the payment was completed.
        pub paid_at: Option<Timestamp>,
        /// The time when the payment failed.
        pub failed_at: Option<Timestamp>,
        /// The time when the payment attempt was created.
        pub created_at: Timestamp,
        /// The time when the payment attempt was last updated.
        pub updated_at: Timestamp,
    }
}

open_enum! {
    /// The status of a payment.
    pub enum PaymentStatus {
        /// The payment is in progress.
        Pending = "pending",
        /// The payment was completed.
        Paid = "paid",
        /// The payment failed.
        Failed = "failed",
    }
}
