//! The emulator's deliveries: which events there are, in which order, and when they are repeated.

use std::{collections::BTreeSet, time::Duration};

use axum_clerk::{
    api::{
        Client, CreateOrganization, CreateOrganizationDomain, CreateOrganizationInvitation,
        CreateOrganizationMembership, CreateOrganizationPermission, CreateOrganizationRole,
        CreateUser, RevokeOrganizationInvitation, UpdateOrganization, UpdateOrganizationDomain,
        UpdateOrganizationPermission, UpdateOrganizationRole, UpdateUser,
    },
    emulator::{ClerkEmulator, SentWebhook},
    webhooks::EventData,
};
use serde_json::json;

use crate::support::{Endpoint, START, emulator};

fn api(clerk: &ClerkEmulator) -> Client {
    Client::new(clerk.secret_key()).unwrap().with_base_url(clerk.url().parse().unwrap())
}

fn ada() -> CreateUser {
    CreateUser::default().first_name("Ada").email_address(["ada@example.com"])
}

fn statuses(webhook: &SentWebhook) -> Vec<Option<u16>> {
    webhook.attempts.iter().map(|attempt| attempt.status.map(|status| status.as_u16())).collect()
}

#[tokio::test]
async fn changes_are_reported_with_what_changed() {
    let clerk = emulator().await;
    let before = clerk.create_user(CreateUser::default());
    let endpoint = Endpoint::start(&clerk).await;
    let ada = clerk.create_user(ada());

    let [created] = &endpoint.take(&clerk).await[..] else { panic!("one webhook") };
    let event: axum_clerk::webhooks::WebhookEvent =
        serde_json::from_value(created.body.clone()).unwrap();
    assert_eq!(event.event_type(), "user.created");
    assert_eq!(event.instance_id(), Some("ins_emulator0000000000000000000"));
    assert_eq!(event.timestamp().unwrap().as_millis(), START as i64 * 1000);
    let request = event.event_attributes().unwrap().http_request.as_ref().unwrap();
    assert_eq!(request.client_ip.as_deref(), Some("127.0.0.1"));
    assert_eq!(event.into_data(), EventData::UserCreated(Box::new(clerk.user(&ada.id))));
    assert!(created.id.starts_with("msg_"));
    assert_eq!(created.headers["content-type"], "application/json");

    let [sent] = &clerk.sent_webhooks()[..] else { panic!("one webhook") };
    assert_eq!(
        (&sent.id, &sent.event_type[..], &sent.url),
        (&created.id, "user.created", &endpoint.url)
    );
    assert_eq!(sent.body, created.text);
    assert_eq!(statuses(sent), [Some(204)]);
    assert!(sent.is_delivered() && !sent.body.contains(&before.id));
}

#[tokio::test]
async fn requests_that_change_nothing_have_no_event() {
    let clerk = emulator().await;
    let ada = clerk.create_user(ada());
    let endpoint = Endpoint::start(&clerk).await;
    let api = api(&clerk);
    api.users().get(&ada.id).await.unwrap();
    api.users().get("user_unknown").await.unwrap_err();
    api.users().create(&self::ada()).await.unwrap_err();
    assert_eq!(endpoint.take_types(&clerk).await, [""; 0]);
}

#[tokio::test]
async fn users_and_sessions_have_events() {
    let clerk = emulator().await;
    let endpoint = Endpoint::start(&clerk).await;
    let api = api(&clerk);
    let users = api.users();

    let ada = users.create(&ada().external_id("ada")).await.unwrap();
    users.update(&ada.id, &UpdateUser::default().last_name("Lovelace")).await.unwrap();
    assert_eq!(endpoint.take_types(&clerk).await, ["user.created", "user.updated"]);

    let session = clerk.sign_in(&ada.id);
    let [_, created] = &endpoint.take(&clerk).await[..] else { panic!("two webhooks") };
    assert_eq!(created.event_type(), "session.created");
    assert_eq!(created.body["data"]["user"]["last_name"], "Lovelace");
    api.sessions().revoke(session.id()).await.unwrap();
    clerk.clock().advance(Duration::from_secs(1));
    let _ = clerk.sign_in(&ada.id).status("pending");
    users.ban(&ada.id).await.unwrap();
    users.unban(&ada.id).await.unwrap();
    users.lock(&ada.id).await.unwrap();
    let expected = [
        "session.revoked",
        "user.updated",
        "session.created",
        "session.pending",
        "user.updated",
        "session.revoked",
        "user.updated",
        "user.updated",
    ];
    assert_eq!(endpoint.take_types(&clerk).await, expected);

    // The lockout ends by itself; its remaining time is not an event.
    clerk.clock().advance(Duration::from_secs(60));
    users.get(&ada.id).await.unwrap();
    assert_eq!(endpoint.take_types(&clerk).await, [""; 0]);
    clerk.clock().advance(Duration::from_secs(60 * 60));
    users.get(&ada.id).await.unwrap();
    assert_eq!(endpoint.take_types(&clerk).await, ["user.updated"]);

    let _ = clerk.sign_in(&ada.id);
    endpoint.take(&clerk).await;
    users.delete(&ada.id).await.unwrap();
    let [removed, deleted] = &endpoint.take(&clerk).await[..] else { panic!("two webhooks") };
    assert_eq!(removed.event_type(), "session.removed");
    assert_eq!(removed.body["data"]["user"]["id"], ada.id);
    assert_eq!(deleted.event_type(), "user.deleted");
    let data = json!({ "object": "user", "id": ada.id, "deleted": true, "external_id": "ada" });
    assert_eq!(deleted.body["data"], data);
}

