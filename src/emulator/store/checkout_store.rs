//! The checkouts and cards of users and organizations.

use serde_json::{Value, json};

use super::{
    billing::{
        Account, Checkout, CheckoutCard, CheckoutStatus, PayerKind, Period, SwitchMode,
        base_totals, money, needs_card, renewal_charge,
    },
    payment_documents::GATEWAY_ID,
    state::Store,
};
use crate::emulator::http::{ClerkError, Result};

impl Store {
    /// Begins a subscription to the default price of a plan.
    pub(in crate::emulator) fn create_checkout(
        &mut self,
        payer: PayerKind,
        owner_id: &str,
        plan_id: &str,
        period: Period,
        card_id: Option<String>,
    ) -> Result<Value> {
        let catalog = &self.billing.catalog;
        let plan =
            catalog.plan(plan_id).map_err(|_| ClerkError::referenced_not_found("plan_id"))?;
        if plan.payer != payer || plan.is_default {
            let expected = "the ID of a paid plan for this type of payer";
            return Err(ClerkError::invalid_value("plan_id", expected));
        }
        let price = catalog.default_price(plan_id)?;
        if price.fee(period).is_none() {
            return Err(ClerkError::invalid_value("plan_period", "supported by the plan"));
        }
        let price_id = price.id.clone();
        let now = self.now();
        let (catalog, account) = self.billing.account_mut(payer, owner_id, now);
        let id = account.create_checkout(catalog, &price_id, period, card_id, now)?;
        self.checkout(owner_id, &id)
    }

    /// Returns a checkout of a user or an organization, unless changes of the subscription have
    /// made it impossible.
    pub(in crate::emulator) fn checkout(&self, owner_id: &str, id: &str) -> Result<Value> {
        let (account, checkout) = self.find_checkout(owner_id, id)?;
        self.checkout_document(account, checkout).map_err(|_| {
            ClerkError::gone("The subscription has changed since the checkout was created.")
        })
    }

    /// Applies a promo code to a checkout, or none. The instance has no promo codes.
    pub(in crate::emulator) fn apply_promo_code(
        &self,
        owner_id: &str,
        checkout_id: &str,
        promo_code: Option<&str>,
    ) -> Result<Value> {
        let (account, _) = self.find_checkout(owner_id, checkout_id)?;
        let checkout = account.open_checkout(checkout_id)?;
        match promo_code {
            Some(code) if !code.is_empty() => Err(ClerkError::referenced_not_found("promo_code")),
            _ => self.checkout_document(account, checkout),
        }
    }

    /// Subscribes the payer to the plan of a checkout, and pays for it.
    pub(in crate::emulator) fn confirm_checkout(
        &mut self,
        payer: PayerKind,
        owner_id: &str,
        id: &str,
        card: CheckoutCard,
    ) -> Result<Value> {
        self.find_checkout(owner_id, id)?;
        let now = self.now();
        let (catalog, account) = self.billing.account_mut(payer, owner_id, now);
        account.confirm_checkout(catalog, id, card, now)?;
        self.checkout(owner_id, id)
    }

    fn find_checkout(&self, owner_id: &str, id: &str) -> Result<(&Account, &Checkout)> {
        let account = self.billing.account(owner_id);
        let account = account.ok_or_else(|| ClerkError::resource_not_found("checkout", id))?;
        Ok((account, account.checkout(id)?))
    }

    fn checkout_document(&self, account: &Account, checkout: &Checkout) -> Result<Value> {
        let catalog = &self.billing.catalog;
        let quote = account.quote_of(checkout, catalog, self.now())?;
        let item = &quote.item;
        let renewal = renewal_charge(catalog, item);
        let charge = if quote.charge.base_fee() > 0 { &quote.charge } else { &renewal };
        let mut totals = charge.totals();
        let trial_end = item.period_end.filter(|_| item.is_free_trial);
        totals["total_due_now"] = money(quote.charge.total());
        totals["total_due_after_free_trial"] = json!(trial_end.map(|_| money(renewal.total())));
        totals["total_due_per_period"] = money(renewal.total());
        totals["totals_due_per_period"] = base_totals(renewal.base_fee(), renewal.total());
        totals["credit"] = totals["credits"]["total"].clone();
        totals["past_due"] = Value::Null;
        let mut document = json!({
            "object": "commerce_checkout",
            "id": checkout.id,
            "status": checkout.status(),
            "plan": catalog.plan_document(catalog.plan(&item.plan_id)?),
            "plan_period": checkout.period,
            "plan_period_start": item.period_start,
            "payer": self.payer_document(account),
            "external_gateway_id": GATEWAY_ID,
            "totals": totals,
            "is_immediate_plan_change": quote.mode == SwitchMode::Immediate,
            "needs_payment_method": needs_card(catalog, &quote),
        });
        if let Some(end) = trial_end {
            document["free_trial_ends_at"] = json!(end);
        }
        let chosen = checkout.card_id.as_ref().and_then(|id| account.wallet.card(id).ok());
        if let Some(card) = chosen.or_else(|| account.wallet.default_card()) {
            document["payment_method"] = account.payment_method_document(card);
        }
        if checkout.status() == CheckoutStatus::Completed {
            document["subscription_item"] = self.item_document(account, account.item(&item.id)?);
        }
        Ok(document)
    }
}

/// The cards.
impl Store {
    /// Returns the cards of a user or an organization, newest first.
    pub(in crate::emulator) fn payment_methods(&self, owner_id: &str) -> Vec<Value> {
        let Some(account) = self.billing.account(owner_id) else { return Vec::new() };
        let cards = account.wallet.cards.iter().rev();
        cards.map(|card| account.payment_method_document(card)).collect()
    }

    /// Adds a test card.
    pub(in crate::emulator) fn add_payment_method(
        &mut self,
        payer: PayerKind,
        owner_id: &str,
    ) -> Result<Value> {
        let now = self.now();
        let account = self.billing.account_mut(payer, owner_id, now).1;
        let id = account.wallet.add_test_card(now);
        Ok(account.payment_method_document(account.wallet.card(&id)?))
    }

    pub(in crate::emulator) fn make_payment_method_default(
        &mut self,
        payer: PayerKind,
        owner_id: &str,
        id: &str,
    ) -> Result<Value> {
        let now = self.now();
        let account = self.billing.account_mut(payer, owner_id, now).1;
        account.wallet.make_default(id)?;
        Ok(account.payment_method_document(account.wallet.card(id)?))
    }

    /// Removes a card, and returns it as it is then: disconnected.
    pub(in crate::emulator) fn remove_payment_method(
        &mut self,
        payer: PayerKind,
        owner_id: &str,
        id: &str,
    ) -> Result<Value> {
        let now = self.now();
        let account = self.billing.account_mut(payer, owner_id, now).1;
        let card = account.wallet.card(id)?.clone();
        account.remove_card(id)?;
        Ok(account.payment_method_document(&card))
    }
}
