//! The handle of a discount.

use std::{fmt, sync::Arc};

use super::or_panic::or_panic;
use crate::emulator::store::{DiscountEffect, Instance};

/// An emulated discount, created by
/// [`ClerkEmulator::percentage_discount`](super::ClerkEmulator::percentage_discount) or
/// [`ClerkEmulator::fixed_discount`](super::ClerkEmulator::fixed_discount).
///
/// Clones refer to the same discount.
///
/// ```
/// # use axum_clerk::{api::{Client, CreateUser}, emulator::ClerkEmulator};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let clerk = ClerkEmulator::start().await?;
/// let ada = clerk.create_user(CreateUser::default().first_name("Ada"));
/// let pro = clerk.user_plan("pro").monthly_fee(2_000);
/// let item = clerk.subscribe(&ada.id, &pro);
///
/// let launch = clerk.percentage_discount("Launch", 25).cycles(3);
/// let api = Client::new(clerk.secret_key())?.with_base_url(clerk.url().parse()?);
/// let redeemed = api.billing().apply_subscription_item_discount(&item.id, launch.id()).await?;
/// assert_eq!(redeemed.amount.map(|amount| amount.amount), Some(500));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct EmulatedDiscount {
    instance: Arc<Instance>,
    id: String,
}

impl EmulatedDiscount {
    pub(super) fn new(instance: Arc<Instance>, name: &str, effect: DiscountEffect) -> Self {
        let id = instance.store().billing.catalog.create_discount(name.to_owned(), effect);
        Self { instance, id }
    }

    /// The discount's ID, `cdisc_…`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Limits the number of payments that the discount applies to. Subscriptions that use the
    /// discount already are not affected.
    #[must_use]
    pub fn cycles(self, cycles: u32) -> Self {
        or_panic(self.instance.store().billing.catalog.discount_mut(&self.id)).cycles =
            Some(cycles);
        self
    }
}

impl fmt::Debug for EmulatedDiscount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmulatedDiscount").field("id", &self.id).finish_non_exhaustive()
    }
}