#[tokio::test]
async fn organizations_and_their_parts_have_events() {
    let clerk = emulator().await;
    let endpoint = Endpoint::start(&clerk).await;
    let api = api(&clerk);
    let ada = clerk.create_user(ada());
    let grace = clerk.create_user(CreateUser::default().email_address(["grace@example.com"]));
    endpoint.take(&clerk).await;

    let acme = CreateOrganization::new("Acme").created_by(&ada.id);
    let acme = api.organizations().create(&acme).await.unwrap();
    let update = UpdateOrganization::default().name("Acme, Inc.");
    api.organizations().update(&acme.id, &update).await.unwrap();
    assert_eq!(
        endpoint.take_types(&clerk).await,
        ["organization.created", "organizationMembership.created", "organization.updated"]
    );

    let domain = CreateOrganizationDomain::default().name("acme.example");
    let domain = api.organization_domains().create(&acme.id, &domain).await.unwrap();
    let update = UpdateOrganizationDomain::default().verified(false);
    api.organization_domains().update(&acme.id, &domain.id, &update).await.unwrap();
    api.organization_domains().delete(&acme.id, &domain.id).await.unwrap();
    assert_eq!(
        endpoint.take_types(&clerk).await,
        ["organizationDomain.created", "organizationDomain.updated", "organizationDomain.deleted"]
    );

    let invite = async |email_address: &str| {
        let invitation =
            CreateOrganizationInvitation::new(email_address, "org:member").inviter_user_id(&ada.id);
        api.organization_invitations().create(&acme.id, &invitation).await.unwrap()
    };
    let invitation = invite("someone@example.com").await;
    let params = RevokeOrganizationInvitation::default();
    api.organization_invitations().revoke(&acme.id, &invitation.id, &params).await.unwrap();
    let invitation = invite("grace@example.com").await;
    clerk.accept_organization_invitation(&invitation.id, &grace.id);
    let webhooks = endpoint.take(&clerk).await;
    let types: Vec<_> = webhooks.iter().map(|webhook| webhook.event_type()).collect();
    assert_eq!(
        types,
        [
            "organizationInvitation.created",
            "organizationInvitation.revoked",
            "organizationInvitation.created",
            "organizationInvitation.accepted",
            "organizationMembership.created",
        ]
    );
    let accepted = &webhooks[3].body["data"];
    assert_eq!((&accepted["status"], &accepted["user_id"]), (&json!("accepted"), &json!(grace.id)));
    assert_eq!(accepted["data"]["public_organization_data"]["name"], "Acme, Inc.");

    let memberships = api.organization_memberships();
    memberships.update(&acme.id, &grace.id, "org:admin").await.unwrap();
    memberships.delete(&acme.id, &grace.id).await.unwrap();
    let again = CreateOrganizationMembership::new(&grace.id, "org:member");
    memberships.create(&acme.id, &again).await.unwrap();
    api.organizations().delete(&acme.id).await.unwrap();
    let webhooks = endpoint.take(&clerk).await;
    let types: Vec<_> = webhooks.iter().map(|webhook| webhook.event_type()).collect();
    assert_eq!(
        types,
        [
            "organizationMembership.updated",
            "organizationMembership.deleted",
            "organizationMembership.created",
            "organizationMembership.deleted",
            "organizationMembership.deleted",
            "organization.deleted",
        ]
    );
    assert_eq!(webhooks[1].body["data"]["public_user_data"]["user_id"], grace.id);
    assert_eq!(webhooks[4].body["data"]["organization"]["id"], acme.id);
    let deleted = json!({
        "object": "organization", "id": acme.id, "slug": "acme", "deleted": true,
    });
    assert_eq!(webhooks[5].body["data"], deleted);
}

