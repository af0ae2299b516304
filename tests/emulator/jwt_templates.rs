//! JWT templates over HTTP, and the tokens created from them.

use std::time::Duration;

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::KeySize,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RsaKeyPair},
};
use axum_clerk::api::{CreateSessionToken, CreateUser, DefineJwtTemplate, OptionalPaging, Patch};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::Method;
use jsonwebtoken::{Algorithm, DecodingKey, decode, decode_header};
use serde_json::{Value, json};

use crate::support::{
    START, api, claims, delete, emulator, get, id, ids, ignoring_expiry, patch, post, rejection,
};

/// Generates a P-256 key pair: the private key as PEM, and the key that verifies its signatures.
fn ec_key() -> (String, DecodingKey) {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    (pem(pair.to_pkcs8v1().unwrap().as_ref()), DecodingKey::from_ec_der(pair.public_key().as_ref()))
}

/// Generates an RSA key pair: the private key as PEM, and the key that verifies its signatures.
fn rsa_key() -> (String, DecodingKey) {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
    (pem(der.as_ref()), DecodingKey::from_rsa_der(pair.public_key().as_ref()))
}

fn pem(der: &[u8]) -> String {
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der))
}

#[tokio::test]
async fn template_is_created_listed_updated_and_deleted() {
    let clerk = emulator().await;
    let hasura =
        post(&clerk, "/jwt_templates", json!({ "name": "hasura", "claims": { "a": 1 } })).await;
    for (name, expected) in [
        ("lifetime", json!(60)),
        ("allowed_clock_skew", json!(5)),
        ("custom_signing_key", json!(false)),
        ("signing_algorithm", json!("RS256")),
        ("claims", json!({ "a": 1 })),
    ] {
        assert_eq!(hasura[name], expected, "{name}");
    }
    let path = format!("/jwt_templates/{}", id(&hasura));
    let nhost = post(&clerk, "/jwt_templates", json!({ "name": "nhost", "claims": {} })).await;
    let [hasura_id, nhost_id] = [&hasura, &nhost].map(id);
    assert_eq!(ids(&get(&clerk, "/jwt_templates").await), [nhost_id, hasura_id]);
    assert_eq!(ids(&get(&clerk, "/jwt_templates?limit=1&offset=1").await), [hasura_id]);
    let page = get(&clerk, "/jwt_templates?paginated=true").await;
    assert_eq!((ids(&page["data"]), &page["total_count"]), (vec![nhost_id, hasura_id], &json!(2)));

    clerk.clock().advance(Duration::from_secs(1));
    let change =
        json!({ "name": "hasura", "claims": { "b": 2 }, "lifetime": 300, "allowed_clock_skew": 0 });
    let changed = patch(&clerk, &path, change).await;
    assert_eq!((&changed["claims"], &changed["lifetime"]), (&json!({ "b": 2 }), &json!(300)));
    assert_eq!(changed["updated_at"], (START + 1) * 1000);
    assert_eq!(get(&clerk, &path).await, changed);
    let change = json!({ "name": "postgrest", "claims": {}, "lifetime": null });
    let changed = patch(&clerk, &path, change).await;
    assert_eq!((&changed["lifetime"], &changed["allowed_clock_skew"]), (&json!(60), &json!(0)));

    let deleted = delete(&clerk, &path).await;
    assert_eq!(deleted["deleted"], true);
    assert_eq!(rejection(&clerk, Method::GET, &path, Value::Null).await.status, 404);
    assert_eq!(ids(&get(&clerk, "/jwt_templates").await), [nhost_id]);
}

