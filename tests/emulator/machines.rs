//! Machines over HTTP.

use std::time::Duration;

use axum_clerk::{
    api::{CreateM2mToken, CreateMachine, ListM2mTokens, ListMachines, Revocation, UpdateMachine},
    emulator::EmulatedMachine,
};
use http::Method;
use serde_json::{Value, json};

use super::{
    START, api, call, emulator, get, ids,
    m2m_tokens::{call_as, post_with},
    machine_authentication::authenticate,
    post, refusal,
};

#[tokio::test]
async fn machines_are_created_and_scoped_over_http() {
    let clerk = emulator().await;
    let alpha = post(&clerk, "/machines", json!({ "name": "alpha" })).await;
    let beta =
        post(&clerk, "/machines", json!({ "name": "beta", "scoped_machines": [alpha["id"]] }))
            .await;
    assert_eq!(beta["scoped_machines"][0]["name"], "alpha");

    let path = format!("/machines/{}", alpha["id"].as_str().unwrap());
    post(&clerk, &format!("{path}/scopes"), json!({ "to_machine_id": beta["id"] })).await;
    assert_eq!(get(&clerk, &path).await["scoped_machines"][0]["name"], "beta");
    assert_eq!(get(&clerk, &format!("{path}/secret_key")).await["secret"], alpha["secret_key"]);
    assert_eq!(get(&clerk, "/machines").await["total_count"], 2);
}

#[tokio::test]
async fn machines_are_listed_by_name_and_id() {
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
    let refused = refusal(&clerk, Method::GET, "/machines?order_by=secret_key", Value::Null).await;
    assert_eq!((refused.0, refused.2.as_str()), (422, "order_by"));
}

#[tokio::test]
async fn a_machine_says_how_long_its_tokens_last() {
    let clerk = emulator().await;
    let machine =
        post(&clerk, "/machines", json!({ "name": "alpha", "default_token_ttl": 60 })).await;
    let (path, key) = (
        format!("/machines/{}", machine["id"].as_str().unwrap()),
        machine["secret_key"].as_str().unwrap(),
    );
    let lifetime = || async {
        let (_, token) = post_with(key, &clerk, "/m2m_tokens", json!({})).await;
        token["expiration"].as_i64().unwrap() - token["created_at"].as_i64().unwrap()
    };
    assert_eq!(lifetime().await, 60_000);
    clerk.clock().advance(Duration::from_secs(1));
    let (_, changed) =
        call(&clerk, Method::PATCH, &path, json!({ "default_token_ttl": 120 })).await;
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
            let refused = refusal(&clerk, method, path, body.clone()).await;
            assert_eq!(refused, (422, code.to_owned(), param.to_owned()), "{body}");
        }
    }
    let unknown = json!({ "name": "beta", "scoped_machines": ["mch_none"] });
    let refused = refusal(&clerk, Method::POST, "/machines", unknown).await;
    assert_eq!(
        (refused.1.as_str(), refused.2.as_str()),
        ("form_resource_not_found", "scoped_machines")
    );
    assert_eq!(
        get(&clerk, "/machines").await["data"],
        json!([changed]),
        "a refused request changes nothing"
    );
}

#[tokio::test]
async fn a_scope_is_for_the_tokens_after_it() {
    let clerk = emulator().await;
    let (alpha, beta) = (clerk.create_machine("alpha"), clerk.create_machine("beta"));
    let (path, scope) =
        (format!("/machines/{}/scopes", alpha.id()), json!({ "to_machine_id": beta.id() }));
    let scopes =
        || async { call_as(&alpha, &clerk, "/m2m_tokens", json!({})).await.1["scopes"].clone() };
    assert_eq!(scopes().await, json!([]));
    post(&clerk, &path, scope.clone()).await;
    assert_eq!(scopes().await, json!([beta.id()]));
    let refused = refusal(&clerk, Method::POST, &path, scope.clone()).await;
    assert_eq!((refused.0, refused.1.as_str()), (409, "conflict"));
    let unknown = json!({ "to_machine_id": "mch_none" });
    assert_eq!(refusal(&clerk, Method::POST, &path, unknown).await.0, 404);
    assert_eq!(refusal(&clerk, Method::POST, "/machines/mch_none/scopes", scope).await.0, 404);

    let path = format!("{path}/{}", beta.id());
    let (_, deleted) = call(&clerk, Method::DELETE, &path, Value::Null).await;
    let expected = json!({ "object": "machine_scope", "from_machine_id": alpha.id(),
        "to_machine_id": beta.id(), "deleted": true });
    assert_eq!(deleted, expected);
    assert_eq!(scopes().await, json!([]));
    assert_eq!(refusal(&clerk, Method::DELETE, &path, Value::Null).await.0, 404);
}

