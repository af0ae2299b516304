//! The calls to Clerk that the guide "Scaling" states, measured over an hour of requests.

use std::time::Duration;

use axum_clerk::cache::MemoryCache;

use crate::support::{Machine, emulator_with_manual_clock, listening, sign_in};

const MACHINES: usize = 3;
const HOUR: u32 = 60;
const MINUTE: Duration = Duration::from_secs(60);

/// Returns the calls to Clerk for the keys and for the user, if each machine serves a request for the
/// user every minute for an hour.
async fn calls(is_shared: bool, user_lifetime: Duration) -> (usize, usize) {
    let emulator = emulator_with_manual_clock().await;
    let cache = MemoryCache::new();
    let machines: Vec<_> = (0..MACHINES)
        .map(|_| {
            let config = emulator.config_builder().resource_cache_lifetime(user_lifetime);
            Machine::new(if is_shared { config.shared_cache(cache.clone()) } else { config })
        })
        .collect();
    if is_shared {
        listening(&emulator, &machines).await;
    }
    let (user, _, _) = sign_in(&emulator);
    let session = emulator.sign_in(&user);
    for _ in 0..HOUR {
        for machine in &machines {
            assert!(machine.accepts(&session.token()).await);
            machine.clerk.user(&user).await.unwrap();
        }
        // The keys are refreshed in the background.
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        emulator.clock().advance(MINUTE);
    }
    (emulator.requests("/v1/jwks"), emulator.requests(&format!("/v1/users/{user}")))
}

#[tokio::test]
async fn machines_without_a_shared_cache_call_clerk_each() {
    let (keys, users) = calls(false, MINUTE).await;
    assert_eq!((keys, users), (12 * MACHINES, 60 * MACHINES));
    let (keys, users) = calls(false, 12 * HOUR * MINUTE).await;
    assert_eq!((keys, users), (12 * MACHINES, MACHINES));
}

#[tokio::test]
async fn machines_with_a_shared_cache_call_clerk_as_one() {
    let (keys, users) = calls(true, MINUTE).await;
    assert_eq!((keys, users), (12, 60));
    let (keys, users) = calls(true, 12 * HOUR * MINUTE).await;
    assert_eq!((keys, users), (12, 1));
}
