//! Machines over HTTP.

use std::time::Duration;

use axum_clerk::{
    api::{CreateM2mToken, CreateMachine, ListM2mTokens, ListMachines, Revocation, UpdateMachine},
    emulator::EmulatedMachine,
};
use http::Method;
use serde_json::{Value, json};

use crate::support::{
    START, api, assert_invalid_query, authenticate, delete, emulator, get, id, ids, patch, post,
    post_as, post_with_key, rejection,
};

#[tokio::test]
async fn machines_are_created_with_scopes_and_secret_key() {
    let clerk = emulator().await;
    let alpha = post(&clerk, "/machines", json!({ "name": "alpha" })).await;
    let beta =
        post(&clerk, "/machines", json!({ "name": "beta", "scoped_machines": [alpha["id"]] }))
            .await;
    assert_eq!(beta["scoped_machines"][0]["name"], "alpha");

    let path = format!("/machines/{}", id(&alpha));
    post(&clerk, &format!("{path}/scopes"), json!({ "to_machine_id": beta["id"] })).await;
    assert_eq!(get(&clerk, &path).await["scoped_machines"][0]["name"], "beta");
    assert_eq!(get(&clerk, &format!("{path}/secret_key")).await["secret"], alpha["secret_key"]);
    assert_eq!(get(&clerk, "/machines").await["total_count"], 2);
}

#[tokio::test]
async fn machines_are_filtered_ordered_and_paged() {
    let clerk = emulator().await;
    let machines = ["Alpha", "beta", "alphabet"].map(|name| {
        clerk.clock().advance(Duration::from_secs(1));
        clerk.create_machine(name)
    });
    let [alpha, beta, alphabet] = machines.each_ref().map(EmulatedMachine::id);
    for (query, expected) in [
        (String::new(), vec![alphabet, beta, alpha]),
        ("query=ALPHA".into(), vec![alphabet, alpha]),
        (format!("query={beta}"), vec![beta]),
        (format!("query={}", &beta[..10]), vec![]),
        ("order_by=name".into(), vec![alpha, alphabet, beta]),
        ("order_by=%2Bcreated_at&limit=1&offset=1".into(), vec![beta]),
    ] {
        assert_eq!(
            ids(&get(&clerk, &format!("/machines?{query}")).await["data"]),
            expected,
            "{query}"
        );
    }
    assert_invalid_query(&clerk, "/machines?order_by=secret_key", 422, "order_by").await;
}

#[tokio::test]
async fn machine_sets_the_lifetime_of_its_tokens() {
    let clerk = emulator().await;
    let machine =
        post(&clerk, "/machines", json!({ "name": "alpha", "default_token_ttl": 60 })).await;
    let path = format!("/machines/{}", id(&machine));
    let key = machine["secret_key"].as_str().unwrap();
    let lifetime = async || {
        let (_, token) = post_with_key(key, &clerk, "/m2m_tokens", json!({})).await;
        token["expiration"].as_i64().unwrap() - token["created_at"].as_i64().unwrap()
    };
    assert_eq!(lifetime().await, 60_000);
    clerk.clock().advance(Duration::from_secs(1));
    let changed = patch(&clerk, &path, json!({ "default_token_ttl": 120 })).await;
    assert_eq!((&changed["name"], &changed["default_token_ttl"]), (&json!("alpha"), &json!(120)));
    assert_eq!(changed["updated_at"], (START + 1) * 1000);
    assert_eq!(lifetime().await, 120_000);
    for (body, code, param) in [
        (json!({ "name": "" }), "form_param_missing", "name"),
        (json!({ "name": "x".repeat(256) }), "form_param_max_length_exceeded", "name"),
        (
            json!({ "name": "beta", "default_token_ttl": 0 }),
            "form_param_value_invalid",
            "default_token_ttl",
        ),
        (
            json!({ "name": "beta", "default_token_ttl": 315_360_001 }),
            "form_param_value_invalid",
            "default_token_ttl",
        ),
        (json!({ "name": "beta", "shoe_size": 39 }), "form_param_unknown", "shoe_size"),
    ] {
        for (method, path) in [(Method::POST, "/machines"), (Method::PATCH, &path)] {
            let rejected = rejection(&clerk, method, path, body.clone()).await;
            assert_eq!(rejected.parts(), (422, code, param), "{body}");
        }
    }
    let unknown = json!({ "name": "beta", "scoped_machines": ["mch_none"] });
    let rejected = rejection(&clerk, Method::POST, "/machines", unknown).await;
    assert_eq!(
        (rejected.code.as_str(), rejected.param.as_str()),
        ("form_resource_not_found", "scoped_machines")
    );
    assert_eq!(
        get(&clerk, "/machines").await["data"],
        json!([changed]),
        "rejected requests change nothing"
    );
}

