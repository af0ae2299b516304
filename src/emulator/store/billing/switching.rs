//! Changes of plans and prices, and cancellations.

use super::{
    account::{Account, item_not_found},
    catalog::Catalog,
    charge::Proration,
    payment::ChargeType,
    period::Period,
    price::Price,
    subscription::{ItemStatus, SubscriptionItem},
};
use crate::emulator::{
    http::{ClerkError, Result},
    store::records::DAY,
};

/// The maximum extension of a free trial in milliseconds.
const MAX_TRIAL_EXTENSION: i64 = 365 * DAY;

/// A change from one price to another.
pub(in crate::emulator::store) struct Switch {
    /// The ID of the item with the new price.
    pub(in crate::emulator::store) item_id: String,
    /// The previous item before the change.
    pub(in crate::emulator::store) previous: SubscriptionItem,
    pub(in crate::emulator::store) mode: SwitchMode,
    /// The time of the change.
    pub(in crate::emulator::store) effective_at: i64,
    /// The amount that was paid for it in cents.
    pub(in crate::emulator::store) charged: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::emulator::store) enum SwitchMode {
    Immediate,
    EndOfPeriod,
}

impl Account {
    /// Subscribes to a price, like a checkout. Upgrades take effect immediately, others at the end
    /// of the period. Subscribing to a canceled plan undoes the cancellation.
    pub(in crate::emulator::store) fn subscribe(
        &mut self,
        catalog: &Catalog,
        price_id: &str,
        period: Period,
        now: i64,
    ) -> Result<Switch> {
        let price = catalog.price(price_id)?;
        self.check_price(catalog, price)?;
        if price.fee(period).is_none() {
            return Err(ClerkError::invalid_value("period", "supported by the price"));
        }
        let previous = self.current().cloned().ok_or_else(|| item_not_found(&self.id))?;
        if previous.price_id == price_id && previous.period == period {
            return self.resume(previous, now);
        }
        if is_immediate(catalog, &previous, price, period) {
            self.switch_now(catalog, previous, price, period, now)
        } else {
            Ok(self.switch_later(previous, price, period, now))
        }
    }

    /// Moves an item to another price.
    pub(in crate::emulator::store) fn change_price(
        &mut self,
        catalog: &Catalog,
        item_id: &str,
        from_price_id: &str,
        to_price_id: &str,
        now: i64,
    ) -> Result<Switch> {
        let item = self.item(item_id)?;
        let price = catalog.price(to_price_id)?;
        if !item.is_current() && item.status != ItemStatus::Upcoming {
            return Err(not_current());
        }
        if item.price_id != from_price_id {
            let message = "The subscription item has a different price.";
            return Err(ClerkError::conflict("price_transition_conflict", message));
        }
        if from_price_id == to_price_id {
            let message = "The subscription item already has this price.";
            return Err(ClerkError::conflict("price_transition_conflict", message));
        }
        let previous = item.clone();
        let is_supported = price.fee(previous.period).is_some();
        let period = if is_supported { previous.period } else { previous.period.other() };
        let switch = self.subscribe(catalog, to_price_id, period, now)?;
        Ok(Switch { previous, ..switch })
    }

    /// Cancels an item: at once, or at the end of its period.
    pub(in crate::emulator::store) fn cancel(
        &mut self,
        catalog: &Catalog,
        item_id: &str,
        end_now: bool,
        now: i64,
    ) -> Result<()> {
        let item = self.item_mut(item_id)?;
        if item.is_default {
            let message = "The default plan cannot be canceled.";
            return Err(ClerkError::unprocessable("subscription_item_not_cancelable", message));
        }
        match item.status {
            ItemStatus::Active if !end_now => {
                item.cancel(now);
                let end = item.period_end.unwrap_or(now);
                self.schedule_default_item(end, now);
            }
            ItemStatus::Canceled if !end_now => {
                let message = "The subscription item is already canceled.";
                return Err(ClerkError::unprocessable("subscription_item_canceled", message));
            }
            ItemStatus::Active | ItemStatus::Canceled | ItemStatus::PastDue => {
                item.canceled_at.get_or_insert(now);
                self.end_item(catalog, item_id, now);
            }
            ItemStatus::Upcoming => {
                let start = item.period_start;
                item.abandon(now);
                self.schedule_default_item(start, now);
            }
            ItemStatus::Ended | ItemStatus::Abandoned => return Err(not_current()),
        }
        self.update_subscription(now);
        Ok(())
    }

