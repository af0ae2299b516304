//! Machine-to-machine tokens over HTTP.

use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{
    assert_invalid_query, authenticate, call, emulator, get, id, ids, post, post_as, rejection,
};

#[tokio::test]
async fn machine_creates_its_own_tokens() {
    let clerk = emulator().await;
    let machine = clerk.create_machine("worker");
    for format in ["opaque", "jwt"] {
        let body =
            json!({ "token_format": format, "seconds_until_expiration": 60, "claims": { "a": 1 } });
        let (status, created) = post_as(&machine, &clerk, "/m2m_tokens", body).await;
        assert_eq!(status, 201, "{created}");
        let found = authenticate(&clerk, created["token"].as_str().unwrap()).await.unwrap();
        assert_eq!((found.machine_id(), found.id.as_str()), (Some(machine.id()), id(&created)));
    }
    let list = get(&clerk, &format!("/m2m_tokens?subject={}", machine.id())).await;
    assert_eq!(list["total_count"], 1, "JWTs are not stored");

    let (status, _) = call(&clerk, Method::POST, "/m2m_tokens", json!({})).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "the instance's key cannot create tokens");
    let (status, _) = post_as(&machine, &clerk, "/users", json!({})).await;
    assert_eq!(status, 401, "a machine's key grants access to nothing else");
}

#[tokio::test]
async fn revoked_and_expired_tokens_are_listed_if_requested() {
    let clerk = emulator().await;
    let (alpha, beta) = (clerk.create_machine("alpha"), clerk.create_machine("beta"));
    let create_token = || clerk.create_m2m_token(&alpha);
    let (valid, revoked) = (create_token(), create_token());
    let expired = create_token().expires_in(Duration::from_secs(60));
    let _ = clerk.create_m2m_token(&beta);
    revoked.revoke();
    clerk.clock().advance(Duration::from_secs(60));
    for (query, expected) in [
        ("", vec![valid.id()]),
        ("&revoked=true", vec![revoked.id(), valid.id()]),
        ("&expired=true", vec![expired.id(), valid.id()]),
        ("&revoked=true&expired=true", vec![expired.id(), revoked.id(), valid.id()]),
        ("&revoked=true&expired=true&limit=1&offset=1", vec![revoked.id()]),
    ] {
        let page = get(&clerk, &format!("/m2m_tokens?subject={}{query}", alpha.id())).await;
        assert_eq!(ids(&page["m2m_tokens"]), expected, "{query}");
    }
    for (query, param) in
        [("", "subject"), (&format!("?subject={}&limit=101", alpha.id()), "limit")]
    {
        assert_invalid_query(&clerk, &format!("/m2m_tokens{query}"), 400, param).await;
    }
}

#[tokio::test]
async fn token_with_enough_time_left_is_reused() {
    let clerk = emulator().await;
    let machine = clerk.create_machine("alpha");
    let create = async |body: Value| {
        let (_, token) = post_as(&machine, &clerk, "/m2m_tokens", body).await;
        id(&token).to_owned()
    };
    let claims = json!({ "tenant": 7 });
    let with_min_ttl = |ttl: u32| json!({ "claims": claims, "min_remaining_ttl_seconds": ttl });
    let first = create(with_min_ttl(1800)).await;
    assert_eq!(create(with_min_ttl(3600)).await, first, "the first token has an hour left");
    assert_ne!(
        create(json!({ "claims": claims })).await,
        first,
        "tokens are reused only if a minimum TTL is given"
    );
    assert_ne!(create(json!({ "min_remaining_ttl_seconds": 1 })).await, first, "the claims differ");
    clerk.clock().advance(Duration::from_secs(1));
    let second = create(with_min_ttl(3600)).await;
    assert_ne!(second, first, "the first token expires too soon");
    post(&clerk, &format!("/m2m_tokens/{second}/revoke"), json!({})).await;
    assert_ne!(create(with_min_ttl(3600)).await, second, "the second token is revoked");
}

#[tokio::test]
async fn invalid_m2m_token_requests_are_rejected() {
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
        let (status, response) = post_as(&alpha, &clerk, "/m2m_tokens", body.clone()).await;
        assert_eq!((status, &response["errors"][0]["code"]), (400, &json!(code)), "{body}");
    }
    let token = clerk.create_m2m_token(&alpha);
    let list =
        reqwest::Client::new().get(format!("{}/v1/m2m_tokens?subject={}", clerk.url(), alpha.id()));
    let rejected = list.bearer_auth(beta.secret_key()).send().await.unwrap();
    assert_eq!(rejected.status(), 403, "another machine's tokens cannot be listed");
    let revoke = format!("/m2m_tokens/{}/revoke", token.id());
    assert_eq!(
        post_as(&beta, &clerk, &revoke, json!({})).await.0,
        404,
        "another machine's token cannot be revoked"
    );
    assert_eq!(post_as(&alpha, &clerk, &revoke, json!({})).await.1["revoked"], true);
    let verify = json!({ "token": token.token() });
    assert_eq!(rejection(&clerk, Method::POST, "/m2m_tokens/verify", verify).await.status, 404);
    let list = get(&clerk, &format!("/m2m_tokens?revoked=true&subject={}", alpha.id())).await;
    assert_eq!(
        (&list["total_count"], &list["m2m_tokens"][0]["last_used_at"]),
        (&json!(1), &Value::Null)
    );
}
