//! API keys over HTTP.

use std::time::Duration;

use axum_clerk::api::{
    CreateApiKey, CreateOrganization, CreateUser, ListApiKeys, Patch, Revocation, UpdateApiKey,
};
use http::Method;
use serde_json::{Value, json};

use crate::support::{
    START, api, assert_invalid_query, delete, emulator, get, id, ids, patch, post, rejection,
};

#[tokio::test]
async fn api_key_is_created_with_all_optional_fields() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let body = json!({
        "type": "personal",
        "name": "nightly export",
        "description": "to the warehouse",
        "subject": ada.id,
        "claims": { "region": "eu" },
        "scopes": ["read:a"],
        "created_by": ada.id,
        "seconds_until_expiration": 60,
    });
    let created = post(&clerk, "/api_keys", body.clone()).await;
    for name in ["type", "name", "description", "subject", "claims", "scopes", "created_by"] {
        assert_eq!(created[name], body[name], "{name}");
    }
    assert_eq!(created["expiration"], created["created_at"].as_i64().unwrap() + 60_000);
    let path = format!("/api_keys/{}", id(&created));
    assert_eq!(
        get(&clerk, &format!("{path}/secret")).await,
        json!({ "secret": created["secret"] })
    );
    let verified = post(&clerk, "/api_keys/verify", json!({ "secret": created["secret"] })).await;
    assert_eq!(verified["last_used_at"], START * 1000);
    assert_eq!(get(&clerk, &path).await, verified);
}

#[tokio::test]
async fn api_keys_of_a_subject_are_listed_newest_first() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    let export = clerk.create_api_key(&ada.id).name("Nightly export");
    let import = clerk.create_api_key(&ada.id).name("import").expires_in(Duration::from_secs(60));
    let revoked = clerk.create_api_key(&ada.id).name("import");
    let acme_key = clerk.create_api_key(&acme.id);
    revoked.revoke();

    let (ada, acme) = (&ada.id, &acme.id);
    for (query, expected) in [
        (format!("subject={ada}"), vec![import.id(), export.id()]),
        (format!("subject={acme}"), vec![acme_key.id()]),
        (
            format!("subject={ada}&include_invalid=true"),
            vec![revoked.id(), import.id(), export.id()],
        ),
        (format!("subject={ada}&query=EXPORT"), vec![export.id()]),
        (format!("subject={ada}&query={}", import.id()), vec![import.id()]),
        (format!("subject={ada}&type=api_key&limit=1&offset=1"), vec![export.id()]),
        (format!("subject={ada}&type=personal"), vec![]),
    ] {
        let page = get(&clerk, &format!("/api_keys?{query}")).await;
        assert_eq!(ids(&page["data"]), expected, "{query}");
    }
    clerk.clock().advance(Duration::from_secs(60));
    let page = get(&clerk, &format!("/api_keys?subject={ada}")).await;
    assert_eq!(
        (ids(&page["data"]), &page["total_count"]),
        (vec![export.id()], &json!(1)),
        "the import key has expired"
    );

    for (query, param) in [
        (String::new(), "subject"),
        ("subject=ada".into(), "subject"),
        (format!("subject={ada}&limit=101"), "limit"),
        (format!("subject={ada}&limit=0"), "limit"),
        (format!("subject={ada}&include_invalid=2"), "include_invalid"),
    ] {
        assert_invalid_query(&clerk, &format!("/api_keys?{query}"), 400, param).await;
    }
}

#[tokio::test]
async fn api_key_is_updated_and_deleted() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    let key =
        clerk.create_api_key(&ada.id).name("export").scopes(["read:a"]).claims(json!({ "a": 1 }));
    let path = format!("/api_keys/{}", key.id());
    clerk.clock().advance(Duration::from_secs(1));

    let change =
        json!({ "description": "moved", "subject": acme.id, "seconds_until_expiration": 10.5 });
    let changed = patch(&clerk, &path, change).await;
    let now = (START + 1) * 1000;
    assert_eq!((&changed["description"], &changed["subject"]), (&json!("moved"), &json!(acme.id)));
    assert_eq!(
        (&changed["expiration"], &changed["updated_at"]),
        (&json!(now + 10_500), &json!(now))
    );
    assert_eq!((&changed["scopes"], &changed["claims"]), (&json!(["read:a"]), &json!({ "a": 1 })));
    assert_eq!(get(&clerk, &path).await, changed);

    let change = json!({
        "claims": null, "description": null, "scopes": [], "seconds_until_expiration": null,
    });
    let cleared = patch(&clerk, &path, change).await;
    for name in ["claims", "description", "expiration"] {
        assert_eq!(cleared[name], Value::Null, "{name}");
    }
    assert_eq!(cleared["scopes"], json!([]));

    for (change, code, param) in [
        (json!({ "description": "changed", "name": "x" }), "form_param_unknown", "name"),
        (
            json!({ "description": "changed", "subject": "ada" }),
            "form_param_format_invalid",
            "subject",
        ),
        (
            json!({ "description": "x".repeat(256) }),
            "form_param_max_length_exceeded",
            "description",
        ),
        (
            json!({ "description": "changed", "seconds_until_expiration": 0 }),
            "form_param_value_invalid",
            "seconds_until_expiration",
        ),
    ] {
        let rejected = rejection(&clerk, Method::PATCH, &path, change.clone()).await;
        assert_eq!(rejected.parts(), (400, code, param), "{change}");
    }
    assert_eq!(get(&clerk, &path).await, cleared, "rejected updates change nothing");

    let deleted = delete(&clerk, &path).await;
    assert_eq!(deleted, json!({ "object": "api_key", "id": key.id(), "deleted": true }));
    for (method, path) in [
        (Method::GET, path.clone()),
        (Method::GET, format!("{path}/secret")),
        (Method::PATCH, path.clone()),
        (Method::DELETE, path.clone()),
        (Method::POST, format!("{path}/revoke")),
    ] {
        let body = if method == Method::GET { Value::Null } else { json!({}) };
        let rejected = rejection(&clerk, method, &path, body).await;
        assert_eq!(rejected.status_and_code(), (404, "resource_not_found"), "{path}");
    }
}

