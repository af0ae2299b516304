//! API keys, machine-to-machine tokens and OAuth access tokens: as a route sees them, and over HTTP.

use std::time::Duration;

use axum_clerk::{
    Clerk, MachineToken, TokenType,
    api::{
        Client, CreateM2mToken, CreateMachine, CreateOrganization, CreateUser, ListM2mTokens, ListMachines,
        Revocation, UpdateMachine,
    },
    emulator::{ClerkEmulator, EmulatedMachine},
};
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use super::{START, call, emulator, get, ids, post, refusal};

/// What a route that takes every type of token makes of one.
async fn authenticate(clerk: &ClerkEmulator, token: &str) -> Option<MachineToken> {
    let config = clerk.config_builder().accept_tokens(TokenType::ALL).build().unwrap();
    let request = Request::builder().header("authorization", format!("Bearer {token}")).body(()).unwrap();
    let state = Clerk::new(config).authenticate(&request.into_parts().0).await;
    let token: &MachineToken = state.machine_token()?;
    Some(token.clone())
}

async fn call_as(machine: &EmulatedMachine, clerk: &ClerkEmulator, path: &str, body: Value) -> (u16, Value) {
    call_with(machine.secret_key(), clerk, path, body).await
}

async fn call_with(key: &str, clerk: &ClerkEmulator, path: &str, body: Value) -> (u16, Value) {
    let request = reqwest::Client::new().post(format!("{}/v1{path}", clerk.url()));
    let response = request.bearer_auth(key).json(&body).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn an_api_key_speaks_for_a_user_or_an_organization() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));

    let key =
        clerk.create_api_key(&ada.id).name("export").scopes(["read:a", "write:a"]).claims(json!({ "x": 1 }));
    let found = authenticate(&clerk, &key.token()).await.unwrap();
    assert_eq!((found.token_type, found.id.as_str()), (TokenType::ApiKey, key.id()));
    assert_eq!((found.user_id(), found.organization_id()), (Some(ada.id.as_str()), None));
    assert_eq!((found.name.as_deref(), found.claims.clone()), (Some("export"), Some(json!({ "x": 1 }))));
    assert!(found.has_scope("write:a") && !found.has_scope("write:b"));

    let key = clerk.create_api_key(&acme.id);
    let found = authenticate(&clerk, &key.token()).await.unwrap();
    assert_eq!((found.user_id(), found.organization_id()), (None, Some(acme.id.as_str())));
}

#[tokio::test]
async fn a_machine_speaks_to_the_machines_that_it_is_scoped_to() {
    let clerk = emulator().await;
    let (alpha, beta) = (clerk.create_machine("alpha"), clerk.create_machine("beta"));
    let gamma = clerk.create_machine("gamma").scoped_to(&alpha);
    let token = clerk.create_m2m_token(&gamma).claims(json!({ "tenant": 7 }));

    for text in [token.token(), token.jwt()] {
        let found = authenticate(&clerk, &text).await.unwrap();
        assert_eq!((found.token_type, found.id.as_str()), (TokenType::M2mToken, token.id()));
        assert_eq!(
            (found.machine_id(), found.scopes.as_slice()),
            (Some(gamma.id()), &[alpha.id().to_owned()][..])
        );
        assert_eq!(found.claims.unwrap()["tenant"], 7);
    }
    let verify = json!({ "token": token.token() });
    assert_eq!(call_as(&alpha, &clerk, "/m2m_tokens/verify", verify.clone()).await.0, 200);
    assert_eq!(call_as(&beta, &clerk, "/m2m_tokens/verify", verify).await.0, 404);
}

#[tokio::test]
async fn a_machine_makes_its_own_tokens_over_http() {
    let clerk = emulator().await;
    let machine = clerk.create_machine("worker");
    for format in ["opaque", "jwt"] {
        let body = json!({ "token_format": format, "seconds_until_expiration": 60, "claims": { "a": 1 } });
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
async fn an_oauth_access_token_speaks_for_its_user() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let token = clerk.create_oauth_access_token(&ada.id).client_id("app_1").scopes(["profile", "email"]);
    for text in [token.token(), token.jwt()] {
        let found = authenticate(&clerk, &text).await.unwrap();
        assert_eq!((found.token_type, found.id.as_str()), (TokenType::OAuthToken, token.id()));
        assert_eq!((found.user_id(), found.client_id.as_deref()), (Some(ada.id.as_str()), Some("app_1")));
        assert_eq!(found.scopes, ["profile", "email"]);
    }
}

#[tokio::test]
async fn what_is_revoked_expired_or_unknown_is_nobodys() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let machine = clerk.create_machine("worker");
    let credentials = [
        clerk.create_api_key(&ada.id),
        clerk.create_m2m_token(&machine),
        clerk.create_oauth_access_token(&ada.id),
    ];
    for credential in credentials {
        let credential = credential.expires_in(Duration::from_secs(60));
        assert!(authenticate(&clerk, &credential.token()).await.is_some());
        clerk.clock().advance(Duration::from_secs(61));
        assert!(authenticate(&clerk, &credential.token()).await.is_none(), "{credential:?} has expired");

        let credential = credential.expires_in(Duration::from_secs(60));
        assert!(authenticate(&clerk, &credential.token()).await.is_some());
        credential.revoke();
        assert!(authenticate(&clerk, &credential.token()).await.is_none(), "{credential:?} is revoked");
    }
    for token in ["ak_none", "mt_none", "oat_none"] {
        assert!(authenticate(&clerk, token).await.is_none());
    }
}

