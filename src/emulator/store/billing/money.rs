//! Amounts of money, in cents. Clerk bills in US dollars.

use serde_json::{Value, json};

use crate::emulator::http::{ClerkError, Result};

pub(in crate::emulator::store) const CURRENCY: &str = "USD";
pub(in crate::emulator::store) const CURRENCY_SYMBOL: &str = "$";

/// Returns an amount as the APIs represent it.
pub(in crate::emulator::store) fn money(cents: i64) -> Value {
    json!({
        "amount": cents,
        "amount_formatted": format_amount(cents),
        "currency": CURRENCY,
        "currency_symbol": CURRENCY_SYMBOL,
    })
}

/// Formats an amount without the currency symbol.
pub(super) fn format_amount(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.unsigned_abs() / 100, cents.unsigned_abs() % 100)
}

/// Rejects other currencies.
pub(super) fn check_currency(currency: Option<&str>) -> Result<()> {
    match currency {
        None | Some(CURRENCY) => Ok(()),
        Some(_) => Err(ClerkError::invalid_value("currency", CURRENCY)),
    }
}

/// Returns a part of an amount, rounded down.
pub(super) fn part_of(cents: i64, numerator: i64, denominator: i64) -> i64 {
    let part = i128::from(cents) * i128::from(numerator) / i128::from(denominator.max(1));
    i64::try_from(part).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_formatted_with_two_decimals() {
        for (cents, formatted) in
            [(0, "0.00"), (5, "0.05"), (4999, "49.99"), (-250, "-2.50"), (1_000_000, "10000.00")]
        {
            assert_eq!(format_amount(cents), formatted);
        }
    }

    #[test]
    fn parts_of_amounts_are_rounded_down() {
        assert_eq!(part_of(1000, 1, 3), 333);
        assert_eq!(part_of(i64::MAX, 2, 2), i64::MAX);
        assert_eq!(part_of(1000, 1, 0), 1000);
    }
}
