//! Quotes of changes to another price.

use super::{charge::Charge, period::Period, price::Price, subscription::SubscriptionItem};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::emulator::store) enum SwitchMode {
    Immediate,
    EndOfPeriod,
}

/// A change to another price that has not been made yet.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::emulator::store) struct Quote {
    /// The payer's current item.
    pub(super) previous: SubscriptionItem,
    /// The item after the change. If it is the previous one, its cancellation is undone.
    pub(in crate::emulator::store) item: SubscriptionItem,
    pub(in crate::emulator::store) mode: SwitchMode,
    /// The charge at the time of the change.
    pub(in crate::emulator::store) charge: Charge,
}

impl Quote {
    /// Quotes a change at the end of the current period.
    pub(super) fn later(
        previous: SubscriptionItem,
        price: &Price,
        period: Period,
        now: i64,
    ) -> Self {
        let mut item = SubscriptionItem::new(price.plan_id.clone(), price.id.clone(), period, now);
        item.schedule(previous.period_end.unwrap_or(now));
        Self { previous, item, mode: SwitchMode::EndOfPeriod, charge: Charge::default() }
    }

    pub(super) fn is_resumption(&self) -> bool {
        self.item.id == self.previous.id
    }
}