#[tokio::test]
async fn machines_are_created_and_scoped_over_http() {
    let clerk = emulator().await;
    let alpha = post(&clerk, "/machines", json!({ "name": "alpha" })).await;
    let beta = post(&clerk, "/machines", json!({ "name": "beta", "scoped_machines": [alpha["id"]] })).await;
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
        assert_eq!(ids(&get(&clerk, &format!("/machines?{query}")).await["data"]), expected, "{query}");
    }
    let refused = refusal(&clerk, Method::GET, "/machines?order_by=secret_key", Value::Null).await;
    assert_eq!((refused.0, refused.2.as_str()), (422, "order_by"));
}

#[tokio::test]
async fn a_machine_says_how_long_its_tokens_last() {
    let clerk = emulator().await;
    let machine = post(&clerk, "/machines", json!({ "name": "alpha", "default_token_ttl": 60 })).await;
    let (path, key) =
        (format!("/machines/{}", machine["id"].as_str().unwrap()), machine["secret_key"].as_str().unwrap());
    let lifetime = || async {
        let (_, token) = call_with(key, &clerk, "/m2m_tokens", json!({})).await;
        token["expiration"].as_i64().unwrap() - token["created_at"].as_i64().unwrap()
    };
    assert_eq!(lifetime().await, 60_000);
    clerk.clock().advance(Duration::from_secs(1));
    let (_, changed) = call(&clerk, Method::PATCH, &path, json!({ "default_token_ttl": 120 })).await;
    assert_eq!((&changed["name"], &changed["default_token_ttl"]), (&json!("alpha"), &json!(120)));
    assert_eq!(changed["updated_at"], (START + 1) * 1000);
    assert_eq!(lifetime().await, 120_000);
    for (body, code, param) in [
        (json!({ "name": "" }), "form_param_missing", "name"),
        (json!({ "name": "x".repeat(256) }), "form_param_max_length_exceeded", "name"),
        (json!({ "name": "beta", "default_token_ttl": 0 }), "form_param_value_invalid", "default_token_ttl"),
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
    assert_eq!((refused.1.as_str(), refused.2.as_str()), ("form_resource_not_found", "scoped_machines"));
    assert_eq!(get(&clerk, "/machines").await["data"], json!([changed]), "a refused request changes nothing");
}

#[tokio::test]
async fn a_scope_is_for_the_tokens_after_it() {
    let clerk = emulator().await;
    let (alpha, beta) = (clerk.create_machine("alpha"), clerk.create_machine("beta"));
    let (path, scope) = (format!("/machines/{}/scopes", alpha.id()), json!({ "to_machine_id": beta.id() }));
    let scopes = || async { call_as(&alpha, &clerk, "/m2m_tokens", json!({})).await.1["scopes"].clone() };
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
    let many: Vec<String> = (0..151).map(|n| clerk.create_machine(&n.to_string()).id().to_owned()).collect();
    let body = json!({ "name": "alpha", "scoped_machines": many });
    let refused = refusal(&clerk, Method::POST, "/machines", body).await;
    assert_eq!((refused.0, refused.1.as_str()), (422, "form_param_array_size_exceeded"));
    let alpha = post(&clerk, "/machines", json!({ "name": "alpha", "scoped_machines": many[..150] })).await;
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
        async move { call_with(&key, clerk, "/m2m_tokens", json!({})).await.0 == 201 }
    };
    for (body, code) in [
        (json!({}), "form_param_missing"),
        (json!({ "previous_token_ttl": -1 }), "form_param_value_invalid"),
        (json!({ "previous_token_ttl": 28_801 }), "form_param_value_invalid"),
    ] {
        let refused = refusal(&clerk, Method::POST, &rotate, body).await;
        assert_eq!((refused.0, refused.1.as_str(), refused.2.as_str()), (422, code, "previous_token_ttl"));
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

    assert_eq!(get(&clerk, &format!("/machines/{}", beta.id())).await["scoped_machines"], json!([]));
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
    for (query, param) in [("", "subject"), (&format!("?subject={}&limit=101", alpha.id()), "limit")] {
        let refused = refusal(&clerk, Method::GET, &format!("/m2m_tokens{query}"), Value::Null).await;
        assert_eq!((refused.0, refused.2.as_str()), (400, param), "{query}");
    }
}

#[tokio::test]
async fn a_token_that_lasts_long_enough_is_given_again() {
    let clerk = emulator().await;
    let machine = clerk.create_machine("alpha");
    let ask = |body: Value| {
        let (clerk, machine) = (&clerk, &machine);
        async move { call_as(machine, clerk, "/m2m_tokens", body).await.1["id"].as_str().unwrap().to_owned() }
    };
    let claims = json!({ "tenant": 7 });
    let asking = |ttl: u32| json!({ "claims": claims, "min_remaining_ttl_seconds": ttl });
    let first = ask(asking(1800)).await;
    assert_eq!(ask(asking(3600)).await, first, "it has an hour left");
    assert_ne!(ask(json!({ "claims": claims })).await, first, "only who asks for an old one gets it");
    assert_ne!(ask(json!({ "min_remaining_ttl_seconds": 1 })).await, first, "the claims are others");
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
        (json!({ "token_format": "jwt", "claims": { "sub": "x" } }), "machine_token_reserved_claim"),
        (json!({ "shoe_size": 39 }), "form_param_unknown"),
    ] {
        let (status, answer) = call_as(&alpha, &clerk, "/m2m_tokens", body.clone()).await;
        assert_eq!((status, &answer["errors"][0]["code"]), (400, &json!(code)), "{body}");
    }
    let token = clerk.create_m2m_token(&alpha);
    let revoke = format!("/m2m_tokens/{}/revoke", token.id());
    assert_eq!(call_as(&beta, &clerk, &revoke, json!({})).await.0, 404, "it is another machine's");
    assert_eq!(call_as(&alpha, &clerk, &revoke, json!({})).await.1["revoked"], true);
    let verify = json!({ "token": token.token() });
    assert_eq!(refusal(&clerk, Method::POST, "/m2m_tokens/verify", verify).await.0, 404);
    let list = get(&clerk, &format!("/m2m_tokens?revoked=true&subject={}", alpha.id())).await;
    assert_eq!((&list["total_count"], &list["m2m_tokens"][0]["last_used_at"]), (&json!(1), &Value::Null));
}

