//! Plans, their features and their prices.

use super::{money::Money, payers::PayerType};
use crate::timestamp::Timestamp;

params! {
    /// Parameters for [`Billing::list_plans`](crate::api::Billing::list_plans).
    pub struct ListBillingPlans {
        /// Only plans for this type of payer.
        payer_type: PayerType,
        /// Whether Clerk paginates the response.
        paginated: bool,
        /// The maximum number of results: 1 to 500, 10 by default.
        limit: u32,
        /// The number of results to skip.
        offset: u64,
    }
}

params! {
    /// Parameters for [`Billing::list_prices`](crate::api::Billing::list_prices).
    pub struct ListBillingPrices {
        /// Only prices of the plan with this ID.
        plan_id: String,
        /// Whether Clerk paginates the response.
        paginated: bool,
        /// The maximum number of results: 1 to 500, 10 by default.
        limit: u32,
        /// The number of results to skip.
        offset: u64,
    }
}

params! {
    /// Parameters for [`Billing::create_price`](crate::api::Billing::create_price). Amounts are in
    /// cents and must be 0 or at least 100.
    pub struct CreateBillingPrice(
        /// The plan's ID.
        plan_id: String,
        /// The monthly amount; `None` if the price can only be billed annually.
        amount: Option<i64>,
    ) {
        /// The currency code, `USD` by default.
        currency: String,
        /// The monthly amount if billed annually.
        annual_monthly_amount: i64,
        /// The description.
        description: String,
        /// The supported billing periods. By default, those for which an amount is set.
        supported_billing_periods: BillingPeriod,
    }
}

open_enum! {
    /// A billing period.
    pub enum BillingPeriod {
        /// Billed monthly.
        Month = "month",
        /// Billed annually.
        Annual = "annual",
        /// Billed monthly or annually. Only used by prices.
        Both = "both",
    }
}

model! {
    /// A plan that users or organizations can subscribe to.
    #[serde(tag = "object", rename = "commerce_plan")]
    pub struct BillingPlan {
        /// The plan's ID, `cplan_…`.
        pub id: String,
        /// The plan's name.
        pub name: String,
        /// The monthly fee.
        pub fee: Option<Money>,
        /// The monthly fee if billed annually.
        pub annual_monthly_fee: Option<Money>,
        /// The annual fee.
        pub annual_fee: Option<Money>,
        /// The monthly fee in cents; the older form of [`fee`](Self::fee).
        pub amount: Option<i64>,
        /// The monthly fee formatted for display; the older form of [`fee`](Self::fee).
        pub amount_formatted: Option<String>,
        /// The monthly fee in cents if billed annually; the older form of
        /// [`annual_monthly_fee`](Self::annual_monthly_fee).
        pub annual_monthly_amount: Option<i64>,
        /// The monthly fee formatted for display if billed annually; the older form of
        /// [`annual_monthly_fee`](Self::annual_monthly_fee).
        pub annual_monthly_amount_formatted: Option<String>,
        /// The annual fee in cents; the older form of [`annual_fee`](Self::annual_fee).
        pub annual_amount: Option<i64>,
        /// The annual fee formatted for display; the older form of
        /// [`annual_fee`](Self::annual_fee).
        pub annual_amount_formatted: Option<String>,
        /// The currency symbol of the older fee fields, such as `$`.
        pub currency_symbol: Option<String>,
        /// The currency code of the older fee fields, such as `USD`.
        pub currency: Option<String>,
        /// The plan's description.
        pub description: Option<String>,
        /// The ID of the product that the plan belongs to. Deprecated by Clerk.
        pub product_id: Option<String>,
        /// Whether payers have the plan by default, without subscribing to it.
        pub is_default: bool,
        /// Whether payments recur.
        pub is_recurring: bool,
        /// Whether the plan is shown to users.
        pub publicly_visible: bool,
        /// Whether the plan has a base fee, which does not depend on the number of units.
        pub has_base_fee: bool,
        /// The types of payers that can use the plan; the older form of
        /// [`for_payer_type`](Self::for_payer_type).
        pub payer_type: Option<Vec<PayerType>>,
        /// The type of payer that the plan is for.
        pub for_payer_type: PayerType,
        /// The plan's slug.
        pub slug: String,
        /// The URL of the plan's image.
        pub avatar_url: Option<String>,
        /// The billing period.
        pub period: Option<String>,
        /// The number of [`period`](Self::period)s in a billing interval.
        pub interval: Option<u64>,
        /// The features included in the plan.
        pub features: Option<Vec<Feature>>,
        /// The prices per kind of unit, such as seats.
        pub unit_prices: Option<Vec<UnitPrice>>,
        /// Whether the plan begins with a free trial.
        pub free_trial_enabled: bool,
        /// The length of the free trial, in days.
        pub free_trial_days: Option<u64>,
    }
}

model! {
    /// A feature included in a plan.
    #[serde(tag = "object", rename = "feature")]
    pub struct Feature {
        /// The feature's ID, `feat_…`.
        pub id: String,
        /// The feature's name.
        pub name: String,
        /// The feature's description.
        pub description: Option<String>,
        /// The feature's slug, as used in session token claims.
        pub slug: String,
        /// The URL of the feature's image.
        pub avatar_url: Option<String>,
    }
}

model! {
    /// The price of one kind of unit.
    pub struct UnitPrice {
        /// The name of the unit, such as `seats`.
        pub name: String,
        /// The number of units in a block. Units are billed in blocks.
        pub block_size: u64,
        /// The pricing tiers.
        pub tiers: Vec<UnitPriceTier>,
    }
}

model! {
    /// The price of a unit within a range of blocks.
    pub struct UnitPriceTier {
        /// The first block of the tier.
        pub starts_at_block: u64,
        /// The last block of the tier; `None` if unlimited.
        pub ends_after_block: Option<u64>,
        /// The fee per block.
        pub fee_per_block: Money,
    }
}

model! {
    /// A price of a plan, which applies to some of its subscribers.
    #[serde(tag = "object", rename = "commerce_price")]
    pub struct BillingPrice {
        /// The price's ID.
        pub id: String,
        /// The plan's ID.
        pub plan_id: String,
        /// The instance's ID.
        pub instance_id: String,
        /// The currency code, such as `USD`.
        pub currency: String,
        /// The currency symbol, such as `$`.
        pub currency_symbol: String,
        /// The monthly amount in cents.
        pub amount: i64,
        /// The monthly amount in cents if billed annually.
        pub annual_monthly_amount: i64,
        /// The monthly fee.
        pub fee: Option<Money>,
        /// The monthly fee if billed annually.
        pub annual_monthly_fee: Option<Money>,
        /// The price's description.
        pub description: Option<String>,
        /// Whether this is the plan's default price.
        pub is_default: bool,
        /// The time when the price was created.
        pub created_at: Timestamp,
        /// The supported billing periods.
        pub supported_billing_periods: BillingPeriod,
    }
}