#[tokio::test]
async fn scopes_apply_to_tokens_created_later() {
    let clerk = emulator().await;
    let (alpha, beta) = (clerk.create_machine("alpha"), clerk.create_machine("beta"));
    let (path, scope) =
        (format!("/machines/{}/scopes", alpha.id()), json!({ "to_machine_id": beta.id() }));
    let scopes =
        || async { post_as(&alpha, &clerk, "/m2m_tokens", json!({})).await.1["scopes"].clone() };
    assert_eq!(scopes().await, json!([]));
    post(&clerk, &path, scope.clone()).await;
    assert_eq!(scopes().await, json!([beta.id()]));
    let rejected = rejection(&clerk, Method::POST, &path, scope.clone()).await;
    assert_eq!(rejected.status_and_code(), (409, "conflict"));
    let unknown = json!({ "to_machine_id": "mch_none" });
    assert_eq!(rejection(&clerk, Method::POST, &path, unknown).await.status, 404);
    assert_eq!(
        rejection(&clerk, Method::POST, "/machines/mch_none/scopes", scope).await.status,
        404
    );

    let path = format!("{path}/{}", beta.id());
    let deleted = delete(&clerk, &path).await;
    let expected = json!({
        "object": "machine_scope",
        "from_machine_id": alpha.id(),
        "to_machine_id": beta.id(),
        "deleted": true,
    });
    assert_eq!(deleted, expected);
    assert_eq!(scopes().await, json!([]));
    assert_eq!(rejection(&clerk, Method::DELETE, &path, Value::Null).await.status, 404);
}

#[tokio::test]
async fn machine_has_at_most_150_scopes() {
    let clerk = emulator().await;
    let many: Vec<String> =
        (0..151).map(|n| clerk.create_machine(&n.to_string()).id().to_owned()).collect();
    let body = json!({ "name": "alpha", "scoped_machines": many });
    let rejected = rejection(&clerk, Method::POST, "/machines", body).await;
    assert_eq!(rejected.status_and_code(), (422, "form_param_array_size_exceeded"));
    let alpha =
        post(&clerk, "/machines", json!({ "name": "alpha", "scoped_machines": many[..150] })).await;
    let path = format!("/machines/{}/scopes", id(&alpha));
    let rejected =
        rejection(&clerk, Method::POST, &path, json!({ "to_machine_id": many[150] })).await;
    assert_eq!(rejected.status_and_code(), (422, "form_param_array_size_exceeded"));
}

#[tokio::test]
async fn rotated_secret_key_works_for_the_requested_time() {
    let clerk = emulator().await;
    let machine = clerk.create_machine("alpha");
    let path = format!("/machines/{}/secret_key", machine.id());
    let rotate = format!("{path}/rotate");
    let works =
        async |key: &str| post_with_key(key, &clerk, "/m2m_tokens", json!({})).await.0 == 201;
    for (body, code) in [
        (json!({}), "form_param_missing"),
        (json!({ "previous_token_ttl": -1 }), "form_param_value_invalid"),
        (json!({ "previous_token_ttl": 28_801 }), "form_param_value_invalid"),
    ] {
        let rejected = rejection(&clerk, Method::POST, &rotate, body).await;
        assert_eq!(rejected.parts(), (422, code, "previous_token_ttl"));
    }
    let first = machine.secret_key().to_owned();
    assert_eq!(get(&clerk, &path).await["secret"], first);
    let second = post(&clerk, &rotate, json!({ "previous_token_ttl": 60 })).await;
    assert_eq!(get(&clerk, &path).await, second);
    let second = second["secret"].as_str().unwrap().to_owned();
    clerk.clock().advance(Duration::from_secs(59));
    assert!(works(&first).await && works(&second).await);
    clerk.clock().advance(Duration::from_secs(1));
    assert!(!works(&first).await && works(&second).await);
    post(&clerk, &rotate, json!({ "previous_token_ttl": 0 })).await;
    assert!(!works(&second).await);
}

