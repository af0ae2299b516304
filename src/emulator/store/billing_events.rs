//! The events of changes to subscriptions and payments.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    billing::{
        Account, CURRENCY, ItemStatus, Payment, PaymentStatus, Subscription, SubscriptionItem,
        SubscriptionStatus,
    },
    payment_documents::payee,
    records::INSTANCE_ID,
    state::Store,
};
use crate::emulator::webhooks::Event;

const TRIAL_ENDING: &str = "subscriptionItem.freeTrialEnding";

impl Store {
    /// Reports the changes of accounts, which are never deleted.
    pub(super) fn report_billing(&self, before: &[Arc<Account>], events: &mut Vec<Event>) {
        for (position, account) in self.billing.accounts.iter().enumerate() {
            let before = before.get(position);
            if !before.is_some_and(|before| Arc::ptr_eq(before, account)) {
                self.report_account(before.map(|before| &**before), account, events);
            }
        }
    }

    fn report_account(&self, before: Option<&Account>, account: &Account, events: &mut Vec<Event>) {
        let subscription = account.subscription.as_ref();
        let previous = before.and_then(|before| before.subscription.as_ref());
        if let (None, Some(subscription)) = (previous, subscription) {
            let data = self.subscription_event_data(account, subscription);
            events.push(Event { event_type: "subscription.created", data });
        }
        let known = before.map_or(0, |before| before.payments.len());
        for payment in account.payments.iter().skip(known) {
            let data = self.payment_event_data(account, payment);
            let mut pending = data.clone();
            pending["status"] = json!("pending");
            for name in ["paid_at", "failed_at", "failed_reason"] {
                pending[name] = Value::Null;
            }
            events.push(Event { event_type: "paymentAttempt.created", data: pending });
            events.push(Event { event_type: "paymentAttempt.updated", data });
        }
        let mut is_updated = previous != subscription;
        for item in &account.items {
            let before = before.and_then(|before| before.item(&item.id).ok());
            if before != Some(item) {
                let event_type = item_event_type(before, item);
                is_updated |= event_type != TRIAL_ENDING;
                let mut data = self.item_event_data(item);
                data["payer"] = self.payer_event_data(account);
                data["subscription_id"] = json!(subscription.map(|one| &one.id));
                events.push(Event { event_type, data });
            }
        }
        if let Some(subscription) = subscription.filter(|_| is_updated) {
            let is_new = previous.is_none_or(|previous| previous.status != subscription.status);
            let event_type = match subscription.status {
                SubscriptionStatus::Active if is_new => "subscription.active",
                SubscriptionStatus::PastDue if is_new => "subscription.pastDue",
                _ => "subscription.updated",
            };
            let data = self.subscription_event_data(account, subscription);
            events.push(Event { event_type, data });
        }
    }

    fn subscription_event_data(&self, account: &Account, subscription: &Subscription) -> Value {
        let items = account.items.iter();
        let items = items.filter(|item| item.is_current() || item.status == ItemStatus::Upcoming);
        json!({
            "object": "commerce_subscription",
            "id": subscription.id,
            "status": subscription.status,
            "active_at": subscription.active_at,
            "canceled_at": null,
            "created_at": subscription.created_at,
            "ended_at": subscription.ended_at,
            "past_due_at": subscription.past_due_at,
            "updated_at": subscription.updated_at,
            "latest_payment_id": account.payments.last().map(|payment| &payment.payment_id),
            "payer_id": account.id,
            "payer": self.payer_event_data(account),
            "payment_source_id": account.wallet.default_card().map(|card| &card.id),
            "items": items.map(|item| self.item_event_data(item)).collect::<Vec<_>>(),
        })
    }

    /// Returns an item without its payer and its subscription.
    fn item_event_data(&self, item: &SubscriptionItem) -> Value {
        json!({
            "object": "commerce_subscription_item",
            "id": item.id,
            "status": item.status,
            "is_free_trial": item.is_free_trial,
            "created_at": item.created_at,
            "updated_at": item.updated_at,
            "period_start": item.period_start,
            "period_end": item.period_end,
            "interval": item.period,
            "plan_id": item.plan_id,
            "plan": self.plan_event_data(&item.plan_id),
            "subscription_id": null,
        })
    }

