//! Calls to Clerk that a fleet makes only once.

use std::time::Duration;

use axum_clerk::{
    TokenType,
    api::{CreateOrganization, UpdateUser},
    cache::MemoryCache,
};
use futures_util::future::join_all;
use http::StatusCode;

use crate::{
    redis_server::RedisServer,
    support::{
        Machine, emulator, emulator_with_manual_clock, eventually, fleet, listening, memory_fleet,
        sign_in,
    },
};

#[tokio::test]
async fn thousand_cold_starts_make_one_jwks_fetch() {
    let Some(redis) = RedisServer::start() else { return };
    redis.send::<()>(&redis::cmd("PING"));
    // Starting them may take longer than the token lives.
    let emulator = emulator_with_manual_clock().await;
    let (_, _, token) = sign_in(&emulator);
    // A thousand connections at once take this machine longer than usual.
    let config = || emulator.config_builder().shared_cache_timeout(Duration::from_secs(30));
    let cache = || redis.cache();
    let machines: Vec<_> =
        (0..1000).map(|_| Machine::new(config().shared_cache(cache()))).collect();
    let accepted = join_all(machines.iter().map(|machine| machine.accepts(&token))).await;
    assert!(accepted.into_iter().all(|accepted| accepted));
    assert_eq!(emulator.requests("/v1/jwks"), 1);
}

#[tokio::test]
async fn keys_are_fetched_again_after_a_rotation() {
    let emulator = emulator().await;
    let machines = memory_fleet(&emulator, 3);
    let (_, _, token) = sign_in(&emulator);
    for machine in &machines {
        assert!(machine.accepts(&token).await);
    }
    emulator.rotate_keys();
    let (_, _, token) = sign_in(&emulator);
    for machine in &machines {
        assert!(machine.accepts(&token).await);
    }
    assert_eq!(emulator.requests("/v1/jwks"), 2);
}

#[tokio::test]
async fn users_and_organizations_are_fetched_once() {
    let emulator = emulator().await;
    let machines = memory_fleet(&emulator, 3);
    listening(&emulator, &machines).await;
    let (user, _, _) = sign_in(&emulator);
    let organization = emulator.create_organization(CreateOrganization::new("Acme")).id;
    for machine in &machines {
        for _ in 0..2 {
            assert_eq!(machine.clerk.user(&user).await.unwrap().id, user);
            assert_eq!(machine.clerk.organization(&organization).await.unwrap().id, organization);
        }
    }
    assert_eq!(emulator.requests(&format!("/v1/users/{user}")), 1);
    assert_eq!(emulator.requests(&format!("/v1/organizations/{organization}")), 1);
    let stats = machines[1].clerk.cache_stats();
    // The keys, the user and the organization.
    assert_eq!((stats.users.hits, stats.users.misses, stats.shared.hits), (1, 1, 3));
    assert!(stats.shared_available && stats.shared_failures == 0);
}

#[tokio::test]
async fn changed_user_is_seen_by_all_after_one_forgets_it() {
    let Some(redis) = RedisServer::start() else { return };
    let emulator = emulator().await;
    let machines = fleet(&emulator, 3, || redis.cache());
    listening(&emulator, &machines).await;
    let (user, _, _) = sign_in(&emulator);
    for machine in &machines {
        assert_eq!(machine.clerk.user(&user).await.unwrap().first_name, None);
    }
    let change = UpdateUser::default().first_name("Ada");
    machines[1].clerk.users().update(&user, &change).await.unwrap();
    machines[1].clerk.forget_user(&user).await;
    for machine in &machines {
        eventually(async || {
            let user = machine.clerk.user(&user).await.unwrap();
            user.first_name.as_deref() == Some("Ada")
        })
        .await;
    }
}

#[tokio::test]
async fn opaque_tokens_are_verified_once_if_switched_on() {
    let emulator = emulator().await;
    let (user, _, _) = sign_in(&emulator);
    let key = emulator.create_api_key(&user);
    for (lifetime, calls) in [(Duration::ZERO, 3), (Duration::from_secs(60), 4)] {
        let cache = MemoryCache::new();
        for _ in 0..3 {
            let config = emulator.config_builder().accept_tokens([TokenType::ApiKey]);
            let config = config.machine_token_cache_lifetime(lifetime).shared_cache(cache.clone());
            let machine = Machine::new(config);
            let (parts, ()) = http::Request::get("/")
                .header("authorization", format!("Bearer {}", key.token()))
                .body(())
                .unwrap()
                .into_parts();
            let state = machine.clerk.authenticate(&parts).await;
            let token = state.machine_token().unwrap();
            assert_eq!(token.subject, user);
        }
        assert_eq!(emulator.requests("/v1/api_keys/verify"), calls);
    }
}

#[tokio::test]
async fn unknown_opaque_token_is_looked_up_once() {
    let emulator = emulator().await;
    let cache = MemoryCache::new();
    for _ in 0..3 {
        let config = emulator.config_builder().accept_tokens([TokenType::ApiKey]);
        let machine = Machine::new(config.shared_cache(cache.clone()));
        let (status, reason) = machine.get("ak_unknown").await;
        assert_eq!((status, &*reason), (StatusCode::UNAUTHORIZED, "token-invalid"));
    }
    assert_eq!(emulator.requests("/v1/api_keys/verify"), 1);
}

#[tokio::test]
async fn resource_fetched_before_a_change_is_not_shared_after_it() {
    let emulator = emulator().await;
    let machines = memory_fleet(&emulator, 2);
    let (user, _, _) = sign_in(&emulator);
    let change = UpdateUser::default().first_name("Ada");
    machines[0].clerk.users().update(&user, &change).await.unwrap();
    machines[0].clerk.forget_user(&user).await;
    // A machine that fetched the user before the change cannot store it now.
    machines[0].clerk.user(&user).await.unwrap();
    machines[1].clerk.user(&user).await.unwrap();
    assert_eq!(emulator.requests(&format!("/v1/users/{user}")), 3);
}

#[tokio::test]
async fn change_during_an_outage_reaches_the_others_later() {
    let Some(redis) = RedisServer::start() else { return };
    let emulator = emulator().await;
    let machines = fleet(&emulator, 2, || redis.cache());
    listening(&emulator, &machines).await;
    let (user, _, _) = sign_in(&emulator);
    redis.pause();
    let change = UpdateUser::default().first_name("Ada");
    assert_eq!(machines[1].clerk.user(&user).await.unwrap().first_name, None);
    machines[0].clerk.users().update(&user, &change).await.unwrap();
    machines[0].clerk.forget_user(&user).await;
    redis.resume();
    eventually(async || {
        let user = machines[1].clerk.user(&user).await.unwrap();
        user.first_name.as_deref() == Some("Ada")
    })
    .await;
}
