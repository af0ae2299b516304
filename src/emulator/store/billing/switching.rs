//! Changes of plans and prices, and cancellations.

use super::{
    account::Account,
    catalog::Catalog,
    payment::ChargeType,
    period::Period,
    quote::{Quote, SwitchMode},
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
        let quote = self.quote(catalog, price_id, period, now)?;
        self.switch(quote, now)
    }

    /// Makes a change that was quoted.
    pub(super) fn switch(&mut self, quote: Quote, now: i64) -> Result<Switch> {
        match quote.mode {
            _ if quote.is_resumption() => self.resume(quote, now),
            SwitchMode::Immediate => self.switch_now(quote, now),
            SwitchMode::EndOfPeriod => Ok(self.switch_later(quote, now)),
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

    /// Ends the previous item and begins the new one.
    fn switch_now(&mut self, quote: Quote, now: i64) -> Result<Switch> {
        let Quote { previous, mut item, mode, charge } = quote;
        if !self.pay(&item, charge, ChargeType::Checkout, now) {
            let message = "The payment was declined.";
            return Err(ClerkError::unprocessable("card_declined", message));
        }
        let charged = charge.total();
        item.lifetime_paid = charged;
        let item_id = item.id.clone();
        self.abandon_upcoming(now);
        self.item_mut(&previous.id)?.end(now);
        self.items.push(item);
        self.update_subscription(now);
        Ok(Switch { item_id, previous, mode, effective_at: now, charged })
    }

    /// Cancels the previous item and schedules the new one for the end of its period.
    fn switch_later(&mut self, quote: Quote, now: i64) -> Switch {
        let Quote { previous, item, mode, .. } = quote;
        self.abandon_upcoming(now);
        if let Ok(item) = self.item_mut(&previous.id) {
            item.cancel(now);
        }
        let (item_id, effective_at) = (item.id.clone(), item.period_start);
        self.items.push(item);
        self.update_subscription(now);
        Switch { item_id, previous, mode, effective_at, charged: 0 }
    }

    /// Undoes the cancellation of an item.
    fn resume(&mut self, quote: Quote, now: i64) -> Result<Switch> {
        let Quote { previous, item, mode, .. } = quote;
        self.abandon_upcoming(now);
        let item_id = item.id.clone();
        *self.item_mut(&item_id)? = item;
        self.update_subscription(now);
        Ok(Switch { item_id, previous, mode, effective_at: now, charged: 0 })
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

fn not_current() -> ClerkError {
    let message = "The subscription item has ended.";
    ClerkError::unprocessable("subscription_item_ended", message)
}
