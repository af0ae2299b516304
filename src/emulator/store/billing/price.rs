//! The prices of plans.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    money::{CURRENCY, CURRENCY_SYMBOL, check_currency, money},
    period::Period,
};
use crate::emulator::{
    http::{ClerkError, Result},
    store::records::INSTANCE_ID,
    tokens::new_id,
};

/// The lowest price that is not free of charge, in cents.
const MIN_AMOUNT: i64 = 100;

/// The highest price that payment providers accept, in cents.
const MAX_AMOUNT: i64 = 99_999_999;

/// The billing periods that a price supports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::emulator) enum SupportedPeriods {
    Month,
    Annual,
    Both,
}

/// A price of a plan.
#[derive(Clone, Debug)]
pub(in crate::emulator) struct Price {
    pub(in crate::emulator) id: String,
    pub(in crate::emulator) plan_id: String,
    /// The monthly amount in cents.
    pub(in crate::emulator) amount: Option<i64>,
    /// The monthly amount in cents, if billed annually.
    pub(in crate::emulator) annual_monthly_amount: Option<i64>,
    periods: Option<SupportedPeriods>,
    description: Option<String>,
    /// Whether this is the default price of its plan.
    pub(in crate::emulator) is_default: bool,
    pub(in crate::emulator) created_at: i64,
}

/// The parameters of a custom price.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct NewPrice {
    pub(super) plan_id: String,
    currency: Option<String>,
    // Null, but not missing, if the price can only be billed annually.
    #[serde(deserialize_with = "Option::deserialize")]
    amount: Option<i64>,
    annual_monthly_amount: Option<i64>,
    description: Option<String>,
    supported_billing_periods: Option<SupportedPeriods>,
}

impl Price {
    /// Creates the default price of a plan, which is free of charge at first.
    pub(super) fn default_of(plan_id: String, now: i64) -> Self {
        Self {
            id: new_id("cprice"),
            plan_id,
            amount: Some(0),
            annual_monthly_amount: None,
            periods: None,
            description: None,
            is_default: true,
            created_at: now,
        }
    }

    pub(super) fn custom(new: NewPrice, now: i64) -> Result<Self> {
        check_currency(new.currency.as_deref())?;
        check_amount("amount", new.amount)?;
        check_amount("annual_monthly_amount", new.annual_monthly_amount)?;
        let missing = match new.supported_billing_periods {
            None if new.amount.or(new.annual_monthly_amount).is_none() => Some("amount"),
            Some(SupportedPeriods::Month | SupportedPeriods::Both) if new.amount.is_none() => {
                Some("amount")
            }
            Some(SupportedPeriods::Annual | SupportedPeriods::Both)
                if new.annual_monthly_amount.is_none() =>
            {
                Some("annual_monthly_amount")
            }
            _ => None,
        };
        if let Some(param) = missing {
            return Err(ClerkError::missing_param(param));
        }
        Ok(Self {
            id: new_id("cprice"),
            plan_id: new.plan_id,
            amount: new.amount,
            annual_monthly_amount: new.annual_monthly_amount,
            periods: new.supported_billing_periods,
            description: new.description,
            is_default: false,
            created_at: now,
        })
    }

    /// Returns the amount that is due for a period, if the price supports it.
    pub(in crate::emulator) fn fee(&self, period: Period) -> Option<i64> {
        let is_supported = match (self.periods, period) {
            (None | Some(SupportedPeriods::Both), _) => true,
            (Some(periods), Period::Month) => periods == SupportedPeriods::Month,
            (Some(periods), Period::Annual) => periods == SupportedPeriods::Annual,
        };
        let fee = match period {
            Period::Month => self.amount,
            Period::Annual => self.annual_monthly_amount.map(|amount| amount.saturating_mul(12)),
        };
        fee.filter(|_| is_supported)
    }

    fn supported_periods(&self) -> SupportedPeriods {
        self.periods.unwrap_or(match (self.amount, self.annual_monthly_amount) {
            (Some(_), Some(_)) => SupportedPeriods::Both,
            (None, Some(_)) => SupportedPeriods::Annual,
            (_, None) => SupportedPeriods::Month,
        })
    }

    pub(in crate::emulator) fn document(&self) -> Value {
        json!({
            "object": "commerce_price",
            "id": self.id,
            "plan_id": self.plan_id,
            "instance_id": INSTANCE_ID,
            "currency": CURRENCY,
            "currency_symbol": CURRENCY_SYMBOL,
            "amount": self.amount.unwrap_or_default(),
            "annual_monthly_amount": self.annual_monthly_amount.unwrap_or_default(),
            "fee": self.amount.map(money),
            "annual_monthly_fee": self.annual_monthly_amount.map(money),
            "description": self.description,
            "is_default": self.is_default,
            "created_at": self.created_at,
            "supported_billing_periods": self.supported_periods(),
        })
    }
}

fn check_amount(param: &str, amount: Option<i64>) -> Result<()> {
    match amount {
        None | Some(0 | MIN_AMOUNT..=MAX_AMOUNT) => Ok(()),
        Some(_) => {
            let expected = format!("0 or from {MIN_AMOUNT} to {MAX_AMOUNT} cents");
            Err(ClerkError::invalid_value(param, &expected))
        }
    }
}