#[tokio::test]
async fn roles_and_permissions_have_events() {
    let clerk = emulator().await;
    let endpoint = Endpoint::start(&clerk).await;
    let api = api(&clerk);
    let permission = CreateOrganizationPermission::new("Read invoices", "org:invoices:read");
    let permission = api.organization_permissions().create(&permission).await.unwrap();
    let role = CreateOrganizationRole::new("Accountant", "org:accountant")
        .permissions([permission.id.clone()]);
    let role = api.organization_roles().create(&role).await.unwrap();
    let update = UpdateOrganizationRole::default().name("Bookkeeper");
    api.organization_roles().update(&role.id, &update).await.unwrap();
    let update = UpdateOrganizationPermission::default().name("See invoices");
    api.organization_permissions().update(&permission.id, &update).await.unwrap();
    api.organization_roles().delete(&role.id).await.unwrap();
    api.organization_permissions().delete(&permission.id).await.unwrap();
    let webhooks = endpoint.take(&clerk).await;
    let types: Vec<_> = webhooks.iter().map(|webhook| webhook.event_type()).collect();
    assert_eq!(
        types,
        [
            "permission.created",
            "role.created",
            "role.updated",
            "permission.updated",
            "role.deleted",
            "permission.deleted",
        ]
    );
    assert_eq!(webhooks[1].body["data"]["permissions"][0]["key"], "org:invoices:read");
}

#[tokio::test]
async fn every_endpoint_receives_all_events_in_order() {
    let clerk = emulator().await;
    let endpoints = [Endpoint::start(&clerk).await, Endpoint::start(&clerk).await];
    let ada = clerk.create_user(ada());
    let updates: Vec<_> = (0..20).map(|n| format!("Ada {n}")).collect();
    for name in &updates {
        let update = UpdateUser::default().first_name(name.as_str());
        api(&clerk).users().update(&ada.id, &update).await.unwrap();
    }
    for endpoint in endpoints {
        let received = endpoint.take(&clerk).await;
        let names: Vec<_> =
            received.iter().map(|webhook| webhook.body["data"]["first_name"].clone()).collect();
        assert_eq!(names[0], "Ada");
        assert_eq!(names[1..], updates);
    }
    let sent = clerk.sent_webhooks();
    let ids: BTreeSet<_> = sent.iter().map(|webhook| &webhook.id).collect();
    assert_eq!((sent.len(), ids.len()), (42, 42));
}

#[tokio::test]
async fn failed_webhook_is_repeated_on_svix_schedule() {
    const HOUR: u64 = 60 * 60;
    let clerk = emulator().await;
    let endpoint = Endpoint::start(&clerk).await;
    endpoint.respond_with([500, 302, 404, 500, 429, 503, 500, 400]);
    clerk.create_user(ada());
    clerk.webhooks_settled().await;

    let mut elapsed = 0;
    for delay in [5, 5 * 60, 30 * 60, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR] {
        let attempts = endpoint.received().len();
        clerk.clock().advance(Duration::from_secs(delay - 1));
        clerk.webhooks_settled().await;
        assert_eq!(endpoint.received().len(), attempts, "an attempt before {delay} seconds");
        clerk.clock().advance(Duration::from_secs(1));
        clerk.webhooks_settled().await;
        elapsed += delay;
        let received = endpoint.received();
        assert_eq!(received.len(), attempts + 1, "no attempt after {delay} seconds");
        // The ID stays, and each attempt is signed with its own time.
        let [first, .., last] = &received[..] else { panic!("several attempts") };
        assert_eq!((&first.id, &first.text), (&last.id, &last.text));
        assert_eq!(last.headers["svix-timestamp"], (START + elapsed).to_string()[..]);
    }
    clerk.clock().advance(Duration::from_secs(1000 * HOUR));
    clerk.webhooks_settled().await;

    let [sent] = &clerk.sent_webhooks()[..] else { panic!("one webhook") };
    let expected = [500, 302, 404, 500, 429, 503, 500, 400].map(Some);
    assert_eq!(statuses(sent), expected);
    assert!(!sent.is_delivered());
}

#[tokio::test]
async fn failed_webhook_arrives_after_later_ones() {
    let clerk = emulator().await;
    let endpoint = Endpoint::start(&clerk).await;
    endpoint.respond_with([500]);
    let ada = clerk.create_user(ada());
    api(&clerk).users().delete(&ada.id).await.unwrap();
    clerk.webhooks_settled().await;
    clerk.clock().advance(Duration::from_secs(5));
    assert_eq!(endpoint.take_types(&clerk).await, ["user.created", "user.deleted", "user.created"]);
    let [created, deleted] = &clerk.sent_webhooks()[..] else { panic!("two webhooks") };
    assert_eq!(
        (statuses(created), statuses(deleted)),
        (vec![Some(500), Some(204)], vec![Some(204)])
    );
}

#[tokio::test]
async fn endpoint_that_is_down_gets_its_webhooks_later() {
    let clerk = emulator().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    clerk.deliver_webhooks_to(format!("http://{address}/"));
    clerk.create_user(ada());
    clerk.webhooks_settled().await;
    let [sent] = &clerk.sent_webhooks()[..] else { panic!("one webhook") };
    assert_eq!(statuses(sent), [None]);

    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    let app = axum::Router::new().route("/", axum::routing::post(async || {}));
    tokio::spawn(axum::serve(listener, app).into_future());
    clerk.clock().advance(Duration::from_secs(5));
    clerk.webhooks_settled().await;
    assert_eq!(statuses(&clerk.sent_webhooks()[0]), [None, Some(200)]);
}
