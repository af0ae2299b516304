//! The models of webhook events, which differ from those of the operations.

use super::{
    money::{BillingCredits, Money, ProrationCredit},
    payers::{Payer, PaymentMethod},
    statements::PaymentStatus,
    subscriptions::{BillingSubscriptionStatus, SubscriptionItemStatus, SubscriptionSeats},
};
use crate::timestamp::Timestamp;

model! {
    /// A subscription in a webhook event. Operations return a
    /// [`BillingSubscription`](crate::api::BillingSubscription) instead.
    #[serde(tag = "object", rename = "commerce_subscription")]
    pub struct BillingSubscriptionEvent {
        /// The subscription's ID.
        pub id: String,
        /// The subscription's status.
        pub status: BillingSubscriptionStatus,
        /// The payer's ID.
        pub payer_id: String,
        /// The payer.
        pub payer: Option<Payer>,
        /// The payment method's ID.
        pub payment_source_id: Option<String>,
        /// The ID of the latest payment attempt.
        pub latest_payment_id: Option<String>,
        /// The items of the subscription, each a period in which it was in a given state.
        pub items: Vec<SubscriptionItemEvent>,
        /// The time when the subscription became active.
        pub active_at: Option<Timestamp>,
        /// The time when the subscription became past due.
        pub past_due_at: Option<Timestamp>,
        /// The time when the subscription was canceled.
        pub canceled_at: Option<Timestamp>,
        /// The time when the subscription ended.
        pub ended_at: Option<Timestamp>,
        /// The time when the subscription was created.
        pub created_at: Timestamp,
        /// The time when the subscription was last updated.
        pub updated_at: Timestamp,
    }
}

model! {
    /// A plan in a subscription, in a webhook event. Operations return a
    /// [`SubscriptionItem`](crate::api::SubscriptionItem) instead.
    #[serde(tag = "object", rename = "commerce_subscription_item")]
    pub struct SubscriptionItemEvent {
        /// The subscription item's ID.
        pub id: String,
        /// The subscription item's status.
        pub status: SubscriptionItemStatus,
        /// Whether the subscription item is in its free trial.
        pub is_free_trial: bool,
        /// The billing interval, such as `month` or `annual`.
        pub interval: String,
        /// The plan's ID.
        pub plan_id: Option<String>,
        /// The plan.
        pub plan: Option<EventPlan>,
        /// The payer, unless the subscription item is part of a subscription's event.
        pub payer: Option<Payer>,
        /// The subscription's ID, unless the subscription item is part of a subscription's event.
        pub subscription_id: Option<String>,
        /// The seats, if the plan is billed per seat.
        pub seats: Option<SubscriptionSeats>,
        /// The credit for earlier payments, in payment attempts. Deprecated by Clerk in favor of
        /// [`credits`](Self::credits).
        pub credit: Option<ProrationCredit>,
        /// The credits for earlier payments, in payment attempts.
        pub credits: Option<BillingCredits>,
        /// The time when the period starts.
        pub period_start: Option<Timestamp>,
        /// The time when the period ends; `None` for default plans.
        pub period_end: Option<Timestamp>,
        /// The time when the subscription item was created.
        pub created_at: Timestamp,
        /// The time when the subscription item was last updated.
        pub updated_at: Timestamp,
    }
}

model! {
    /// A plan in a webhook event. Operations return a [`BillingPlan`](crate::api::BillingPlan)
    /// instead.
    pub struct EventPlan {
        /// The plan's ID.
        pub id: String,
        /// The plan's slug.
        pub slug: String,
        /// The plan's name.
        pub name: String,
        /// Whether payments recur.
        pub is_recurring: bool,
        /// The price in the currency's smallest unit, such as cents.
        pub amount: i64,
        /// The currency code, such as `USD`.
        pub currency: String,
        /// The prices per kind of unit, such as seats.
        pub unit_prices: Option<Vec<EventUnitPrice>>,
    }
}

model! {
    /// The price of one kind of unit, in a webhook event.
    pub struct EventUnitPrice {
        /// The name of the unit, such as `seats`.
        pub name: String,
        /// The number of units in a block. Units are billed in blocks.
        pub block_size: u64,
        /// The pricing tiers.
        pub tiers: Vec<EventUnitPriceTier>,
    }
}

model! {
    /// The price of a unit within a range of blocks, in a webhook event.
    pub struct EventUnitPriceTier {
        /// The first block of the tier.
        pub starts_at_block: u64,
        /// The last block of the tier; `None` if unlimited.
        pub ends_after_block: Option<u64>,
        /// The price per block in the currency's smallest unit, such as cents.
        pub amount_per_block: i64,
        /// The currency code, such as `USD`.
        pub currency: String,
    }
}

model! {
    /// An attempt to pay, in a webhook event. Operations return a
    /// [`PaymentAttempt`](crate::api::PaymentAttempt) instead.
    pub struct PaymentAttemptEvent {
        /// The payment attempt's ID.
        pub id: String,
        /// The instance's ID.
        pub instance_id: String,
        /// The payment's ID.
        pub payment_id: String,
        /// The invoice's ID. Deprecated by Clerk in favor of
        /// [`statement_id`](Self::statement_id).
        pub invoice_id: Option<String>,
        /// The statement's ID.
        pub statement_id: String,
        /// The payment provider's ID for the payment attempt.
        pub gateway_external_id: String,
        /// The status of the payment.
        pub status: PaymentStatus,
        /// The reason why the payment failed.
        pub failed_reason: Option<PaymentFailure>,
        /// The type of charge, such as `checkout` or `recurring`.
        pub charge_type: String,
        /// The payee.
        pub payee: Payee,
        /// The payer.
        pub payer: Payer,
        /// The breakdown of the amount.
        pub totals: EventTotals,
        /// The payment method.
        pub payment_source: PaymentMethod,
        /// The subscription items that are paid for.
        pub subscription_items: Vec<SubscriptionItemEvent>,
        /// The date that is billed for.
        pub billing_date: Timestamp,
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

model! {
    /// The reason why a payment failed.
    pub struct PaymentFailure {
        /// The kind of failure, such as `card_declined`.
        pub code: String,
        /// The payment provider's reason.
        pub decline_code: String,
    }
}

model! {
    /// The recipient of a payment.
    pub struct Payee {
        /// The payee's ID.
        pub id: String,
        /// The payment provider, such as `stripe`.
        pub gateway_type: String,
        /// The payment provider's ID for the payee.
        pub gateway_external_id: String,
        /// The payee's status at the payment provider.
        pub gateway_status: String,
    }
}

model! {
    /// The breakdown of a payment, in a webhook event.
    pub struct EventTotals {
        /// The total to be paid.
        pub grand_total: Money,
        /// The subtotal, before taxes.
        pub subtotal: Money,
        /// The total of all taxes.
        pub tax_total: Money,
        /// The charges per kind of unit, such as seats.
        pub per_unit_totals: Option<Vec<EventUnitTotal>>,
    }
}

model! {
    /// The charges for one kind of unit, in a webhook event.
    pub struct EventUnitTotal {
        /// The name of the unit, such as `seats`.
        pub name: String,
        /// The price per unit in the currency's smallest unit, such as cents.
        pub amount: i64,
        /// The number of units; `None` if unlimited.
        pub quantity: Option<u64>,
        /// The total charge in the currency's smallest unit, such as cents.
        pub total: i64,
        /// The currency code, such as `USD`.
        pub currency: String,
    }
}
