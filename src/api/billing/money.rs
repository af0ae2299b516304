//! Amounts of money and their breakdowns.

model! {
    /// An amount of money.
    pub struct Money {
        /// The amount in the currency's smallest unit, such as cents.
        pub amount: i64,
        /// The amount formatted for display, such as `49.99`.
        pub amount_formatted: String,
        /// The currency code, such as `USD`.
        pub currency: String,
        /// The currency symbol, such as `$`.
        pub currency_symbol: String,
    }
}

model! {
    /// The breakdown of a payment.
    pub struct BillingTotals {
        /// The total to be paid.
        pub grand_total: Money,
        /// The subtotal, before taxes, credits and discounts.
        pub subtotal: Money,
        /// The plan's base fee, without per-unit charges.
        pub base_fee: Money,
        /// The total of all taxes.
        pub tax_total: Money,
        /// The charges per kind of unit, such as seats.
        pub per_unit_totals: Option<Vec<UnitTotal>>,
        /// The credits deducted for earlier payments.
        pub credits: Option<BillingCredits>,
        /// The other deductions.
        pub discounts: Option<BillingDiscounts>,
    }
}

model! {
    /// The charges for one kind of unit.
    pub struct UnitTotal {
        /// The name of the unit, such as `seats`.
        pub name: String,
        /// The number of units in a block. Units are billed in blocks.
        pub block_size: u64,
        /// The charges in each pricing tier.
        pub tiers: Vec<UnitTotalTier>,
    }
}

model! {
    /// The charges for the units in one pricing tier.
    pub struct UnitTotalTier {
        /// The number of units; `None` if unlimited.
        pub quantity: Option<u64>,
        /// The fee per block.
        pub fee_per_block: Money,
        /// The total for the tier.
        pub total: Money,
    }
}

model! {
    /// The credits deducted from a payment for earlier payments.
    pub struct BillingCredits {
        /// The credit for the remainder of a paid period.
        pub proration: Option<ProrationCredit>,
        /// The credit taken from the payer's balance.
        pub payer: Option<PayerCredit>,
        /// The total of all credits.
        pub total: Money,
    }
}

model! {
    /// The credit for the remainder of a paid period.
    pub struct ProrationCredit {
        /// The amount of the credit.
        pub amount: Money,
        /// The number of days left in the period.
        pub cycle_days_remaining: u64,
        /// The total number of days in the period.
        pub cycle_days_total: u64,
        /// The remaining part of the period, in percent.
        pub cycle_remaining_percent: f64,
    }
}

model! {
    /// The credit taken from the payer's balance.
    pub struct PayerCredit {
        /// The remaining balance.
        pub remaining_balance: Money,
        /// The amount applied to the payment.
        pub applied_amount: Money,
    }
}

model! {
    /// The deductions from a payment that are not credits for earlier payments.
    pub struct BillingDiscounts {
        /// The discount for the elapsed part of the period.
        pub proration: Option<ProrationDiscount>,
        /// The total of all discounts.
        pub total: Money,
    }
}

model! {
    /// The discount for the elapsed part of a period.
    pub struct ProrationDiscount {
        /// The amount of the discount.
        pub amount: Money,
        /// The number of days elapsed in the period.
        pub cycle_days_passed: u64,
        /// The total number of days in the period.
        pub cycle_days_total: u64,
        /// The elapsed part of the period, in percent.
        pub cycle_passed_percent: f64,
    }
}
