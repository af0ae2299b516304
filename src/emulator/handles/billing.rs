//! The billing of the emulator.

use super::{
    clerk_emulator::{ClerkEmulator, read},
    emulated_discount::EmulatedDiscount,
    emulated_plan::EmulatedPlan,
    or_panic::or_panic,
};
use crate::api::SubscriptionItem;
use crate::emulator::store::{DiscountEffect, PayerKind, Period};

impl ClerkEmulator {
    /// Returns the plan for users with this slug, such as `pro`, which is created if it is missing.
    ///
    /// The first one enables billing for users: all of them have the free default plan `free_user`
    /// unless they [subscribe](Self::subscribe) to another one. Session tokens contain the user's
    /// plan and its features (the `pla` and `fea` claims). As the [`clock`](Self::clock) advances,
    /// free trials end, subscriptions are renewed and paid for, and canceled ones end.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use axum_clerk::{
    ///     Clerk, Clock, Principal,
    ///     api::{CancelSubscriptionItem, CreateUser},
    ///     emulator::ClerkEmulator,
    ///     guard,
    /// };
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let clock = Clock::manual(SystemTime::now());
    /// let clerk = ClerkEmulator::builder().clock(clock.clone()).start().await?;
    /// let pro = clerk.user_plan("pro").monthly_fee(2_000).features(["export"]);
    /// let ada = clerk.create_user(CreateUser::default().first_name("Ada"));
    /// let session = clerk.sign_in(&ada.id);
    /// let auth = Clerk::new(clerk.config());
    /// let may_export = async || auth.verify_token(&session.token()).await.map(|session| {
    ///     Principal::from(session).has(guard::feature("export"))
    /// });
    ///
    /// let item = clerk.subscribe(&ada.id, &pro);
    /// assert!(may_export().await?);
    ///
    /// // Canceled subscriptions end with the month.
    /// let cancellation = CancelSubscriptionItem::default();
    /// auth.api().billing().cancel_subscription_item(&item.id, &cancellation).await?;
    /// clock.advance(Duration::from_secs(31 * 24 * 60 * 60));
    /// assert!(!may_export().await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If the slug is malformed or belongs to a plan for organizations.
    #[track_caller]
    #[expect(clippy::must_use_candidate, reason = "tests create plans for the effect")]
    pub fn user_plan(&self, slug: &str) -> EmulatedPlan {
        self.plan(slug, PayerKind::User)
    }

    /// Like [`user_plan`](Self::user_plan), for organizations, whose default plan is `free_org`.
    ///
    /// # Panics
    ///
    /// If the slug is malformed or belongs to a plan for users.
    #[track_caller]
    #[expect(clippy::must_use_candidate, reason = "tests create plans for the effect")]
    pub fn organization_plan(&self, slug: &str) -> EmulatedPlan {
        self.plan(slug, PayerKind::Organization)
    }

    /// Subscribes a user or an organization to a plan, like a checkout with a test card. They pay
    /// monthly, or annually if the plan has no monthly fee; see
    /// [`subscribe_annually`](Self::subscribe_annually).
    ///
    /// Upgrades take effect immediately, and the rest of the current period is deducted. Downgrades
    /// take effect at the end of the current period.
    ///
    /// # Panics
    ///
    /// If the plan is the default plan or for the other type of payer, if the payer does not exist
    /// or has the plan already, or if the card is [declined](Self::decline_payments).
    #[track_caller]
    #[expect(clippy::must_use_candidate, reason = "tests subscribe for the effect")]
    pub fn subscribe(&self, payer_id: &str, plan: &EmulatedPlan) -> SubscriptionItem {
        self.subscribe_for(payer_id, plan, plan.shortest_period())
    }

    /// Like [`subscribe`](Self::subscribe), with annual payments.
    ///
    /// # Panics
    ///
    /// If `subscribe` would panic, or if the plan has no annual fee.
    #[track_caller]
    #[expect(clippy::must_use_candidate, reason = "tests subscribe for the effect")]
    pub fn subscribe_annually(&self, payer_id: &str, plan: &EmulatedPlan) -> SubscriptionItem {
        self.subscribe_for(payer_id, plan, Period::Annual)
    }

    /// Declines all payments of a user or an organization until
    /// [`accept_payments`](Self::accept_payments) is called. Subscriptions that cannot be renewed
    /// are past due, and end 14 days later.
    ///
    /// # Panics
    ///
    /// If the user or the organization does not exist.
    #[track_caller]
    pub fn decline_payments(&self, payer_id: &str) {
        or_panic(self.instance.store().set_payments_declined(payer_id, true));
    }

    /// Accepts the payments of a user or an organization again. A subscription that is past due is
    /// paid for.
    ///
    /// # Panics
    ///
    /// If the user or the organization does not exist.
    #[track_caller]
    pub fn accept_payments(&self, payer_id: &str) {
        or_panic(self.instance.store().set_payments_declined(payer_id, false));
    }

    /// Creates a discount that deducts a percentage from each payment.
    /// `POST /billing/subscription_items/{subscription_item_id}/discounts` applies it to a
    /// subscription.
    ///
    /// # Panics
    ///
    /// If the percentage is greater than 100.
    #[track_caller]
    #[must_use]
    pub fn percentage_discount(&self, name: &str, percent: u8) -> EmulatedDiscount {
        assert!(percent <= 100, "a discount must be at most 100 percent");
        EmulatedDiscount::new(self.instance.clone(), name, DiscountEffect::Percentage(percent))
    }

    /// Like [`percentage_discount`](Self::percentage_discount), with a fixed amount in cents.
    #[must_use]
    pub fn fixed_discount(&self, name: &str, cents: u32) -> EmulatedDiscount {
        let effect = DiscountEffect::FixedAmount(cents.into());
        EmulatedDiscount::new(self.instance.clone(), name, effect)
    }

    #[track_caller]
    fn plan(&self, slug: &str, payer: PayerKind) -> EmulatedPlan {
        let id = or_panic(self.instance.store().upsert_plan(slug, payer));
        EmulatedPlan::new(self.instance.clone(), id)
    }

    #[track_caller]
    fn subscribe_for(
        &self,
        payer_id: &str,
        plan: &EmulatedPlan,
        period: Period,
    ) -> SubscriptionItem {
        read(or_panic(self.instance.store().subscribe(payer_id, plan.id(), period)))
    }
}
