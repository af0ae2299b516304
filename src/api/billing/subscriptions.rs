//! Who has subscribed to what.

use super::{
    money::{BillingCredits, BillingTotals, Money, UnitTotal, UnitTotalTier},
    payers::{Payer, PayerType, PaymentMethod},
    plans::{BillingPeriod, BillingPlan, BillingPrice},
};
use crate::timestamp::Timestamp;

params! {
    /// Which subscription items [`Billing::list_subscription_items`](crate::api::Billing::list_subscription_items) returns.
    pub struct ListSubscriptionItems {
        /// In this state.
        status: SubscriptionItemStatus,
        /// Of this kind of payer.
        payer_type: PayerType,
        /// To this plan.
        plan_id: String,
        /// Whether to include plans that are free: by default not.
        include_free: bool,
        /// Of a payer whose email address or name contains this text.
        query: String,
        /// Whether Clerk pages the answer.
        paginated: bool,
        /// How many to return: 1 to 500, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
    }
}

params! {
    /// How [`Billing::cancel_subscription_item`](crate::api::Billing::cancel_subscription_item) cancels.
    pub struct CancelSubscriptionItem {
        /// Whether to end it now: by default it ends with its period.
        end_now: bool,
    }
}

model! {
    /// What a user or an organization has subscribed to.
    #[serde(tag = "object", rename = "commerce_subscription")]
    pub struct BillingSubscription {
        /// Its ID.
        pub id: String,
        /// The ID of the instance.
        pub instance_id: String,
        /// Its state.
        pub status: BillingSubscriptionStatus,
        /// The ID of who pays.
        pub payer_id: String,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
        /// When it became active.
        pub active_at: Option<Timestamp>,
        /// Since when a payment is missing.
        pub past_due_at: Option<Timestamp>,
        /// The plans in it.
        pub subscription_items: Vec<SubscriptionItem>,
        /// What is paid next.
        pub next_payment: Option<NextPayment>,
        /// Whether who pays may have a free trial.
        pub eligible_for_free_trial: Option<bool>,
    }
}

open_enum! {
    /// The state of a subscription.
    pub enum BillingSubscriptionStatus {
        /// In force.
        Active = "active",
        /// In force, and a payment is missing.
        PastDue = "past_due",
        /// About to end.
        Canceled = "canceled",
        /// Over.
        Ended = "ended",
        /// Never paid for in time.
        Abandoned = "abandoned",
        /// Not paid for yet.
        Incomplete = "incomplete",
    }
}

model! {
    /// A plan in a subscription.
    #[serde(tag = "object", rename = "commerce_subscription_item")]
    pub struct SubscriptionItem {
        /// Its ID.
        pub id: String,
        /// The ID of the instance.
        pub instance_id: String,
        /// Its state.
        pub status: SubscriptionItemStatus,
        /// What is taken off because it was paid before, with a payment only.
        pub credit: Option<SubscriptionCredit>,
        /// What is taken off because it was paid before.
        pub credits: Option<BillingCredits>,
        /// The ID of the plan.
        pub plan_id: Option<String>,
        /// The ID of the price.
        pub price_id: Option<String>,
        /// The plan.
        pub plan: Option<BillingPlan>,
        /// What is paid for at once.
        pub plan_period: BillingPeriod,
        /// What it is paid with.
        pub payment_method: Option<PaymentMethod>,
        /// The ID of what it is paid with: the older form, as is the next one, of
        /// [`payment_method`](Self::payment_method).
        pub payment_source_id: Option<String>,
        /// What it is paid with.
        pub payment_source: Option<PaymentMethod>,
        /// What was paid for it so far.
        pub lifetime_paid: Option<Money>,
        /// What it costs.
        pub amount: Option<Money>,
        /// What is paid next: the older form of [`next_payment`](Self::next_payment).
        pub next_invoice: Option<NextPayment>,
        /// What is paid next.
        pub next_payment: Option<NextPayment>,
        /// The ID of who pays.
        pub payer_id: String,
        /// Who pays.
        pub payer: Option<Payer>,
        /// Whether it is in its free trial.
        pub is_free_trial: bool,
        /// When the period began.
        pub period_start: Option<Timestamp>,
        /// When the period ends.
        pub period_end: Option<Timestamp>,
        /// The day from which a part of the period is paid for.
        pub proration_date: Option<String>,
        /// When it was canceled.
        pub canceled_at: Option<Timestamp>,
        /// Since when a payment is missing.
        pub past_due_at: Option<Timestamp>,
        /// When it ended.
        pub ended_at: Option<Timestamp>,
        /// When it was created.
        pub created_at: Option<Timestamp>,
        /// When it last changed.
        pub updated_at: Option<Timestamp>,
        /// The seats that are paid for, where seats are.
        pub seats: Option<SubscriptionSeats>,
        /// What the payment is made up of.
        pub totals: Option<BillingTotals>,
    }
}

