//! Session tokens and the keys that sign them.

use std::{collections::BTreeSet, time::Duration};

use axum::{Router, body::Body};
use axum_clerk::{
    ClerkLayer, SignedIn,
    api::{CreateOrganization, CreateUser},
    emulator::ClerkEmulator,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::Request;
use jsonwebtoken::{Algorithm, decode};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::{
    START, claims, decoding_key, emulator, get, ignoring_expiry, verify_with_jwks,
};

#[tokio::test]
async fn session_token_verifies_against_the_published_keys() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default().first_name("Ada"));
    let session = clerk.sign_in(&ada.id);
    let (header, claims) = verify_with_jwks(&clerk, &session.token()).await.unwrap();

    assert_eq!(header.alg, Algorithm::RS256);
    assert_eq!(header.typ.as_deref(), Some("JWT"));
    assert_eq!(header.kid, Some(clerk.key_id()));
    assert!(clerk.key_id().starts_with("ins_"));
    assert_eq!(claims["v"], 2);
    assert_eq!(claims["iss"], clerk.issuer());
    assert_eq!(claims["sub"], ada.id.as_str());
    assert_eq!(claims["sid"], session.id());
    assert_eq!(claims["sts"], "active");
    assert_eq!(claims["iat"], START);
    assert_eq!(claims["exp"], START + 60);
    assert!(claims["nbf"].as_u64().unwrap() <= START);
    assert_eq!(claims["fva"], json!([0, -1]));
    assert_eq!(claims["azp"], clerk.app_origin());
    for absent in ["o", "act", "fea", "pla"] {
        assert_eq!(claims.get(absent), None, "{absent}");
    }
}

#[tokio::test]
async fn tokens_and_cookies_are_issued_to_the_app_origin() {
    const ORIGIN: &str = "https://app.example.com";
    let own = ClerkEmulator::builder().app_origin(ORIGIN).start().await.unwrap();
    let default = ClerkEmulator::start().await.unwrap();
    assert_eq!(default.app_origin(), "http://localhost:3000");
    let restricted = default.config_builder().authorized_parties([default.app_origin()]);
    let elsewhere = default.config_builder().authorized_parties(["https://other.example"]);
    // Unless the origin is set, browsers may visit the app at any origin.
    for (clerk, config, expected, expected_elsewhere) in [
        (&own, own.config(), 200, 401),
        (&default, default.config(), 200, 200),
        (&default, restricted.build().unwrap(), 200, 401),
        (&default, elsewhere.build().unwrap(), 401, 200),
    ] {
        let app = Router::new()
            .fallback(async |session: SignedIn| session.user_id().to_owned())
            .layer(ClerkLayer::new(config));
        let session = clerk.sign_in(&clerk.create_user(CreateUser::default()).id);
        let user_id = session.user_id().to_owned();
        let other = clerk.sign_in(&user_id).claim("azp", "https://other.example").token();
        for (name, value, expected) in [
            ("authorization", format!("Bearer {}", session.token()), expected),
            ("cookie", session.cookies(), expected),
            ("authorization", format!("Bearer {other}"), expected_elsewhere),
        ] {
            let request = Request::post("/").header(name, value).body(Body::empty()).unwrap();
            let status = app.clone().oneshot(request).await.unwrap().status();
            assert_eq!(status, expected, "{name} of {}", clerk.app_origin());
        }
    }
}

#[tokio::test]
async fn session_token_header_has_the_token_category() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let token = clerk.sign_in(&ada.id).token();
    let header = decode_base64_json(token.split('.').next().unwrap());
    assert_eq!(header["cat"], "cl_B7d4PD111AAA");
}

fn decode_base64_json(encoded: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(encoded).unwrap()).unwrap()
}

#[tokio::test]
async fn session_builder_sets_the_claims() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let session = clerk
        .sign_in(&ada.id)
        .features(["u:export", "uo:chat"])
        .plans(["o:pro", "u:free"])
        .factor_verification_age(15, 20)
        .status("pending")
        .actor("user_admin")
        .expires_in(Duration::from_secs(3600))
        .claim("azp", "https://example.com")
        .claim("nested", json!({ "a": [1] }));
    clerk.clock().advance(Duration::from_secs(5 * 60));

    let claims = claims(&clerk, &session.token());
    assert_eq!(claims["fea"], "u:export,uo:chat");
    assert_eq!(claims["pla"], "o:pro,u:free");
    assert_eq!(claims["fva"], json!([20, 25]), "factors age with the clock");
    assert_eq!(claims["sts"], "pending");
    assert_eq!(claims["act"], json!({ "sub": "user_admin" }));
    assert_eq!(claims["exp"], START + 5 * 60 + 3600);
    assert_eq!(claims["azp"], "https://example.com");
    assert_eq!(claims["nested"], json!({ "a": [1] }));

    let resource = get(&clerk, &format!("/sessions/{}", session.id())).await;
    assert_eq!(resource["status"], "pending");
    assert_eq!(resource["actor"]["sub"], "user_admin");
}

#[tokio::test]
async fn custom_claim_overrides_the_default() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let expired = clerk.sign_in(&ada.id).claim("exp", START - 1).token();
    assert_eq!(claims(&clerk, &expired)["exp"], START - 1);
}

