//! Which tokens are refused, and why.

use std::time::Duration;

use aws_lc_rs::hmac;
use axum::Router;
use axum_clerk::{Clerk, ClerkConfigBuilder, Error, TokenError, emulator::ClerkEmulator};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};

use super::support::{
    START, app, emulator, get, header_only, shared, sign_in, token_claims, token_header, with,
};

/// What a token in the header comes to: `signed in`, or the reason why not.
async fn outcome(app: &Router, token: &str) -> String {
    let (open, guarded) =
        (get("/").bearer(token).send(app).await, get("/guarded").bearer(token).send(app).await);
    assert_eq!(open.status, 200, "the layer refuses nobody");
    if open.body == "nobody" {
        assert_eq!((guarded.status.as_u16(), guarded.code().as_str()), (401, open.reason()));
        open.reason().to_owned()
    } else {
        assert_eq!((guarded.status.as_u16(), open.reason()), (200, ""));
        "signed in".to_owned()
    }
}

/// As [`outcome`], of claims that the instance signed.
async fn outcome_of(clerk: &ClerkEmulator, app: &Router, claims: Value) -> String {
    outcome(app, &clerk.sign_token(token_header(clerk), claims)).await
}

/// An application that only looks at headers.
fn app_with(config: ClerkConfigBuilder) -> Router {
    app(config.build().unwrap())
}

fn encode(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

#[tokio::test]
async fn a_session_token_is_accepted() {
    let clerk = shared().await;
    let app = app_with(header_only(clerk));
    assert_eq!(outcome(&app, &sign_in(clerk).token()).await, "signed in");
    let header = token_header(clerk);
    for header in [
        header.clone(),
        with(header.clone(), "cat", Value::Null),
        with(header.clone(), "cat", "cl_I7d4PD111III"),
        with(header.clone(), "typ", Value::Null),
    ] {
        let token = clerk.sign_token(header.clone(), token_claims(clerk));
        assert_eq!(outcome(&app, &token).await, "signed in", "{header}");
    }
}

#[tokio::test]
async fn a_header_must_be_that_of_a_session_token() {
    let clerk = shared().await;
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
        ("cat", json!("cl_unheard_of"), "token-type-mismatch"),
        ("cat", json!(1), "token-type-mismatch"),
        ("kid", Value::Null, "jwk-kid-mismatch"),
        ("kid", json!("ins_unheard_of"), "jwk-kid-mismatch"),
        ("kid", json!([clerk.key_id()]), "jwk-kid-mismatch"),
    ] {
        let token =
            clerk.sign_token(with(token_header(clerk), name, value.clone()), token_claims(clerk));
        assert_eq!(outcome(&app, &token).await, reason, "{name} {value}");
    }
}

#[tokio::test]
async fn a_token_without_a_signature_is_refused() {
    let clerk = shared().await;
    let app = app_with(header_only(clerk));
    for alg in ["none", "NONE", "nOnE", ""] {
        let header = encode(&with(token_header(clerk), "alg", alg));
        let token = format!("{header}.{}.", encode(&token_claims(clerk)));
        assert_eq!(outcome(&app, &token).await, "token-invalid-algorithm", "{alg}");
    }
    let unsigned = format!("{}.{}.", encode(&token_header(clerk)), encode(&token_claims(clerk)));
    assert_eq!(outcome(&app, &unsigned).await, "token-invalid-signature");
}

