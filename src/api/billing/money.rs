//! Amounts, and what they are made up of.

model! {
    /// An amount of money.
    pub struct Money {
        /// The amount in cents, or whatever the currency's smallest unit is.
        pub amount: i64,
        /// The amount to show, such as `49.99`.
        pub amount_formatted: String,
        /// The currency's code, such as `USD`.
        pub currency: String,
        /// The currency's symbol, such as `$`.
        pub currency_symbol: String,
    }
}

model! {
    /// What a payment is made up of.
    pub struct BillingTotals {
        /// What has to be paid.
        pub grand_total: Money,
        /// That without taxes, credits and discounts.
        pub subtotal: Money,
        /// The plan's fee, without what each unit costs.
        pub base_fee: Money,
        /// Taxes.
        pub tax_total: Money,
        /// What the units cost, such as seats.
        pub per_unit_totals: Option<Vec<UnitTotal>>,
        /// What is taken off because it was paid before.
        pub credits: Option<BillingCredits>,
        /// What is taken off otherwise.
        pub discounts: Option<BillingDiscounts>,
    }
}

model! {
    /// What the units of one kind cost.
    pub struct UnitTotal {
        /// The unit, such as `seats`.
        pub name: String,
        /// How many units a block has: blocks are what is paid for.
        pub block_size: u64,
        /// What they cost in each tier.
        pub tiers: Vec<UnitTotalTier>,
    }
}

model! {
    /// What the units of one tier cost.
    pub struct UnitTotalTier {
        /// How many there are; `None` is no limit.
        pub quantity: Option<u64>,
        /// What a block costs.
        pub fee_per_block: Money,
        /// What they cost together.
        pub total: Money,
    }
}

model! {
    /// What is taken off a payment because it was paid before.
    pub struct BillingCredits {
        /// For the rest of a period that was paid for.
        pub proration: Option<ProrationCredit>,
        /// From the payer's balance.
        pub payer: Option<PayerCredit>,
        /// Together.
        pub total: Money,
    }
}

model! {
    /// What is taken off for the rest of a period that was paid for.
    pub struct ProrationCredit {
        /// How much.
        pub amount: Money,
        /// How many days of the period are left.
        pub cycle_days_remaining: u64,
        /// How many days it has.
        pub cycle_days_total: u64,
        /// How much of it is left, in percent.
        pub cycle_remaining_percent: f64,
    }
}

model! {
    /// What is taken off from the payer's balance.
    pub struct PayerCredit {
        /// What is left of the balance.
        pub remaining_balance: Money,
        /// How much is taken off.
        pub applied_amount: Money,
    }
}

model! {
    /// What is taken off a payment for other reasons than that it was paid before.
    pub struct BillingDiscounts {
        /// For the part of the period that has passed.
        pub proration: Option<ProrationDiscount>,
        /// Together.
        pub total: Money,
    }
}

model! {
    /// What is taken off for the part of a period that has passed.
    pub struct ProrationDiscount {
        /// How much.
        pub amount: Money,
        /// How many days of the period have passed.
        pub cycle_days_passed: u64,
        /// How many days it has.
        pub cycle_days_total: u64,
        /// How much of it has passed, in percent.
        pub cycle_passed_percent: f64,
    }
}
