//! Billing: plans, who subscribed to them, and what was paid.

mod money;
mod payers;
mod plans;
mod statements;
mod subscriptions;

pub use money::{
    BillingCredits, BillingDiscounts, BillingTotals, Money, PayerCredit, ProrationCredit,
    ProrationDiscount, UnitTotal, UnitTotalTier,
};
pub use payers::{
    AdjustCreditBalance, CreditAction, CreditBalance, CreditLedgerEntry, Payer, PayerType,
    PaymentMethod, PaymentMethodStatus, PaymentMethodType,
};
pub use plans::{
    BillingPeriod, BillingPlan, BillingPrice, CreateBillingPrice, Feature, ListBillingPlans,
    ListBillingPrices, UnitPrice, UnitPriceTier,
};
pub use statements::{
    BillingStatement, BillingStatementGroup, BillingStatementStatus, PaymentAttempt, PaymentStatus,
};
pub use subscriptions::{
    BillingSubscription, BillingSubscriptionStatus, CancelSubscriptionItem, DiscountEffect,
    DiscountRedemption, DiscountRedemptionStatus, DiscountSource, ListSubscriptionItems,
    NextPayment, PriceTransition, PriceTransitionDetails, PriceTransitionMode, SubscriptionCredit,
    SubscriptionItem, SubscriptionItemStatus, SubscriptionSeats,
};

use super::client::Client;

/// The plans of the instance, who subscribed to them, and what was paid. What one user or one organization has
/// subscribed to is with [`Users::billing_subscription`](super::Users::billing_subscription) and
/// [`Organizations::billing_subscription`](super::Organizations::billing_subscription).
///
/// ```no_run
/// use axum_clerk::api::{ListSubscriptionItems, SubscriptionItemStatus};
/// use futures_util::TryStreamExt;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let past_due = ListSubscriptionItems::default().status(SubscriptionItemStatus::PastDue);
/// let mut items = clerk.billing().stream_subscription_items(past_due);
/// while let Some(item) = items.try_next().await? {
///     println!("{} {:?}", item.id, item.payer);
/// }
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/billing)
#[derive(Clone, Copy, Debug)]
pub struct Billing<'a>(pub(super) &'a Client);
