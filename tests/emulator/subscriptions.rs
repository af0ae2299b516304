//! Subscriptions over time: trials, renewals, changes of plans, cancellations and failed payments.

use axum::{Router, body::Body, routing};
use axum_clerk::{
    ClerkLayer,
    api::CreateOrganization,
    emulator::{ClerkEmulator, EmulatedPlan, EmulatedSession},
    guard,
};
use http::{Method, Request};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{
    billing::{DAY, ada, payments, plans, subscription},
    support::{
        START, assert_invalid_query, claims, delete, emulator, get, id, ids, post, rejection,
    },
};

const START_MILLIS: u64 = START * 1000;

/// The time a number of days after the start, in milliseconds.
pub(crate) fn days(number: u64) -> u64 {
    START_MILLIS + number * 24 * 60 * 60 * 1000
}

fn paid(charge: &str, amount: i64) -> (String, i64, String) {
    (charge.to_owned(), amount, "paid".to_owned())
}

fn failed(charge: &str, amount: i64) -> (String, i64, String) {
    (charge.to_owned(), amount, "failed".to_owned())
}

/// Creates a plan for users at $10 a month.
pub(crate) fn pro(clerk: &ClerkEmulator) -> EmulatedPlan {
    clerk.user_plan("pro").monthly_fee(1_000).annual_monthly_fee(800).features(["export"])
}

/// The status of an app that requires a plan and a feature.
async fn status_of_guarded_app(clerk: &ClerkEmulator, session: &EmulatedSession) -> u16 {
    let requirement = guard::plan("pro").and(guard::feature("export"));
    let app = Router::new()
        .route("/", routing::get(async || "ok"))
        .layer(guard::require(requirement))
        .layer(ClerkLayer::new(clerk.config()));
    let token = format!("Bearer {}", session.token());
    let request = Request::builder().header("authorization", token).body(Body::empty()).unwrap();
    app.oneshot(request).await.unwrap().status().as_u16()
}

#[tokio::test]
async fn guard_admits_a_user_until_the_subscription_ends() {
    let clerk = emulator().await;
    let (ada, pro) = (ada(&clerk), pro(&clerk));
    let session = clerk.sign_in(&ada);
    assert_eq!(status_of_guarded_app(&clerk, &session).await, 403);
    let item = clerk.subscribe(&ada, &pro);
    assert_eq!(status_of_guarded_app(&clerk, &session).await, 200);
    delete(&clerk, &format!("/billing/subscription_items/{}", item.id)).await;
    clerk.clock().advance(30 * DAY);
    assert_eq!(status_of_guarded_app(&clerk, &session).await, 200, "until the end of the month");
    clerk.clock().advance(DAY);
    assert_eq!(status_of_guarded_app(&clerk, &session).await, 403);
}

#[tokio::test]
async fn session_tokens_have_plans_and_features() {
    let clerk = emulator().await;
    let ada = ada(&clerk);
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada));
    let session = clerk.sign_in(&ada);
    let claim = |name: &str| claims(&clerk, &session.token())[name].clone();
    assert_eq!((claim("pla"), claim("fea")), (Value::Null, Value::Null), "there are no plans");

    clerk.user_plan("free_user").features(["chat"]);
    assert_eq!((claim("pla"), claim("fea")), (json!("u:free_user"), json!("u:chat")));
    clerk.subscribe(&ada, &pro(&clerk).features(["chat", "export"]));
    let team = clerk.organization_plan("team").monthly_fee(5_000).features(["chat", "audit_log"]);
    clerk.subscribe(&acme.id, &team);
    assert_eq!((claim("pla"), claim("fea")), (json!("u:pro"), json!("u:chat,u:export")));
    let session = session.clone().organization(&acme.id);
    assert_eq!(claim("pla"), "u:pro,o:team");
    assert_eq!(claim("fea"), "uo:chat,u:export,o:audit_log");
    let _session = session.plans(["u:other"]).features(["u:other"]);
    assert_eq!((claim("pla"), claim("fea")), (json!("u:other"), json!("u:other")));
}

