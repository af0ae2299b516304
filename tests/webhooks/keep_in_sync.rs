//! Webhooks keep the caches and revocations of every machine in sync with the emulator.

use std::{collections::HashMap, time::Duration};

use axum::{Router, body::Body, routing::get};
use axum_clerk::{
    Clerk, ClerkLayer, SignedIn,
    api::{CreateOrganization, CreateUser, UpdateOrganization, UpdateUser},
    cache::MemoryCache,
    emulator::ClerkEmulator,
    webhooks::{WebhookEvent, keep_in_sync},
};
use http::{Request, StatusCode};
use serde_json::json;
use tower::ServiceExt;

use crate::support::emulator;

/// Two machines that share a cache, one of which receives the webhooks.
struct Fleet {
    emulator: ClerkEmulator,
    machines: Vec<Clerk>,
}

impl Fleet {
    async fn start() -> Self {
        let emulator = emulator().await;
        let cache = MemoryCache::new();
        let machines: Vec<_> = (0..2)
            .map(|_| {
                let config = emulator.config_builder().shared_cache(cache.clone());
                let config = config.resource_cache_lifetime(Duration::from_secs(3600));
                Clerk::new(config.build().unwrap())
            })
            .collect();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/webhooks", listener.local_addr().unwrap());
        let app = Router::new().route("/webhooks", keep_in_sync(&machines[0]));
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
        for clerk in &self.machines {
            eventually(async || accepts(clerk, token).await == expected).await;
        }
    }
}

/// Waits until a condition holds that another task brings about.
async fn eventually(condition: impl AsyncFn() -> bool) {
    for _ in 0..10_000 {
        if condition().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    panic!("the condition does not come true");
}

async fn accepts(clerk: &Clerk, token: &str) -> bool {
    let app = Router::new()
        .route("/", get(async |session: SignedIn| session.user_id().to_owned()))
        .layer(ClerkLayer::new(clerk.clone()));
    let request = Request::get("/").header("authorization", format!("Bearer {token}"));
    let response = app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    match response.status() {
        StatusCode::OK => true,
        StatusCode::UNAUTHORIZED => {
            assert_eq!(response.headers()["x-clerk-auth-reason"], "session-revoked");
            false
        }
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn changed_users_and_organizations_are_seen_by_all_machines() {
    let fleet = Fleet::start().await;
    let api = &fleet.machines[1];
    let user = fleet.emulator.create_user(CreateUser::default()).id;
    let organization = fleet.emulator.create_organization(CreateOrganization::new("Acme")).id;
    fleet.settle().await;
    for clerk in &fleet.machines {
        assert_eq!(clerk.user(&user).await.unwrap().first_name, None);
        assert_eq!(clerk.organization(&organization).await.unwrap().name, "Acme");
    }
    api.users().update(&user, &UpdateUser::default().first_name("Ada")).await.unwrap();
    let change = UpdateOrganization::default().name("Acme 2");
    api.organizations().update(&organization, &change).await.unwrap();
    fleet.settle().await;
    for clerk in &fleet.machines {
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
    for clerk in &fleet.machines {
        clerk.user(&user).await.unwrap();
    }
    fleet.machines[1].users().delete(&user).await.unwrap();
    fleet.settle().await;
    fleet.assert_accepted(&token, false).await;
    for clerk in &fleet.machines {
        eventually(async || clerk.user(&user).await.is_err()).await;
    }
}

#[tokio::test]
async fn banned_and_locked_users_are_signed_out_everywhere() {
    let fleet = Fleet::start().await;
    let api = &fleet.machines[1];
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
    fleet.machines[1].sessions().revoke(session.id()).await.unwrap();
    fleet.settle().await;
    fleet.assert_accepted(&session.token(), false).await;
    fleet.assert_accepted(&other.token(), true).await;
}

#[tokio::test]
async fn each_end_of_a_session_revokes_it() {
    let emulator = emulator().await;
    let user = emulator.create_user(CreateUser::default()).id;
    let clerk = Clerk::new(emulator.config());
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
        event(event_type, &json!(data)).apply(&clerk).await;
        assert_eq!(accepts(&clerk, &session.token()).await, expected, "{event_type}");
    }
}

#[tokio::test]
async fn old_event_does_not_reject_newer_tokens() {
    let emulator = emulator().await;
    let clerk = Clerk::new(emulator.config());
    let user = emulator.create_user(CreateUser::default()).id;
    let before = emulator.sign_in(&user).token();
    clerk.users().ban(&user).await.unwrap();
    let banned = event("user.updated", &json!(clerk.users().get(&user).await.unwrap()));
    clerk.users().unban(&user).await.unwrap();
    emulator.clock().advance(Duration::from_secs(10));
    let after = emulator.sign_in(&user).token();
    banned.apply(&clerk).await;
    assert!(!accepts(&clerk, &before).await);
    assert!(accepts(&clerk, &after).await);
}

/// Returns an event at the time when every manual clock starts.
fn event(event_type: &str, data: &serde_json::Value) -> WebhookEvent {
    let event = HashMap::from([
        ("type", json!(event_type)),
        ("timestamp", json!(crate::support::START * 1000)),
        ("data", data.clone()),
    ]);
    serde_json::from_value(json!(event)).unwrap()
}
