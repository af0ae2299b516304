//! Session cookies, and the publishable key from which their suffix is derived.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use axum_clerk::{InstanceType, api::CreateUser, emulator::ClerkEmulator};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE},
};

use crate::support::{START, emulator, verify_with_jwks};

#[tokio::test]
async fn session_provides_the_cookies_of_a_development_browser() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let cookies = clerk.sign_in(&ada.id).cookies();
    let cookies: BTreeMap<&str, &str> =
        cookies.split("; ").map(|cookie| cookie.split_once('=').unwrap()).collect();

    let suffix = suffix(clerk.publishable_key());
    let expected = ["__clerk_db_jwt", "__client_uat", "__session"];
    assert_eq!(cookies.len(), 2 * expected.len());
    for name in expected {
        assert_eq!(cookies[name], cookies[format!("{name}_{suffix}").as_str()]);
    }
    assert_eq!(cookies["__client_uat"], START.to_string());
    assert!(cookies["__clerk_db_jwt"].starts_with("dvb_"));
    assert_eq!(
        verify_with_jwks(&clerk, cookies["__session"]).await.unwrap().1["sub"],
        ada.id.as_str()
    );
}

/// Derives the cookie suffix of an instance, independently of the library.
fn suffix(publishable_key: &str) -> String {
    URL_SAFE.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, publishable_key.as_bytes()))[..8].to_owned()
}

#[tokio::test]
async fn publishable_key_encodes_the_frontend_api_host() {
    let clerk = emulator().await;
    let host = STANDARD.decode(clerk.publishable_key().strip_prefix("pk_test_").unwrap()).unwrap();
    let host = String::from_utf8(host).unwrap();
    assert!(host.ends_with(".clerk.accounts.dev$"), "clerk-js recognizes development: {host}");

    let clerk =
        ClerkEmulator::builder().instance_type(InstanceType::Production).start().await.unwrap();
    let host = STANDARD.decode(clerk.publishable_key().strip_prefix("pk_live_").unwrap()).unwrap();
    assert_eq!(format!("http://{}", String::from_utf8(host).unwrap()), format!("{}$", clerk.url()));
}
