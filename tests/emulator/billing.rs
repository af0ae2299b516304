//! Plans, prices, payments and statements.

use std::time::Duration;

use axum_clerk::{
    api::{
        AdjustCreditBalance, CancelSubscriptionItem, CreateBillingPrice, CreateOrganization,
        CreateUser, CreditAction, ListBillingPlans, ListBillingPrices, ListSubscriptionItems,
        OptionalPaging,
    },
    emulator::ClerkEmulator,
};
use http::Method;
use serde_json::{Value, json};

use crate::support::{
    START, api, assert_invalid_query, call, call_ok, emulator, get, id, ids, post, rejection,
};

pub(crate) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Creates a user with an email address.
pub(crate) fn ada(clerk: &ClerkEmulator) -> String {
    let new = CreateUser::default().first_name("Ada").last_name("Lovelace");
    clerk.create_user(new.email_address(["ada@example.com"])).id
}

/// Gets the subscription of a user.
pub(crate) async fn subscription(clerk: &ClerkEmulator, user_id: &str) -> Value {
    get(clerk, &format!("/users/{user_id}/billing/subscription")).await
}

/// The plan and the status of each item.
pub(crate) fn plans<'a>(subscription: &'a Value) -> Vec<(&'a str, &'a str)> {
    let items = subscription["subscription_items"].as_array().unwrap();
    let plan = |item: &'a Value| item["plan"]["slug"].as_str().unwrap();
    items.iter().map(|item| (plan(item), item["status"].as_str().unwrap())).collect()
}

/// The attempts to pay of all statements, newest first: what they were for, their amounts in cents
/// and their status.
pub(crate) async fn payments(clerk: &ClerkEmulator) -> Vec<(String, i64, String)> {
    let mut payments = Vec::new();
    let statements = get(clerk, "/billing/statements?limit=100").await;
    for statement in ids(&statements["data"]) {
        let path = format!("/billing/statements/{statement}/payment_attempts?limit=100");
        for payment in get(clerk, &path).await["data"].as_array().unwrap() {
            let text = |name: &str| payment[name].as_str().unwrap().to_owned();
            let amount = payment["amount"]["amount"].as_i64().unwrap();
            payments.push((text("charge_type"), amount, text("status")));
        }
    }
    payments
}

