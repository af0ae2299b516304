//! Plans, checkouts, payment methods and statements of users and organizations.

use axum_clerk::{
    api::CreateOrganization,
    emulator::{ClerkEmulator, EmulatedPlan},
};
use http::Method;
use serde_json::{Value, json};

use super::clerk_js::{ClerkJs, EMAIL, create_ada, create_user, text};
use crate::{
    billing::{DAY, payments, plans, subscription},
    subscriptions::{days, pro},
    support::{claims, emulator, get as backend_get, id, ids},
};

const ME: &str = "/me/billing";

async fn ada_with_plan(clerk: &ClerkEmulator) -> (ClerkJs<'_>, String, EmulatedPlan) {
    let ada = create_ada(clerk);
    let pro = pro(clerk);
    (ClerkJs::signed_in(clerk, EMAIL).await, ada.id, pro)
}

async fn check_out(browser: &ClerkJs<'_>, billing: &str, plan: &str, period: &str) -> Value {
    let fields = [("plan_id", plan), ("plan_period", period)];
    browser.post(&format!("{billing}/checkouts"), &fields).await
}

fn confirmation(billing: &str, checkout: &Value) -> String {
    format!("{billing}/checkouts/{}/confirm", id(checkout))
}

/// Subscribes with the test card, as the components of clerk-js do in development.
async fn subscribe(browser: &ClerkJs<'_>, billing: &str, plan: &str, period: &str) -> Value {
    let checkout = check_out(browser, billing, plan, period).await;
    let fields = [("gateway", "stripe"), ("use_test_card", "true")];
    browser.patch(&confirmation(billing, &checkout), &fields).await
}

fn amounts<'a>(totals: &'a Value, names: &[&str]) -> Vec<&'a Value> {
    names.iter().map(|name| &totals[*name]["amount"]).collect()
}

#[tokio::test]
async fn plans_are_public_and_found_by_id_or_slug() {
    let clerk = emulator().await;
    let browser = ClerkJs::load(&clerk).await;
    assert_eq!(browser.get("/billing/plans").await, json!({ "data": [], "total_count": 0 }));
    let (pro, _) = (pro(&clerk), clerk.organization_plan("team").monthly_fee(2_000));
    let slugs = async |path: &str| -> Vec<String> {
        let page = browser.get(path).await;
        page["data"].as_array().unwrap().iter().map(|plan| text(plan, "slug")).collect()
    };
    assert_eq!(slugs("/billing/plans").await, ["free_user", "pro", "free_org", "team"]);
    assert_eq!(slugs("/billing/plans?payer_type=org").await, ["free_org", "team"]);
    let plan = browser.get("/billing/plans/pro").await;
    assert_eq!((id(&plan), &plan["fee"]["amount"]), (pro.id(), &json!(1_000)));
    assert_eq!(browser.get(&format!("/billing/plans/{}", pro.id())).await, plan);
    let unknown = browser.call(Method::GET, "/billing/plans/max", &[]).await;
    assert_eq!(unknown.status_and_code(), (404, "resource_not_found"));
    let invalid = browser.call(Method::GET, "/billing/plans?payer_type=robot", &[]).await;
    assert_eq!(invalid.error(), (422, "form_param_format_invalid", "payer_type"));
}

#[tokio::test]
async fn environment_shows_which_payers_have_plans() {
    let clerk = emulator().await;
    let browser = ClerkJs::load(&clerk).await;
    let billing =
        async || browser.get("/environment").await["commerce_settings"]["billing"].clone();
    let state = |enabled: bool, paid: bool| json!({ "enabled": enabled, "has_paid_plans": paid });
    assert_eq!(billing().await["user"], state(false, false));
    let plan = clerk.user_plan("pro");
    assert_eq!(billing().await["user"], state(true, false));
    plan.only_annually().annual_monthly_fee(500);
    assert_eq!(billing().await["user"], state(true, true));
    assert_eq!(billing().await["organization"], state(false, false));
}

