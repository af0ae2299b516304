//! Billing: plans, subscriptions and payments.
//!
//! The [`Catalog`] contains what is for sale, and an [`Account`] everything about one payer. Both
//! are independent of the rest of the store; `billing_store` connects them with it.

mod account;
mod billing_state;
mod cards;
mod catalog;
mod charge;
mod charging;
mod checking_out;
mod checkout;
mod credit;
mod discount;
mod discounting;
mod ledger;
mod money;
mod payment;
mod payment_method;
mod period;
mod plan;
mod plan_documents;
mod price;
mod quote;
mod quoting;
mod renewal;
mod subscription;
mod switching;
mod wallet;

pub(in crate::emulator) use self::{
    account::Account,
    billing_state::Billing,
    catalog::Catalog,
    checking_out::CheckoutCard,
    checkout::Checkout,
    credit::{CreditAdjustment, credit_balance},
    discount::DiscountEffect,
    period::Period,
    plan::{PayerKind, Plan},
    price::{NewPrice, Price},
    subscription::{ItemStatus, SubscriptionItem},
};
pub(super) use self::{
    account::item_not_found,
    charge::base_totals,
    charging::renewal_charge,
    checking_out::needs_card,
    checkout::CheckoutStatus,
    discount::Redemption,
    money::{CURRENCY, money},
    payment::{Payment, PaymentStatus, Statement, sum_of_totals},
    period::{day_of, month_of},
    quote::SwitchMode,
    subscription::{Subscription, SubscriptionStatus},
    switching::Switch,
};
