//! The verification of a token with the keys of a JWKS document.

use std::cell::OnceCell;

use axum_clerk::{Clerk, ClerkConfig};
use serde_json::Value;

use super::{
    backend::Answer,
    world::{KEY_ID, NOW, World, clock},
};

pub(super) fn run(input: &[u8]) -> &'static str {
    thread_local! {
        static CONFIG: OnceCell<ClerkConfig> = const { OnceCell::new() };
    }
    let world = World::get();
    let config =
        CONFIG.with(|config| config.get_or_init(|| config_for(&world.backend.url)).clone());
    let modulus = world.instance.modulus();
    let document = String::from_utf8_lossy(input).replace("<n>", &modulus).replace("<e>", "AQAB");
    world.backend.set_answer(Answer::ok(document.as_bytes()));

    let header = format!(r#"{{"alg":"RS256","kid":"{KEY_ID}"}}"#);
    let claims = format!(r#"{{"sub":"user_1","exp":{}}}"#, NOW + 60);
    let token = world.instance.sign(header.as_bytes(), claims.as_bytes());
    let clerk = Clerk::new(config);
    let first = world.block_on(clerk.verify_token(&token)).is_ok();
    let second = world.block_on(clerk.verify_token(&token)).is_ok();
    assert_eq!(first, second, "the keys are fetched once");
    assert!(!first || contains_key(&document, &modulus), "accepted without the key: {document}");
    if first { "accepted" } else { "rejected" }
}

fn config_for(api_url: &str) -> ClerkConfig {
    let builder = ClerkConfig::builder().secret_key("sk_test_fuzz").api_url(api_url);
    let uncached = builder.token_cache_capacity(0).resource_cache_capacity(0);
    uncached.clock(clock()).build().expect("a configuration")
}

/// Returns whether a document contains the key, wherever it is.
fn contains_key(document: &str, modulus: &str) -> bool {
    fn contains(value: &Value, modulus: &str) -> bool {
        match value {
            Value::Object(fields) => {
                (fields.get("n").is_some_and(|n| n == modulus)
                    && fields.get("kid").is_some_and(|kid| kid == KEY_ID))
                    || fields.values().any(|value| contains(value, modulus))
            }
            Value::Array(items) => items.iter().any(|item| contains(item, modulus)),
            _ => false,
        }
    }
    serde_json::from_str(document).is_ok_and(|document| contains(&document, modulus))
}
