//! Subscriptions, their items and their discounts.

use super::{
    money::{BillingCredits, BillingTotals, Money, UnitTotal, UnitTotalTier},
    payers::{Payer, PayerType, PaymentMethod},
    plans::{BillingPeriod, BillingPlan, BillingPrice},
};
use crate::timestamp::Timestamp;

params! {
    /// Parameters for
    /// [`Billing::list_subscription_items`](crate::api::Billing::list_subscription_items).
    pub struct ListSubscriptionItems {
        /// Only items with this status.
        status: SubscriptionItemStatus,
        /// Only items of this type of payer.
        payer_type: PayerType,
        /// Only items of the plan with this ID.
        plan_id: String,
        /// Whether to include free plans; `false` by default.
        include_free: bool,
        /// Only items of payers whose email address or name contains this string.
        query: String,
        /// Whether Clerk paginates the response.
        paginated: bool,
        /// The maximum number of results: 1 to 500, 10 by default.
        limit: u32,
        /// The number of results to skip.
        offset: u64,
    }
}

params! {
    /// Parameters for
    /// [`Billing::cancel_subscription_item`](crate::api::Billing::cancel_subscription_item).
    pub struct CancelSubscriptionItem {
        /// Whether to end the item immediately instead of at the end of its billing period.
        end_now: bool,
    }
}

model! {
    /// The subscription of a user or an organization.
    #[serde(tag = "object", rename = "commerce_subscription")]
    pub struct BillingSubscription {
        /// The subscription's ID.
        pub id: String,
        /// The instance's ID.
        pub instance_id: String,
        /// The subscription's status.
        pub status: BillingSubscriptionStatus,
        /// The payer's ID.
        pub payer_id: String,
        /// The time when the subscription was created.
        pub created_at: Timestamp,
        /// The time when the subscription was last updated.
        pub updated_at: Timestamp,
        /// The time when the subscription became active.
        pub active_at: Option<Timestamp>,
        /// The time when the subscription became past due.
        pub past_due_at: Option<Timestamp>,
        /// The items of the subscription, one per plan.
        pub subscription_items: Vec<SubscriptionItem>,
        /// The next payment.
        pub next_payment: Option<NextPayment>,
        /// Whether the payer is eligible for a free trial.
        pub eligible_for_free_trial: Option<bool>,
    }
}

open_enum! {
    /// The status of a subscription.
    pub enum BillingSubscriptionStatus {
        /// Active.
        Active = "active",
        /// Active, but a payment is overdue.
        PastDue = "past_due",
        /// Canceled and about to end.
        Canceled = "canceled",
        /// Ended.
        Ended = "ended",
        /// Not paid for in time.
        Abandoned = "abandoned",
        /// Not paid for yet.
        Incomplete = "incomplete",
    }
}

model! {
    /// A plan in a subscription.
    #[serde(tag = "object", rename = "commerce_subscription_item")]
    pub struct SubscriptionItem {
        /// The subscription item's ID.
        pub id: String,
        /// The instance's ID.
        pub instance_id: String,
        /// The subscription item's status.
        pub status: SubscriptionItemStatus,
        /// The credit for earlier payments. Only present in payment attempts.
        pub credit: Option<SubscriptionCredit>,
        /// The breakdown of the credits for earlier payments.
        pub credits: Option<BillingCredits>,
        /// The plan's ID.
        pub plan_id: Option<String>,
        /// The price's ID.
        pub price_id: Option<String>,
        /// The plan.
        pub plan: Option<BillingPlan>,
        /// The billing period.
        pub plan_period: BillingPeriod,
        /// The payment method.
        pub payment_method: Option<PaymentMethod>,
        /// The payment method's ID; an older form of [`payment_method`](Self::payment_method).
        pub payment_source_id: Option<String>,
        /// The payment method; the older form of [`payment_method`](Self::payment_method).
        pub payment_source: Option<PaymentMethod>,
        /// The total paid for the subscription item so far.
        pub lifetime_paid: Option<Money>,
        /// The current price.
        pub amount: Option<Money>,
        /// The next payment; the older form of [`next_payment`](Self::next_payment).
        pub next_invoice: Option<NextPayment>,
        /// The next payment.
        pub next_payment: Option<NextPayment>,
        /// The payer's ID.
        pub payer_id: String,
        /// The payer.
        pub payer: Option<Payer>,
        /// Whether the subscription item is in its free trial.
        pub is_free_trial: bool,
        /// The time when the current period started.
        pub period_start: Option<Timestamp>,
        /// The time when the current period ends.
        pub period_end: Option<Timestamp>,
        /// The day from which the period is prorated.
        pub proration_date: Option<String>,
        /// The time when the subscription item was canceled.
        pub canceled_at: Option<Timestamp>,
        /// The time when the subscription item became past due.
        pub past_due_at: Option<Timestamp>,
        /// The time when the subscription item ended.
        pub ended_at: Option<Timestamp>,
        /// The time when the subscription item was created.
        pub created_at: Option<Timestamp>,
        /// The time when the subscription item was last updated.
        pub updated_at: Option<Timestamp>,
        /// The seats paid for, if the plan is billed per seat.
        pub seats: Option<SubscriptionSeats>,
        /// The breakdown of the payment.
        pub totals: Option<BillingTotals>,
    }
}