#[tokio::test]
async fn invalid_templates_are_rejected() {
    let clerk = emulator().await;
    post(&clerk, "/jwt_templates", json!({ "name": "hasura", "claims": {} })).await;
    let nhost = post(&clerk, "/jwt_templates", json!({ "name": "nhost", "claims": {} })).await;
    let path = format!("/jwt_templates/{}", id(&nhost));
    let with = |fields: Value| {
        let mut body = json!({ "name": "other", "claims": { "changed": true } });
        for (name, value) in fields.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    let custom = |algorithm: &str, key: &str| {
        with(json!({
            "custom_signing_key": true, "signing_algorithm": algorithm, "signing_key": key,
        }))
    };
    for (body, status, code, param) in [
        (json!({ "claims": {} }), 422, "form_param_missing", "name"),
        (json!({ "name": "other" }), 422, "form_param_missing", "claims"),
        (with(json!({ "name": "" })), 422, "form_param_missing", "name"),
        (with(json!({ "name": "hasura" })), 422, "form_identifier_exists", "name"),
        (with(json!({ "claims": [] })), 422, "form_param_format_invalid", "claims"),
        (with(json!({ "claims": { "sub": "x" } })), 400, "jwt_template_reserved_claim", "claims"),
        (with(json!({ "lifetime": 29 })), 422, "form_param_value_invalid", "lifetime"),
        (with(json!({ "lifetime": 315_360_001 })), 422, "form_param_value_invalid", "lifetime"),
        (
            with(json!({ "allowed_clock_skew": 301 })),
            422,
            "form_param_value_invalid",
            "allowed_clock_skew",
        ),
        (
            with(json!({ "allowed_clock_skew": -1 })),
            422,
            "form_param_value_invalid",
            "allowed_clock_skew",
        ),
        (
            with(json!({ "custom_signing_key": true, "signing_key": "secret" })),
            422,
            "form_conditional_param_missing",
            "signing_algorithm",
        ),
        (
            with(json!({ "custom_signing_key": true, "signing_algorithm": "HS256" })),
            422,
            "form_conditional_param_missing",
            "signing_key",
        ),
        (custom("HS1", "secret"), 422, "form_param_value_invalid", "signing_algorithm"),
        (custom("RS256", "secret"), 422, "form_param_format_invalid", "signing_key"),
        (custom("ES384", &ec_key().0), 422, "form_param_format_invalid", "signing_key"),
        (with(json!({ "shoe_size": 39 })), 422, "form_param_unknown", "shoe_size"),
    ] {
        for (method, path) in [(Method::POST, "/jwt_templates"), (Method::PATCH, &path)] {
            let rejected = rejection(&clerk, method.clone(), path, body.clone()).await;
            assert_eq!(rejected.parts(), (status, code, param), "{method} {body}");
        }
    }
    assert_eq!(get(&clerk, &path).await, nhost);
    assert_eq!(get(&clerk, "/jwt_templates?paginated=true").await["total_count"], 2);
}

#[tokio::test]
async fn template_tokens_have_the_claims_and_lifetime_of_the_template() {
    let clerk = emulator().await;
    let ada = clerk
        .create_user(CreateUser::default().first_name("Ada").email_address(["ada@example.com"]));
    let path = format!("/sessions/{}/tokens/reports", clerk.sign_in(&ada.id).id());
    let definition = json!({
        "name": "reports",
        "lifetime": 600,
        "allowed_clock_skew": 30,
        "claims": {
            "name": "{{user.last_name}} {{user.first_name}}",
            "full_name": "{{user.full_name || 'Nobody'}}",
            "age": "{{user.public_metadata.age || user.unsafe_metadata.age || 30}}",
            "verified": "{{user.phone_number_verified || user.email_verified}}",
            "since": "{{user.created_at}}",
        },
    });
    post(&clerk, "/jwt_templates", definition).await;
    let token = post(&clerk, &path, Value::Null).await;
    let claims_of = |response: &Value| claims(&clerk, response["jwt"].as_str().unwrap());
    let token_claims = claims_of(&token);
    for (name, expected) in [
        ("name", json!("null Ada")),
        ("full_name", json!("Ada")),
        ("age", json!(30)),
        ("verified", json!(true)),
        ("since", json!(START)),
        ("nbf", json!(START - 30)),
        ("exp", json!(START + 600)),
        ("sub", json!(ada.id)),
    ] {
        assert_eq!(token_claims[name], expected, "{name}");
    }
    let shorter = post(&clerk, &path, json!({ "expires_in_seconds": 30 })).await;
    assert_eq!(claims_of(&shorter)["exp"], START + 30);
    let rejected =
        rejection(&clerk, Method::POST, &path, json!({ "expires_in_seconds": 29 })).await;
    assert_eq!(rejected.status_and_param(), (422, "expires_in_seconds"));

    clerk.create_jwt_template("reports", json!({ "again": true }));
    let replaced = claims_of(&post(&clerk, &path, Value::Null).await);
    assert_eq!((&replaced["again"], &replaced["exp"]), (&json!(true), &json!(START + 60)));
    assert_eq!(get(&clerk, "/jwt_templates?paginated=true").await["total_count"], 1);
}

#[tokio::test]
async fn templates_can_sign_with_a_custom_key() {
    let clerk = emulator().await;
    let session = clerk.sign_in(&clerk.create_user(CreateUser::default()).id);
    let ((ec_pem, ec_verifier), (rsa_pem, rsa_verifier)) = (ec_key(), rsa_key());
    let secret = "shared secret";
    for (algorithm, name, key, verifier) in [
        (Algorithm::HS256, "HS256", secret, DecodingKey::from_secret(secret.as_bytes())),
        (Algorithm::HS512, "HS512", secret, DecodingKey::from_secret(secret.as_bytes())),
        (Algorithm::ES256, "ES256", &ec_pem, ec_verifier),
        (Algorithm::RS512, "RS512", &rsa_pem, rsa_verifier),
    ] {
        let definition = json!({
            "name": name,
            "claims": { "role": "reader" },
            "custom_signing_key": true,
            "signing_algorithm": name,
            "signing_key": key,
        });
        let template = post(&clerk, "/jwt_templates", definition).await;
        assert_eq!(
            (&template["custom_signing_key"], &template["signing_algorithm"]),
            (&json!(true), &json!(name))
        );
        assert!(!template.to_string().contains(key), "{template}");

        let path = format!("/sessions/{}/tokens/{name}", session.id());
        let token = post(&clerk, &path, Value::Null).await["jwt"].as_str().unwrap().to_owned();
        let custom_claims =
            decode::<Value>(&token, &verifier, &ignoring_expiry(algorithm)).unwrap().claims;
        assert_eq!(
            (&custom_claims["role"], &custom_claims["exp"]),
            (&json!("reader"), &json!(START + 60))
        );

        let id = id(&template);
        let without_key = json!({ "name": name, "claims": { "role": "writer" } });
        patch(&clerk, &format!("/jwt_templates/{id}"), without_key).await;
        let token = post(&clerk, &path, Value::Null).await["jwt"].as_str().unwrap().to_owned();
        assert_eq!(decode_header(&token).unwrap().alg, algorithm, "the custom key is kept");

        let without_custom_key = json!({ "name": name, "claims": {}, "custom_signing_key": false });
        patch(&clerk, &format!("/jwt_templates/{id}"), without_custom_key).await;
        let token = post(&clerk, &path, Value::Null).await["jwt"].as_str().unwrap().to_owned();
        assert_eq!(
            claims(&clerk, &token)["sub"],
            session.user_id(),
            "the instance's key signs again"
        );
    }
}

#[tokio::test]
#[should_panic(expected = "jwt_template_reserved_claim")]
async fn templates_with_reserved_claims_are_rejected() {
    emulator().await.create_jwt_template("reports", json!({ "exp": 0 }));
}

#[tokio::test]
async fn typed_client_parses_template_responses() {
    let clerk = emulator().await;
    let session = clerk.sign_in(&clerk.create_user(CreateUser::default()).id);
    let api = api(&clerk);
    let templates = api.jwt_templates();
    let definition = DefineJwtTemplate::new("reports", json!({ "role": "reader" })).lifetime(120);
    let created = templates.create(&definition).await.unwrap();
    assert_eq!(created.lifetime, 120);
    let cleared = templates.update(&created.id, &definition.lifetime(Patch::Clear)).await.unwrap();
    assert_eq!(cleared.lifetime, 60);
    assert_eq!(templates.get(&created.id).await.unwrap(), cleared);
    assert_eq!(templates.list(&OptionalPaging::default()).await.unwrap(), [cleared]);
    let token = CreateSessionToken::default();
    api.sessions().create_token_from_template(session.id(), "reports", &token).await.unwrap();
    assert!(templates.delete(&created.id).await.unwrap().deleted);
    assert!(
        api.sessions().create_token_from_template(session.id(), "reports", &token).await.is_err()
    );
}