#[tokio::test]
async fn subscription_is_renewed_on_the_same_day_of_each_month() {
    let clerk = emulator().await;
    let (ada, pro) = (ada(&clerk), pro(&clerk));
    clerk.subscribe(&ada, &pro);
    let current = subscription(&clerk, &ada).await;
    assert_eq!(plans(&current), [("pro", "active")]);
    let item = &current["subscription_items"][0];
    assert_eq!(
        (&item["period_start"], &item["period_end"]),
        (&json!(START_MILLIS), &json!(days(31))),
        "from January 15 to February 15"
    );
    assert_eq!(item["next_payment"]["date"], json!(days(31)));
    assert_eq!(current["next_payment"]["amount"]["amount"], 1_000);
    assert_eq!(current["eligible_for_free_trial"], false);

    clerk.clock().advance(70 * DAY);
    let renewed = subscription(&clerk, &ada).await;
    let item = &renewed["subscription_items"][0];
    assert_eq!(
        (&item["period_start"], &item["period_end"]),
        (&json!(days(59)), &json!(days(90))),
        "from March 15 to April 15"
    );
    assert_eq!(item["lifetime_paid"]["amount"], 3_000);
    let recurring = || paid("recurring", 1_000);
    assert_eq!(payments(&clerk).await, [recurring(), recurring(), paid("checkout", 1_000)]);
}

#[tokio::test]
async fn free_trial_is_extended_and_then_paid_for() {
    let clerk = emulator().await;
    let (ada, pro) = (ada(&clerk), pro(&clerk).free_trial_days(7));
    let item = clerk.subscribe(&ada, &pro).id;
    let trial = subscription(&clerk, &ada).await;
    assert_eq!(trial["subscription_items"][0]["is_free_trial"], true);
    assert_eq!(trial["subscription_items"][0]["period_end"], json!(days(7)));
    let listed = get(&clerk, "/billing/subscription_items?status=free_trial").await;
    assert_eq!(ids(&listed["data"]), [item.as_str()]);

    let path = format!("/billing/subscription_items/{item}/extend_free_trial");
    let extend_to = json!({ "extend_to": "2027-01-29T08:00:00Z" });
    let extended = post(&clerk, &path, extend_to.clone()).await;
    assert_eq!(extended["period_end"], json!(days(14)));
    assert_eq!(post(&clerk, &path, extend_to.clone()).await, extended, "repetition has no effect");
    for (extend_to, code) in [
        (json!("2027-01-15T07:00:00Z"), "form_param_value_invalid"),
        (json!("2027-01-20T08:00:00Z"), "form_param_value_invalid"),
        (json!("2028-01-30T08:00:00Z"), "form_param_value_invalid"),
        (json!("tomorrow"), "form_param_format_invalid"),
    ] {
        let body = json!({ "extend_to": extend_to });
        let rejected = rejection(&clerk, Method::POST, &path, body).await;
        assert_eq!(rejected.parts(), (422, code, "extend_to"), "{extend_to}");
    }
    clerk.clock().advance(13 * DAY);
    assert_eq!(payments(&clerk).await, []);
    clerk.clock().advance(DAY);
    let current = subscription(&clerk, &ada).await;
    assert_eq!(current["subscription_items"][0]["is_free_trial"], false);
    assert_eq!(current["subscription_items"][0]["period_start"], json!(days(14)));
    assert_eq!(payments(&clerk).await, [paid("recurring", 1_000)]);
    let rejected = rejection(&clerk, Method::POST, &path, extend_to).await;
    assert_eq!(rejected.status_and_code(), (422, "subscription_item_not_in_free_trial"));
    let path = "/billing/subscription_items/x/extend_free_trial";
    let extend_to = json!({ "extend_to": "2027-03-29T08:00:00Z" });
    assert_eq!(rejection(&clerk, Method::POST, path, extend_to).await.status, 404);
}

#[tokio::test]
async fn canceled_item_ends_with_its_period() {
    let clerk = emulator().await;
    let (ada, pro) = (ada(&clerk), pro(&clerk));
    let free = subscription(&clerk, &ada).await["subscription_items"][0]["id"].clone();
    let item = clerk.subscribe(&ada, &pro).id;
    let path = format!("/billing/subscription_items/{item}");
    let canceled = delete(&clerk, &path).await;
    assert_eq!(
        (&canceled["status"], &canceled["canceled_at"], &canceled["next_payment"]),
        (&json!("canceled"), &json!(START_MILLIS), &Value::Null)
    );
    let current = subscription(&clerk, &ada).await;
    assert_eq!(plans(&current), [("free_user", "upcoming"), ("pro", "canceled")]);
    let rejected = rejection(&clerk, Method::DELETE, &path, Value::Null).await;
    assert_eq!(rejected.status_and_code(), (422, "subscription_item_canceled"));

    clerk.clock().advance(31 * DAY);
    let current = subscription(&clerk, &ada).await;
    assert_eq!(plans(&current), [("free_user", "active")]);
    assert_eq!(current["subscription_items"][0]["id"], free, "the default item keeps its ID");
    let ended = get(&clerk, "/billing/subscription_items?status=ended").await;
    assert_eq!(ended["data"][0]["ended_at"], json!(days(31)));
    for (item, code) in [
        (item.as_str(), "subscription_item_ended"),
        (free.as_str().unwrap(), "subscription_item_not_cancelable"),
    ] {
        let path = format!("/billing/subscription_items/{item}");
        let rejected = rejection(&clerk, Method::DELETE, &path, Value::Null).await;
        assert_eq!(rejected.status_and_code(), (422, code));
    }
    let path = "/billing/subscription_items/x";
    assert_eq!(rejection(&clerk, Method::DELETE, path, Value::Null).await.status, 404);
}

