//! Billing: plans, subscriptions and payments.

mod events;
mod money;
mod operations;
mod payer_operations;
mod payers;
mod plans;
mod statements;
mod subscriptions;

pub use self::{
    events::{
        BillingSubscriptionEvent, EventPlan, EventTotals, EventUnitPrice, EventUnitPriceTier,
        EventUnitTotal, Payee, PaymentAttemptEvent, PaymentFailure, SubscriptionItemEvent,
    },
    money::{
        BillingCredits, BillingDiscounts, BillingTotals, Money, PayerCredit, ProrationCredit,
        ProrationDiscount, UnitTotal, UnitTotalTier,
    },
    operations::Billing,
    payers::{
        AdjustCreditBalance, CreditAction, CreditBalance, CreditLedgerEntry, Payer, PayerType,
        PaymentMethod, PaymentMethodStatus, PaymentMethodType,
    },
    plans::{
        BillingPeriod, BillingPlan, BillingPrice, CreateBillingPrice, Feature, ListBillingPlans,
        ListBillingPrices, UnitPrice, UnitPriceTier,
    },
    statements::{
        BillingStatement, BillingStatementGroup, BillingStatementStatus, PaymentAttempt,
        PaymentStatus,
    },
    subscriptions::{
        BillingSubscription, BillingSubscriptionStatus, CancelSubscriptionItem, DiscountEffect,
        DiscountRedemption, DiscountRedemptionStatus, DiscountSource, ListSubscriptionItems,
        NextPayment, PriceTransition, PriceTransitionDetails, PriceTransitionMode,
        SubscriptionCredit, SubscriptionItem, SubscriptionItemStatus, SubscriptionSeats,
    },
};
