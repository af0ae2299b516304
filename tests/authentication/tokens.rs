//! Verification of session tokens: which are rejected, and with which reason.

use std::time::Duration;

use aws_lc_rs::hmac;
use axum::Router;
use axum_clerk::{Clerk, ClerkConfigBuilder, TokenError, emulator::ClerkEmulator};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};

use super::support::{
    START, app, emulator, get, header_only, shared_emulator, sign_in, token_claims, token_header,
    with_field,
};

/// Sends the token in the header and returns `signed in`, or the reason why it is not.
async fn outcome(app: &Router, token: &str) -> String {
    let (open, guarded) =
        (get("/").bearer(token).send(app).await, get("/guarded").bearer(token).send(app).await);
    assert_eq!(open.status, 200, "the layer never rejects");
    if open.body == "anonymous" {
        assert_eq!((guarded.status.as_u16(), guarded.code().as_str()), (401, open.reason()));
        open.reason().to_owned()
    } else {
        assert_eq!((guarded.status.as_u16(), open.reason()), (200, ""));
        "signed in".to_owned()
    }
}

/// Returns the [`outcome`] of claims signed by the instance.
async fn claims_outcome(clerk: &ClerkEmulator, app: &Router, claims: Value) -> String {
    outcome(app, &clerk.sign_token(token_header(clerk), claims)).await
}

/// Returns an app with the built configuration.
fn app_with(config: ClerkConfigBuilder) -> Router {
    app(config.build().unwrap())
}