#[tokio::test]
async fn token_permissions_decode_to_those_of_the_membership() {
    let many: Vec<String> = (0..200).map(|n| format!("org:reports:p{n}")).collect();
    let cases: [(&[&str], Vec<&str>); 6] = [
        (&[], vec![]),
        (&[], vec!["org:billing:read"]),
        (&[], vec!["org:billing:read", "org:billing:manage", "org:teams:manage"]),
        (&["u:billing", "u:export"], vec!["org:billing:read", "org:teams:delete"]),
        (&["o:chat", "uo:teams", "u:export"], vec!["org:teams:delete", "org:billing:read"]),
        (&["o:chat"], many.iter().map(String::as_str).collect()),
    ];
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    for (features, granted) in cases {
        clerk.add_member(&acme.id, &ada.id, "org:editor", granted.clone());
        let session =
            clerk.sign_in(&ada.id).features(features.iter().copied()).organization(&acme.id);
        let claims = claims(&clerk, &session.token());
        assert_eq!(permissions(&claims), granted.into_iter().map(Into::into).collect(), "{claims}");
        assert_eq!(claims["o"]["id"], acme.id.as_str());
        assert_eq!(claims["o"]["slg"], "acme");
        assert_eq!(claims["o"]["rol"], "editor");
        for feature in features {
            assert!(claims["fea"].as_str().unwrap().split(',').any(|listed| listed == *feature));
        }
    }
}

#[tokio::test]
async fn system_permissions_are_not_in_tokens() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    clerk.add_member(&acme.id, &ada.id, "org:admin", ["org:sys_domains:read", "org:billing:read"]);
    let claims = claims(&clerk, &clerk.sign_in(&ada.id).organization(&acme.id).token());
    assert_eq!(permissions(&claims), ["org:billing:read".to_owned()].into());
    assert_eq!(claims["fea"], "o:billing");
}

#[tokio::test]
async fn membership_change_applies_to_the_next_token() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    let session = clerk.sign_in(&ada.id).organization(&acme.id);
    assert_eq!(claims(&clerk, &session.token())["o"]["rol"], "admin", "the creator is an admin");
    clerk.add_member(&acme.id, &ada.id, "org:member", ["org:billing:read"]);
    assert_eq!(claims(&clerk, &session.token())["o"]["rol"], "member");
}

#[tokio::test]
async fn rotation_adds_a_key_and_withdrawal_removes_the_old_ones() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let session = clerk.sign_in(&ada.id);
    let old = session.token();
    let old_key = clerk.key_id();

    clerk.rotate_keys();
    let new = session.token();
    assert_ne!(clerk.key_id(), old_key);
    assert_eq!(verify_with_jwks(&clerk, &new).await.unwrap().0.kid, Some(clerk.key_id()));
    assert!(verify_with_jwks(&clerk, &old).await.is_some(), "the old key stays published");

    clerk.withdraw_old_keys();
    assert!(verify_with_jwks(&clerk, &new).await.is_some());
    assert!(verify_with_jwks(&clerk, &old).await.is_none());
    assert_eq!(get(&clerk, "/jwks").await["keys"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn tokens_can_be_signed_with_any_rsa_algorithm() {
    let clerk = emulator().await;
    for (name, algorithm) in
        [("RS256", Algorithm::RS256), ("RS384", Algorithm::RS384), ("RS512", Algorithm::RS512)]
    {
        let token = clerk.sign_token(
            json!({ "alg": name, "typ": "odd" }),
            json!({ "exp": START * 2, "sub": 7 }),
        );
        let decoded =
            decode::<Value>(&token, &decoding_key(&clerk), &ignoring_expiry(algorithm)).unwrap();
        assert_eq!(decoded.header.typ.as_deref(), Some("odd"));
        assert_eq!(decoded.claims["sub"], 7);
    }
}

/// Decodes the permissions of an organization, independently of the library: the n-th organization
/// feature has the permissions whose bits are set in the n-th number of `fpm`.
fn permissions(claims: &Value) -> BTreeSet<String> {
    let list = |value: &Value| -> Vec<String> {
        value
            .as_str()
            .filter(|text| !text.is_empty())
            .into_iter()
            .flat_map(|text| text.split(','))
            .map(Into::into)
            .collect()
    };
    let names = list(&claims["o"]["per"]);
    let masks = list(&claims["o"]["fpm"]);
    let features: Vec<String> = list(&claims["fea"])
        .iter()
        .filter_map(|feature| feature.split_once(':').filter(|(scope, _)| scope.contains('o')))
        .map(|(_, name)| name.to_owned())
        .collect();
    assert_eq!(features.len(), if names.is_empty() { features.len() } else { masks.len() });
    let mut permissions = BTreeSet::new();
    for (feature, mask) in features.iter().zip(&masks) {
        // Long division by two: masks can be longer than any integer type.
        let mut digits: Vec<u8> = mask.bytes().map(|digit| digit - b'0').collect();
        for name in &names {
            let mut carry = 0;
            for digit in &mut digits {
                let value = carry * 10 + *digit;
                (*digit, carry) = (value / 2, value % 2);
            }
            if carry == 1 {
                permissions.insert(format!("org:{feature}:{name}"));
            }
        }
    }
    permissions
}
