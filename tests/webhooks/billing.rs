//! The emulator's events of subscriptions and payments.

use std::time::Duration;

use axum_clerk::{
    api::{Billing, CancelSubscriptionItem, Client, CreateUser},
    emulator::ClerkEmulator,
};

use crate::support::{Endpoint, emulator};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn api(clerk: &ClerkEmulator) -> Client {
    Client::new(clerk.secret_key()).unwrap().with_base_url(clerk.url().parse().unwrap())
}

fn ada(clerk: &ClerkEmulator) -> String {
    let new = CreateUser::default().first_name("Ada");
    clerk.create_user(new.email_address(["ada@example.com"])).id
}

async fn cancel(billing: Billing<'_>, item: &str) {
    billing.cancel_subscription_item(item, &CancelSubscriptionItem::default()).await.unwrap();
}

#[tokio::test]
async fn subscriptions_and_their_items_have_events() {
    let clerk = emulator().await;
    let endpoint = Endpoint::start(&clerk).await;
    let pro = clerk.user_plan("pro").monthly_fee(1_000);
    let max = clerk.user_plan("max").monthly_fee(3_000);
    let ada = ada(&clerk);
    let expected =
        ["user.created", "subscription.created", "subscriptionItem.active", "subscription.active"];
    assert_eq!(endpoint.take_types(&clerk).await, expected);

    let item = clerk.subscribe(&ada, &max);
    let sent = endpoint.take(&clerk).await;
    let types: Vec<_> = sent.iter().map(|webhook| webhook.event_type()).collect();
    let expected = [
        "paymentAttempt.created",
        "paymentAttempt.updated",
        "subscriptionItem.ended",
        "subscriptionItem.active",
        "subscription.updated",
    ];
    assert_eq!(types, expected);
    let data = |index: usize| &sent[index].body["data"];
    assert_eq!((&data(0)["status"], &data(1)["status"]), (&"pending".into(), &"paid".into()));
    assert_eq!(data(1)["totals"]["grand_total"]["amount"], 3_000);
    assert_eq!((&data(3)["id"], &data(3)["plan"]["slug"]), (&item.id.into(), &"max".into()));
    assert_eq!(data(4)["payer"]["email"], "ada@example.com");
    assert_eq!(data(4)["items"].as_array().unwrap().len(), 1);

    let upcoming = clerk.subscribe(&ada, &pro).id;
    let expected =
        ["subscriptionItem.canceled", "subscriptionItem.upcoming", "subscription.updated"];
    assert_eq!(endpoint.take_types(&clerk).await, expected);
    cancel(api(&clerk).billing(), &upcoming).await;
    let expected =
        ["subscriptionItem.upcoming", "subscriptionItem.abandoned", "subscription.updated"];
    assert_eq!(endpoint.take_types(&clerk).await, expected);
    clerk.clock().advance(31 * DAY);
    let expected = ["subscriptionItem.active", "subscriptionItem.ended", "subscription.updated"];
    assert_eq!(endpoint.take_types(&clerk).await, expected);
}

#[tokio::test]
async fn trials_renewals_and_failed_payments_have_events() {
    let clerk = emulator().await;
    let endpoint = Endpoint::start(&clerk).await;
    let pro = clerk.user_plan("pro").monthly_fee(1_000).free_trial_days(14);
    let ada = ada(&clerk);
    clerk.subscribe(&ada, &pro);
    endpoint.take(&clerk).await;
    clerk.clock().advance(11 * DAY);
    assert_eq!(endpoint.take_types(&clerk).await, ["subscriptionItem.freeTrialEnding"]);

    let paid = ["paymentAttempt.created", "paymentAttempt.updated"];
    clerk.clock().advance(3 * DAY);
    let renewed = ["subscriptionItem.updated", "subscription.updated"];
    assert_eq!(endpoint.take_types(&clerk).await, [paid, renewed].concat());

    clerk.decline_payments(&ada);
    clerk.clock().advance(31 * DAY);
    let past_due = ["subscriptionItem.pastDue", "subscription.pastDue"];
    let sent = endpoint.take(&clerk).await;
    let types: Vec<_> = sent.iter().map(|webhook| webhook.event_type()).collect();
    assert_eq!(types, [paid, past_due].concat());
    assert_eq!(sent[1].body["data"]["failed_reason"]["code"], "card_declined");
    clerk.accept_payments(&ada);
    let active = ["subscriptionItem.active", "subscription.active"];
    assert_eq!(endpoint.take_types(&clerk).await, [paid, active].concat());
}