fn encode(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

/// Returns a token created from a JWT template with the claim `role`.
async fn template_token(clerk: &ClerkEmulator) -> String {
    clerk.create_jwt_template("reports", json!({ "role": "reader" }));
    let api = Clerk::new(clerk.config());
    let session = sign_in(clerk);
    let token = api
        .sessions()
        .create_token_from_template(session.id(), "reports", &Default::default())
        .await
        .unwrap();
    token.jwt.expose().to_owned()
}

#[tokio::test]
async fn session_token_is_accepted() {
    let clerk = shared_emulator().await;
    let app = app_with(header_only(clerk));
    assert_eq!(outcome(&app, &sign_in(clerk).token()).await, "signed in");
    let header = token_header(clerk);
    for header in [
        header.clone(),
        with_field(header.clone(), "cat", Value::Null),
        with_field(header.clone(), "cat", "cl_I7d4PD111III"),
        with_field(header.clone(), "typ", Value::Null),
    ] {
        let token = clerk.sign_token(header.clone(), token_claims(clerk));
        assert_eq!(outcome(&app, &token).await, "signed in", "{header}");
    }
}

#[tokio::test]
async fn invalid_token_header_is_rejected() {
    let clerk = shared_emulator().await;
    let app = app_with(header_only(clerk));
    for (name, value, reason) in [
        ("alg", json!("none"), "token-invalid-algorithm"),
        ("alg", json!("None"), "token-invalid-algorithm"),
        ("alg", json!("HS256"), "token-invalid-algorithm"),
        ("alg", json!("PS256"), "token-invalid-algorithm"),
        ("alg", json!("ES256"), "token-invalid-algorithm"),
        ("alg", json!("rs256"), "token-invalid-algorithm"),
        ("alg", json!(["RS256"]), "token-invalid-algorithm"),
        ("alg", Value::Null, "token-invalid-algorithm"),
        ("alg", json!("RS384"), "token-verification-failed"),
        ("alg", json!("RS512"), "token-verification-failed"),
        ("typ", json!("jwt"), "token-invalid"),
        ("typ", json!("JWE"), "token-invalid"),
        ("typ", json!(["JWT"]), "token-invalid"),
        ("typ", json!("at+jwt"), "token-type-mismatch"),
        ("typ", json!("application/at+jwt"), "token-type-mismatch"),
        ("cat", json!("cl_B7d4PD222AAA"), "token-type-mismatch"),
        ("cat", json!("cl_B7d4PD333AAA"), "token-type-mismatch"),
        ("cat", json!("cl_unknown"), "token-type-mismatch"),
        ("cat", json!(1), "token-type-mismatch"),
        ("kid", Value::Null, "jwk-kid-mismatch"),
        ("kid", json!("ins_unknown"), "jwk-kid-mismatch"),
        ("kid", json!([clerk.key_id()]), "jwk-kid-mismatch"),
    ] {
        let token = clerk
            .sign_token(with_field(token_header(clerk), name, value.clone()), token_claims(clerk));
        assert_eq!(outcome(&app, &token).await, reason, "{name} {value}");
    }
}

#[tokio::test]
async fn unsigned_token_is_rejected() {
    let clerk = shared_emulator().await;
    let app = app_with(header_only(clerk));
    for alg in ["none", "NONE", "nOnE", ""] {
        let header = encode(&with_field(token_header(clerk), "alg", alg));
        let token = format!("{header}.{}.", encode(&token_claims(clerk)));
        assert_eq!(outcome(&app, &token).await, "token-invalid-algorithm", "{alg}");
    }
    let unsigned = format!("{}.{}.", encode(&token_header(clerk)), encode(&token_claims(clerk)));
    assert_eq!(outcome(&app, &unsigned).await, "token-invalid-signature");
}

#[tokio::test]
async fn hmac_keyed_with_the_public_key_is_rejected() {
    let clerk = shared_emulator().await;
    let pem = clerk.jwt_key();
    let base64: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = STANDARD.decode(&base64).unwrap();
    let networkless = app_with(header_only(clerk).jwt_key(pem.as_str()));
    let fetching = app_with(header_only(clerk));
    for secret in [pem.as_bytes(), pem.trim().as_bytes(), base64.as_bytes(), &der] {
        for (alg, hmac) in [
            ("HS256", hmac::HMAC_SHA256),
            ("HS384", hmac::HMAC_SHA384),
            ("HS512", hmac::HMAC_SHA512),
        ] {
            let header = with_field(token_header(clerk), "alg", alg);
            let message = format!("{}.{}", encode(&header), encode(&token_claims(clerk)));
            let signature = hmac::sign(&hmac::Key::new(hmac, secret), message.as_bytes());
            let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
            for app in [&networkless, &fetching] {
                assert_eq!(outcome(app, &token).await, "token-invalid-algorithm", "{alg}");
            }
        }
    }
}

#[tokio::test]
async fn key_embedded_in_the_token_is_ignored() {
    let (clerk, attacker) = (shared_emulator().await, emulator().await);
    let app = app_with(header_only(clerk));
    let keys = reqwest::Client::new()
        .get(format!("{}/v1/jwks", attacker.url()))
        .bearer_auth(attacker.secret_key())
        .send();
    let keys: Value = keys.await.unwrap().json().await.unwrap();
    let header = with_field(token_header(clerk), "jwk", keys["keys"][0].clone());
    let header = with_field(header, "jku", format!("{}/v1/jwks", attacker.url()));
    let token = attacker.sign_token(header, token_claims(clerk));
    assert_eq!(outcome(&app, &token).await, "token-invalid-signature");
}

#[tokio::test]
async fn modified_token_is_rejected() {
    let clerk = shared_emulator().await;
    let app = app_with(header_only(clerk));
    let token = sign_in(clerk).token();
    let [header, claims, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!() };
    let other_claims = token_claims(clerk);
    for (modified, reason) in [
        (format!("{header}.{}.{signature}", encode(&other_claims)), "token-invalid-signature"),
        (
            format!("{}.{claims}.{signature}", encode(&token_header(clerk))),
            "token-invalid-signature",
        ),
        (format!("{header}.{claims}.{}", &signature[4..]), "token-invalid-signature"),
        (format!("{header}.{claims}.AAAA{}", &signature[4..]), "token-invalid-signature"),
        (format!("{header}.{claims}.{signature}AAAA"), "token-invalid-signature"),
        (format!("{header}.{claims}.{signature}.{signature}"), "token-invalid"),
        (format!("{header}.{claims}"), "token-invalid"),
        (format!(".{token}"), "token-invalid"),
        (format!("{header}..{signature}"), "token-invalid"),
        (format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode("[]")), "token-invalid"),
        (format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode("{")), "token-invalid"),
        (token.replace('.', ","), "token-invalid"),
    ] {
        assert_eq!(outcome(&app, &modified).await, reason, "{modified}");
    }
}

#[tokio::test]
async fn truncated_token_is_rejected_at_every_length() {
    let clerk = shared_emulator().await;
    let app = app_with(header_only(clerk));
    let token = sign_in(clerk).token();
    assert_eq!(outcome(&app, &token).await, "signed in");
    for length in 1..token.len() {
        let outcome = outcome(&app, &token[..length]).await;
        assert!(
            ["token-invalid", "token-invalid-signature"].contains(&outcome.as_str()),
            "{length}: {outcome}"
        );
    }
}

