//! The credit balances of payers.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    account::Account,
    ledger::{LedgerEntry, LedgerSource},
    money::{check_currency, money},
};
use crate::emulator::{
    http::{ClerkError, Result},
    tokens::new_id,
};

/// The parameters of an adjustment of a credit balance.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct CreditAdjustment {
    amount: i64,
    action: CreditAction,
    currency: Option<String>,
    idempotency_key: String,
    note: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CreditAction {
    Increase,
    Decrease,
}

/// Returns a credit balance, if the payer ever had credits, as the Backend API represents it.
pub(in crate::emulator) fn credit_balance(cents: Option<i64>) -> Value {
    json!({ "object": "commerce_credit_balance", "balance": cents.map(money) })
}

impl Account {
    /// Adjusts the balance, unless a previous request with the same key has done so.
    pub(in crate::emulator::store) fn adjust_credit(
        &mut self,
        adjustment: CreditAdjustment,
        now: i64,
    ) -> Result<Value> {
        check_currency(adjustment.currency.as_deref())?;
        if adjustment.amount <= 0 {
            return Err(ClerkError::invalid_value("amount", "greater than 0"));
        }
        if adjustment.idempotency_key.is_empty() {
            return Err(ClerkError::missing_param("idempotency_key"));
        }
        let amount = match adjustment.action {
            CreditAction::Increase => adjustment.amount,
            CreditAction::Decrease => -adjustment.amount,
        };
        let key = adjustment.idempotency_key;
        if let Some(entry) = self.ledger.iter().find(|entry| entry.is_granted_by(&key)) {
            if (entry.amount, &entry.note) != (amount, &adjustment.note) {
                let message = "The idempotency key was used for a different adjustment.";
                return Err(ClerkError::conflict("idempotency_key_conflict", message));
            }
            return Ok(entry.document(&self.id));
        }
        let balance = self.credit.unwrap_or_default().saturating_add(amount);
        if balance < 0 {
            return Err(ClerkError::invalid_value("amount", "at most the credit balance"));
        }
        self.credit = Some(balance);
        let source = LedgerSource::Grant { id: new_id("cgrant"), idempotency_key: key };
        let entry = LedgerEntry::new(amount, source, adjustment.note, now);
        let document = entry.document(&self.id);
        self.ledger.push(entry);
        Ok(document)
    }

    /// Takes credit for a payment.
    pub(super) fn take_credit(&mut self, amount: i64, payment_id: &str, now: i64) {
        if amount > 0 {
            self.credit = Some(self.credit.unwrap_or_default() - amount);
            let source = LedgerSource::Payment(payment_id.to_owned());
            self.ledger.push(LedgerEntry::new(-amount, source, None, now));
        }
    }
}