open_enum! {
    /// The status of a plan in a subscription.
    pub enum SubscriptionItemStatus {
        /// Active.
        Active = "active",
        /// Canceled, but active until the end of its billing period.
        Canceled = "canceled",
        /// Ended after it was canceled.
        Expired = "expired",
        /// Ended.
        Ended = "ended",
        /// Active, but a payment is overdue.
        PastDue = "past_due",
        /// About to begin.
        Upcoming = "upcoming",
        /// In its free trial. Only used to filter lists.
        FreeTrial = "free_trial",
        /// Not paid for yet.
        Incomplete = "incomplete",
        /// Not paid for in time.
        Abandoned = "abandoned",
    }
}

model! {
    /// The credit for earlier payments.
    pub struct SubscriptionCredit {
        /// The amount of the credit.
        pub amount: Option<Money>,
        /// The remaining part of the period, in percent.
        pub cycle_remaining_percent: Option<f64>,
    }
}

model! {
    /// The next payment.
    pub struct NextPayment {
        /// The plan's base fee. Per-unit charges are only included in [`totals`](Self::totals).
        pub amount: Option<Money>,
        /// The time of the payment.
        pub date: Option<Timestamp>,
        /// The charges per kind of unit.
        pub per_unit_totals: Option<Vec<UnitTotal>>,
        /// The breakdown of the payment, without taxes and credits.
        pub totals: Option<BillingTotals>,
    }
}

model! {
    /// The seats paid for.
    pub struct SubscriptionSeats {
        /// The number of seats; `None` if unlimited.
        pub quantity: Option<u64>,
        /// The charges in each pricing tier.
        pub tiers: Option<Vec<UnitTotalTier>>,
    }
}

model! {
    /// A discount that is or was applied to a subscription item.
    #[serde(tag = "object", rename = "commerce_discount_redemption")]
    pub struct DiscountRedemption {
        /// The redemption's ID.
        pub id: String,
        /// The subscription item's ID.
        pub subscription_item_id: String,
        /// The discount's ID.
        pub discount_id: String,
        /// The discount's name.
        pub name: Option<String>,
        /// The source of the discount.
        pub source: DiscountSource,
        /// The promo code that was used to redeem the discount.
        pub promo_code: Option<String>,
        /// The effect of the discount.
        pub effect: Option<DiscountEffect>,
        /// The discount in percent.
        pub percent_off: Option<f64>,
        /// The fixed amount of the discount.
        pub amount_off: Option<Money>,
        /// The amount deducted from the next payment.
        pub amount: Option<Money>,
        /// The number of further payments that the discount applies to; `None` if unlimited.
        pub cycles_remaining: Option<u64>,
        /// The number of payments that the discount was applied to.
        pub cycles_applied: u64,
        /// The redemption's status.
        pub status: Option<DiscountRedemptionStatus>,
        /// The time when the discount was redeemed.
        pub redeemed_at: Timestamp,
        /// The actor who redeemed the discount.
        pub redeemed_by: Option<String>,
    }
}

open_enum! {
    /// The source of a discount.
    pub enum DiscountSource {
        /// A promotion.
        Promotion = "promotion",
        /// The application.
        Manual = "manual",
        /// A promo code.
        PromoCode = "promo_code",
    }
}

open_enum! {
    /// The effect of a discount.
    pub enum DiscountEffect {
        /// Deducts a percentage.
        Percentage = "percentage",
        /// Deducts a fixed amount.
        FixedAmount = "fixed_amount",
    }
}

open_enum! {
    /// The status of a discount on a subscription item.
    pub enum DiscountRedemptionStatus {
        /// Active.
        Active = "active",
        /// Applied as many times as allowed.
        Exhausted = "exhausted",
        /// Removed.
        Removed = "removed",
    }
}

model! {
    /// A transition from one price to another.
    #[serde(tag = "object", rename = "commerce_price_transition")]
    pub struct PriceTransition {
        /// The subscription item with the new price.
        pub subscription_item: SubscriptionItem,
        /// The details of the transition.
        pub transition: PriceTransitionDetails,
    }
}

model! {
    /// The details of a transition from one price to another.
    pub struct PriceTransitionDetails {
        /// The previous plan.
        pub previous_plan: BillingPlan,
        /// The previous price.
        pub previous_price: BillingPrice,
        /// The time when the new price takes effect.
        pub effective_at: Timestamp,
        /// Whether the new price takes effect immediately.
        pub effective_mode: PriceTransitionMode,
        /// The time of the next payment.
        pub next_billing_date: Option<Timestamp>,
        /// Whether a payment was charged immediately.
        pub charged_immediately: bool,
        /// The amount charged immediately.
        pub immediate_charge: Option<Money>,
        /// The status of the previous subscription item after the transition.
        pub previous_subscription_item_status: SubscriptionItemStatus,
        /// The previous subscription item's ID.
        pub previous_subscription_item_id: String,
    }
}

open_enum! {
    /// When a new price takes effect.
    pub enum PriceTransitionMode {
        /// Immediately.
        Immediate = "immediate",
        /// At the end of the billing period.
        EndOfPeriod = "end_of_period",
    }
}
