//! Charges the payer for a subscription item.

use super::{
    account::Account,
    catalog::Catalog,
    charge::{Charge, Proration},
    discount::Redemption,
    payment::{ChargeType, Payment, PaymentStatus, Statement},
    payment_method::PaymentMethod,
    period::month_of,
    subscription::{ItemStatus, SubscriptionItem},
};
use crate::emulator::tokens::{new_id, random_id};

/// Returns what the next period of an item is going to cost, without the payer's credits.
pub(in crate::emulator::store) fn renewal_charge(
    catalog: &Catalog,
    item: &SubscriptionItem,
) -> Charge {
    let fee = catalog.fee(&item.price_id, item.period);
    let discount = item.active_redemption().map_or(0, |one| one.effect.amount_off(fee));
    Charge::new(fee, discount)
}

impl Account {
    /// Adds a test card, unless the payer has one.
    pub(in crate::emulator::store) fn add_test_card(&mut self, now: i64) {
        if self.wallet.default_card().is_none() {
            self.wallet.add_test_card(now);
        }
    }

    /// Sets whether payments by card are declined. Once they are not, overdue payments are made.
    pub(in crate::emulator::store) fn set_declined(
        &mut self,
        catalog: &Catalog,
        is_declined: bool,
        now: i64,
    ) {
        self.is_declined = is_declined;
        let overdue = self.items.iter().find(|item| item.status == ItemStatus::PastDue);
        let Some(item) = overdue.filter(|_| !is_declined) else { return };
        let (item, charge) = (item.clone(), self.charge_for(catalog, item, None));
        if self.pay(&item, charge, ChargeType::Recurring, now) {
            if let Ok(item) = self.item_mut(&item.id) {
                item.mark_paid(now);
            }
            self.update_subscription(now);
        }
    }

    /// Returns the charge for a period of an item.
    pub(super) fn charge_for(
        &self,
        catalog: &Catalog,
        item: &SubscriptionItem,
        proration: Option<Proration>,
    ) -> Charge {
        renewal_charge(catalog, item).with_credits(proration, self.credit.unwrap_or_default())
    }

    /// Returns the credit for the rest of the period that was paid for an item.
    pub(super) fn proration(&self, item: &SubscriptionItem, now: i64) -> Option<Proration> {
        let end = item.period_end?;
        let paid =
            self.payments.iter().rev().find(|payment| {
                payment.item.id == item.id && payment.status == PaymentStatus::Paid
            })?;
        Some(Proration::new(paid.charge.value(), item.period_start, end, now))
    }

    /// Makes a payment for an item, which may not belong to the account yet. Returns whether it
    /// succeeded; nothing is to be paid if the price is 0.
    pub(super) fn pay(
        &mut self,
        item: &SubscriptionItem,
        charge: Charge,
        charge_type: ChargeType,
        at: i64,
    ) -> bool {
        if charge.base_fee() == 0 {
            return true;
        }
        let is_covered = charge.total() == 0;
        let is_paid = is_covered || self.wallet.default_card().is_some() && !self.is_declined;
        let card = self.wallet.default_card().filter(|_| !is_covered).cloned();
        let payment = Payment {
            id: new_id("cpa"),
            payment_id: new_id("cpay"),
            statement_id: self.statement_id(at),
            item: item.clone(),
            charge_type,
            charge,
            method: card.unwrap_or_else(|| PaymentMethod::payer_credits(at)),
            status: if is_paid { PaymentStatus::Paid } else { PaymentStatus::Failed },
            created_at: at,
            gateway_external_id: format!("pi_{}", random_id(24)),
        };
        if is_paid {
            self.take_credit(charge.payer_credit, &payment.payment_id, at);
            if let Ok(item) = self.item_mut(&item.id) {
                item.lifetime_paid += charge.total();
                item.active_redemption_mut().map(Redemption::apply);
            }
        }
        self.payments.push(payment);
        is_paid
    }

    /// Returns the ID of the statement of the current month, which is opened if necessary.
    fn statement_id(&mut self, at: i64) -> String {
        let month = month_of(at);
        let known = self.statements.iter().find(|one| month_of(one.created_at) == month);
        if let Some(statement) = known {
            return statement.id.clone();
        }
        let statement = Statement::new(at);
        let id = statement.id.clone();
        self.statements.push(statement);
        id
    }
}
