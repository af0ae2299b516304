//! Revoked sessions are rejected by every machine.

use std::time::Duration;

use axum_clerk::{
    RequestState, TokenError,
    cache::{CacheError, CacheFuture, MemoryCache, SharedCache},
};
use futures_util::{FutureExt, stream::BoxStream};

use crate::{
    redis_server::RedisServer,
    support::{
        Machine, emulator, emulator_with_manual_clock, eventually, fleet, memory_fleet, sign_in,
    },
};

#[tokio::test]
async fn session_revoked_on_one_machine_is_rejected_by_all() {
    let Some(redis) = RedisServer::start() else { return };
    let emulator = emulator().await;
    let machines = fleet(&emulator, 4, || redis.cache());
    let (_, session, token) = sign_in(&emulator);
    let (_, _, other_token) = sign_in(&emulator);
    for machine in &machines {
        assert!(machine.accepts(&token).await && machine.accepts(&other_token).await);
    }
    machines[0].clerk.revoke_session(&session).await.unwrap();
    assert!(!machines[0].accepts(&token).await);
    for machine in &machines {
        eventually(async || !machine.accepts(&token).await).await;
        assert!(machine.accepts(&other_token).await);
    }
}

#[tokio::test]
async fn machine_without_a_shared_cache_rejects_what_it_revoked() {
    let emulator = emulator().await;
    let machine = Machine::new(emulator.config_builder());
    let (_, session, token) = sign_in(&emulator);
    assert!(machine.accepts(&token).await);
    machine.clerk.revoke_session(&session).await.unwrap();
    assert!(!machine.accepts(&token).await);
    let error = machine.clerk.verify_token(&token).await.unwrap_err();
    assert_eq!((&error, error.reason()), (&TokenError::SessionRevoked, "session-revoked"));
}

#[tokio::test]
async fn machine_that_starts_later_knows_the_revocations() {
    let Some(redis) = RedisServer::start() else { return };
    let emulator = emulator().await;
    let cache = || redis.cache();
    let (_, session, token) = sign_in(&emulator);
    let machines = fleet(&emulator, 1, cache);
    machines[0].clerk.mark_session_revoked(&session).await;
    // Its very first request, with the keys at hand.
    let config = emulator.config_builder().jwt_key(emulator.jwt_key()).shared_cache(cache());
    assert!(
        !Machine::new(config.shared_cache_timeout(Duration::from_secs(10))).accepts(&token).await
    );
}

#[tokio::test]
async fn user_whose_sessions_were_revoked_can_sign_in_again() {
    let emulator = emulator_with_manual_clock().await;
    let machines = memory_fleet(&emulator, 2);
    let (user, _, token) = sign_in(&emulator);
    let other_device = emulator.sign_in(&user).token();
    for machine in &machines {
        assert!(machine.accepts(&token).await && machine.accepts(&other_device).await);
    }
    machines[0].clerk.revoke_user_sessions(&user).await.unwrap();
    for machine in &machines {
        for token in [&token, &other_device] {
            eventually(async || !machine.accepts(token).await).await;
        }
    }
    emulator.clock().advance(Duration::from_secs(1));
    let new_token = emulator.sign_in(&user).token();
    for machine in &machines {
        assert!(machine.accepts(&new_token).await && !machine.accepts(&token).await);
    }
}

#[tokio::test]
async fn session_is_rejected_even_if_clerk_is_unreachable() {
    let emulator = emulator().await;
    let machine = Machine::new(emulator.config_builder());
    let (_, session, token) = sign_in(&emulator);
    assert!(machine.accepts(&token).await);
    emulator.go_down();
    machine.clerk.revoke_session(&session).await.unwrap_err();
    assert!(!machine.accepts(&token).await);
}