#[tokio::test]
async fn item_can_be_canceled_at_once_and_resumed_before_its_end() {
    let clerk = emulator().await;
    let (ada, pro) = (ada(&clerk), pro(&clerk));
    let item = clerk.subscribe(&ada, &pro).id;
    let path = format!("/billing/subscription_items/{item}");
    delete(&clerk, &path).await;
    assert_eq!(clerk.subscribe(&ada, &pro).id, item, "the cancellation is undone");
    assert_eq!(plans(&subscription(&clerk, &ada).await), [("pro", "active")]);

    let ended = delete(&clerk, &format!("{path}?end_now=true")).await;
    assert_eq!((&ended["status"], &ended["ended_at"]), (&json!("ended"), &json!(START_MILLIS)));
    assert_eq!(plans(&subscription(&clerk, &ada).await), [("free_user", "active")]);
    assert_ne!(clerk.subscribe(&ada, &pro).id, item);
}

#[tokio::test]
async fn upgrade_is_immediate_and_prorated() {
    let clerk = emulator().await;
    let (ada, pro) = (ada(&clerk), pro(&clerk));
    let max = clerk.user_plan("max").monthly_fee(3_000);
    let item = clerk.subscribe(&ada, &pro).id;
    clerk.clock().advance(15 * DAY);
    clerk.subscribe(&ada, &max);
    assert_eq!(plans(&subscription(&clerk, &ada).await), [("max", "active")]);
    // 16 of 31 days of $10 are left.
    assert_eq!(payments(&clerk).await, [paid("checkout", 3_000 - 516), paid("checkout", 1_000)]);
    let statements = get(&clerk, "/billing/statements").await;
    let totals = &statements["data"][0]["groups"][1]["items"][0]["totals"];
    assert_eq!(totals["credits"]["proration"]["cycle_days_remaining"], 16);
    assert_eq!(totals["credits"]["total"]["amount"], 516);
    let ended = get(&clerk, "/billing/subscription_items?status=ended").await;
    assert_eq!(ids(&ended["data"]), [item.as_str()]);
    let current = subscription(&clerk, &ada).await;
    assert_eq!(current["subscription_items"][0]["period_start"], json!(days(15)));
}

#[tokio::test]
async fn downgrade_takes_effect_at_the_end_of_the_period() {
    let clerk = emulator().await;
    let (ada, pro) = (ada(&clerk), pro(&clerk));
    let max = clerk.user_plan("max").monthly_fee(3_000);
    clerk.subscribe(&ada, &max);
    let upcoming = clerk.subscribe(&ada, &pro);
    let current = subscription(&clerk, &ada).await;
    assert_eq!(plans(&current), [("max", "canceled"), ("pro", "upcoming")]);
    assert_eq!(current["next_payment"]["date"], json!(days(31)));
    assert_eq!(current["next_payment"]["amount"]["amount"], 1_000);
    clerk.clock().advance(31 * DAY);
    assert_eq!(plans(&subscription(&clerk, &ada).await), [("pro", "active")]);
    assert_eq!(payments(&clerk).await, [paid("recurring", 1_000), paid("checkout", 3_000)]);

    clerk.subscribe_annually(&ada, &pro);
    assert_eq!(payments(&clerk).await[0], paid("checkout", 12 * 800 - 1_000));
    let ended = get(&clerk, "/billing/subscription_items?status=ended").await;
    assert_eq!(id(&ended["data"][0]), upcoming.id, "annual payments begin immediately");
}

#[tokio::test]
async fn plan_without_monthly_fee_is_paid_annually() {
    let clerk = emulator().await;
    let (ada, pro) = (ada(&clerk), pro(&clerk).only_annually());
    clerk.subscribe(&ada, &pro);
    let current = subscription(&clerk, &ada).await;
    let item = &current["subscription_items"][0];
    assert_eq!(item["plan"]["fee"], Value::Null);
    assert_eq!((&item["plan_period"], &item["period_end"]), (&json!("annual"), &json!(days(365))));
    clerk.clock().advance(365 * DAY);
    assert_eq!(payments(&clerk).await, [paid("recurring", 9_600), paid("checkout", 9_600)]);
}

