//! Payers, subscriptions and payments as the Backend API represents them.

use serde_json::{Value, json};

use super::{
    billing::{
        Account, ItemStatus, PayerKind, Redemption, SubscriptionItem, Switch, SwitchMode, money,
        renewal_charge,
    },
    records::{INSTANCE_ID, NO_IMAGE},
    state::Store,
};
use crate::emulator::http::{ClerkError, Result};
use crate::timestamp::Timestamp;

impl Store {
    /// Returns the subscription of a user or an organization, without the items that have ended.
    pub(in crate::emulator) fn subscription_document(
        &self,
        payer: PayerKind,
        owner_id: &str,
    ) -> Result<Value> {
        self.check_payer(payer, owner_id)?;
        let account = self.billing.account(owner_id);
        let (account, subscription) = account
            .and_then(|account| Some((account, account.subscription.as_ref()?)))
            .ok_or_else(|| ClerkError::resource_not_found("subscription of", owner_id))?;
        let items = account.items.iter();
        let items = items.filter(|item| item.is_current() || item.status == ItemStatus::Upcoming);
        let items: Vec<Value> = items.map(|item| self.item_document(account, item)).collect();
        let next = items.iter().map(|item| &item["next_payment"]).filter(|next| !next.is_null());
        let next = next.min_by_key(|next| next["date"].as_i64()).cloned();
        let mut document = json!({
            "object": "commerce_subscription",
            "id": subscription.id,
            "instance_id": INSTANCE_ID,
            "status": subscription.status,
            "payer_id": account.id,
            "created_at": subscription.created_at,
            "updated_at": subscription.updated_at,
            "active_at": subscription.active_at,
            "past_due_at": subscription.past_due_at,
            "subscription_items": items,
            "eligible_for_free_trial": account.is_eligible_for_free_trial(),
        });
        if let Some(next) = next {
            document["next_payment"] = next;
        }
        Ok(document)
    }

    pub(in crate::emulator) fn subscription_item_document(
        &self,
        account: &Account,
        item_id: &str,
    ) -> Result<Value> {
        account.item(item_id).map(|item| self.item_document(account, item))
    }

    pub(in crate::emulator) fn item_document(
        &self,
        account: &Account,
        item: &SubscriptionItem,
    ) -> Value {
        let plan = self.billing.catalog.plan(&item.plan_id).ok();
        let mut document = json!({
            "object": "commerce_subscription_item",
            "id": item.id,
            "instance_id": INSTANCE_ID,
            "status": item.status,
            "plan_id": item.plan_id,
            "price_id": item.price_id,
            "plan": plan.map(|plan| self.billing.catalog.plan_document(plan)),
            "plan_period": item.period,
            "lifetime_paid": money(item.lifetime_paid),
            "payer_id": account.id,
            "payer": self.payer_document(account),
            "is_free_trial": item.is_free_trial,
            "period_start": item.period_start,
            "period_end": item.period_end,
            "canceled_at": item.canceled_at,
            "past_due_at": item.past_due_at,
            "ended_at": item.ended_at,
            "created_at": item.created_at,
            "updated_at": item.updated_at,
            "seats": null,
        });
        if let Some(card) = account.wallet.default_card().filter(|_| !item.is_default) {
            document["payment_method"] = account.payment_method_document(card);
        }
        let next_payment = self.next_payment(item);
        if !next_payment.is_null() {
            document["next_payment"] = next_payment;
        }
        document
    }

    /// Returns a subscription item as the older models represent it.
    pub(super) fn legacy_subscription_item_document(
        &self,
        account: &Account,
        item_id: &str,
    ) -> Result<Value> {
        let item = account.item(item_id)?;
        let plan = self.billing.catalog.plan(&item.plan_id).ok();
        let next_payment = self.next_payment(item);
        let fee = self.billing.catalog.price(&item.price_id)?.fee(item.period);
        let card = account.wallet.default_card();
        Ok(json!({
            "object": "commerce_subscription_item",
            "id": item.id,
            "instance_id": INSTANCE_ID,
            "status": item.status,
            "plan_id": item.plan_id,
            "price_id": item.price_id,
            "plan": plan.map(|plan| self.billing.catalog.legacy_plan_document(plan)),
            "plan_period": item.period,
            "payment_source_id": card.map(|card| card.id.as_str()).unwrap_or_default(),
            "payment_source": card.map(|card| card.legacy_document(&account.id)),
            "lifetime_paid": money(item.lifetime_paid),
            "amount": fee.map(money),
            "next_invoice": next_payment,
            "next_payment": next_payment,
            "payer_id": account.id,
            "payer": self.legacy_payer_document(account),
            "is_free_trial": item.is_free_trial,
            "period_start": item.period_start,
            "period_end": item.period_end,
            "proration_date": date(item.period_start),
            "canceled_at": item.canceled_at,
            "past_due_at": item.past_due_at,
            "ended_at": item.ended_at,
            "created_at": item.created_at,
            "updated_at": item.updated_at,
        }))
    }

