//! Billing of users and organizations.

use serde_json::Value;

use super::{
    billing::{CreditAdjustment, PayerKind, Period, item_not_found},
    state::Store,
};
use crate::emulator::http::Result;

impl Store {
    /// Returns the ID of the plan with a slug, which is created if it is missing. With the first
    /// plan for a type of payer, all of these payers receive a subscription to the default plan.
    pub(in crate::emulator) fn upsert_plan(
        &mut self,
        slug: &str,
        payer: PayerKind,
    ) -> Result<String> {
        let now = self.now();
        self.billing.catalog.add_default_plan(payer, now);
        let owners = match payer {
            PayerKind::User => &self.users,
            PayerKind::Organization => &self.organizations,
        };
        for id in owners.iter().filter_map(|owner| owner["id"].as_str()) {
            let (catalog, account) = self.billing.account_mut(payer, id, now);
            account.open(catalog, now);
        }
        self.billing.catalog.upsert_plan(slug, payer, now)
    }

    /// Begins the subscription of a new user or organization, if there are plans for them.
    pub(super) fn open_account(&mut self, payer: PayerKind, owner_id: &str) {
        if self.billing.catalog.default_plan(payer).is_some() {
            let now = self.now();
            let (catalog, account) = self.billing.account_mut(payer, owner_id, now);
            account.open(catalog, now);
        }
    }

    /// Ends the subscription of a user or organization that is deleted.
    pub(super) fn close_account(&mut self, payer: PayerKind, owner_id: &str) {
        if self.billing.account(owner_id).is_some() {
            let now = self.now();
            self.billing.account_mut(payer, owner_id, now).1.close(now);
        }
    }

    /// Makes all changes to subscriptions that are due. Returns whether there were any.
    pub(in crate::emulator) fn refresh_subscriptions(&mut self) -> bool {
        let now = self.now();
        self.billing.advance(now)
    }

    /// Subscribes a user or an organization to a plan at its default price. They pay with a test
    /// card, which is added if it is missing.
    pub(in crate::emulator) fn subscribe(
        &mut self,
        owner_id: &str,
        plan_id: &str,
        period: Period,
    ) -> Result<Value> {
        let payer = self.billing.catalog.plan(plan_id)?.payer;
        let price_id = self.billing.catalog.default_price(plan_id)?.id.clone();
        self.check_payer(payer, owner_id)?;
        let now = self.now();
        let (catalog, account) = self.billing.account_mut(payer, owner_id, now);
        account.add_test_card(now);
        let item_id = account.subscribe(catalog, &price_id, period, now)?.item_id;
        self.subscription_item_document(self.billing.account_of_item(&item_id)?, &item_id)
    }

    /// Sets whether payments of a user or an organization by card are declined. Once they are not,
    /// overdue payments are made.
    pub(in crate::emulator) fn set_payments_declined(
        &mut self,
        owner_id: &str,
        is_declined: bool,
    ) -> Result<()> {
        let now = self.now();
        let payer = self.payer_kind(owner_id)?;
        let (catalog, account) = self.billing.account_mut(payer, owner_id, now);
        account.set_declined(catalog, is_declined, now);
        Ok(())
    }

    /// Adjusts the credit balance of a user or an organization.
    pub(in crate::emulator) fn adjust_credit(
        &mut self,
        payer: PayerKind,
        owner_id: &str,
        adjustment: CreditAdjustment,
    ) -> Result<Value> {
        self.check_payer(payer, owner_id)?;
        let now = self.now();
        self.billing.account_mut(payer, owner_id, now).1.adjust_credit(adjustment, now)
    }

    pub(in crate::emulator) fn cancel_subscription_item(
        &mut self,
        item_id: &str,
        end_now: bool,
    ) -> Result<Value> {
        let now = self.now();
        let (catalog, account) = self.billing.account_of_item_mut(item_id)?;
        account.cancel(catalog, item_id, end_now, now)?;
        self.subscription_item_document(self.billing.account_of_item(item_id)?, item_id)
    }

    /// Cancels a subscription item of a user or an organization at the end of its period.
    pub(in crate::emulator) fn cancel_own_subscription_item(
        &mut self,
        owner_id: &str,
        item_id: &str,
    ) -> Result<Value> {
        if self.billing.account(owner_id).is_none_or(|account| account.item(item_id).is_err()) {
            return Err(item_not_found(item_id));
        }
        self.cancel_subscription_item(item_id, false)
    }

    /// Extends the free trial of a subscription item. The time is in milliseconds since the epoch.
    pub(in crate::emulator) fn extend_free_trial(
        &mut self,
        item_id: &str,
        end: i64,
    ) -> Result<Value> {
        let now = self.now();
        let (_, account) = self.billing.account_of_item_mut(item_id)?;
        account.extend_free_trial(item_id, end, now)?;
        self.legacy_subscription_item_document(self.billing.account_of_item(item_id)?, item_id)
    }

    /// Moves a subscription item from one price to another.
    pub(in crate::emulator) fn change_price(
        &mut self,
        item_id: &str,
        from_price_id: &str,
        to_price_id: &str,
    ) -> Result<Value> {
        let now = self.now();
        let (catalog, account) = self.billing.account_of_item_mut(item_id)?;
        let switch = account.change_price(catalog, item_id, from_price_id, to_price_id, now)?;
        self.switch_document(&switch)
    }

    pub(in crate::emulator) fn apply_discount(
        &mut self,
        item_id: &str,
        discount_id: &str,
    ) -> Result<Value> {
        let now = self.now();
        let (catalog, account) = self.billing.account_of_item_mut(item_id)?;
        let redemption = account.apply_discount(catalog, item_id, discount_id, now)?;
        self.redemption_document(item_id, &redemption)
    }

    pub(in crate::emulator) fn remove_discount(
        &mut self,
        item_id: &str,
        discount_id: &str,
    ) -> Result<Value> {
        let now = self.now();
        let (_, account) = self.billing.account_of_item_mut(item_id)?;
        let redemption = account.remove_discount(item_id, discount_id, now)?;
        self.redemption_document(item_id, &redemption)
    }

    /// Rejects unknown users and organizations.
    pub(in crate::emulator) fn check_payer(&self, payer: PayerKind, owner_id: &str) -> Result<()> {
        match payer {
            PayerKind::User => self.users.get(owner_id).map(drop),
            PayerKind::Organization => self.organizations.get(owner_id).map(drop),
        }
    }

    fn payer_kind(&self, owner_id: &str) -> Result<PayerKind> {
        if self.users.get(owner_id).is_ok() {
            return Ok(PayerKind::User);
        }
        self.organizations.get(owner_id).map(|_| PayerKind::Organization)
    }
}
