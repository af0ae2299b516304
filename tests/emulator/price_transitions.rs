//! Changes of the prices of subscription items.

use http::Method;
use serde_json::json;

use crate::{
    billing::{ada, plans, subscription},
    subscriptions::{days, pro},
    support::{emulator, get, id, post, rejection},
};

#[tokio::test]
async fn price_transition_moves_an_item_to_a_custom_price() {
    let clerk = emulator().await;
    let (ada, pro) = (ada(&clerk), pro(&clerk));
    let item = clerk.subscribe(&ada, &pro);
    let price = |amount: u32| json!({ "plan_id": pro.id(), "amount": amount });
    let cheap = post(&clerk, "/billing/prices", price(500)).await;
    let expensive = post(&clerk, "/billing/prices", price(2_000)).await;
    let from = item.price_id.unwrap();
    let path = |item: &str| format!("/billing/subscription_items/{item}/price_transition");
    let moved = post(
        &clerk,
        &path(&item.id),
        json!({ "from_price_id": from, "to_price_id": id(&expensive) }),
    )
    .await;
    let transition = &moved["transition"];
    assert_eq!(
        (&transition["effective_mode"], &transition["previous_subscription_item_status"]),
        (&json!("immediate"), &json!("ended"))
    );
    assert_eq!(transition["immediate_charge"]["amount"], 1_000, "the first price is deducted");
    let item = &moved["subscription_item"];
    assert_eq!((&item["price_id"], &item["status"]), (&expensive["id"], &json!("active")));

    let change = json!({ "from_price_id": id(&expensive), "to_price_id": id(&cheap) });
    let moved = post(&clerk, &path(id(item)), change.clone()).await;
    let transition = &moved["transition"];
    assert_eq!(
        (&transition["effective_mode"], &transition["previous_subscription_item_status"]),
        (&json!("end_of_period"), &json!("canceled"))
    );
    assert_eq!(transition["effective_at"], json!(days(31)));
    let upcoming = moved["subscription_item"].clone();
    let change = json!({ "from_price_id": id(&cheap), "to_price_id": from });
    let moved = post(&clerk, &path(id(&upcoming)), change).await;
    let status = &moved["transition"]["previous_subscription_item_status"];
    assert_eq!(status, "abandoned", "it had not begun");

    let current = id(item);
    for (item, from, to, status) in [
        ("x", id(&expensive), id(&cheap), 404),
        (current, id(&expensive), "x", 404),
        (current, id(&cheap), id(&expensive), 409),
        (current, id(&expensive), id(&expensive), 409),
        (id(&upcoming), id(&cheap), id(&expensive), 422),
    ] {
        let change = json!({ "from_price_id": from, "to_price_id": to });
        let rejected = rejection(&clerk, Method::POST, &path(item), change).await;
        assert_eq!(rejected.status, status, "{item} from {from} to {to}");
    }
    let team = clerk.organization_plan("team");
    let prices = get(&clerk, &format!("/billing/prices?plan_id={}", team.id())).await;
    let change = json!({ "from_price_id": id(&expensive), "to_price_id": id(&prices["data"][0]) });
    let rejected = rejection(&clerk, Method::POST, &path(current), change).await;
    assert_eq!(rejected.status, 422, "the plan is for organizations");
}

#[tokio::test]
async fn transition_back_to_the_current_price_undoes_the_change() {
    let clerk = emulator().await;
    let (ada, pro) = (ada(&clerk), pro(&clerk));
    let item = clerk.subscribe(&ada, &pro);
    let cheap = json!({ "plan_id": pro.id(), "amount": 500 });
    let cheap = post(&clerk, "/billing/prices", cheap).await;
    let path = |item: &str| format!("/billing/subscription_items/{item}/price_transition");
    let [full, cheap] = [item.price_id.as_deref().unwrap(), id(&cheap)];
    let change = json!({ "from_price_id": full, "to_price_id": cheap });
    let moved = post(&clerk, &path(&item.id), change).await;
    let upcoming = id(&moved["subscription_item"]);
    let change = json!({ "from_price_id": cheap, "to_price_id": full });
    let moved = post(&clerk, &path(upcoming), change).await;
    assert_eq!(id(&moved["subscription_item"]), item.id);
    let transition = &moved["transition"];
    assert_eq!(transition["previous_subscription_item_id"], upcoming);
    assert_eq!(transition["previous_subscription_item_status"], "abandoned");
    assert_eq!(plans(&subscription(&clerk, &ada).await), [("pro", "active")]);
}
