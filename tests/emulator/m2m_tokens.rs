//! Machine-to-machine tokens over HTTP.

use std::time::Duration;

use axum_clerk::emulator::{ClerkEmulator, EmulatedMachine};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{
    call, call_with, emulator, get, ids, machine_authentication::authenticate, post, refusal,
};

/// A POST with the secret key of a machine.
pub(super) async fn call_as(
    machine: &EmulatedMachine,
    clerk: &ClerkEmulator,
    path: &str,
    body: Value,
) -> (u16, Value) {
    post_with(machine.secret_key(), clerk, path, body).await
}

pub(super) async fn post_with(
    key: &str,
    clerk: &ClerkEmulator,
    path: &str,
    body: Value,
) -> (u16, Value) {
    let (status, answer) = call_with(key, clerk, Method::POST, path, body).await;
    (status.as_u16(), answer)
}

#[tokio::test]
async fn a_machine_makes_its_own_tokens_over_http() {
    let clerk = emulator().await;
    let machine = clerk.create_machine("worker");
    for format in ["opaque", "jwt"] {
        let body =
            json!({ "token_format": format, "seconds_until_expiration": 60, "claims": { "a": 1 } });
        let (status, created) = call_as(&machine, &clerk, "/m2m_tokens", body).await;
        assert_eq!(status, 201, "{created}");
        let found = authenticate(&clerk, created["token"].as_str().unwrap()).await.unwrap();
        assert_eq!(
            (found.machine_id(), found.id.as_str()),
            (Some(machine.id()), created["id"].as_str().unwrap())
        );
    }
    let list = get(&clerk, &format!("/m2m_tokens?subject={}", machine.id())).await;
    assert_eq!(list["total_count"], 1, "of a JWT nothing is kept");

    let (status, _) = call(&clerk, Method::POST, "/m2m_tokens", json!({})).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "only machines make tokens");
    let (status, _) = call_as(&machine, &clerk, "/users", json!({})).await;
    assert_eq!(status, 401, "a machine's key opens nothing else");
}

#[tokio::test]
async fn machine_tokens_are_listed_with_the_bad_ones_if_asked_for() {
    let clerk = emulator().await;
    let (alpha, beta) = (clerk.create_machine("alpha"), clerk.create_machine("beta"));
    let token = || clerk.create_m2m_token(&alpha);
    let (good, revoked) = (token(), token());
    let expired = token().expires_in(Duration::from_secs(60));
    let _ = clerk.create_m2m_token(&beta);
    revoked.revoke();
    clerk.clock().advance(Duration::from_secs(60));
    for (query, expected) in [
        ("", vec![good.id()]),
        ("&revoked=true", vec![revoked.id(), good.id()]),
        ("&expired=true", vec![expired.id(), good.id()]),
        ("&revoked=true&expired=true", vec![expired.id(), revoked.id(), good.id()]),
        ("&revoked=true&expired=true&limit=1&offset=1", vec![revoked.id()]),
    ] {
        let page = get(&clerk, &format!("/m2m_tokens?subject={}{query}", alpha.id())).await;
        assert_eq!(ids(&page["m2m_tokens"]), expected, "{query}");
    }
    for (query, param) in
        [("", "subject"), (&format!("?subject={}&limit=101", alpha.id()), "limit")]
    {
        let refused =
            refusal(&clerk, Method::GET, &format!("/m2m_tokens{query}"), Value::Null).await;
        assert_eq!((refused.0, refused.2.as_str()), (400, param), "{query}");
    }
}

#[tokio::test]
async fn a_token_that_lasts_long_enough_is_given_again() {
    let clerk = emulator().await;
    let machine = clerk.create_machine("alpha");
    let ask = |body: Value| {
        let (clerk, machine) = (&clerk, &machine);
        async move {
            call_as(machine, clerk, "/m2m_tokens", body).await.1["id"].as_str().unwrap().to_owned()
        }
    };
    let claims = json!({ "tenant": 7 });
    let asking = |ttl: u32| json!({ "claims": claims, "min_remaining_ttl_seconds": ttl });
    let first = ask(asking(1800)).await;
    assert_eq!(ask(asking(3600)).await, first, "it has an hour left");
    assert_ne!(
        ask(json!({ "claims": claims })).await,
        first,
        "only who asks for an old one gets it"
    );
    assert_ne!(
        ask(json!({ "min_remaining_ttl_seconds": 1 })).await,
        first,
        "the claims are others"
    );
    clerk.clock().advance(Duration::from_secs(1));
    let second = ask(asking(3600)).await;
    assert_ne!(second, first, "it has too little left");
    post(&clerk, &format!("/m2m_tokens/{second}/revoke"), json!({})).await;
    assert_ne!(ask(asking(3600)).await, second, "it is revoked");
}

#[tokio::test]
async fn a_machine_token_that_clerk_would_refuse_is_refused() {
    let clerk = emulator().await;
    let (alpha, beta) = (clerk.create_machine("alpha"), clerk.create_machine("beta"));
    for (body, code) in [
        (json!({ "token_format": "paper" }), "form_param_format_invalid"),
        (json!({ "seconds_until_expiration": 0 }), "form_param_value_invalid"),
        (json!({ "min_remaining_ttl_seconds": -1 }), "form_param_format_invalid"),
        (
            json!({ "token_format": "jwt", "claims": { "sub": "x" } }),
            "machine_token_reserved_claim",
        ),
        (json!({ "shoe_size": 39 }), "form_param_unknown"),
    ] {
        let (status, answer) = call_as(&alpha, &clerk, "/m2m_tokens", body.clone()).await;
        assert_eq!((status, &answer["errors"][0]["code"]), (400, &json!(code)), "{body}");
    }
    let token = clerk.create_m2m_token(&alpha);
    let list =
        reqwest::Client::new().get(format!("{}/v1/m2m_tokens?subject={}", clerk.url(), alpha.id()));
    let refused = list.bearer_auth(beta.secret_key()).send().await.unwrap();
    assert_eq!(refused.status(), 403, "they are another machine's");
    let revoke = format!("/m2m_tokens/{}/revoke", token.id());
    assert_eq!(call_as(&beta, &clerk, &revoke, json!({})).await.0, 404, "it is another machine's");
    assert_eq!(call_as(&alpha, &clerk, &revoke, json!({})).await.1["revoked"], true);
    let verify = json!({ "token": token.token() });
    assert_eq!(refusal(&clerk, Method::POST, "/m2m_tokens/verify", verify).await.0, 404);
    let list = get(&clerk, &format!("/m2m_tokens?revoked=true&subject={}", alpha.id())).await;
    assert_eq!(
        (&list["total_count"], &list["m2m_tokens"][0]["last_used_at"]),
        (&json!(1), &Value::Null)
    );
}