#[tokio::test]
async fn deleting_a_machine_deletes_its_tokens_and_scopes() {
    let clerk = emulator().await;
    let (alpha, beta) = (clerk.create_machine("alpha"), clerk.create_machine("beta"));
    let alpha = alpha.scoped_to(&beta);
    let beta = beta.scoped_to(&alpha);
    let (deleted_token, valid_token) =
        (clerk.create_m2m_token(&alpha), clerk.create_m2m_token(&beta));
    let path = format!("/machines/{}", alpha.id());
    let deleted = delete(&clerk, &path).await;
    assert_eq!(deleted, json!({ "object": "machine", "id": alpha.id(), "deleted": true }));

    assert_eq!(
        get(&clerk, &format!("/machines/{}", beta.id())).await["scoped_machines"],
        json!([])
    );
    assert!(authenticate(&clerk, &deleted_token.token()).await.is_none());
    assert!(authenticate(&clerk, &valid_token.token()).await.is_some());
    assert_eq!(post_as(&alpha, &clerk, "/m2m_tokens", json!({})).await.0, 401);
    let tokens = format!("/m2m_tokens?subject={}", alpha.id());
    for (method, path) in [
        (Method::GET, path.clone()),
        (Method::PATCH, path.clone()),
        (Method::DELETE, path.clone()),
        (Method::GET, format!("{path}/secret_key")),
        (Method::GET, tokens),
    ] {
        let rejected = rejection(&clerk, method, &path, Value::Null).await;
        assert_eq!(rejected.status_and_code(), (404, "resource_not_found"), "{path}");
    }
}

#[tokio::test]
async fn typed_client_parses_machine_responses() {
    let clerk = emulator().await;
    let api = api(&clerk);
    let machines = api.machines();
    let alpha = machines.create(&CreateMachine::new("alpha")).await.unwrap();
    let beta =
        machines.create(&CreateMachine::new("beta").scoped_machines([&alpha.id])).await.unwrap();
    machines.create_scope(&alpha.id, &beta.id).await.unwrap();
    assert_eq!(machines.get_secret_key(&alpha.id).await.unwrap().secret, alpha.secret_key.unwrap());
    let key = machines.rotate_secret_key(&alpha.id, 0).await.unwrap().secret;
    let renamed =
        machines.update(&alpha.id, &UpdateMachine::default().name("gamma")).await.unwrap();
    assert_eq!(machines.get(&alpha.id).await.unwrap(), renamed);
    assert_eq!(machines.list(&ListMachines::default()).await.unwrap().total_count, 2);

    let token = api
        .with_secret_key(key.expose())
        .m2m()
        .create_token(&CreateM2mToken::default())
        .await
        .unwrap();
    let secret = token.token.unwrap();
    let beta_api = api.with_secret_key(beta.secret_key.unwrap().expose());
    assert_eq!(beta_api.m2m().verify_token(secret.expose()).await.unwrap().subject, alpha.id);
    assert_eq!(api.m2m().list_tokens(&ListM2mTokens::new(&alpha.id)).await.unwrap().data.len(), 1);
    assert!(api.m2m().revoke_token(&token.id, &Revocation::default()).await.unwrap().revoked);

    assert!(machines.delete_scope(&alpha.id, &beta.id).await.unwrap().deleted);
    assert!(machines.delete(&alpha.id).await.unwrap().deleted);
}
