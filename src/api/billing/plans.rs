//! What there is to subscribe to, and what it costs.

use super::{money::Money, payers::PayerType};
use crate::timestamp::Timestamp;

params! {
    /// Which plans [`Billing::list_plans`](crate::api::Billing::list_plans) returns.
    pub struct ListBillingPlans {
        /// For this kind of payer.
        payer_type: PayerType,
        /// Whether Clerk pages the answer.
        paginated: bool,
        /// How many to return: 1 to 500, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
    }
}

params! {
    /// Which prices [`Billing::list_prices`](crate::api::Billing::list_prices) returns.
    pub struct ListBillingPrices {
        /// Of this plan.
        plan_id: String,
        /// Whether Clerk pages the answer.
        paginated: bool,
        /// How many to return: 1 to 500, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
    }
}

params! {
    /// A new price, for [`Billing::create_price`](crate::api::Billing::create_price). Amounts are in cents: 0, or at least 100.
    pub struct CreateBillingPrice(
        /// The ID of the plan.
        plan_id: String,
        /// What a month costs; `None` where only years are paid for.
        amount: Option<i64>,
    ) {
        /// The currency's code: by default `USD`.
        currency: String,
        /// What a month costs if a year is paid for at once.
        annual_monthly_amount: i64,
        /// What it is for.
        description: String,
        /// The periods that can be paid for: by default those with an amount.
        supported_billing_periods: BillingPeriod,
    }
}

open_enum! {
    /// What is paid for at once.
    pub enum BillingPeriod {
        /// A month.
        Month = "month",
        /// A year.
        Annual = "annual",
        /// Either, of a price.
        Both = "both",
    }
}

model! {
    /// What there is to subscribe to.
    #[serde(tag = "object", rename = "commerce_plan")]
    pub struct BillingPlan {
        /// Its ID, `cplan_…`.
        pub id: String,
        /// Its name.
        pub name: String,
        /// What a month costs.
        pub fee: Option<Money>,
        /// What a month costs if a year is paid for at once.
        pub annual_monthly_fee: Option<Money>,
        /// What a year costs.
        pub annual_fee: Option<Money>,
        /// What a month costs, in cents: the older form of [`fee`](Self::fee), as are the next ones.
        pub amount: Option<i64>,
        /// What a month costs, to show.
        pub amount_formatted: Option<String>,
        /// What a month costs if a year is paid for at once, in cents.
        pub annual_monthly_amount: Option<i64>,
        /// What a month costs if a year is paid for at once, to show.
        pub annual_monthly_amount_formatted: Option<String>,
        /// What a year costs, in cents.
        pub annual_amount: Option<i64>,
        /// What a year costs, to show.
        pub annual_amount_formatted: Option<String>,
        /// The currency's symbol, such as `$`.
        pub currency_symbol: Option<String>,
        /// The currency's code, such as `USD`.
        pub currency: Option<String>,
        /// What it is for.
        pub description: Option<String>,
        /// The ID of the product that it belongs to. Deprecated by Clerk.
        pub product_id: Option<String>,
        /// Whether it is what payers have without subscribing.
        pub is_default: bool,
        /// Whether it is paid for again and again.
        pub is_recurring: bool,
        /// Whether it is shown to users.
        pub publicly_visible: bool,
        /// Whether it costs something before units are counted.
        pub has_base_fee: bool,
        /// The kinds of payers that it is for: the older form of [`for_payer_type`](Self::for_payer_type).
        pub payer_type: Option<Vec<PayerType>>,
        /// The kind of payer that it is for.
        pub for_payer_type: PayerType,
        /// Its slug.
        pub slug: String,
        /// Its image.
        pub avatar_url: Option<String>,
        /// What is paid for at once.
        pub period: Option<String>,
        /// How many of these periods.
        pub interval: Option<u64>,
        /// What it includes.
        pub features: Option<Vec<Feature>>,
        /// What each unit costs, such as a seat.
        pub unit_prices: Option<Vec<UnitPrice>>,
        /// Whether it begins with a trial that is free.
        pub free_trial_enabled: bool,
        /// How many days the trial has.
        pub free_trial_days: Option<u64>,
    }
}

model! {
    /// What a plan includes.
    #[serde(tag = "object", rename = "feature")]
    pub struct Feature {
        /// Its ID, `feat_…`.
        pub id: String,
        /// Its name.
        pub name: String,
        /// What it is.
        pub description: Option<String>,
        /// Its slug, as in the claims of a session token.
        pub slug: String,
        /// Its image.
        pub avatar_url: Option<String>,
    }
}

model! {
    /// What the units of one kind cost.
    pub struct UnitPrice {
        /// The unit, such as `seats`.
        pub name: String,
        /// How many units a block has: blocks are what is paid for.
        pub block_size: u64,
        /// What they cost in each tier.
        pub tiers: Vec<UnitPriceTier>,
    }
}

model! {
    /// What a unit costs, from one number of blocks to another.
    pub struct UnitPriceTier {
        /// The first block.
        pub starts_at_block: u64,
        /// The last block; `None` is no limit.
        pub ends_after_block: Option<u64>,
        /// What a block costs.
        pub fee_per_block: Money,
    }
}

model! {
    /// What a plan costs some of its subscribers.
    #[serde(tag = "object", rename = "commerce_price")]
    pub struct BillingPrice {
        /// Its ID.
        pub id: String,
        /// The ID of the plan.
        pub plan_id: String,
        /// The ID of the instance.
        pub instance_id: String,
        /// The currency's code, such as `USD`.
        pub currency: String,
        /// The currency's symbol, such as `$`.
        pub currency_symbol: String,
        /// What a month costs, in cents.
        pub amount: i64,
        /// What a month costs if a year is paid for at once, in cents.
        pub annual_monthly_amount: i64,
        /// What a month costs.
        pub fee: Option<Money>,
        /// What a month costs if a year is paid for at once.
        pub annual_monthly_fee: Option<Money>,
        /// What it is for.
        pub description: Option<String>,
        /// Whether it is the plan's own.
        pub is_default: bool,
        /// When it was created.
        pub created_at: Timestamp,
        /// The periods that can be paid for.
        pub supported_billing_periods: BillingPeriod,
    }
}