#[tokio::test]
async fn a_machine_has_at_most_150_scopes() {
    let clerk = emulator().await;
    let many: Vec<String> =
        (0..151).map(|n| clerk.create_machine(&n.to_string()).id().to_owned()).collect();
    let body = json!({ "name": "alpha", "scoped_machines": many });
    let refused = refusal(&clerk, Method::POST, "/machines", body).await;
    assert_eq!((refused.0, refused.1.as_str()), (422, "form_param_array_size_exceeded"));
    let alpha =
        post(&clerk, "/machines", json!({ "name": "alpha", "scoped_machines": many[..150] })).await;
    let path = format!("/machines/{}/scopes", alpha["id"].as_str().unwrap());
    let refused = refusal(&clerk, Method::POST, &path, json!({ "to_machine_id": many[150] })).await;
    assert_eq!((refused.0, refused.1.as_str()), (422, "form_param_array_size_exceeded"));
}

#[tokio::test]
async fn a_former_secret_key_is_good_for_as_long_as_it_was_said() {
    let clerk = emulator().await;
    let machine = clerk.create_machine("alpha");
    let path = format!("/machines/{}/secret_key", machine.id());
    let rotate = format!("{path}/rotate");
    let works = |key: String| {
        let clerk = &clerk;
        async move { post_with(&key, clerk, "/m2m_tokens", json!({})).await.0 == 201 }
    };
    for (body, code) in [
        (json!({}), "form_param_missing"),
        (json!({ "previous_token_ttl": -1 }), "form_param_value_invalid"),
        (json!({ "previous_token_ttl": 28_801 }), "form_param_value_invalid"),
    ] {
        let refused = refusal(&clerk, Method::POST, &rotate, body).await;
        assert_eq!(
            (refused.0, refused.1.as_str(), refused.2.as_str()),
            (422, code, "previous_token_ttl")
        );
    }
    let first = machine.secret_key().to_owned();
    assert_eq!(get(&clerk, &path).await["secret"], first);
    let second = post(&clerk, &rotate, json!({ "previous_token_ttl": 60 })).await;
    assert_eq!(get(&clerk, &path).await, second);
    let second = second["secret"].as_str().unwrap().to_owned();
    clerk.clock().advance(Duration::from_secs(59));
    assert!(works(first.clone()).await && works(second.clone()).await);
    clerk.clock().advance(Duration::from_secs(1));
    assert!(!works(first).await && works(second.clone()).await);
    post(&clerk, &rotate, json!({ "previous_token_ttl": 0 })).await;
    assert!(!works(second).await);
}

#[tokio::test]
async fn a_deleted_machine_takes_its_tokens_and_scopes_along() {
    let clerk = emulator().await;
    let (alpha, beta) = (clerk.create_machine("alpha"), clerk.create_machine("beta"));
    let alpha = alpha.scoped_to(&beta);
    let beta = beta.scoped_to(&alpha);
    let (gone, stays) = (clerk.create_m2m_token(&alpha), clerk.create_m2m_token(&beta));
    let path = format!("/machines/{}", alpha.id());
    let (_, deleted) = call(&clerk, Method::DELETE, &path, Value::Null).await;
    assert_eq!(deleted, json!({ "object": "machine", "id": alpha.id(), "deleted": true }));

    assert_eq!(
        get(&clerk, &format!("/machines/{}", beta.id())).await["scoped_machines"],
        json!([])
    );
    assert!(authenticate(&clerk, &gone.token()).await.is_none());
    assert!(authenticate(&clerk, &stays.token()).await.is_some());
    assert_eq!(call_as(&alpha, &clerk, "/m2m_tokens", json!({})).await.0, 401);
    let tokens = format!("/m2m_tokens?subject={}", alpha.id());
    for (method, path) in [
        (Method::GET, path.clone()),
        (Method::PATCH, path.clone()),
        (Method::DELETE, path.clone()),
        (Method::GET, format!("{path}/secret_key")),
        (Method::GET, tokens),
    ] {
        let refused = refusal(&clerk, method, &path, Value::Null).await;
        assert_eq!((refused.0, refused.1.as_str()), (404, "resource_not_found"), "{path}");
    }
}

#[tokio::test]
async fn the_client_reads_every_answer_about_machines() {
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
    let text = token.token.unwrap();
    let called = api.with_secret_key(beta.secret_key.unwrap().expose());
    assert_eq!(called.m2m().verify_token(text.expose()).await.unwrap().subject, alpha.id);
    assert_eq!(api.m2m().list_tokens(&ListM2mTokens::new(&alpha.id)).await.unwrap().data.len(), 1);
    assert!(api.m2m().revoke_token(&token.id, &Revocation::default()).await.unwrap().revoked);

    assert!(machines.delete_scope(&alpha.id, &beta.id).await.unwrap().deleted);
    assert!(machines.delete(&alpha.id).await.unwrap().deleted);
}