#[tokio::test]
async fn claims_must_be_present_and_well_typed() {
    let clerk = shared_emulator().await;
    let app = app_with(header_only(clerk));
    for (name, value) in [
        ("sub", Value::Null),
        ("sub", json!(7)),
        ("sub", json!(["user_ada"])),
        ("exp", Value::Null),
        ("exp", json!((START + 60).to_string())),
        ("exp", json!({})),
        ("nbf", json!("now")),
        ("nbf", json!(false)),
        ("iat", json!("now")),
        ("iat", json!([])),
    ] {
        let claims = with_field(token_claims(clerk), name, value.clone());
        assert_eq!(
            claims_outcome(clerk, &app, claims).await,
            "token-verification-failed",
            "{name} {value}"
        );
    }
    for optional in ["sid", "iss", "iat", "nbf", "v", "sts", "fva"] {
        let claims = with_field(token_claims(clerk), optional, Value::Null);
        assert_eq!(claims_outcome(clerk, &app, claims).await, "signed in", "{optional}");
    }
}

#[tokio::test]
async fn validity_period_is_enforced_within_the_clock_skew() {
    let clerk = shared_emulator().await;
    let with_skew = |skew| header_only(clerk).clock_skew(Duration::from_secs(skew));
    for (config, skew) in [(header_only(clerk), 5), (with_skew(0), 0), (with_skew(60), 60)] {
        let app = app_with(config);
        for (name, time, expected) in [
            ("exp", START - skew + 1, "signed in"),
            ("exp", START - skew, "token-expired"),
            ("nbf", START + skew, "signed in"),
            ("nbf", START + skew + 1, "token-not-active-yet"),
            ("iat", START + skew, "signed in"),
            ("iat", START + skew + 1, "token-iat-in-the-future"),
        ] {
            let claims = with_field(token_claims(clerk), name, time);
            assert_eq!(claims_outcome(clerk, &app, claims).await, expected, "{name}, skew {skew}");
        }
    }
    let app = app_with(header_only(clerk));
    for (exp, expected) in
        [(json!(1e300), "signed in"), (json!(-1e300), "token-expired"), (json!(0), "token-expired")]
    {
        let claims = with_field(token_claims(clerk), "exp", exp.clone());
        assert_eq!(claims_outcome(clerk, &app, claims).await, expected, "{exp}");
    }
}

#[tokio::test]
async fn expired_token_is_rejected_even_if_cached() {
    let clerk = emulator().await;
    for capacity in [10_000, 0] {
        let app = app_with(header_only(&clerk).token_cache_capacity(capacity));
        let token = sign_in(&clerk).token();
        for (millis, expected) in [(0, "signed in"), (64_999, "signed in"), (1, "token-expired")] {
            clerk.clock().advance(Duration::from_millis(millis));
            assert_eq!(outcome(&app, &token).await, expected);
        }
        assert_eq!(outcome(&app, &sign_in(&clerk).token()).await, "signed in");
    }
}

#[tokio::test]
async fn token_becomes_valid_at_its_nbf() {
    let clerk = emulator().await;
    let app = app_with(header_only(&clerk));
    let claims = with_field(with_field(token_claims(&clerk), "nbf", START + 20), "exp", START + 90);
    let token = clerk.sign_token(token_header(&clerk), claims);
    assert_eq!(outcome(&app, &token).await, "token-not-active-yet");
    clerk.clock().advance(Duration::from_secs(15));
    assert_eq!(outcome(&app, &token).await, "signed in");
}

#[tokio::test]
async fn authorized_parties_are_enforced_if_configured() {
    let clerk = shared_emulator().await;
    let unrestricted = app_with(header_only(clerk));
    let restricted =
        app_with(header_only(clerk).authorized_parties(["https://a.example", "https://b.example"]));
    let rejected = "token-invalid-authorized-parties";
    for (azp, expected) in [
        (json!("https://a.example"), "signed in"),
        (json!("https://b.example"), "signed in"),
        (json!("https://c.example"), rejected),
        (json!("https://a.example.evil.example"), rejected),
        (json!("https://A.example"), rejected),
        (json!(""), rejected),
        (json!(["https://a.example"]), rejected),
        (json!(1), rejected),
        (Value::Null, rejected),
    ] {
        let claims = with_field(token_claims(clerk), "azp", azp.clone());
        assert_eq!(claims_outcome(clerk, &restricted, claims.clone()).await, expected, "{azp}");
        assert_eq!(claims_outcome(clerk, &unrestricted, claims).await, "signed in", "{azp}");
    }
}