    /// Extends a free trial to a later time.
    pub(in crate::emulator::store) fn extend_free_trial(
        &mut self,
        item_id: &str,
        end: i64,
        now: i64,
    ) -> Result<()> {
        let item = self.item_mut(item_id)?;
        let Some(current_end) =
            item.period_end.filter(|_| item.is_free_trial && item.status == ItemStatus::Active)
        else {
            let message = "The subscription item is not in a free trial.";
            return Err(ClerkError::unprocessable("subscription_item_not_in_free_trial", message));
        };
        let latest = current_end.saturating_add(MAX_TRIAL_EXTENSION);
        if end <= now || !(current_end..=latest).contains(&end) {
            let expected = "in the future and at most 365 days after the end of the free trial";
            return Err(ClerkError::invalid_value("extend_to", expected));
        }
        if end != current_end {
            item.start_trial(end);
            item.updated_at = now;
            self.update_subscription(now);
        }
        Ok(())
    }

    fn check_price(&self, catalog: &Catalog, price: &Price) -> Result<()> {
        let plan = catalog.plan(&price.plan_id)?;
        if plan.payer != self.kind || plan.is_default {
            let message = "The plan is a default plan or for another type of payer.";
            return Err(ClerkError::unprocessable("plan_not_available", message));
        }
        Ok(())
    }

    /// Ends the previous item and begins the new one.
    fn switch_now(
        &mut self,
        catalog: &Catalog,
        previous: SubscriptionItem,
        price: &Price,
        period: Period,
        now: i64,
    ) -> Result<Switch> {
        let mut item = SubscriptionItem::new(price.plan_id.clone(), price.id.clone(), period, now);
        item.start(now);
        let trial_days = catalog.plan(&price.plan_id)?.free_trial_days;
        let mut charged = 0;
        if let Some(days) = trial_days.filter(|_| self.is_eligible_for_free_trial()) {
            item.start_trial(now.saturating_add(days.saturating_mul(DAY)));
        } else {
            let charge = self.charge_for(catalog, &item, self.rest_of(&previous, now));
            if !self.pay(&item.id, charge, ChargeType::Checkout, now) {
                let message = "The payment was declined.";
                return Err(ClerkError::unprocessable("card_declined", message));
            }
            charged = charge.total();
            item.lifetime_paid = charged;
        }
        let item_id = item.id.clone();
        self.abandon_upcoming(now);
        self.item_mut(&previous.id)?.end(now);
        self.items.push(item);
        self.update_subscription(now);
        let mode = SwitchMode::Immediate;
        Ok(Switch { item_id, previous, mode, effective_at: now, charged })
    }

    /// Cancels the previous item and schedules the new one for the end of its period.
    fn switch_later(
        &mut self,
        previous: SubscriptionItem,
        price: &Price,
        period: Period,
        now: i64,
    ) -> Switch {
        let effective_at = previous.period_end.unwrap_or(now);
        self.abandon_upcoming(now);
        if let Ok(item) = self.item_mut(&previous.id) {
            item.cancel(now);
        }
        let mut item = SubscriptionItem::new(price.plan_id.clone(), price.id.clone(), period, now);
        item.schedule(effective_at);
        let item_id = item.id.clone();
        self.items.push(item);
        self.update_subscription(now);
        Switch { item_id, previous, mode: SwitchMode::EndOfPeriod, effective_at, charged: 0 }
    }

    /// Undoes the cancellation of an item.
    fn resume(&mut self, item: SubscriptionItem, now: i64) -> Result<Switch> {
        if item.status != ItemStatus::Canceled {
            let message = "The payer already has a subscription with this price.";
            return Err(ClerkError::conflict("already_subscribed", message));
        }
        self.abandon_upcoming(now);
        self.item_mut(&item.id)?.resume(now);
        self.update_subscription(now);
        Ok(Switch {
            item_id: item.id.clone(),
            previous: item,
            mode: SwitchMode::Immediate,
            effective_at: now,
            charged: 0,
        })
    }

    /// Returns the credit for the rest of an item's period. Free trials were not paid for.
    fn rest_of(&self, item: &SubscriptionItem, now: i64) -> Option<Proration> {
        let is_paid = matches!(item.status, ItemStatus::Active | ItemStatus::Canceled);
        if is_paid && !item.is_free_trial { self.proration(item, now) } else { None }
    }

    fn schedule_default_item(&mut self, start: i64, now: i64) {
        if let Some(item) = self.default_item_mut() {
            item.status = ItemStatus::Upcoming;
            (item.ended_at, item.updated_at) = (None, now);
            item.schedule(start);
        }
    }

    fn abandon_upcoming(&mut self, now: i64) {
        if let Some(item) = self.upcoming_mut() {
            item.abandon(now);
        }
    }
}

/// Whether a change of the price takes effect immediately: it costs more, or the current item is
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

fn not_current() -> ClerkError {
    let message = "The subscription item has ended.";
    ClerkError::unprocessable("subscription_item_ended", message)
}