    fn plan_event_data(&self, plan_id: &str) -> Value {
        let Ok(plan) = self.billing.catalog.plan(plan_id) else { return Value::Null };
        let price = self.billing.catalog.default_price(plan_id);
        json!({
            "id": plan.id,
            "slug": plan.slug,
            "name": plan.name,
            "is_recurring": true,
            "amount": price.ok().and_then(|price| price.amount).unwrap_or_default(),
            "currency": CURRENCY,
        })
    }

    fn payment_event_data(&self, account: &Account, payment: &Payment) -> Value {
        let is_paid = payment.status == PaymentStatus::Paid;
        let totals = payment.charge.totals();
        let item = account.item(&payment.item.id).ok();
        let items = item.map(|item| {
            json!({
                "object": "commerce_subscription_item",
                "id": item.id,
                "status": item.status,
                "created_at": item.created_at,
                "updated_at": item.updated_at,
                "period_start": item.period_start,
                "period_end": item.period_end,
                "interval": item.period,
                "plan_id": item.plan_id,
                "plan": self.plan_event_data(&item.plan_id),
            })
        });
        json!({
            "id": payment.id,
            "instance_id": INSTANCE_ID,
            "payment_id": payment.payment_id,
            "invoice_id": payment.statement_id,
            "statement_id": payment.statement_id,
            "gateway_external_id": payment.gateway_external_id,
            "status": payment.status,
            "created_at": payment.created_at,
            "updated_at": payment.created_at,
            "paid_at": is_paid.then_some(payment.created_at),
            "failed_at": (!is_paid).then_some(payment.created_at),
            "failed_reason": (!is_paid).then(|| {
                json!({ "code": "card_declined", "decline_code": "generic_decline" })
            }),
            "billing_date": payment.created_at,
            "charge_type": payment.charge_type,
            "payee": payee(),
            "payer": self.payer_event_data(account),
            "totals": {
                "subtotal": totals["subtotal"],
                "tax_total": totals["tax_total"],
                "grand_total": totals["grand_total"],
            },
            "payment_source": {
                "id": payment.method.id,
                "gateway": "stripe",
                "gateway_external_id": payment.method.gateway_external_id,
                "gateway_external_account_id": null,
                "payment_method": "card",
                "status": "active",
                "card_type": payment.method.card_type(),
                "last4": payment.method.last4(),
            },
            "subscription_items": items.into_iter().collect::<Vec<_>>(),
        })
    }

    /// Returns a payer; details that do not exist are empty strings.
    fn payer_event_data(&self, account: &Account) -> Value {
        let mut data = self.payer_details(account);
        for detail in data.as_object_mut().into_iter().flat_map(|details| details.values_mut()) {
            if detail.is_null() {
                *detail = json!("");
            }
        }
        data["object"] = json!("commerce_payer");
        data["id"] = json!(account.id);
        data["created_at"] = json!(account.created_at);
        data["updated_at"] = json!(account.created_at);
        data
    }
}

fn item_event_type(before: Option<&SubscriptionItem>, item: &SubscriptionItem) -> &'static str {
    if let Some(before) = before.filter(|before| before.status == item.status) {
        let is_trial_ending = item.is_trial_ending && !before.is_trial_ending;
        return if is_trial_ending { TRIAL_ENDING } else { "subscriptionItem.updated" };
    }
    match item.status {
        ItemStatus::Active => "subscriptionItem.active",
        ItemStatus::Canceled => "subscriptionItem.canceled",
        ItemStatus::PastDue => "subscriptionItem.pastDue",
        ItemStatus::Upcoming => "subscriptionItem.upcoming",
        ItemStatus::Ended => "subscriptionItem.ended",
        ItemStatus::Abandoned => "subscriptionItem.abandoned",
    }
}
