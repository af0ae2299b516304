//! Billing: plans, subscriptions and payments.
//!
//! The [`Catalog`] contains what is for sale, and an [`Account`] everything about one payer. Both
//! are independent of the rest of the store; `billing_store` connects them with it.

mod account;
mod billing_state;
mod catalog;
mod charge;
mod charging;
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
mod renewal;
mod subscription;
mod switching;

pub(in crate::emulator) use self::{
    account::Account,
    billing_state::Billing,
    credit::{CreditAdjustment, credit_balance},
    discount::DiscountEffect,
    period::Period,
    plan::{PayerKind, Plan},
    price::{NewPrice, Price},
    subscription::{ItemStatus, SubscriptionItem},
};
pub(super) use self::{
    charging::renewal_charge,
    discount::Redemption,
    money::{CURRENCY, money},
    payment::{Payment, PaymentStatus, Statement, sum_of_totals},
    period::{day_of, month_of},
    subscription::{Subscription, SubscriptionStatus},
    switching::{Switch, SwitchMode},
};