#[tokio::test]
async fn revocation_during_an_outage_reaches_the_others_later() {
    let Some(mut redis) = RedisServer::start() else { return };
    let emulator = emulator().await;
    let machines = fleet(&emulator, 2, || redis.cache());
    let (_, session, token) = sign_in(&emulator);
    for machine in &machines {
        assert!(machine.accepts(&token).await);
    }
    redis.kill();
    machines[0].clerk.mark_session_revoked(&session).await;
    assert!(!machines[0].accepts(&token).await);
    assert!(machines[1].accepts(&token).await);
    redis.restart();
    eventually(async || !machines[1].accepts(&token).await).await;
    // The set is complete again.
    let late = fleet(&emulator, 1, || redis.cache());
    eventually(async || !late[0].accepts(&token).await).await;
}

#[tokio::test]
async fn browser_with_a_revoked_session_is_sent_to_a_handshake() {
    let emulator = emulator().await;
    let machine = Machine::new(emulator.config_builder());
    let (_, session, token) = sign_in(&emulator);
    machine.clerk.mark_session_revoked(&session).await;
    let cookies = format!("__session={token}; __client_uat=1; __clerk_db_jwt=dvb_1");
    for (destination, location) in [("document", true), ("empty", false)] {
        let request = http::Request::get("/")
            .header("host", "app.example.com")
            .header("sec-fetch-dest", destination)
            .header("cookie", &cookies)
            .body(())
            .unwrap();
        let state = machine.clerk.authenticate(&request.into_parts().0).await;
        assert!(state.session().is_none());
        assert_eq!(state.reason().unwrap().as_str(), "session-revoked");
        assert_eq!(matches!(state, RequestState::Redirect { .. }), location, "{state:?}");
    }
}

#[tokio::test]
async fn revocations_are_read_right_after_the_cache_has_failed() {
    let emulator = emulator().await;
    let cache = MemoryCache::new();
    let (user, session, token) = sign_in(&emulator);
    let revoking = Machine::new(emulator.config_builder().shared_cache(cache.clone()));
    revoking.clerk.mark_session_revoked(&session).await;

    // Values cannot be read, which pauses the use of the cache.
    let late = Machine::new(emulator.config_builder().shared_cache(WithoutValues(cache)));
    assert_eq!(late.clerk.user(&user).await.unwrap().id, user);
    assert!(late.clerk.cache_stats().shared_failures > 0);
    eventually(async || !late.accepts(&token).await).await;
}

/// A cache whose values cannot be read.
#[derive(Debug)]
struct WithoutValues(MemoryCache);

impl SharedCache for WithoutValues {
    fn get<'a>(&'a self, _: &'a str) -> CacheFuture<'a, Option<Vec<u8>>> {
        async { Err(CacheError::new("unavailable")) }.boxed()
    }

    fn set<'a>(&'a self, key: &'a str, value: Vec<u8>, lifetime: Duration) -> CacheFuture<'a, ()> {
        self.0.set(key, value, lifetime)
    }

    fn set_if_absent<'a>(
        &'a self,
        key: &'a str,
        value: Vec<u8>,
        lifetime: Duration,
    ) -> CacheFuture<'a, bool> {
        self.0.set_if_absent(key, value, lifetime)
    }

    fn remove<'a>(&'a self, key: &'a str) -> CacheFuture<'a, ()> {
        self.0.remove(key)
    }

    fn add<'a>(&'a self, key: &'a str, member: Vec<u8>, lifetime: Duration) -> CacheFuture<'a, ()> {
        self.0.add(key, member, lifetime)
    }

    fn members<'a>(&'a self, key: &'a str) -> CacheFuture<'a, Vec<Vec<u8>>> {
        self.0.members(key)
    }

    fn publish<'a>(&'a self, channel: &'a str, message: Vec<u8>) -> CacheFuture<'a, ()> {
        self.0.publish(channel, message)
    }

    fn subscribe<'a>(&'a self, channel: &'a str) -> CacheFuture<'a, BoxStream<'static, Vec<u8>>> {
        self.0.subscribe(channel)
    }
}
