//! Changes to a subscription over time: trials end, items are renewed, canceled ones end
//! and upcoming ones begin.

use super::{
    account::Account,
    catalog::Catalog,
    payment::ChargeType,
    period::Period,
    subscription::{ItemStatus, Subscription, SubscriptionItem},
};

impl Account {
    /// Begins the subscription with the default plan, if it exists.
    pub(in crate::emulator::store) fn open(&mut self, catalog: &Catalog, now: i64) {
        let Some(plan) = catalog.default_plan(self.kind) else { return };
        let Ok(price) = catalog.default_price(&plan.id) else { return };
        if self.subscription.is_none() {
            let (plan_id, price_id) = (plan.id.clone(), price.id.clone());
            let mut item = SubscriptionItem::new(plan_id, price_id, Period::Month, now);
            item.is_default = true;
            item.start(now);
            self.items.push(item);
            self.subscription = Some(Subscription::new(now));
        }
    }

    /// Ends the subscription, because the payer was deleted.
    pub(in crate::emulator::store) fn close(&mut self, now: i64) {
        for item in &mut self.items {
            match item.status {
                ItemStatus::Upcoming => item.abandon(now),
                _ if item.is_current() => item.end(now),
                _ => {}
            }
        }
        self.update_subscription(now);
    }

    /// Returns the time of the next change.
    pub(in crate::emulator::store) fn due_at(&self) -> Option<i64> {
        self.items.iter().filter_map(SubscriptionItem::due_at).min()
    }

    /// Makes all changes that are due, in their order.
    pub(in crate::emulator::store) fn advance(&mut self, catalog: &Catalog, now: i64) {
        loop {
            let due = self.items.iter().filter_map(|item| Some((item.due_at()?, item)));
            let Some((at, item)) = due.min_by_key(|(at, _)| *at).filter(|(at, _)| *at <= now)
            else {
                return;
            };
            let (id, status) = (item.id.clone(), item.status);
            let is_announcement = item.is_free_trial && !item.is_trial_ending;
            if status == ItemStatus::Active && is_announcement {
                self.announce_trial_end(&id);
            } else if status == ItemStatus::Active {
                self.renew(catalog, &id, at);
            } else {
                self.end_item(catalog, &id, at);
            }
        }
    }

    /// Ends an item, and begins the one that follows: the upcoming one, or else the default plan's.
    pub(super) fn end_item(&mut self, catalog: &Catalog, id: &str, at: i64) {
        if let Ok(item) = self.item_mut(id) {
            item.end(at);
        }
        let next = match self.upcoming_mut() {
            Some(item) => Some(item),
            None => self.default_item_mut(),
        };
        if let Some(next) = next {
            next.start(at);
            let id = next.id.clone();
            self.pay_for_period(catalog, &id, at);
        }
        self.update_subscription(at);
    }

    fn renew(&mut self, catalog: &Catalog, id: &str, at: i64) {
        if let Ok(item) = self.item_mut(id) {
            item.renew();
        }
        self.pay_for_period(catalog, id, at);
        self.update_subscription(at);
    }

    /// Pays for the period that begins. If that fails, the item is past due.
    fn pay_for_period(&mut self, catalog: &Catalog, id: &str, at: i64) {
        let Ok(item) = self.item(id).cloned() else { return };
        let charge = self.charge_for(catalog, &item, None);
        if !self.pay(&item, charge, ChargeType::Recurring, at)
            && let Ok(item) = self.item_mut(id)
        {
            item.mark_past_due(at);
        }
    }

    fn announce_trial_end(&mut self, id: &str) {
        if let Ok(item) = self.item_mut(id) {
            item.is_trial_ending = true;
        }
    }
}