#[tokio::test]
async fn audience_is_enforced_if_configured_and_claimed() {
    let clerk = shared_emulator().await;
    let unrestricted = app_with(header_only(clerk));
    let restricted = app_with(header_only(clerk).audiences(["api", "admin"]));
    let rejected = "token-verification-failed";
    for (aud, expected) in [
        (json!("api"), "signed in"),
        (json!(["other", "admin"]), "signed in"),
        (Value::Null, "signed in"),
        (json!(""), "signed in"),
        (json!([]), "signed in"),
        (json!("other"), rejected),
        (json!(["other"]), rejected),
        (json!(["api", 1]), rejected),
        (json!(1), rejected),
        (json!({ "api": true }), rejected),
    ] {
        let claims = with_field(token_claims(clerk), "aud", aud.clone());
        assert_eq!(claims_outcome(clerk, &restricted, claims.clone()).await, expected, "{aud}");
        assert_eq!(claims_outcome(clerk, &unrestricted, claims).await, "signed in", "{aud}");
    }
}

#[tokio::test]
async fn other_token_classes_are_rejected() {
    let clerk = shared_emulator().await;
    let app = app_with(header_only(clerk));
    let template_token = template_token(clerk).await;
    let machine = with_field(token_claims(clerk), "sub", "mch_1");
    let oauth = with_field(token_header(clerk), "typ", "at+jwt");
    for (class, token, reason) in [
        ("a JWT template's token", template_token, "token-type-mismatch"),
        (
            "a machine-to-machine JWT",
            clerk.sign_token(token_header(clerk), machine),
            "token-type-mismatch",
        ),
        (
            "an OAuth access token",
            clerk.sign_token(oauth, token_claims(clerk)),
            "token-type-mismatch",
        ),
        ("an opaque machine-to-machine token", "mt_abc".into(), "token-invalid"),
        ("an opaque OAuth access token", "oat_abc".into(), "token-invalid"),
        ("an API key", "ak_abc".into(), "token-invalid"),
        ("a secret key", clerk.secret_key().into(), "token-invalid"),
    ] {
        assert_eq!(outcome(&app, &token).await, reason, "{class}");
    }
}

#[tokio::test]
async fn cached_token_is_not_accepted_as_another_class() {
    let clerk = shared_emulator().await;
    let token = template_token(clerk).await;
    let handle = Clerk::new(header_only(clerk).build().unwrap());
    let app = app(handle.clone());
    let verified = handle.verify_token(&token).await.unwrap();
    let claims = verified.claims();
    assert_eq!(claims.get("role"), Some(&json!("reader")));
    assert_eq!(outcome(&app, &token).await, "token-type-mismatch");
}

#[tokio::test]
async fn verify_token_accepts_a_bare_token() {
    let clerk = shared_emulator().await;
    let api = Clerk::new(clerk.config());
    let session = sign_in(clerk);
    let verified = api.verify_token(&session.token()).await.unwrap();
    let claims = verified.claims();
    assert_eq!((claims.user_id(), claims.session_id()), (session.user_id(), Some(session.id())));

    let expired =
        clerk.sign_token(token_header(clerk), with_field(token_claims(clerk), "exp", START - 60));
    for (token, expected) in [
        (expired.as_str(), TokenError::Expired),
        ("invalid", TokenError::Malformed),
        ("", TokenError::Malformed),
    ] {
        assert_eq!(api.verify_token(token).await.unwrap_err(), expected);
    }
}

#[tokio::test]
async fn verify_token_accepts_only_sessions_and_templates() {
    let clerk = shared_emulator().await;
    let api = Clerk::new(clerk.config());
    let (session, template) = ("cl_B7d4PD111AAA", "cl_B7d4PD222AAA");
    for (category, typ, subject, is_accepted) in [
        (session, "JWT", "user_1", true),
        (template, "JWT", "user_1", true),
        (session, "JWT", "mch_1", false),
        (template, "JWT", "mch_1", false),
        (session, "at+jwt", "user_1", false),
        (template, "at+jwt", "user_1", false),
        ("cl_B7d4PD333AAA", "JWT", "user_1", false),
        ("cl_other", "JWT", "user_1", false),
    ] {
        let header = with_field(with_field(token_header(clerk), "cat", category), "typ", typ);
        let token = clerk.sign_token(header, with_field(token_claims(clerk), "sub", subject));
        let result = api.verify_token(&token).await;
        assert_eq!(result.is_ok(), is_accepted, "{category} {typ} {subject}: {result:?}");
    }
}
