//! An application that makes its own choices: the crypto provider of `jsonwebtoken`, and no
//! `rustls`.

use axum_clerk::{
    Clerk, ClerkConfig,
    api::{Client, CreateUser},
    emulator::ClerkEmulator,
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde_json::{Value, json};

#[tokio::test]
async fn application_chooses_the_provider_of_jsonwebtoken() {
    let claims = json!({ "sub": "job_1", "exp": 4_102_444_800_u64 });
    let secret = b"the application's own secret";
    let token = encode(&Header::default(), &claims, &EncodingKey::from_secret(secret)).unwrap();
    let key = DecodingKey::from_secret(secret);
    assert_eq!(decode::<Value>(&token, &key, &Validation::default()).unwrap().claims, claims);

    let emulator = ClerkEmulator::start().await.unwrap();
    let user = emulator.create_user(CreateUser::default());
    let token = emulator.sign_in(&user.id).token();
    let verified = Clerk::new(emulator.config()).verify_token(&token).await.unwrap();
    assert_eq!(verified.claims().user_id(), user.id);

    let key = DecodingKey::from_rsa_pem(emulator.jwt_key().as_bytes()).unwrap();
    let decoded = decode::<Value>(&token, &key, &Validation::new(Algorithm::RS256)).unwrap();
    assert_eq!(decoded.claims["sub"], user.id.as_str());
}

#[test]
fn missing_tls_is_a_configuration_error() {
    let error = ClerkConfig::builder().secret_key("sk_test_abc").build().unwrap_err();
    assert!(matches!(error.problems(), [problem] if problem.contains("`rustls`")), "{error}");
    let error = Client::new("sk_test_abc").unwrap_err();
    assert!(error.to_string().contains("`rustls`"), "{error}");
}

#[test]
fn application_may_bring_its_own_http_client() {
    let config = ClerkConfig::builder().secret_key("sk_test_abc").http_client(|http| http);
    config.build().unwrap();
}

#[test]
fn plain_http_needs_no_tls() {
    let config = ClerkConfig::builder().secret_key("sk_test_abc").api_url("http://127.0.0.1:4010");
    config.build().unwrap();
}