    /// Returns the result of a price transition.
    pub(super) fn switch_document(&self, switch: &Switch) -> Result<Value> {
        let account = self.billing.account_of_item(&switch.item_id)?;
        let item = self.legacy_subscription_item_document(account, &switch.item_id)?;
        let catalog = &self.billing.catalog;
        let previous = &switch.previous;
        Ok(json!({
            "object": "commerce_price_transition",
            "transition": {
                "previous_plan": catalog.legacy_plan_document(catalog.plan(&previous.plan_id)?),
                "previous_price": catalog.price(&previous.price_id)?.document(),
                "effective_at": switch.effective_at,
                "effective_mode": match switch.mode {
                    SwitchMode::Immediate => "immediate",
                    SwitchMode::EndOfPeriod => "end_of_period",
                },
                "next_billing_date": item["next_payment"]["date"],
                "charged_immediately": switch.charged > 0,
                "immediate_charge": (switch.charged > 0).then(|| money(switch.charged)),
                "previous_subscription_item_status": account.item(&previous.id)?.status,
                "previous_subscription_item_id": previous.id,
            },
            "subscription_item": item,
        }))
    }

    /// Returns the use of a discount by a subscription item.
    pub(super) fn redemption_document(
        &self,
        item_id: &str,
        redemption: &Redemption,
    ) -> Result<Value> {
        let item = self.billing.account_of_item(item_id)?.item(item_id)?;
        let fee = self.billing.catalog.price(&item.price_id)?.fee(item.period);
        let amount = redemption.effect.amount_off(fee.unwrap_or_default());
        Ok(redemption.document(item_id, amount))
    }

    /// Returns the next payment for an item, if any.
    fn next_payment(&self, item: &SubscriptionItem) -> Value {
        let date = match item.status {
            ItemStatus::Active => item.period_end,
            ItemStatus::Upcoming => Some(item.period_start),
            _ => None,
        };
        let charge = renewal_charge(&self.billing.catalog, item);
        match date.filter(|_| charge.base_fee() > 0) {
            None => Value::Null,
            Some(date) => json!({
                "amount": money(charge.base_fee()),
                "date": date,
                "totals": charge.totals(),
            }),
        }
    }

    pub(super) fn payer_document(&self, account: &Account) -> Value {
        let mut document = self.payer_details(account);
        document["object"] = json!("commerce_payer");
        document["id"] = json!(account.id);
        document["instance_id"] = json!(INSTANCE_ID);
        document["created_at"] = json!(account.created_at);
        document["updated_at"] = json!(account.created_at);
        if let Some(credit) = account.credit {
            document["credits_balance"] = money(credit);
        }
        document
    }

    /// Returns a payer as the older models represent it: without null.
    fn legacy_payer_document(&self, account: &Account) -> Value {
        let mut document = self.payer_document(account);
        for name in ["first_name", "last_name", "email"] {
            if document[name].is_null() {
                document[name] = json!("");
            }
        }
        if let Some(fields) = document.as_object_mut() {
            fields.retain(|_, value| !value.is_null());
        }
        document
    }

    /// Returns the details of the user or the organization, which may have been deleted.
    pub(super) fn payer_details(&self, account: &Account) -> Value {
        let owner_id = &account.owner_id;
        let mut details = json!({
            "user_id": null,
            "first_name": null,
            "last_name": null,
            "email": null,
            "organization_id": null,
            "organization_name": null,
            "image_url": NO_IMAGE,
        });
        match account.kind {
            PayerKind::User => {
                details["user_id"] = json!(owner_id);
                if let Ok(user) = self.users.get(owner_id) {
                    for name in ["first_name", "last_name", "image_url"] {
                        details[name] = user[name].clone();
                    }
                    details["email"] = json!(primary_email_address(user));
                }
            }
            PayerKind::Organization => {
                details["organization_id"] = json!(owner_id);
                if let Ok(organization) = self.organizations.get(owner_id) {
                    details["organization_name"] = organization["name"].clone();
                    details["image_url"] = organization["image_url"].clone();
                }
            }
        }
        details
    }
}

fn primary_email_address(user: &Value) -> Option<&str> {
    let mut all = user["email_addresses"].as_array().into_iter().flatten();
    all.find(|one| one["id"] == user["primary_email_address_id"])?["email_address"].as_str()
}

/// Formats the day of a time, in UTC.
fn date(millis: i64) -> String {
    let mut date = Timestamp::from_millis(millis).to_string();
    date.truncate("2027-01-15".len());
    date
}
