//! Quotes the cost of changes to another price.

use super::{
    account::{Account, item_not_found},
    catalog::Catalog,
    charge::{Charge, Proration},
    period::Period,
    price::Price,
    quote::{Quote, SwitchMode},
    subscription::{ItemStatus, SubscriptionItem},
};
use crate::emulator::{
    http::{ClerkError, Result},
    store::records::DAY,
};

impl Account {
    /// Quotes a subscription to a price. Upgrades take effect immediately, others at the end of the
    /// period.
    pub(in crate::emulator::store) fn quote(
        &self,
        catalog: &Catalog,
        price_id: &str,
        period: Period,
        now: i64,
    ) -> Result<Quote> {
        let price = catalog.price(price_id)?;
        self.check_price(catalog, price)?;
        if price.fee(period).is_none() {
            return Err(ClerkError::invalid_value("period", "supported by the price"));
        }
        let previous = self.current().cloned().ok_or_else(|| item_not_found(&self.id))?;
        let mode = SwitchMode::Immediate;
        if previous.price_id == price_id && previous.period == period {
            if previous.status != ItemStatus::Canceled {
                let message = "The payer already has a subscription with this price.";
                return Err(ClerkError::conflict("already_subscribed", message));
            }
            let mut item = previous.clone();
            item.resume(now);
            return Ok(Quote { previous, item, mode, charge: Charge::default() });
        }
        if !is_immediate(catalog, &previous, price, period) {
            return Ok(Quote::later(previous, price, period, now));
        }
        let mut item = SubscriptionItem::new(price.plan_id.clone(), price.id.clone(), period, now);
        item.start(now);
        let trial_days = catalog.plan(&price.plan_id)?.free_trial_days;
        let charge = match trial_days.filter(|_| self.is_eligible_for_free_trial()) {
            Some(days) => {
                item.start_trial(now.saturating_add(days.saturating_mul(DAY)));
                Charge::default()
            }
            None => self.charge_for(catalog, &item, self.rest_of(&previous, now)),
        };
        Ok(Quote { previous, item, mode, charge })
    }

    pub(super) fn check_price(&self, catalog: &Catalog, price: &Price) -> Result<()> {
        let plan = catalog.plan(&price.plan_id)?;
        if plan.payer != self.kind || plan.is_default {
            let message = "The plan is a default plan or for another type of payer.";
            return Err(ClerkError::unprocessable("plan_not_available", message));
        }
        Ok(())
    }

    /// Returns the credit for the rest of an item's period. Free trials were not paid for.
    fn rest_of(&self, item: &SubscriptionItem, now: i64) -> Option<Proration> {
        let is_paid = matches!(item.status, ItemStatus::Active | ItemStatus::Canceled);
        if is_paid && !item.is_free_trial { self.proration(item, now) } else { None }
    }
}

/// Returns whether a change of the price takes effect immediately: it costs more, or the current item is
/// not paid for.
fn is_immediate(
    catalog: &Catalog,
    current: &SubscriptionItem,
    price: &Price,
    period: Period,
) -> bool {
    let monthly = |fee: i64, period: Period| fee / i64::from(period.months());
    let current_fee = monthly(catalog.fee(&current.price_id, current.period), current.period);
    let fee = monthly(price.fee(period).unwrap_or_default(), period);
    let is_paid =
        !current.is_default && !current.is_free_trial && current.status != ItemStatus::PastDue;
    let is_longer = (current.period, period) == (Period::Month, Period::Annual);
    !is_paid || fee > current_fee || is_longer && current.plan_id == price.plan_id
}
