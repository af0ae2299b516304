//! The plans, features, prices and discounts of the instance.

use super::{
    discount::{Discount, DiscountEffect},
    period::Period,
    plan::{Feature, PayerKind, Plan},
    price::{NewPrice, Price},
};
use crate::emulator::http::{ClerkError, Result};

/// The plans, features, prices and discounts. Each list is in order of creation.
#[derive(Default)]
pub(in crate::emulator) struct Catalog {
    pub(in crate::emulator) plans: Vec<Plan>,
    pub(super) features: Vec<Feature>,
    pub(in crate::emulator) prices: Vec<Price>,
    discounts: Vec<Discount>,
}

impl Catalog {
    pub(in crate::emulator) fn plan(&self, id: &str) -> Result<&Plan> {
        let plan = self.plans.iter().find(|plan| plan.id == id);
        plan.ok_or_else(|| ClerkError::resource_not_found("plan", id))
    }

    pub(in crate::emulator) fn plan_mut(&mut self, id: &str) -> Result<&mut Plan> {
        let plan = self.plans.iter_mut().find(|plan| plan.id == id);
        plan.ok_or_else(|| ClerkError::resource_not_found("plan", id))
    }

    /// Returns the plan that payers have if they did not subscribe to another one. It exists if
    /// there are plans for this type of payer.
    pub(in crate::emulator) fn default_plan(&self, payer: PayerKind) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.is_default && plan.payer == payer)
    }

    /// Whether there are plans for a type of payer that are not free of charge.
    pub(in crate::emulator) fn has_paid_plans(&self, payer: PayerKind) -> bool {
        let is_paid = |plan: &Plan| {
            let mut fees = [Period::Month, Period::Annual].into_iter();
            let price = self.default_price(&plan.id).ok();
            price.is_some_and(|price| {
                fees.any(|period| price.fee(period).is_some_and(|fee| fee > 0))
            })
        };
        self.plans.iter().any(|plan| plan.payer == payer && is_paid(plan))
    }

    /// Creates the default plan for a type of payer, if it is missing.
    pub(in crate::emulator::store) fn add_default_plan(&mut self, payer: PayerKind, now: i64) {
        if self.default_plan(payer).is_none() {
            let mut plan = Plan::new(payer.default_slug().to_owned(), payer);
            "Free".clone_into(&mut plan.name);
            plan.is_default = true;
            self.add_plan(plan, now);
        }
    }

    /// Returns the ID of the plan with a slug, which is created if it is missing.
    pub(in crate::emulator::store) fn upsert_plan(
        &mut self,
        slug: &str,
        payer: PayerKind,
        now: i64,
    ) -> Result<String> {
        match self.plans.iter().find(|plan| plan.slug == slug) {
            Some(plan) if plan.payer == payer => Ok(plan.id.clone()),
            Some(_) => Err(ClerkError::identifier_taken("slug")),
            None => {
                check_slug(slug)?;
                Ok(self.add_plan(Plan::new(slug.to_owned(), payer), now))
            }
        }
    }

    fn add_plan(&mut self, plan: Plan, now: i64) -> String {
        let id = plan.id.clone();
        self.plans.push(plan);
        self.prices.push(Price::default_of(id.clone(), now));
        id
    }

    /// Sets the features of a plan, by their slugs. Missing features are created.
    pub(in crate::emulator) fn set_features(
        &mut self,
        plan_id: &str,
        slugs: Vec<String>,
    ) -> Result<()> {
        for slug in &slugs {
            check_slug(slug)?;
            if !self.features.iter().any(|feature| feature.slug == *slug) {
                self.features.push(Feature::new(slug.clone()));
            }
        }
        self.plan_mut(plan_id)?.features = slugs;
        Ok(())
    }

    pub(in crate::emulator) fn price(&self, id: &str) -> Result<&Price> {
        let price = self.prices.iter().find(|price| price.id == id);
        price.ok_or_else(|| ClerkError::resource_not_found("price", id))
    }

    pub(in crate::emulator) fn default_price(&self, plan_id: &str) -> Result<&Price> {
        let price = self.prices.iter().find(|price| price.is_default && price.plan_id == plan_id);
        price.ok_or_else(|| ClerkError::resource_not_found("default price of the plan", plan_id))
    }

    pub(in crate::emulator) fn default_price_mut(&mut self, plan_id: &str) -> Result<&mut Price> {
        let mut prices = self.prices.iter_mut();
        let price = prices.find(|price| price.is_default && price.plan_id == plan_id);
        price.ok_or_else(|| ClerkError::resource_not_found("default price of the plan", plan_id))
    }

    /// Returns the price of an item per period.
    pub(super) fn fee(&self, price_id: &str, period: Period) -> i64 {
        self.price(price_id).ok().and_then(|price| price.fee(period)).unwrap_or_default()
    }

    pub(in crate::emulator) fn create_price(&mut self, new: NewPrice, now: i64) -> Result<&Price> {
        if self.plan(&new.plan_id)?.is_default {
            return Err(ClerkError::invalid_value("plan_id", "the ID of a paid plan"));
        }
        let last = self.prices.len();
        self.prices.push(Price::custom(new, now)?);
        Ok(&self.prices[last])
    }

    /// Creates a discount and returns its ID.
    pub(in crate::emulator) fn create_discount(
        &mut self,
        name: String,
        effect: DiscountEffect,
    ) -> String {
        let discount = Discount::new(name, effect);
        let id = discount.id.clone();
        self.discounts.push(discount);
        id
    }

    pub(in crate::emulator) fn discount_mut(&mut self, id: &str) -> Result<&mut Discount> {
        let discount = self.discounts.iter_mut().find(|discount| discount.id == id);
        discount.ok_or_else(|| ClerkError::resource_not_found("discount", id))
    }

    pub(super) fn discount(&self, id: &str) -> Result<&Discount> {
        let discount = self.discounts.iter().find(|discount| discount.id == id);
        discount.ok_or_else(|| ClerkError::resource_not_found("discount", id))
    }
}

/// Rejects slugs that cannot be part of the claims of session tokens.
fn check_slug(slug: &str) -> Result<()> {
    let is_slug_byte = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-'
    };
    if slug.is_empty() || !slug.bytes().all(is_slug_byte) {
        let expected = "made up of lowercase letters, digits, underscores and dashes";
        return Err(ClerkError::invalid_format("slug", expected));
    }
    Ok(())
}