#[tokio::test]
async fn confirmed_checkout_subscribes_and_pays() {
    let clerk = emulator().await;
    let (browser, ada, pro) = ada_with_plan(&clerk).await;
    let before = browser.claims().await;
    assert!(!format!("{before:?}").contains("u:pro"));
    let checkout = check_out(&browser, ME, pro.id(), "month").await;
    assert_eq!(checkout["status"], "needs_confirmation");
    assert_eq!(
        (&checkout["needs_payment_method"], &checkout["is_immediate_plan_change"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(checkout["plan"]["slug"], "pro");
    assert_eq!(checkout["payer"]["user_id"], ada.as_str());
    let names = ["subtotal", "grand_total", "total_due_now", "total_due_per_period"];
    assert_eq!(amounts(&checkout["totals"], &names), [1_000; 4]);
    let path = format!("{ME}/checkouts/{}", id(&checkout));
    assert_eq!(browser.get(&path).await, checkout);
    assert_eq!(plans(&subscription(&clerk, &ada).await), [("free_user", "active")]);

    let without_card = browser.call(Method::PATCH, &confirmation(ME, &checkout), &[]).await;
    assert_eq!(without_card.error(), (422, "form_param_missing", "payment_method_id"));
    let test_card = [("gateway", "stripe"), ("use_test_card", "true")];
    let completed = browser.patch(&confirmation(ME, &checkout), &test_card).await;
    assert_eq!(completed["status"], "completed");
    assert_eq!(completed["subscription_item"]["status"], "active");
    assert_eq!(completed["payment_method"]["last4"], "4242");
    assert_eq!(amounts(&completed["totals"], &names), [1_000; 4]);
    assert_eq!(browser.get(&path).await, completed);

    // The Backend API and the next session token show the subscription.
    assert_eq!(plans(&subscription(&clerk, &ada).await), [("pro", "active")]);
    assert_eq!(payments(&clerk).await, [("checkout".into(), 1_000, "paid".into())]);
    let token = claims(&clerk, &browser.token().await);
    assert_eq!((&token["pla"], &token["fea"]), (&json!("u:pro"), &json!("u:export")));

    let again = browser.call(Method::PATCH, &confirmation(ME, &checkout), &test_card).await;
    assert_eq!(again.status_and_code(), (409, "checkout_already_completed"));
    let fields = [("plan_id", pro.id()), ("plan_period", "month")];
    let second = browser.call(Method::POST, "/me/billing/checkouts", &fields).await;
    assert_eq!(second.status_and_code(), (409, "already_subscribed"));
}

#[tokio::test]
async fn checkout_shows_the_credit_for_an_upgrade() {
    let clerk = emulator().await;
    let (browser, _, pro) = ada_with_plan(&clerk).await;
    let max = clerk.user_plan("max").monthly_fee(3_000);
    subscribe(&browser, ME, pro.id(), "month").await;
    clerk.clock().advance(15 * DAY);
    // The session has expired.
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let checkout = check_out(&browser, ME, max.id(), "month").await;
    let names = ["subtotal", "credit", "total_due_now", "total_due_per_period"];
    assert_eq!(amounts(&checkout["totals"], &names), [3_000, 516, 2_484, 3_000]);

    // Without another card, the payer's default one is charged.
    let completed = browser.patch(&confirmation(ME, &checkout), &[]).await;
    assert_eq!(completed["status"], "completed");
    let attempts = browser.get("/me/billing/payment_attempts").await;
    assert_eq!(attempts["total_count"], 2);
    assert_eq!(attempts["data"][0]["amount"]["amount"], 2_484);

    let downgrade = check_out(&browser, ME, pro.id(), "month").await;
    assert_eq!(downgrade["is_immediate_plan_change"], false);
    assert_eq!(downgrade["totals"]["total_due_now"]["amount"], 0);
    assert_eq!(downgrade["plan_period_start"], json!(days(44)));
    let completed = browser.patch(&confirmation(ME, &downgrade), &[]).await;
    assert_eq!(completed["subscription_item"]["status"], "upcoming");
}

#[tokio::test]
async fn checkout_of_a_free_trial_charges_nothing_now() {
    let clerk = emulator().await;
    let (browser, ada, pro) = ada_with_plan(&clerk).await;
    let pro = pro.free_trial_days(7);
    let checkout = check_out(&browser, ME, pro.id(), "annual").await;
    assert_eq!(checkout["free_trial_ends_at"], json!(days(7)));
    let names = ["total_due_now", "total_due_after_free_trial", "total_due_per_period"];
    assert_eq!(amounts(&checkout["totals"], &names), [0, 9_600, 9_600]);
    let fields = [("gateway", "stripe"), ("payment_token", "seti_1")];
    browser.patch(&confirmation(ME, &checkout), &fields).await;
    let current = browser.get("/me/billing/subscription").await;
    assert_eq!(current["subscription_items"][0]["is_free_trial"], true);
    assert_eq!(payments(&clerk).await, []);
    clerk.clock().advance(7 * DAY);
    assert_eq!(payments(&clerk).await, [("recurring".into(), 9_600, "paid".into())]);
    assert_eq!(plans(&subscription(&clerk, &ada).await), [("pro", "active")]);
}

#[tokio::test]
async fn invalid_checkouts_are_rejected() {
    let clerk = emulator().await;
    let (browser, _, pro) = ada_with_plan(&clerk).await;
    let team = clerk.organization_plan("team").monthly_fee(2_000);
    let free = text(&browser.get("/billing/plans/free_user").await, "id");
    let monthly = clerk.user_plan("monthly").monthly_fee(100);
    for (plan, period, card, error) in [
        ("x", "month", "", (422, "form_resource_not_found", "plan_id")),
        (team.id(), "month", "", (422, "form_param_value_invalid", "plan_id")),
        (&free, "month", "", (422, "form_param_value_invalid", "plan_id")),
        (monthly.id(), "annual", "", (422, "form_param_value_invalid", "plan_period")),
        (pro.id(), "week", "", (422, "form_param_format_invalid", "plan_period")),
        (pro.id(), "month", "cpm_1", (422, "form_resource_not_found", "payment_method_id")),
    ] {
        let fields = [("plan_id", plan), ("plan_period", period), ("payment_method_id", card)];
        let rejected = browser.call(Method::POST, "/me/billing/checkouts", &fields).await;
        assert_eq!(rejected.error(), error, "{plan} {period} {card}");
    }
    let checkout = check_out(&browser, ME, pro.id(), "month").await;
    let path = format!("{ME}/checkouts/{}", id(&checkout));
    assert_eq!(browser.patch(&path, &[("promo_code", "")]).await, checkout);
    let rejected = browser.call(Method::PATCH, &path, &[("promo_code", "HALF")]).await;
    assert_eq!(rejected.error(), (422, "form_resource_not_found", "promo_code"));
    let fields = [("gateway", "paypal"), ("payment_token", "token")];
    let rejected = browser.call(Method::PATCH, &confirmation(ME, &checkout), &fields).await;
    assert_eq!(rejected.error(), (422, "form_param_value_invalid", "gateway"));
    let fields = [("payment_method_id", "cpm_1")];
    let rejected = browser.call(Method::PATCH, &confirmation(ME, &checkout), &fields).await;
    assert_eq!(rejected.error(), (422, "form_resource_not_found", "payment_method_id"));
    for (method, path) in [
        (Method::GET, "/me/billing/checkouts/x"),
        (Method::PATCH, "/me/billing/checkouts/x"),
        (Method::PATCH, "/me/billing/checkouts/x/confirm"),
    ] {
        assert_eq!(browser.call(method, path, &[]).await.status, 404, "{path}");
    }

    subscribe(&browser, ME, pro.id(), "month").await;
    assert_eq!(browser.call(Method::GET, &path, &[]).await.status_and_code(), (410, "gone"));
}

#[tokio::test]
async fn declined_checkout_leaves_the_subscription_unchanged() {
    let clerk = emulator().await;
    let (browser, ada, pro) = ada_with_plan(&clerk).await;
    clerk.decline_payments(&ada);
    let checkout = check_out(&browser, ME, pro.id(), "month").await;
    let fields = [("gateway", "stripe"), ("use_test_card", "true")];
    let declined = browser.call(Method::PATCH, &confirmation(ME, &checkout), &fields).await;
    assert_eq!(declined.status_and_code(), (422, "card_declined"));
    assert_eq!(plans(&subscription(&clerk, &ada).await), [("free_user", "active")]);
    assert_eq!(browser.get("/me/billing/payment_methods").await["total_count"], 0);
    let attempts = browser.get("/me/billing/payment_attempts").await;
    let attempt = &attempts["data"][0];
    assert_eq!(
        (&attempt["status"], &attempt["subscription_item"]["status"]),
        (&json!("failed"), &json!("incomplete"))
    );
    assert_eq!(attempt["payment_method"]["status"], "disconnected");
    assert_eq!(
        browser.get(&format!("/me/billing/payment_attempts/{}", id(attempt))).await,
        *attempt
    );

    clerk.accept_payments(&ada);
    let completed = browser.patch(&confirmation(ME, &checkout), &fields).await;
    assert_eq!(completed["status"], "completed");
}

#[tokio::test]
async fn payment_methods_are_added_and_removed() {
    let clerk = emulator().await;
    let (browser, _, pro) = ada_with_plan(&clerk).await;
    const METHODS: &str = "/me/billing/payment_methods";
    let prepared = browser.post(&format!("{METHODS}/initialize"), &[("gateway", "stripe")]).await;
    assert_eq!(prepared["payment_method_order"], json!(["card"]));
    assert_eq!(browser.get(METHODS).await, json!({ "data": [], "total_count": 0 }));
    let card = [("gateway", "stripe"), ("payment_token", "seti_1")];
    let first = browser.post(METHODS, &card).await;
    let second = browser.post(METHODS, &card).await;
    assert_eq!((&first["is_default"], &second["is_default"]), (&json!(true), &json!(false)));
    let listed = browser.get(METHODS).await;
    assert_eq!(ids(&listed["data"]), [id(&second), id(&first)]);

    let set_default = "/me/billing/payers/default_payment_method";
    let fields = [("payment_method_id", id(&second))];
    let answer = browser.call(Method::PUT, set_default, &fields).await.resource();
    assert_eq!(answer["is_default"], true);
    let fields =
        [("plan_id", pro.id()), ("plan_period", "month"), ("payment_method_id", id(&first))];
    let checkout = browser.post("/me/billing/checkouts", &fields).await;
    assert_eq!(checkout["payment_method"]["id"], first["id"]);
    browser.patch(&confirmation(ME, &checkout), &[]).await;
    let listed = browser.get(METHODS).await;
    assert_eq!(listed["data"][1]["is_default"], true, "renewals are paid for with the same card");

    let path = format!("{METHODS}/{}", id(&first));
    let rejected = browser.call(Method::DELETE, &path, &[]).await;
    assert_eq!(rejected.status_and_code(), (400, "payment_method_not_removable"));
    let removed = browser.delete(&format!("{METHODS}/{}", id(&second))).await;
    assert_eq!(removed["status"], "disconnected");
    assert_eq!(ids(&browser.get(METHODS).await["data"]), [id(&first)]);

    for fields in [
        [("gateway", "paypal"), ("payment_token", "x")],
        [("gateway", "stripe"), ("payment_token", "")],
    ] {
        assert_eq!(browser.call(Method::POST, METHODS, &fields).await.status, 422, "{fields:?}");
    }
    let fields = [("payment_method_id", id(&second))];
    assert_eq!(browser.call(Method::PUT, set_default, &fields).await.status, 404);
}

#[tokio::test]
async fn canceled_item_can_be_resumed_by_a_checkout() {
    let clerk = emulator().await;
    let (browser, ada, pro) = ada_with_plan(&clerk).await;
    let item = subscribe(&browser, ME, pro.id(), "month").await["subscription_item"].clone();
    let listed = browser.get("/me/billing/subscription_items").await;
    assert_eq!((id(&listed["data"][0]), &listed["total_count"]), (id(&item), &json!(2)));
    let path = format!("{ME}/subscription_items/{}", id(&item));
    let canceled = browser.delete(&path).await;
    assert_eq!(canceled["status"], "canceled");
    assert_eq!(
        plans(&subscription(&clerk, &ada).await),
        [("free_user", "upcoming"), ("pro", "canceled")]
    );
    let resumed = subscribe(&browser, ME, pro.id(), "month").await;
    assert_eq!(resumed["totals"]["total_due_now"]["amount"], 0);
    assert_eq!(resumed["subscription_item"]["id"], item["id"]);
    assert_eq!(plans(&subscription(&clerk, &ada).await), [("pro", "active")]);
    let unknown = browser.call(Method::DELETE, "/me/billing/subscription_items/x", &[]).await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn statements_list_payments_of_a_month() {
    let clerk = emulator().await;
    let (browser, _, pro) = ada_with_plan(&clerk).await;
    subscribe(&browser, ME, pro.id(), "month").await;
    clerk.clock().advance(31 * DAY);
    // The session has expired.
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let statements = browser.get("/me/billing/statements").await;
    assert_eq!(statements["total_count"], 2);
    let last = &statements["data"][0];
    assert_eq!(
        (&last["status"], &last["totals"]["grand_total"]["amount"]),
        (&json!("open"), &json!(1_000))
    );
    assert_eq!(last["groups"][0]["items"][0]["charge_type"], "recurring");
    assert_eq!(browser.get(&format!("/me/billing/statements/{}", id(last))).await, *last);
    let backend = backend_get(&clerk, "/billing/statements").await;
    assert_eq!(ids(&backend["data"]), ids(&statements["data"]));
    assert_eq!(browser.call(Method::GET, "/me/billing/statements/x", &[]).await.status, 404);
}

#[tokio::test]
async fn billing_of_other_users_is_unreachable() {
    let clerk = emulator().await;
    let (browser, ada, pro) = ada_with_plan(&clerk).await;
    let bought = subscribe(&browser, ME, pro.id(), "month").await;
    let open = check_out(&browser, ME, pro.id(), "annual").await;
    let statement = browser.get("/me/billing/statements").await["data"][0].clone();
    let attempt = browser.get("/me/billing/payment_attempts").await["data"][0].clone();
    let item = id(&bought["subscription_item"]);
    let card = id(&bought["payment_method"]);

    create_user(&clerk, "eve@example.com");
    let eve = ClerkJs::signed_in(&clerk, "eve@example.com").await;
    for (method, path) in [
        (Method::GET, format!("{ME}/checkouts/{}", id(&open))),
        (Method::PATCH, format!("{ME}/checkouts/{}", id(&open))),
        (Method::PATCH, format!("{ME}/checkouts/{}/confirm", id(&open))),
        (Method::GET, format!("{ME}/statements/{}", id(&statement))),
        (Method::GET, format!("{ME}/payment_attempts/{}", id(&attempt))),
        (Method::DELETE, format!("{ME}/subscription_items/{item}")),
        (Method::DELETE, format!("{ME}/payment_methods/{card}")),
    ] {
        let rejected = eve.call(method, &path, &[]).await;
        assert_eq!(rejected.status_and_code(), (404, "resource_not_found"), "{path}");
    }
    let fields = [("payment_method_id", card)];
    let path = "/me/billing/payers/default_payment_method";
    assert_eq!(eve.call(Method::PUT, path, &fields).await.status, 404);
    let fields = [("plan_id", pro.id()), ("plan_period", "month"), ("payment_method_id", card)];
    assert_eq!(eve.call(Method::POST, "/me/billing/checkouts", &fields).await.status, 422);
    assert_eq!(plans(&subscription(&clerk, &ada).await), [("pro", "active")]);

    let stranger = ClerkJs::load(&clerk).await;
    for path in ["subscription", "payment_attempts", "payment_methods", "statements"] {
        let rejected = stranger.call(Method::GET, &format!("{ME}/{path}"), &[]).await;
        assert_eq!(rejected.status_and_code(), (401, "signed_out"), "{path}");
    }
}

#[tokio::test]
async fn organization_is_billed_like_a_user() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    let team = clerk.organization_plan("team").monthly_fee(2_000).features(["audit"]);
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let billing = format!("/organizations/{}/billing", acme.id);
    let path = |rest: &str| format!("{billing}/{rest}");
    let current = browser.get(&path("subscription")).await;
    assert_eq!(plans(&current), [("free_org", "active")]);

    browser.post(&path("payment_methods/initialize"), &[]).await;
    let card = [("gateway", "stripe"), ("payment_token", "seti_1")];
    let first = browser.post(&path("payment_methods"), &card).await;
    // The document of `/me` has a parameter for organizations.
    let fields = [card[0], card[1], ("org_id", acme.id.as_str())];
    let second = browser.post("/me/billing/payment_methods", &fields).await;
    let fields = [("payment_method_id", id(&second))];
    browser.call(Method::PUT, &path("payers/default_payment_method"), &fields).await.resource();
    browser.delete(&path(&format!("payment_methods/{}", id(&first)))).await;
    let cards = browser.get(&path("payment_methods")).await;
    assert_eq!(ids(&cards["data"]), [id(&second)]);

    let checkout = check_out(&browser, &billing, team.id(), "month").await;
    assert_eq!(checkout["payer"]["organization_id"], acme.id.as_str());
    let checkout_path = path(&format!("checkouts/{}", id(&checkout)));
    assert_eq!(browser.get(&checkout_path).await, checkout);
    assert_eq!(browser.patch(&checkout_path, &[("promo_code", "")]).await, checkout);
    let completed = browser.patch(&confirmation(&billing, &checkout), &[]).await;
    assert_eq!(completed["payment_method"]["id"], second["id"]);
    let touch = format!("/client/sessions/{}/touch", browser.session_id);
    browser.post(&touch, &[("active_organization_id", &acme.id)]).await;
    let token = claims(&clerk, &browser.token().await);
    assert_eq!((&token["pla"], &token["fea"]), (&json!("o:team"), &json!("o:audit")));

    let statements = browser.get(&path("statements")).await;
    let statement = &statements["data"][0];
    assert_eq!(browser.get(&path(&format!("statements/{}", id(statement)))).await, *statement);
    let items = browser.get(&path("subscription_items")).await;
    let canceled = path(&format!("subscription_items/{}", id(&items["data"][0])));
    assert_eq!(browser.delete(&canceled).await["status"], "canceled");
    assert_eq!(browser.get("/me/billing/statements").await["total_count"], 0);
}

#[tokio::test]
async fn members_need_permissions_for_billing() {
    let clerk = emulator().await;
    let team = clerk.organization_plan("team").monthly_fee(2_000);
    let ada = create_ada(&clerk);
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let billing = format!("/organizations/{}/billing", acme.id);
    let statuses = async || {
        let read = browser.call(Method::GET, &format!("{billing}/subscription"), &[]).await;
        let fields = [("plan_id", team.id()), ("plan_period", "month")];
        let manage = browser.call(Method::POST, &format!("{billing}/checkouts"), &fields).await;
        let fields = [fields[0], fields[1], ("org_id", acme.id.as_str())];
        let named = browser.call(Method::POST, "/me/billing/checkouts", &fields).await;
        [read.status, manage.status, named.status]
    };
    assert_eq!(statuses().await, [403, 403, 403], "not a member");
    clerk.add_member(&acme.id, &ada.id, "org:guest", []);
    assert_eq!(statuses().await, [403, 403, 403]);
    clerk.add_member(&acme.id, &ada.id, "org:guest", ["org:sys_billing:read"]);
    assert_eq!(statuses().await, [200, 403, 403]);
    clerk.add_member(&acme.id, &ada.id, "org:guest", ["org:sys_billing:manage"]);
    assert_eq!(statuses().await, [403, 200, 200]);
}