#[tokio::test]
async fn upcoming_item_can_be_canceled() {
    let clerk = emulator().await;
    let (ada, pro) = (ada(&clerk), pro(&clerk));
    let max = clerk.user_plan("max").monthly_fee(3_000);
    clerk.subscribe(&ada, &max);
    let upcoming = clerk.subscribe(&ada, &pro).id;
    let canceled = delete(&clerk, &format!("/billing/subscription_items/{upcoming}")).await;
    assert_eq!(canceled["status"], "abandoned");
    let current = subscription(&clerk, &ada).await;
    assert_eq!(plans(&current), [("free_user", "upcoming"), ("max", "canceled")]);
}

#[tokio::test]
async fn unpaid_subscription_is_past_due_and_ends() {
    let clerk = emulator().await;
    let (ada, pro) = (ada(&clerk), pro(&clerk));
    clerk.subscribe(&ada, &pro);
    clerk.decline_payments(&ada);
    clerk.clock().advance(31 * DAY);
    let overdue = subscription(&clerk, &ada).await;
    assert_eq!(
        (&overdue["status"], &overdue["past_due_at"]),
        (&json!("past_due"), &json!(days(31)))
    );
    assert_eq!(plans(&overdue), [("pro", "past_due")]);
    let session = clerk.sign_in(&ada);
    assert_eq!(status_of_guarded_app(&clerk, &session).await, 200, "the payer keeps the plan");

    clerk.accept_payments(&ada);
    let current = subscription(&clerk, &ada).await;
    assert_eq!((&current["status"], &current["past_due_at"]), (&json!("active"), &Value::Null));
    assert_eq!(
        payments(&clerk).await,
        [paid("recurring", 1_000), failed("recurring", 1_000), paid("checkout", 1_000)]
    );

    clerk.decline_payments(&ada);
    clerk.clock().advance(28 * DAY);
    let past_due = get(&clerk, "/billing/subscription_items?status=past_due").await;
    assert_eq!(past_due["data"][0]["past_due_at"], json!(days(59)));
    clerk.clock().advance(14 * DAY);
    let current = subscription(&clerk, &ada).await;
    assert_eq!(plans(&current), [("free_user", "active")]);
    assert_eq!(current["status"], "active");
    assert_eq!(status_of_guarded_app(&clerk, &session).await, 403);
}

#[tokio::test]
#[should_panic(expected = "card_declined")]
async fn declined_card_prevents_a_subscription() {
    let clerk = emulator().await;
    let (ada, pro) = (ada(&clerk), pro(&clerk));
    clerk.decline_payments(&ada);
    clerk.subscribe(&ada, &pro);
}

#[tokio::test]
async fn subscription_items_are_filtered() {
    let clerk = emulator().await;
    let (ada, pro) = (ada(&clerk), pro(&clerk));
    let team = clerk.organization_plan("team").monthly_fee(2_000);
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    let of_ada = clerk.subscribe(&ada, &pro).id;
    clerk.clock().advance(DAY);
    let of_acme = clerk.subscribe(&acme.id, &team).id;
    for (query, expected) in [
        ("", vec![&of_acme, &of_ada]),
        ("limit=1&offset=1", vec![&of_ada]),
        ("payer_type=org", vec![&of_acme]),
        ("payer_type=user&status=active", vec![&of_ada]),
        ("status=upcoming", vec![]),
        ("query=ADA@example", vec![&of_ada]),
        ("query=lovelace", vec![&of_ada]),
        ("query=acme", vec![&of_acme]),
        (&format!("plan_id={}", team.id()), vec![&of_acme]),
    ] {
        let page = get(&clerk, &format!("/billing/subscription_items?{query}")).await;
        assert_eq!(ids(&page["data"]), expected, "{query}");
    }
    let all = get(&clerk, "/billing/subscription_items?include_free=true").await;
    assert_eq!(all["total_count"], 4);
    let path = "/billing/subscription_items?status=canceled";
    assert_invalid_query(&clerk, path, 422, "status").await;
}

#[tokio::test]
async fn subscription_ends_with_its_payer() {
    let clerk = emulator().await;
    let (ada, pro) = (ada(&clerk), pro(&clerk));
    let item = clerk.subscribe(&ada, &pro).id;
    delete(&clerk, &format!("/users/{ada}")).await;
    let ended = get(&clerk, "/billing/subscription_items?status=ended").await;
    assert_eq!(ids(&ended["data"]), [item.as_str()]);
    clerk.clock().advance(60 * DAY);
    assert_eq!(payments(&clerk).await, [paid("checkout", 1_000)]);
    let path = format!("/users/{ada}/billing/subscription");
    assert_eq!(rejection(&clerk, Method::GET, &path, Value::Null).await.status, 404);
}