#[tokio::test]
async fn billing_begins_with_the_first_plan() {
    let clerk = emulator().await;
    let ada = ada(&clerk);
    let path = format!("/users/{ada}/billing/subscription");
    let rejected = rejection(&clerk, Method::GET, &path, Value::Null).await;
    assert_eq!(rejected.status_and_code(), (404, "resource_not_found"));
    assert_eq!(get(&clerk, "/billing/plans").await, json!({ "data": [], "total_count": 0 }));

    clerk.user_plan("pro");
    let grace = clerk.create_user(CreateUser::default());
    for user in [&ada, &grace.id] {
        let subscription = subscription(&clerk, user).await;
        assert_eq!(subscription["status"], "active");
        assert_eq!(plans(&subscription), [("free_user", "active")]);
        assert_eq!(subscription["subscription_items"][0]["period_end"], Value::Null);
        assert_eq!(subscription["eligible_for_free_trial"], true);
    }
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    let path = format!("/organizations/{}/billing/subscription", acme.id);
    assert_eq!(rejection(&clerk, Method::GET, &path, Value::Null).await.status, 404);
    clerk.organization_plan("team");
    assert_eq!(plans(&get(&clerk, &path).await), [("free_org", "active")]);
    for path in ["/users/user_1/billing/subscription", "/organizations/org_1/billing/credits"] {
        assert_eq!(rejection(&clerk, Method::GET, path, Value::Null).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn plans_are_listed_with_fees_and_features() {
    let clerk = emulator().await;
    let pro = clerk
        .user_plan("pro")
        .name("Professional")
        .description("For experts")
        .monthly_fee(1_000)
        .annual_monthly_fee(800)
        .free_trial_days(14)
        .features(["export", "early_access"]);
    clerk.organization_plan("team").monthly_fee(4_999);
    let listed = get(&clerk, "/billing/plans").await;
    let slugs = |page: &Value| -> Vec<String> {
        let plans = page["data"].as_array().unwrap().iter();
        plans.map(|plan| plan["slug"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(slugs(&listed), ["team", "free_org", "pro", "free_user"]);
    assert_eq!(listed["data"][0]["fee"]["amount_formatted"], "49.99");
    let plan = &listed["data"][2];
    assert_eq!(id(plan), pro.id());
    assert_eq!(
        (&plan["name"], &plan["description"], &plan["free_trial_days"]),
        (&json!("Professional"), &json!("For experts"), &json!(14))
    );
    let amounts = ["fee", "annual_monthly_fee", "annual_fee"].map(|name| &plan[name]["amount"]);
    assert_eq!(amounts, [1_000, 800, 9_600]);
    assert_eq!(plan["features"][1]["name"], "Early access");
    assert_eq!(clerk.user_plan("pro").id(), pro.id(), "a slug belongs to one plan");

    let of_users = get(&clerk, "/billing/plans?payer_type=user").await;
    assert_eq!(slugs(&of_users), ["pro", "free_user"]);
    let second = get(&clerk, "/billing/plans?limit=1&offset=1").await;
    assert_eq!((slugs(&second), &second["total_count"]), (vec!["free_org".into()], &json!(4)));
    assert_invalid_query(&clerk, "/billing/plans?payer_type=robot", 422, "payer_type").await;
}

#[tokio::test]
async fn custom_prices_are_created_and_listed_by_amount() {
    let clerk = emulator().await;
    let pro = clerk.user_plan("pro").monthly_fee(1_000);
    let new = json!({ "plan_id": pro.id(), "amount": 500, "description": "Friends" });
    let cheap = post(&clerk, "/billing/prices", new).await;
    assert_eq!(
        (&cheap["is_default"], &cheap["supported_billing_periods"], &cheap["annual_monthly_fee"]),
        (&json!(false), &json!("month"), &Value::Null)
    );
    let new = json!({
        "plan_id": pro.id(), "amount": 500, "annual_monthly_amount": 0, "currency": "USD",
    });
    let newer = post(&clerk, "/billing/prices", new).await;
    assert_eq!(newer["supported_billing_periods"], "both");
    let path = format!("/billing/prices?plan_id={}", pro.id());
    let listed = get(&clerk, &path).await;
    assert_eq!(ids(&listed["data"])[..2], [id(&newer), id(&cheap)]);
    assert_eq!(listed["data"][2]["is_default"], true);
    assert_eq!(get(&clerk, "/billing/prices").await["total_count"], 4);
    let rejected = rejection(&clerk, Method::GET, "/billing/prices?plan_id=x", Value::Null).await;
    assert_eq!(rejected.status, 404);

    let plan_id = pro.id();
    for (new, expected) in [
        (json!({ "plan_id": plan_id }), (422, "form_param_missing", "amount")),
        (json!({ "plan_id": plan_id, "amount": null }), (422, "form_param_missing", "amount")),
        (json!({ "plan_id": plan_id, "amount": 99 }), (422, "form_param_value_invalid", "amount")),
        (
            json!({ "plan_id": plan_id, "amount": 500, "currency": "EUR" }),
            (422, "form_param_value_invalid", "currency"),
        ),
        (
            json!({ "plan_id": plan_id, "amount": 500, "supported_billing_periods": "both" }),
            (422, "form_param_missing", "annual_monthly_amount"),
        ),
        (json!({ "plan_id": "x", "amount": 500 }), (404, "resource_not_found", "")),
        (
            json!({ "plan_id": plan_id, "amount": 500, "color": "red" }),
            (422, "form_param_unknown", "color"),
        ),
    ] {
        let rejected = rejection(&clerk, Method::POST, "/billing/prices", new.clone()).await;
        assert_eq!(rejected.parts(), expected, "{new}");
    }
}

#[tokio::test]
async fn credits_are_adjusted_once_per_key_and_used_for_payments() {
    let clerk = emulator().await;
    let ada = ada(&clerk);
    let path = format!("/users/{ada}/billing/credits");
    assert_eq!(get(&clerk, &path).await["balance"], Value::Null);
    let increase = json!({
        "amount": 1_500, "action": "increase", "idempotency_key": "a", "note": "Sorry",
    });
    let entry = post(&clerk, &path, increase.clone()).await;
    assert_eq!((&entry["amount"]["amount"], &entry["note"]), (&json!(1_500), &json!("Sorry")));
    assert_eq!(post(&clerk, &path, increase).await, entry, "a repeated request has no effect");
    let decrease = json!({ "amount": 200, "action": "decrease", "idempotency_key": "b" });
    assert_eq!(post(&clerk, &path, decrease).await["amount"]["amount"], -200);
    assert_eq!(get(&clerk, &path).await["balance"]["amount"], 1_300);

    for (adjustment, expected) in [
        (
            json!({ "amount": 1, "action": "increase", "idempotency_key": "a" }),
            (409, "idempotency_key_conflict", ""),
        ),
        (
            json!({ "amount": 1_301, "action": "decrease", "idempotency_key": "c" }),
            (422, "form_param_value_invalid", "amount"),
        ),
        (
            json!({ "amount": 0, "action": "increase", "idempotency_key": "c" }),
            (422, "form_param_value_invalid", "amount"),
        ),
        (
            json!({ "amount": 1, "action": "double", "idempotency_key": "c" }),
            (422, "form_param_format_invalid", "action"),
        ),
        (
            json!({ "amount": 1, "action": "increase" }),
            (422, "form_param_missing", "idempotency_key"),
        ),
    ] {
        let rejected = rejection(&clerk, Method::POST, &path, adjustment.clone()).await;
        assert_eq!(rejected.parts(), expected, "{adjustment}");
    }
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    let of_acme = format!("/organizations/{}/billing/credits", acme.id);
    let increase = json!({ "amount": 1, "action": "increase", "idempotency_key": "a" });
    post(&clerk, &of_acme, increase).await;
    assert_eq!(get(&clerk, &of_acme).await["balance"]["amount"], 1);

    let pro = clerk.user_plan("pro").monthly_fee(1_000);
    clerk.subscribe(&ada, &pro);
    assert_eq!(get(&clerk, &path).await["balance"]["amount"], 300);
    clerk.clock().advance(31 * DAY);
    assert_eq!(get(&clerk, &path).await["balance"]["amount"], 0);
    let paid = |charge: &str, amount| (charge.to_owned(), amount, "paid".to_owned());
    assert_eq!(payments(&clerk).await, [paid("recurring", 700), paid("checkout", 0)]);
}

#[tokio::test]
async fn payments_are_listed_in_monthly_statements() {
    let clerk = emulator().await;
    let ada = ada(&clerk);
    let pro = clerk.user_plan("pro").monthly_fee(1_000);
    clerk.subscribe(&ada, &pro);
    let statements = get(&clerk, "/billing/statements").await;
    let statement = &statements["data"][0];
    assert_eq!(statement["status"], "open");
    assert_eq!(statement["payer"]["email"], "ada@example.com");
    assert_eq!(statement["totals"]["grand_total"]["amount_formatted"], "10.00");
    let payment = &statement["groups"][0]["items"][0];
    assert_eq!(payment["status"], "paid");
    assert_eq!(payment["paid_at"], json!(START * 1000));
    assert_eq!(payment["payment_method"]["last4"], "4242");
    assert_eq!(payment["subscription_item"]["plan"]["slug"], "pro");

    clerk.clock().advance(31 * DAY);
    clerk.decline_payments(&ada);
    clerk.clock().advance(31 * DAY);
    let statements = get(&clerk, "/billing/statements").await;
    assert_eq!(statements["total_count"], 3);
    let [march, february, january] = [0, 1, 2].map(|n: usize| &statements["data"][n]);
    assert_eq!(id(january), id(statement));
    let statuses = [january, february, march].map(|one| &one["status"]);
    assert_eq!(statuses, ["closed", "closed", "open"]);
    let failed = &march["groups"][0]["items"][0];
    assert_eq!((&failed["status"], &failed["paid_at"]), (&json!("failed"), &Value::Null));
    assert_eq!(march["totals"]["grand_total"]["amount"], 0, "failed payments do not count");
    assert_eq!(get(&clerk, &format!("/billing/statements/{}", id(march))).await, *march);
    let page = get(&clerk, "/billing/statements?limit=1&offset=2").await;
    assert_eq!(ids(&page["data"]), [id(january)]);
    for path in ["/billing/statements/x", "/billing/statements/x/payment_attempts"] {
        assert_eq!(rejection(&clerk, Method::GET, path, Value::Null).await.status, 404);
    }
}

#[tokio::test]
async fn discounts_reduce_a_number_of_payments() {
    let clerk = emulator().await;
    let ada = ada(&clerk);
    let pro = clerk.user_plan("pro").monthly_fee(1_000);
    let item = clerk.subscribe(&ada, &pro).id;
    let path = format!("/billing/subscription_items/{item}/discounts");
    let [launch, fixed] =
        [clerk.percentage_discount("Launch", 25), clerk.fixed_discount("Voucher", 300).cycles(2)];
    let redeemed = post(&clerk, &path, json!({ "discount_id": launch.id() })).await;
    assert_eq!(
        (&redeemed["percent_off"], &redeemed["amount"]["amount"], &redeemed["cycles_remaining"]),
        (&json!(25), &json!(250), &Value::Null)
    );
    let again = json!({ "discount_id": launch.id() });
    let rejected = rejection(&clerk, Method::POST, &path, again).await;
    assert_eq!(rejected.status_and_code(), (409, "discount_already_applied"));
    let replaced = post(&clerk, &path, json!({ "discount_id": fixed.id() })).await;
    assert_eq!(
        (&replaced["effect"], &replaced["status"]),
        (&json!("fixed_amount"), &json!("active"))
    );
    let current = subscription(&clerk, &ada).await;
    assert_eq!(current["next_payment"]["totals"]["grand_total"]["amount"], 700);

    clerk.clock().advance(100 * DAY);
    let amounts: Vec<i64> = payments(&clerk).await.into_iter().map(|payment| payment.1).collect();
    assert_eq!(amounts, [1_000, 700, 700, 1_000], "the discount is exhausted");

    post(&clerk, &path, json!({ "discount_id": launch.id() })).await;
    let rejected =
        rejection(&clerk, Method::DELETE, &format!("{path}/{}", fixed.id()), Value::Null).await;
    assert_eq!(rejected.status, 404, "only the active discount can be removed");
    let removed =
        call_ok(&clerk, Method::DELETE, &format!("{path}/{}", launch.id()), Value::Null).await;
    assert_eq!(removed["status"], "removed");
    let rejected = rejection(&clerk, Method::POST, &path, json!({ "discount_id": "x" })).await;
    assert_eq!(rejected.status, 404);
    let free = clerk.user_plan("free_user");
    let free = get(&clerk, "/billing/subscription_items?include_free=true").await["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["plan_id"] == free.id())
        .map(|item| id(item).to_owned())
        .unwrap();
    let path = format!("/billing/subscription_items/{free}/discounts");
    let (status, _) =
        call(&clerk, Method::POST, &path, json!({ "discount_id": launch.id() })).await;
    assert_eq!(status, 422, "the default plan is free");
}

#[tokio::test]
async fn typed_client_parses_billing_responses() -> axum_clerk::Result<()> {
    let clerk = emulator().await;
    let api = api(&clerk);
    let ada = ada(&clerk);
    let pro = clerk.user_plan("pro").monthly_fee(1_000).features(["export"]);
    let team = clerk.organization_plan("team").monthly_fee(2_000).free_trial_days(7);
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    let item = clerk.subscribe(&ada, &pro);
    let trial = clerk.subscribe(&acme.id, &team);
    let (billing, paging) = (api.billing(), OptionalPaging::default());

    assert_eq!(billing.list_plans(&ListBillingPlans::default()).await?.total_count, 4);
    let price = billing.create_price(&CreateBillingPrice::new(pro.id(), Some(2_000))).await?;
    let prices = billing.list_prices(&ListBillingPrices::default().plan_id(pro.id())).await?;
    assert_eq!(prices.data[1], price);
    let items = billing.list_subscription_items(&ListSubscriptionItems::default()).await?;
    assert_eq!(items.total_count, 2);
    let statement = &billing.list_statements(&paging).await?.data[0];
    assert_eq!(billing.get_statement(&statement.id).await?, *statement);
    let payments = billing.list_statement_payment_attempts(&statement.id, &paging).await?;
    assert_eq!(payments.data, statement.groups[0].items);

    let extend_to = START + 14 * DAY.as_secs();
    let extend_to = std::time::UNIX_EPOCH + Duration::from_secs(extend_to);
    let extended = billing.extend_subscription_item_free_trial(&trial.id, extend_to).await?;
    assert_eq!(extended.period_end, Some(extend_to.into()));
    let from = item.price_id.as_deref().unwrap();
    let moved = billing.create_price_transition(&item.id, from, &price.id).await?;
    let item = &moved.subscription_item.id;
    let discount = clerk.percentage_discount("Launch", 50);
    billing.apply_subscription_item_discount(item, discount.id()).await?;
    billing.remove_subscription_item_discount(item, discount.id()).await?;
    let canceled =
        billing.cancel_subscription_item(item, &CancelSubscriptionItem::default()).await?;
    assert!(canceled.canceled_at.is_some());

    let credit = AdjustCreditBalance::new(500, CreditAction::Increase, "key");
    api.users().adjust_billing_credit_balance(&ada, &credit).await?;
    let balance = api.users().billing_credit_balance(&ada).await?.balance;
    assert_eq!(balance.map(|balance| balance.amount), Some(500));
    api.organizations().adjust_billing_credit_balance(&acme.id, &credit).await?;
    assert!(api.organizations().billing_credit_balance(&acme.id).await?.balance.is_some());
    assert_eq!(api.users().billing_subscription(&ada).await?.subscription_items.len(), 2);
    let subscription = api.organizations().billing_subscription(&acme.id).await?;
    assert!(subscription.subscription_items[0].is_free_trial);
    Ok(())
}
