//! The handle of a plan.

use std::{fmt, sync::Arc};

use super::or_panic::or_panic;
use crate::emulator::store::{Instance, Period, Plan, Price};

/// An emulated plan, created by [`ClerkEmulator::user_plan`](super::ClerkEmulator::user_plan) or
/// [`ClerkEmulator::organization_plan`](super::ClerkEmulator::organization_plan). It is free of
/// charge at first.
///
/// Clones refer to the same plan.
///
/// ```
/// # use axum_clerk::emulator::ClerkEmulator;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let clerk = ClerkEmulator::start().await?;
/// clerk.organization_plan("free_org").features(["dashboard"]);
/// let team = clerk
///     .organization_plan("team")
///     .monthly_fee(2_500)
///     .annual_monthly_fee(2_000)
///     .free_trial_days(14)
///     .features(["dashboard", "audit_log"]);
/// # assert!(team.id().starts_with("cplan_"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct EmulatedPlan {
    instance: Arc<Instance>,
    id: String,
}

#[expect(
    clippy::must_use_candidate,
    clippy::return_self_not_must_use,
    reason = "tests change plans for the effect"
)]
impl EmulatedPlan {
    pub(super) fn new(instance: Arc<Instance>, id: String) -> Self {
        Self { instance, id }
    }

    /// The plan's ID, `cplan_…`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Sets the name. By default, it is derived from the slug.
    pub fn name(self, name: impl Into<String>) -> Self {
        let name = name.into();
        self.update(|plan| plan.name = name)
    }

    /// Sets the description.
    pub fn description(self, description: impl Into<String>) -> Self {
        let description = description.into();
        self.update(|plan| plan.description = Some(description))
    }

    /// Sets the monthly fee in cents.
    pub fn monthly_fee(self, cents: u32) -> Self {
        self.update_price(|price| price.amount = Some(cents.into()))
    }

    /// Sets the monthly fee in cents for those who pay annually.
    pub fn annual_monthly_fee(self, cents: u32) -> Self {
        self.update_price(|price| price.annual_monthly_amount = Some(cents.into()))
    }

    /// Removes the monthly fee, so that the plan can only be paid annually.
    pub fn only_annually(self) -> Self {
        self.update_price(|price| price.amount = None)
    }

    /// Lets the subscriptions of payers without an earlier subscription begin with a free trial.
    pub fn free_trial_days(self, days: u32) -> Self {
        self.update(|plan| plan.free_trial_days = Some(days.into()))
    }

    /// Sets the features, such as `export`. Missing features are created.
    ///
    /// # Panics
    ///
    /// If a feature is malformed: it must consist of lowercase letters, digits, `_` and `-`.
    #[track_caller]
    pub fn features(self, features: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let features = features.into_iter().map(Into::into).collect();
        or_panic(self.instance.store().billing.catalog.set_features(&self.id, features));
        self
    }

    pub(super) fn shortest_period(&self) -> Period {
        let store = self.instance.store();
        match or_panic(store.billing.catalog.default_price(&self.id)).fee(Period::Month) {
            Some(_) => Period::Month,
            None => Period::Annual,
        }
    }

    fn update(self, update: impl FnOnce(&mut Plan)) -> Self {
        update(or_panic(self.instance.store().billing.catalog.plan_mut(&self.id)));
        self
    }

    fn update_price(self, update: impl FnOnce(&mut Price)) -> Self {
        update(or_panic(self.instance.store().billing.catalog.default_price_mut(&self.id)));
        self
    }
}

impl fmt::Debug for EmulatedPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmulatedPlan").field("id", &self.id).finish_non_exhaustive()
    }
}