#[tokio::test]
async fn the_client_reads_every_answer_about_machines() {
    let clerk = emulator().await;
    let api = Client::new(clerk.secret_key()).unwrap().with_base_url(clerk.url().parse().unwrap());
    let machines = api.machines();
    let alpha = machines.create(&CreateMachine::new("alpha")).await.unwrap();
    let beta = machines.create(&CreateMachine::new("beta").scoped_machines([&alpha.id])).await.unwrap();
    machines.create_scope(&alpha.id, &beta.id).await.unwrap();
    assert_eq!(machines.get_secret_key(&alpha.id).await.unwrap().secret, alpha.secret_key.unwrap());
    let key = machines.rotate_secret_key(&alpha.id, 0).await.unwrap().secret;
    let renamed = machines.update(&alpha.id, &UpdateMachine::default().name("gamma")).await.unwrap();
    assert_eq!(machines.get(&alpha.id).await.unwrap(), renamed);
    assert_eq!(machines.list(&ListMachines::default()).await.unwrap().total_count, 2);

    let token =
        api.with_secret_key(key.expose()).m2m().create_token(&CreateM2mToken::default()).await.unwrap();
    let text = token.token.unwrap();
    let called = api.with_secret_key(beta.secret_key.unwrap().expose());
    assert_eq!(called.m2m().verify_token(text.expose()).await.unwrap().subject, alpha.id);
    assert_eq!(api.m2m().list_tokens(&ListM2mTokens::new(&alpha.id)).await.unwrap().data.len(), 1);
    assert!(api.m2m().revoke_token(&token.id, &Revocation::default()).await.unwrap().revoked);

    assert!(machines.delete_scope(&alpha.id, &beta.id).await.unwrap().deleted);
    assert!(machines.delete(&alpha.id).await.unwrap().deleted);
}
