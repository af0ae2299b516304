//! The memory that a cached token takes, all told: `cargo bench --bench memory`. Linux only.
//!
//! Compares the memory of this process before and after 100,000 tokens were verified.

mod fixture;

use std::fs;

use axum_clerk::{ClerkConfig, ClerkLayer};

use self::fixture::{Instance, PUBLISHABLE_KEY, api_request, app, call};

const TOKENS: usize = 100_000;

fn main() {
    let instance = Instance::new();
    let config = ClerkConfig::builder()
        .publishable_key(PUBLISHABLE_KEY)
        .jwt_key(instance.pem())
        .token_cache_capacity(2 * TOKENS as u64);
    let app = app().layer(ClerkLayer::new(config.build().expect("a configuration")));
    let tokens = instance.session_tokens(TOKENS);
    let Some(before) = resident_bytes() else {
        println!("skipped: /proc/self/status is missing");
        return;
    };
    for token in &tokens {
        call(&app, api_request(Some(token)));
    }
    let growth = resident_bytes().expect("a status") - before;
    let text = tokens[0].len();
    println!("{} bytes a token, whose text has {text} bytes", growth / TOKENS);
}

fn resident_bytes() -> Option<usize> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<usize>().ok()? * 1024)
}