#[tokio::test]
async fn invalid_new_api_keys_are_rejected() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    post(&clerk, "/api_keys", json!({ "name": "export", "subject": ada.id })).await;
    let unknown_user = format!("user_{}", "0".repeat(27));
    let with = |name: &str, value: Value| {
        let mut body = json!({ "name": "import", "subject": ada.id });
        body[name] = value;
        body
    };
    for (body, status, code, param) in [
        (json!({ "subject": ada.id }), 400, "form_param_missing", "name"),
        (json!({ "name": "import" }), 400, "form_param_missing", "subject"),
        (with("name", json!("ab")), 400, "form_param_format_invalid", "name"),
        (with("name", json!(" import")), 400, "form_param_format_invalid", "name"),
        (with("type", json!("ab")), 400, "form_param_value_invalid", "type"),
        (
            with("description", json!("x".repeat(256))),
            400,
            "form_param_max_length_exceeded",
            "description",
        ),
        (with("subject", json!("ada")), 400, "form_param_format_invalid", "subject"),
        (with("subject", json!(unknown_user)), 400, "form_resource_not_found", "subject"),
        (with("created_by", json!(unknown_user)), 400, "form_resource_not_found", "created_by"),
        (with("scopes", json!("read:a")), 400, "form_param_format_invalid", "scopes"),
        (
            with("seconds_until_expiration", json!(-1)),
            400,
            "form_param_value_invalid",
            "seconds_until_expiration",
        ),
        (with("shoe_size", json!(39)), 400, "form_param_unknown", "shoe_size"),
        (with("name", json!("export")), 409, "token_creation_conflict", ""),
    ] {
        let rejected = rejection(&clerk, Method::POST, "/api_keys", body.clone()).await;
        assert_eq!(rejected.parts(), (status, code, param), "{body}");
    }
    let page = get(&clerk, &format!("/api_keys?subject={}", ada.id)).await;
    assert_eq!(page["total_count"], 1);
}

#[tokio::test]
async fn revoked_api_key_keeps_its_reason_and_frees_its_name() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let created = post(&clerk, "/api_keys", json!({ "name": "export", "subject": ada.id })).await;
    let path = format!("/api_keys/{}/revoke", id(&created));
    post(&clerk, &path, json!({ "revocation_reason": "leaked" })).await;
    let again = post(&clerk, &path, json!({ "revocation_reason": "lost" })).await;
    assert_eq!(again["revocation_reason"], "leaked");
    post(&clerk, "/api_keys", json!({ "name": "export", "subject": ada.id })).await;
    let verify = json!({ "secret": created["secret"] });
    let rejected = rejection(&clerk, Method::POST, "/api_keys/verify", verify).await;
    assert_eq!(rejected.status_and_code(), (404, "resource_not_found"));
    assert_eq!(
        rejection(&clerk, Method::POST, "/api_keys/verify", json!({})).await.param,
        "secret"
    );
}

#[tokio::test]
async fn deleting_a_user_revokes_their_api_keys_and_tokens() {
    let clerk = emulator().await;
    let (ada, grace) =
        (clerk.create_user(CreateUser::default()), clerk.create_user(CreateUser::default()));
    let (key, token) = (clerk.create_api_key(&ada.id), clerk.create_oauth_access_token(&ada.id));
    let other = clerk.create_api_key(&grace.id);
    delete(&clerk, &format!("/users/{}", ada.id)).await;

    let verify = json!({ "secret": key.token() });
    assert_eq!(rejection(&clerk, Method::POST, "/api_keys/verify", verify).await.status, 404);
    let verify = json!({ "access_token": token.token() });
    let path = "/oauth_applications/access_tokens/verify";
    assert_eq!(rejection(&clerk, Method::POST, path, verify).await.status, 404);
    post(&clerk, "/api_keys/verify", json!({ "secret": other.token() })).await;
    assert_eq!(get(&clerk, &format!("/api_keys/{}", key.id())).await["revoked"], true);
}

#[tokio::test]
async fn typed_client_parses_api_key_responses() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let api = api(&clerk);
    let keys = api.api_keys();
    let created =
        keys.create(&CreateApiKey::new("export", &ada.id).description("daily")).await.unwrap();
    let secret = created.secret.unwrap();
    assert_eq!(keys.get_secret(&created.id).await.unwrap().secret, secret);
    let update = UpdateApiKey::default().scopes(["read:a"]).description(Patch::Clear);
    let updated = keys.update(&created.id, &update).await.unwrap();
    assert_eq!((updated.scopes, updated.description), (vec!["read:a".to_owned()], None));
    assert_eq!(keys.verify(secret.expose()).await.unwrap().subject, ada.id);
    assert_eq!(keys.list(&ListApiKeys::new(&ada.id)).await.unwrap().data.len(), 1);
    assert!(keys.revoke(&created.id, &Revocation::default()).await.unwrap().revoked);
    assert!(keys.get(&created.id).await.unwrap().revoked);
    assert!(keys.delete(&created.id).await.unwrap().deleted);
}
