//! Subscriptions and their items.

use serde::{Deserialize, Serialize};

use super::{
    discount::{Redemption, RedemptionStatus},
    period::Period,
};
use crate::emulator::{store::records::DAY, tokens::new_id};

/// The time for which a payer keeps a plan after a payment has failed, in milliseconds.
const GRACE_PERIOD: i64 = 14 * DAY;

/// The time before the end of a free trial when it is announced, in milliseconds.
const TRIAL_NOTICE: i64 = 3 * DAY;

/// The status of a subscription item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::emulator) enum ItemStatus {
    Active,
    /// Active until the end of its period.
    Canceled,
    /// Active, although the last payment has failed.
    PastDue,
    Upcoming,
    Ended,
    /// Replaced before it became active.
    Abandoned,
}

/// A plan in a subscription. Times are in milliseconds since the epoch.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::emulator) struct SubscriptionItem {
    pub(in crate::emulator) id: String,
    pub(in crate::emulator) plan_id: String,
    pub(in crate::emulator) price_id: String,
    pub(in crate::emulator) period: Period,
    pub(in crate::emulator) status: ItemStatus,
    /// Whether this is the item of the default plan, which is free and never renewed.
    pub(in crate::emulator) is_default: bool,
    pub(in crate::emulator) is_free_trial: bool,
    /// Whether the end of the free trial has been announced.
    pub(in crate::emulator::store) is_trial_ending: bool,
    /// The start of the first period, and the number of periods since then.
    anchor: i64,
    passed_periods: i32,
    pub(in crate::emulator) period_start: i64,
    /// The end of the period; `None` for the default plan.
    pub(in crate::emulator) period_end: Option<i64>,
    pub(in crate::emulator) canceled_at: Option<i64>,
    pub(in crate::emulator) past_due_at: Option<i64>,
    pub(in crate::emulator) ended_at: Option<i64>,
    pub(in crate::emulator) created_at: i64,
    pub(in crate::emulator) updated_at: i64,
    /// The sum of all payments in cents.
    pub(in crate::emulator::store) lifetime_paid: i64,
    /// The discounts, of which at most one is active.
    pub(in crate::emulator::store) redemptions: Vec<Redemption>,
}

impl SubscriptionItem {
    /// Creates an upcoming item.
    pub(super) fn new(plan_id: String, price_id: String, period: Period, now: i64) -> Self {
        Self {
            id: new_id("csub_item"),
            plan_id,
            price_id,
            period,
            status: ItemStatus::Upcoming,
            is_default: false,
            is_free_trial: false,
            is_trial_ending: false,
            anchor: now,
            passed_periods: 0,
            period_start: now,
            period_end: None,
            canceled_at: None,
            past_due_at: None,
            ended_at: None,
            created_at: now,
            updated_at: now,
            lifetime_paid: 0,
            redemptions: Vec::new(),
        }
    }

    /// Whether the payer has the plan at the moment.
    pub(in crate::emulator) fn is_current(&self) -> bool {
        matches!(self.status, ItemStatus::Active | ItemStatus::Canceled | ItemStatus::PastDue)
    }

    /// Starts the first period at a time.
    pub(super) fn start(&mut self, at: i64) {
        self.status = ItemStatus::Active;
        self.schedule(at);
        (self.canceled_at, self.past_due_at, self.ended_at) = (None, None, None);
        self.updated_at = at;
    }

    /// Sets the first period without starting it.
    pub(super) fn schedule(&mut self, at: i64) {
        (self.anchor, self.passed_periods, self.period_start) = (at, 0, at);
        self.period_end = (!self.is_default).then(|| self.period.end(at, 0));
    }

    /// Starts the next period.
    pub(super) fn renew(&mut self) {
        let Some(end) = self.period_end else { return };
        if self.is_free_trial {
            self.is_free_trial = false;
            self.schedule(end);
        } else {
            self.passed_periods += 1;
            self.period_start = end;
            self.period_end = Some(self.period.end(self.anchor, self.passed_periods));
        }
        self.updated_at = end;
    }