#[tokio::test]
async fn a_public_key_is_no_secret_to_sign_with() {
    let clerk = shared().await;
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
            let header = with(token_header(clerk), "alg", alg);
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
async fn a_key_in_the_token_itself_is_not_used() {
    let (clerk, stranger) = (shared().await, emulator().await);
    let app = app_with(header_only(clerk));
    let keys = reqwest::Client::new()
        .get(format!("{}/v1/jwks", stranger.url()))
        .bearer_auth(stranger.secret_key())
        .send();
    let keys: Value = keys.await.unwrap().json().await.unwrap();
    let header = with(token_header(clerk), "jwk", keys["keys"][0].clone());
    let header = with(header, "jku", format!("{}/v1/jwks", stranger.url()));
    let token = stranger.sign_token(header, token_claims(clerk));
    assert_eq!(outcome(&app, &token).await, "token-invalid-signature");
}

#[tokio::test]
async fn a_changed_token_is_refused() {
    let clerk = shared().await;
    let app = app_with(header_only(clerk));
    let token = sign_in(clerk).token();
    let [header, claims, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!() };
    let other = token_claims(clerk);
    for (changed, reason) in [
        (format!("{header}.{}.{signature}", encode(&other)), "token-invalid-signature"),
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
        assert_eq!(outcome(&app, &changed).await, reason, "{changed}");
    }
}

#[tokio::test]
async fn a_truncated_token_is_refused_wherever_it_is_cut() {
    let clerk = shared().await;
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
async fn claims_must_be_there_and_of_their_type() {
    let clerk = shared().await;
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
        let claims = with(token_claims(clerk), name, value.clone());
        assert_eq!(
            outcome_of(clerk, &app, claims).await,
            "token-verification-failed",
            "{name} {value}"
        );
    }
    for optional in ["sid", "iss", "iat", "nbf", "v", "sts", "fva"] {
        let claims = with(token_claims(clerk), optional, Value::Null);
        assert_eq!(outcome_of(clerk, &app, claims).await, "signed in", "{optional}");
    }
}

#[tokio::test]
async fn times_are_kept_to_within_the_clock_skew() {
    let clerk = shared().await;
    let seconds = |skew| header_only(clerk).clock_skew(Duration::from_secs(skew));
    for (config, skew) in [(header_only(clerk), 5), (seconds(0), 0), (seconds(60), 60)] {
        let app = app_with(config);
        for (name, time, expected) in [
            ("exp", START - skew + 1, "signed in"),
            ("exp", START - skew, "token-expired"),
            ("nbf", START + skew, "signed in"),
            ("nbf", START + skew + 1, "token-not-active-yet"),
            ("iat", START + skew, "signed in"),
            ("iat", START + skew + 1, "token-iat-in-the-future"),
        ] {
            let claims = with(token_claims(clerk), name, time);
            assert_eq!(outcome_of(clerk, &app, claims).await, expected, "{name}, skew {skew}");
        }
    }
    let app = app_with(header_only(clerk));
    for (exp, expected) in
        [(json!(1e300), "signed in"), (json!(-1e300), "token-expired"), (json!(0), "token-expired")]
    {
        let claims = with(token_claims(clerk), "exp", exp.clone());
        assert_eq!(outcome_of(clerk, &app, claims).await, expected, "{exp}");
    }
}

#[tokio::test]
async fn an_expired_token_is_refused_though_it_was_accepted_before() {
    let clerk = emulator().await;
    for capacity in [10_000, 0] {
        let app = app_with(header_only(&clerk).token_cache_capacity(capacity));
        let token = sign_in(&clerk).token();
        for (later, expected) in [(0, "signed in"), (64_999, "signed in"), (1, "token-expired")] {
            clerk.clock().advance(Duration::from_millis(later));
            assert_eq!(outcome(&app, &token).await, expected);
        }
        assert_eq!(outcome(&app, &sign_in(&clerk).token()).await, "signed in");
    }
}

#[tokio::test]
async fn a_token_becomes_good_once_its_time_has_come() {
    let clerk = emulator().await;
    let app = app_with(header_only(&clerk));
    let claims = with(with(token_claims(&clerk), "nbf", START + 20), "exp", START + 90);
    let token = clerk.sign_token(token_header(&clerk), claims);
    assert_eq!(outcome(&app, &token).await, "token-not-active-yet");
    clerk.clock().advance(Duration::from_secs(15));
    assert_eq!(outcome(&app, &token).await, "signed in");
}

#[tokio::test]
async fn authorized_parties_are_asked_for_where_they_are_configured() {
    let clerk = shared().await;
    let any = app_with(header_only(clerk));
    let some =
        app_with(header_only(clerk).authorized_parties(["https://a.example", "https://b.example"]));
    let refused = "token-invalid-authorized-parties";
    for (azp, expected) in [
        (json!("https://a.example"), "signed in"),
        (json!("https://b.example"), "signed in"),
        (json!("https://c.example"), refused),
        (json!("https://a.example.evil.example"), refused),
        (json!("https://A.example"), refused),
        (json!(""), refused),
        (json!(["https://a.example"]), refused),
        (json!(1), refused),
        (Value::Null, refused),
    ] {
        let claims = with(token_claims(clerk), "azp", azp.clone());
        assert_eq!(outcome_of(clerk, &some, claims.clone()).await, expected, "{azp}");
        assert_eq!(outcome_of(clerk, &any, claims).await, "signed in", "{azp}");
    }
}

#[tokio::test]
async fn an_audience_is_asked_for_where_some_are_configured_and_the_token_has_one() {
    let clerk = shared().await;
    let any = app_with(header_only(clerk));
    let some = app_with(header_only(clerk).audiences(["api", "admin"]));
    let refused = "token-verification-failed";
    for (aud, expected) in [
        (json!("api"), "signed in"),
        (json!(["other", "admin"]), "signed in"),
        (Value::Null, "signed in"),
        (json!(""), "signed in"),
        (json!([]), "signed in"),
        (json!("other"), refused),
        (json!(["other"]), refused),
        (json!(["api", 1]), refused),
        (json!(1), refused),
        (json!({ "api": true }), refused),
    ] {
        let claims = with(token_claims(clerk), "aud", aud.clone());
        assert_eq!(outcome_of(clerk, &some, claims.clone()).await, expected, "{aud}");
        assert_eq!(outcome_of(clerk, &any, claims).await, "signed in", "{aud}");
    }
}

#[tokio::test]
async fn tokens_of_other_classes_are_no_session_tokens() {
    let clerk = shared().await;
    let app = app_with(header_only(clerk));
    clerk.create_jwt_template("reports", json!({ "role": "reader" }));
    let api = Clerk::new(clerk.config());
    let session = sign_in(clerk);
    let template = api
        .sessions()
        .create_token_from_template(session.id(), "reports", &Default::default())
        .await
        .unwrap();
    let machine = with(token_claims(clerk), "sub", "mch_1");
    let oauth = with(token_header(clerk), "typ", "at+jwt");
    for (what, token, reason) in [
        ("a template's", template.jwt.expose().to_owned(), "token-type-mismatch"),
        ("a machine's", clerk.sign_token(token_header(clerk), machine), "token-type-mismatch"),
        (
            "an OAuth access token",
            clerk.sign_token(oauth, token_claims(clerk)),
            "token-type-mismatch",
        ),
        ("an opaque machine token", "mt_abc".into(), "token-invalid"),
        ("an opaque OAuth token", "oat_abc".into(), "token-invalid"),
        ("an API key", "ak_abc".into(), "token-invalid"),
        ("a secret key", clerk.secret_key().into(), "token-invalid"),
    ] {
        assert_eq!(outcome(&app, &token).await, reason, "{what}");
    }
}

#[tokio::test]
async fn a_class_is_not_confused_through_the_cache() {
    let clerk = shared().await;
    clerk.create_jwt_template("reports", json!({ "role": "reader" }));
    let api = Clerk::new(header_only(clerk).build().unwrap());
    let app = app(api.clone());
    let session = sign_in(clerk);
    let template = api
        .sessions()
        .create_token_from_template(session.id(), "reports", &Default::default())
        .await
        .unwrap()
        .jwt;
    let claims = api.verify_token(template.expose()).await.unwrap();
    assert_eq!(claims.get("role"), Some(&json!("reader")));
    assert_eq!(outcome(&app, template.expose()).await, "token-type-mismatch");
}

#[tokio::test]
async fn a_token_is_verified_without_a_request() {
    let clerk = shared().await;
    let api = Clerk::new(clerk.config());
    let session = sign_in(clerk);
    let claims = api.verify_token(&session.token()).await.unwrap();
    assert_eq!((claims.user_id(), claims.session_id()), (session.user_id(), Some(session.id())));

    let expired =
        clerk.sign_token(token_header(clerk), with(token_claims(clerk), "exp", START - 60));
    for (token, expected) in [
        (expired.as_str(), TokenError::Expired),
        ("invalid", TokenError::Malformed),
        ("", TokenError::Malformed),
    ] {
        let error = api.verify_token(token).await.unwrap_err();
        assert!(matches!(&error, Error::Token(error) if *error == expected), "{error:?}");
    }
}
