//! Webhooks keep the caches and revocations of every machine in sync with the emulator.

use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use axum_clerk::{
    api::{CreateOrganization, CreateUser, UpdateOrganization, UpdateUser},
    cache::MemoryCache,
    emulator::ClerkEmulator,
    webhooks::{WebhookEvent, keep_in_sync},
};
use serde_json::json;

use crate::support::{Machine, emulator_with_manual_clock, eventually};

/// Two machines that share a cache, one of which receives the webhooks.
struct Fleet {
    emulator: ClerkEmulator,
    machines: Vec<Machine>,
}

impl Fleet {
    async fn start() -> Self {
        let emulator = emulator_with_manual_clock().await;
        let cache = MemoryCache::new();
        let machines: Vec<_> = (0..2)
            .map(|_| {
                let config = emulator.config_builder().shared_cache(cache.clone());
                let config = config.resource_cache_lifetime(Duration::from_secs(3600));
                Machine::new(config)
            })
            .collect();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/webhooks", listener.local_addr().unwrap());
        let app = Router::new().route("/webhooks", keep_in_sync(&machines[0].clerk));
        tokio::spawn(axum::serve(listener, app).into_future());
        emulator.deliver_webhooks_to(url);
        Self { emulator, machines }
    }

    /// Waits until the webhooks so far were delivered, successfully.
    async fn settle(&self) {
        self.emulator.webhooks_settled().await;
        assert!(self.emulator.sent_webhooks().iter().all(|webhook| webhook.is_delivered()));
    }

    /// Waits until every machine accepts, or rejects, a token.
    async fn assert_accepted(&self, token: &str, expected: bool) {
        for machine in &self.machines {
            eventually(async || machine.accepts(token).await == expected).await;
        }
    }
}

#[tokio::test]
async fn changed_users_and_organizations_are_seen_by_all_machines() {
    let fleet = Fleet::start().await;
    let api = &fleet.machines[1].clerk;
    let user = fleet.emulator.create_user(CreateUser::default()).id;
    let organization = fleet.emulator.create_organization(CreateOrganization::new("Acme")).id;
    fleet.settle().await;
    for Machine { clerk, .. } in &fleet.machines {
        assert_eq!(clerk.user(&user).await.unwrap().first_name, None);
        assert_eq!(clerk.organization(&organization).await.unwrap().name, "Acme");
    }
    api.users().update(&user, &UpdateUser::default().first_name("Ada")).await.unwrap();
    let change = UpdateOrganization::default().name("Acme 2");
    api.organizations().update(&organization, &change).await.unwrap();
    fleet.settle().await;
    for Machine { clerk, .. } in &fleet.machines {
        eventually(async || {
            let user = clerk.user(&user).await.unwrap();
            let organization = clerk.organization(&organization).await.unwrap();
            user.first_name.as_deref() == Some("Ada") && organization.name == "Acme 2"
        })
        .await;
    }
}

#[tokio::test]
async fn deleted_user_is_forgotten_and_signed_out_everywhere() {
    let fleet = Fleet::start().await;
    let user = fleet.emulator.create_user(CreateUser::default()).id;
    let token = fleet.emulator.sign_in(&user).token();
    fleet.assert_accepted(&token, true).await;
    for Machine { clerk, .. } in &fleet.machines {
        clerk.user(&user).await.unwrap();
    }
    fleet.machines[1].clerk.users().delete(&user).await.unwrap();
    fleet.settle().await;
    fleet.assert_accepted(&token, false).await;
    for Machine { clerk, .. } in &fleet.machines {
        eventually(async || clerk.user(&user).await.is_err()).await;
    }
}

#[tokio::test]
async fn banned_and_locked_users_are_signed_out_everywhere() {
    let fleet = Fleet::start().await;
    let api = &fleet.machines[1].clerk;
    let users = [(); 2].map(|()| fleet.emulator.create_user(CreateUser::default()).id);
    let tokens = users.each_ref().map(|user| fleet.emulator.sign_in(user).token());
    for token in &tokens {
        fleet.assert_accepted(token, true).await;
    }
    api.users().ban(&users[0]).await.unwrap();
    api.users().lock(&users[1]).await.unwrap();
    fleet.settle().await;
    for token in &tokens {
        fleet.assert_accepted(token, false).await;
    }
}

#[tokio::test]
async fn revoked_session_is_signed_out_everywhere() {
    let fleet = Fleet::start().await;
    let user = fleet.emulator.create_user(CreateUser::default()).id;
    let (session, other) = (fleet.emulator.sign_in(&user), fleet.emulator.sign_in(&user));
    fleet.machines[1].clerk.sessions().revoke(session.id()).await.unwrap();
    fleet.settle().await;
    fleet.assert_accepted(&session.token(), false).await;
    fleet.assert_accepted(&other.token(), true).await;
}

#[tokio::test]
async fn each_end_of_a_session_revokes_it() {
    let emulator = emulator_with_manual_clock().await;
    let user = emulator.create_user(CreateUser::default()).id;
    let machine = Machine::new(emulator.config_builder());
    let clerk = &machine.clerk;
    let ends = [
        ("session.ended", false),
        ("session.removed", false),
        ("session.revoked", false),
        ("session.created", true),
        ("session.pending", true),
    ];
    for (event_type, expected) in ends {
        let session = emulator.sign_in(&user);
        let data = clerk.sessions().get(session.id()).await.unwrap();
        event(&emulator, event_type, &json!(data)).apply(clerk).await;
        assert_eq!(machine.accepts(&session.token()).await, expected, "{event_type}");
    }
}

#[tokio::test]
async fn old_event_does_not_reject_newer_tokens() {
    let emulator = emulator_with_manual_clock().await;
    let machine = Machine::new(emulator.config_builder());
    let clerk = &machine.clerk;
    let user = emulator.create_user(CreateUser::default()).id;
    let before = emulator.sign_in(&user).token();
    clerk.users().ban(&user).await.unwrap();
    let banned = event(&emulator, "user.updated", &json!(clerk.users().get(&user).await.unwrap()));
    clerk.users().unban(&user).await.unwrap();
    emulator.clock().advance(Duration::from_secs(10));
    let after = emulator.sign_in(&user).token();
    banned.apply(clerk).await;
    assert!(!machine.accepts(&before).await);
    assert!(machine.accepts(&after).await);
}

/// Returns an event that takes place now.
fn event(emulator: &ClerkEmulator, event_type: &str, data: &serde_json::Value) -> WebhookEvent {
    let now = emulator.clock().now().duration_since(UNIX_EPOCH).unwrap();
    let timestamp = u64::try_from(now.as_millis()).unwrap();
    let event = json!({ "type": event_type, "timestamp": timestamp, "data": data });
    serde_json::from_value(event).unwrap()
}