    /// Makes the first period a free trial.
    pub(super) fn start_trial(&mut self, end: i64) {
        self.is_free_trial = true;
        self.period_end = Some(end);
    }

    pub(super) fn cancel(&mut self, now: i64) {
        self.status = ItemStatus::Canceled;
        (self.canceled_at, self.updated_at) = (Some(now), now);
    }

    /// Undoes a cancellation.
    pub(super) fn resume(&mut self, now: i64) {
        self.status = ItemStatus::Active;
        (self.canceled_at, self.updated_at) = (None, now);
    }

    pub(super) fn end(&mut self, at: i64) {
        self.status = ItemStatus::Ended;
        (self.ended_at, self.updated_at) = (Some(at), at);
    }

    pub(super) fn abandon(&mut self, now: i64) {
        self.status = ItemStatus::Abandoned;
        self.updated_at = now;
    }

    pub(super) fn mark_past_due(&mut self, at: i64) {
        self.status = ItemStatus::PastDue;
        (self.past_due_at, self.updated_at) = (Some(at), at);
    }

    pub(super) fn mark_paid(&mut self, at: i64) {
        self.status = ItemStatus::Active;
        (self.past_due_at, self.updated_at) = (None, at);
    }

    /// Returns the time when something happens to the item: its trial is announced to end, its
    /// period ends, or it ends for lack of payment.
    pub(super) fn due_at(&self) -> Option<i64> {
        match self.status {
            ItemStatus::Active if self.is_free_trial && !self.is_trial_ending => {
                Some(self.period_end?.saturating_sub(TRIAL_NOTICE))
            }
            ItemStatus::Active | ItemStatus::Canceled => self.period_end,
            ItemStatus::PastDue => Some(self.past_due_at?.saturating_add(GRACE_PERIOD)),
            ItemStatus::Upcoming | ItemStatus::Ended | ItemStatus::Abandoned => None,
        }
    }

    pub(in crate::emulator::store) fn active_redemption(&self) -> Option<&Redemption> {
        self.redemptions.iter().find(|one| one.status == RedemptionStatus::Active)
    }

    pub(super) fn active_redemption_mut(&mut self) -> Option<&mut Redemption> {
        self.redemptions.iter_mut().find(|one| one.status == RedemptionStatus::Active)
    }
}

/// The status of a subscription. Payers always have a plan, so that it only ends with the payer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::emulator::store) enum SubscriptionStatus {
    Active,
    PastDue,
    Ended,
}

/// The subscription of a payer. Times are in milliseconds since the epoch.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::emulator::store) struct Subscription {
    pub(in crate::emulator::store) id: String,
    pub(in crate::emulator::store) status: SubscriptionStatus,
    pub(in crate::emulator::store) active_at: i64,
    pub(in crate::emulator::store) past_due_at: Option<i64>,
    pub(in crate::emulator::store) ended_at: Option<i64>,
    pub(in crate::emulator::store) created_at: i64,
    pub(in crate::emulator::store) updated_at: i64,
}

impl Subscription {
    pub(super) fn new(now: i64) -> Self {
        Self {
            id: new_id("csub"),
            status: SubscriptionStatus::Active,
            active_at: now,
            past_due_at: None,
            ended_at: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Updates the status to that of the items.
    pub(super) fn update(&mut self, items: &[SubscriptionItem], at: i64) {
        let mut current = items.iter().filter(|item| item.is_current()).peekable();
        let status = if current.peek().is_none() {
            SubscriptionStatus::Ended
        } else if current.any(|item| item.status == ItemStatus::PastDue) {
            SubscriptionStatus::PastDue
        } else {
            SubscriptionStatus::Active
        };
        if status != self.status {
            match status {
                SubscriptionStatus::Active => (self.active_at, self.past_due_at) = (at, None),
                SubscriptionStatus::PastDue => self.past_due_at = Some(at),
                SubscriptionStatus::Ended => self.ended_at = Some(at),
            }
        }
        (self.status, self.updated_at) = (status, at);
    }
}