open_enum! {
    /// The state of a plan in a subscription.
    pub enum SubscriptionItemStatus {
        /// In force.
        Active = "active",
        /// In force, until the end of its period.
        Canceled = "canceled",
        /// Over, after it was canceled.
        Expired = "expired",
        /// Over.
        Ended = "ended",
        /// In force, and a payment is missing.
        PastDue = "past_due",
        /// About to begin.
        Upcoming = "upcoming",
        /// In its free trial. To list by only.
        FreeTrial = "free_trial",
        /// Not paid for yet.
        Incomplete = "incomplete",
        /// Never paid for in time.
        Abandoned = "abandoned",
    }
}

model! {
    /// What is taken off because it was paid before.
    pub struct SubscriptionCredit {
        /// How much.
        pub amount: Option<Money>,
        /// How much of the period is left, in percent.
        pub cycle_remaining_percent: Option<f64>,
    }
}

model! {
    /// What is paid next.
    pub struct NextPayment {
        /// The plan's fee. What the units cost is in [`totals`](Self::totals).
        pub amount: Option<Money>,
        /// When.
        pub date: Option<Timestamp>,
        /// What the units cost.
        pub per_unit_totals: Option<Vec<UnitTotal>>,
        /// What the payment is made up of, without taxes and credits.
        pub totals: Option<BillingTotals>,
    }
}

model! {
    /// The seats that are paid for.
    pub struct SubscriptionSeats {
        /// How many; `None` is no limit.
        pub quantity: Option<u64>,
        /// What they cost in each tier.
        pub tiers: Option<Vec<UnitTotalTier>>,
    }
}

model! {
    /// A discount that a subscription item has, or had.
    #[serde(tag = "object", rename = "commerce_discount_redemption")]
    pub struct DiscountRedemption {
        /// Its ID.
        pub id: String,
        /// The ID of the subscription item.
        pub subscription_item_id: String,
        /// The ID of the discount.
        pub discount_id: String,
        /// The discount's name.
        pub name: Option<String>,
        /// Where it came from.
        pub source: DiscountSource,
        /// The code that it was asked for with.
        pub promo_code: Option<String>,
        /// What it takes off.
        pub effect: Option<DiscountEffect>,
        /// How much it takes off, in percent.
        pub percent_off: Option<f64>,
        /// How much it takes off.
        pub amount_off: Option<Money>,
        /// How much it takes off the next payment.
        pub amount: Option<Money>,
        /// For how many payments it is still good; `None` is no limit.
        pub cycles_remaining: Option<u64>,
        /// How many payments it was taken off.
        pub cycles_applied: u64,
        /// Its state.
        pub status: Option<DiscountRedemptionStatus>,
        /// When it was given.
        pub redeemed_at: Timestamp,
        /// Who gave it.
        pub redeemed_by: Option<String>,
    }
}

open_enum! {
    /// Where a discount came from.
    pub enum DiscountSource {
        /// From a promotion.
        Promotion = "promotion",
        /// From the application.
        Manual = "manual",
        /// From a code.
        PromoCode = "promo_code",
    }
}

open_enum! {
    /// What a discount takes off.
    pub enum DiscountEffect {
        /// A part.
        Percentage = "percentage",
        /// An amount.
        FixedAmount = "fixed_amount",
    }
}

open_enum! {
    /// The state of a discount on a subscription item.
    pub enum DiscountRedemptionStatus {
        /// In force.
        Active = "active",
        /// Taken off as often as it is good for.
        Exhausted = "exhausted",
        /// Taken away.
        Removed = "removed",
    }
}

model! {
    /// A move from one price to another.
    #[serde(tag = "object", rename = "commerce_price_transition")]
    pub struct PriceTransition {
        /// The subscription item with the new price.
        pub subscription_item: SubscriptionItem,
        /// How it got there.
        pub transition: PriceTransitionDetails,
    }
}

model! {
    /// How a subscription item moves from one price to another.
    pub struct PriceTransitionDetails {
        /// The plan that it comes from.
        pub previous_plan: BillingPlan,
        /// The price that it comes from.
        pub previous_price: BillingPrice,
        /// When the new price holds.
        pub effective_at: Timestamp,
        /// Whether that is now.
        pub effective_mode: PriceTransitionMode,
        /// When is paid next.
        pub next_billing_date: Option<Timestamp>,
        /// Whether something was paid at once.
        pub charged_immediately: bool,
        /// How much.
        pub immediate_charge: Option<Money>,
        /// What became of the subscription item that it comes from.
        pub previous_subscription_item_status: SubscriptionItemStatus,
        /// The ID of that subscription item.
        pub previous_subscription_item_id: String,
    }
}

open_enum! {
    /// When a new price holds.
    pub enum PriceTransitionMode {
        /// Now.
        Immediate = "immediate",
        /// From the end of the period.
        EndOfPeriod = "end_of_period",
    }
}
