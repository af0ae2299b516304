//! Payments and statements as the Backend API represents them.

use serde_json::{Value, json};

use super::{
    billing::{Account, Payment, PaymentStatus, Statement, day_of, money, month_of, sum_of_totals},
    records::INSTANCE_ID,
    state::Store,
};
use crate::emulator::http::{ClerkError, Result};

/// The ID of the payee, to which all payments are made.
pub(super) const PAYEE_ID: &str = "cpayee_emulator";

/// The ID of the payee's account with the payment provider.
pub(in crate::emulator) const GATEWAY_ID: &str = "acct_emulator";

impl Store {
    /// Returns all statements with their accounts, newest first.
    pub(in crate::emulator) fn statements(&self) -> Vec<(&Account, &Statement)> {
        let accounts = self.billing.accounts.iter();
        let statements =
            accounts.flat_map(|account| account.statements.iter().map(|one| (&**account, one)));
        let mut statements: Vec<_> = statements.collect();
        statements.sort_by_key(|(_, statement)| statement.created_at);
        statements.reverse();
        statements
    }

    pub(in crate::emulator) fn statement(&self, id: &str) -> Result<Value> {
        let (account, statement) = self.find_statement(id)?;
        Ok(self.statement_document(account, statement))
    }

    /// Returns the payment attempts of a statement with their account, newest first.
    pub(in crate::emulator) fn statement_payments(
        &self,
        id: &str,
    ) -> Result<(&Account, Vec<&Payment>)> {
        let (account, _) = self.find_statement(id)?;
        let payments = account.payments.iter().rev();
        Ok((account, payments.filter(|payment| payment.statement_id == id).collect()))
    }

    /// Returns the statements of a user or an organization, in order of creation.
    pub(in crate::emulator) fn statements_of(&self, owner_id: &str) -> Vec<Value> {
        let Some(account) = self.billing.account(owner_id) else { return Vec::new() };
        account.statements.iter().map(|one| self.statement_document(account, one)).collect()
    }

    /// Returns a statement of a user or an organization.
    pub(in crate::emulator) fn statement_of(&self, owner_id: &str, id: &str) -> Result<Value> {
        let (account, statement) = self.find_statement(id)?;
        if account.owner_id == owner_id {
            Ok(self.statement_document(account, statement))
        } else {
            Err(statement_not_found(id))
        }
    }

    /// Returns the payments of a user or an organization, in order of creation.
    pub(in crate::emulator) fn payments_of(&self, owner_id: &str) -> Vec<Value> {
        let Some(account) = self.billing.account(owner_id) else { return Vec::new() };
        account.payments.iter().map(|one| self.payment_document(account, one)).collect()
    }

    /// Returns a payment of a user or an organization.
    pub(in crate::emulator) fn payment_of(&self, owner_id: &str, id: &str) -> Result<Value> {
        let account = self.billing.account(owner_id);
        let payment = account.and_then(|account| {
            let payment = account.payments.iter().find(|payment| payment.id == id)?;
            Some(self.payment_document(account, payment))
        });
        payment.ok_or_else(|| ClerkError::resource_not_found("payment attempt", id))
    }

    fn find_statement(&self, id: &str) -> Result<(&Account, &Statement)> {
        let find = |account: &'_ Account| account.statements.iter().position(|one| one.id == id);
        let mut accounts = self.billing.accounts.iter();
        let found = accounts.find_map(|account| Some((&**account, find(account)?)));
        found
            .map(|(account, position)| (account, &account.statements[position]))
            .ok_or_else(|| statement_not_found(id))
    }

    /// A statement is closed at the end of its month.
    pub(in crate::emulator) fn statement_document(
        &self,
        account: &Account,
        statement: &Statement,
    ) -> Value {
        let payments = account.payments.iter().filter(|one| one.statement_id == statement.id);
        let mut groups: Vec<(i64, Vec<Value>)> = Vec::new();
        for payment in payments.clone() {
            let (day, document) =
                (day_of(payment.created_at), self.payment_document(account, payment));
            match groups.last_mut().filter(|(last, _)| *last == day) {
                Some((_, items)) => items.push(document),
                None => groups.push((day, vec![document])),
            }
        }
        let is_open = month_of(statement.created_at) == month_of(self.now());
        json!({
            "object": "commerce_statement",
            "id": statement.id,
            "instance_id": INSTANCE_ID,
            "timestamp": statement.created_at,
            "payer": self.payer_document(account),
            "status": if is_open { "open" } else { "closed" },
            "totals": sum_of_totals(payments),
            "groups": groups.into_iter().map(group_document).collect::<Vec<_>>(),
        })
    }

    pub(in crate::emulator) fn payment_document(
        &self,
        account: &Account,
        payment: &Payment,
    ) -> Value {
        let is_paid = payment.status == PaymentStatus::Paid;
        let mut payee = payee();
        payee["object"] = json!("commerce_payee");
        json!({
            "object": "commerce_payment",
            "id": payment.id,
            "payment_id": payment.payment_id,
            "instance_id": INSTANCE_ID,
            "charge_type": payment.charge_type,
            "payee_id": PAYEE_ID,
            "payee": payee,
            "payer_id": account.id,
            "payer": self.payer_document(account),
            "subscription_item_id": payment.item.id,
            "subscription_item": self.payment_item_document(account, payment),
            "amount": money(payment.charge.total()),
            "totals": payment.charge.totals(),
            "payment_method_id": payment.method.id,
            "payment_method": account.payment_method_document(&payment.method),
            "statement_id": payment.statement_id,
            "gateway_external_id": payment.gateway_external_id,
            "gateway_external_url": null,
            "status": payment.status,
            "paid_at": is_paid.then_some(payment.created_at),
            "failed_at": (!is_paid).then_some(payment.created_at),
            "created_at": payment.created_at,
            "updated_at": payment.created_at,
        })
    }

    /// The item of a checkout that failed is incomplete.
    fn payment_item_document(&self, account: &Account, payment: &Payment) -> Value {
        if let Ok(item) = account.item(&payment.item.id) {
            return self.item_document(account, item);
        }
        let mut document = self.item_document(account, &payment.item);
        document["status"] = json!("incomplete");
        if let Some(fields) = document.as_object_mut() {
            fields.remove("next_payment");
        }
        document
    }
}

fn group_document((day, payments): (i64, Vec<Value>)) -> Value {
    json!({ "object": "commerce_statement_group", "timestamp": day, "items": payments })
}

fn statement_not_found(id: &str) -> ClerkError {
    ClerkError::resource_not_found("statement", id)
}

/// Returns the payee, to which all payments are made.
pub(super) fn payee() -> Value {
    json!({
        "id": PAYEE_ID,
        "gateway_type": "stripe",
        "gateway_external_id": GATEWAY_ID,
        "gateway_status": "active",
    })
}
