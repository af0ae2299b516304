//! Applies discounts to subscription items and removes them.

use super::{
    account::Account,
    catalog::Catalog,
    discount::{Redemption, RedemptionStatus},
    subscription::ItemStatus,
};
use crate::emulator::http::{ClerkError, Result};

impl Account {
    /// Applies a discount to an item, which replaces its active discount.
    pub(in crate::emulator::store) fn apply_discount(
        &mut self,
        catalog: &Catalog,
        item_id: &str,
        discount_id: &str,
        now: i64,
    ) -> Result<Redemption> {
        let item = self.item_mut(item_id)?;
        let discount = catalog.discount(discount_id)?;
        if item.is_default || !item.is_current() && item.status != ItemStatus::Upcoming {
            let message = "Discounts only apply to current subscriptions to paid plans.";
            return Err(ClerkError::unprocessable("subscription_item_not_discountable", message));
        }
        if let Some(active) = item.active_redemption_mut() {
            if active.discount_id == discount_id {
                let message = "The discount has already been applied to the subscription item.";
                return Err(ClerkError::conflict("discount_already_applied", message));
            }
            active.status = RedemptionStatus::Removed;
        }
        let redemption = Redemption::new(discount, now);
        item.redemptions.push(redemption.clone());
        item.updated_at = now;
        self.update_subscription(now);
        Ok(redemption)
    }

    /// Removes the active discount from an item.
    pub(in crate::emulator::store) fn remove_discount(
        &mut self,
        item_id: &str,
        discount_id: &str,
        now: i64,
    ) -> Result<Redemption> {
        let item = self.item_mut(item_id)?;
        let active = item.active_redemption_mut().filter(|one| one.discount_id == discount_id);
        let active =
            active.ok_or_else(|| ClerkError::resource_not_found("active discount", discount_id))?;
        active.status = RedemptionStatus::Removed;
        let redemption = active.clone();
        item.updated_at = now;
        self.update_subscription(now);
        Ok(redemption)
    }
}
