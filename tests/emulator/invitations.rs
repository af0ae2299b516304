//! Invitations to the instance over HTTP.

use std::time::Duration;

use axum_clerk::{
    api::{CreateInvitation, CreateUser, InvitationStatus, ListInvitations},
    emulator::ClerkEmulator,
};
use http::Method;
use serde_json::{Value, json};

use crate::support::{
    START, api, assert_invalid_query, call, claims, emulator, get, id, ids, post, rejection,
};

const DAY: u64 = 24 * 60 * 60;

async fn invite(clerk: &ClerkEmulator, email_address: &str) -> Value {
    post(clerk, "/invitations", json!({ "email_address": email_address })).await
}

/// The claims of the ticket in an invitation's URL.
fn ticket_claims(clerk: &ClerkEmulator, invitation: &Value) -> Value {
    let url = url::Url::parse(invitation["url"].as_str().unwrap()).unwrap();
    assert_eq!(url.path(), "/v1/tickets/accept");
    let ticket = url.query_pairs().find(|(name, _)| name == "ticket").unwrap().1.into_owned();
    claims(clerk, &ticket)
}

#[tokio::test]
async fn invitation_is_pending_until_it_expires() {
    let clerk = emulator().await;
    let created = post(
        &clerk,
        "/invitations",
        json!({
            "email_address": "Ada@Example.com", "public_metadata": { "plan": "pro" },
            "redirect_url": "https://example.com/join", "expires_in_days": 2, "notify": false,
            "template_slug": "waitlist_invitation",
        }),
    )
    .await;
    assert_eq!(
        (&created["email_address"], &created["status"]),
        (&json!("ada@example.com"), &json!("pending"))
    );
    assert_eq!(created["public_metadata"], json!({ "plan": "pro" }));
    assert_eq!(created["expires_at"], (START + 2 * DAY) * 1000);
    let ticket = ticket_claims(&clerk, &created);
    assert_eq!((&ticket["st"], &ticket["sid"]), (&json!("invitation"), &created["id"]));
    assert_eq!((&ticket["exp"], &ticket["iss"]), (&json!(START + 2 * DAY), &json!(clerk.url())));
    assert_eq!(ticket["rurl"], "https://example.com/join");
    assert_eq!(get(&clerk, "/invitations").await[0], created);

    clerk.clock().advance(Duration::from_secs(2 * DAY));
    assert_eq!(get(&clerk, "/invitations").await[0]["status"], "expired");
    assert_eq!(ids(&get(&clerk, "/invitations?status=expired").await), [id(&created)]);
    assert_eq!(get(&clerk, "/invitations?status=pending").await, json!([]));
    invite(&clerk, "ada@example.com").await;
}

#[tokio::test]
async fn revoked_invitations_are_listed_only_if_requested() {
    let clerk = emulator().await;
    let created = invite(&clerk, "ada@example.com").await;
    let path = format!("/invitations/{}/revoke", id(&created));
    let revoked = post(&clerk, &path, Value::Null).await;
    assert_eq!((&revoked["status"], &revoked["revoked"]), (&json!("revoked"), &json!(true)));
    assert_eq!(get(&clerk, "/invitations").await, json!([]));
    assert_eq!(get(&clerk, "/invitations?status=revoked").await, json!([revoked]));
    let again = rejection(&clerk, Method::POST, &path, Value::Null).await;
    assert_eq!(again.status_and_code(), (400, "invitation_already_revoked"));
    let unknown =
        rejection(&clerk, Method::POST, "/invitations/inv_none/revoke", Value::Null).await;
    assert_eq!(unknown.status_and_code(), (404, "resource_not_found"));
    invite(&clerk, "ada@example.com").await;
}

#[tokio::test]
async fn invitations_are_filtered_ordered_and_paged() {
    let clerk = emulator().await;
    let mut created = Vec::new();
    for (email_address, days) in [("b@example.com", 1), ("a@example.com", 3), ("c@example.org", 2)]
    {
        clerk.clock().advance(Duration::from_secs(1));
        let body = json!({ "email_address": email_address, "expires_in_days": days });
        created.push(post(&clerk, "/invitations", body).await);
    }
    let [b, a, c] = [0, 1, 2].map(|n: usize| id(&created[n]));
    for (query, expected) in [
        (String::new(), vec![c, a, b]),
        ("order_by=created_at".into(), vec![b, a, c]),
        ("order_by=email_address".into(), vec![a, b, c]),
        ("order_by=-expires_at".into(), vec![a, c, b]),
        ("query=EXAMPLE.com".into(), vec![a, b]),
        (format!("query={b}"), vec![b]),
        ("status=accepted".into(), vec![]),
        ("limit=1&offset=1".into(), vec![a]),
    ] {
        assert_eq!(ids(&get(&clerk, &format!("/invitations?{query}")).await), expected, "{query}");
    }
    let page = get(&clerk, "/invitations?paginated=true&limit=2").await;
    assert_eq!((ids(&page["data"]), &page["total_count"]), (vec![c, a], &json!(3)));
    for (query, param) in
        [("status=lost", "status"), ("order_by=id", "order_by"), ("limit=0", "limit")]
    {
        assert_invalid_query(&clerk, &format!("/invitations?{query}"), 422, param).await;
    }
}

#[tokio::test]
async fn invalid_invitations_are_rejected() {
    let clerk = emulator().await;
    clerk.create_user(CreateUser::default().email_address(["ada@example.com"]));
    invite(&clerk, "grace@example.com").await;
    for (body, status, code, param) in [
        (json!({}), 422, "form_param_missing", "email_address"),
        (json!({ "email_address": "ada" }), 422, "form_param_format_invalid", "email_address"),
        (
            json!({ "email_address": "ADA@example.com" }),
            422,
            "form_identifier_exists",
            "email_address",
        ),
        (json!({ "email_address": "Grace@example.com" }), 400, "duplicate_record", ""),
        (
            json!({ "email_address": "a@b.c", "expires_in_days": 0 }),
            422,
            "form_param_value_invalid",
            "expires_in_days",
        ),
        (
            json!({ "email_address": "a@b.c", "expires_in_days": 366 }),
            422,
            "form_param_value_invalid",
            "expires_in_days",
        ),
        (
            json!({ "email_address": "a@b.c", "redirect_url": "/join" }),
            422,
            "form_param_format_invalid",
            "redirect_url",
        ),
        (
            json!({ "email_address": "a@b.c", "redirect_url": "javascript:1" }),
            422,
            "prohibited_redirect_url",
            "redirect_url",
        ),
        (
            json!({ "email_address": "a@b.c", "template_slug": "x" }),
            422,
            "form_param_format_invalid",
            "template_slug",
        ),
        (
            json!({ "email_address": "a@b.c", "public_metadata": [] }),
            422,
            "form_param_format_invalid",
            "public_metadata",
        ),
        (
            json!({ "email_address": "a@b.c", "shoe_size": 39 }),
            422,
            "form_param_unknown",
            "shoe_size",
        ),
    ] {
        let rejected = rejection(&clerk, Method::POST, "/invitations", body.clone()).await;
        assert_eq!(rejected.parts(), (status, code, param), "{body}");
    }
    assert_eq!(get(&clerk, "/invitations").await.as_array().unwrap().len(), 1);
    for email_address in ["ada@example.com", "grace@example.com"] {
        post(
            &clerk,
            "/invitations",
            json!({ "email_address": email_address, "ignore_existing": true }),
        )
        .await;
    }
    assert_eq!(get(&clerk, "/invitations").await.as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn bulk_invitations_are_all_created_or_none() {
    let clerk = emulator().await;
    clerk.create_user(CreateUser::default().email_address(["ada@example.com"]));
    invite(&clerk, "grace@example.com").await;
    let new = |email_address: &str| json!({ "email_address": email_address });
    let many: Vec<Value> = (0..11).map(|n| new(&format!("{n}@example.com"))).collect();
    for (body, status, code) in [
        (json!([new("a@example.com"), new("grace@example.com")]), 400, "duplicate_record"),
        (json!([new("a@example.com"), new("A@example.com")]), 400, "duplicate_record"),
        (
            json!([
                new("a@example.com"),
                { "email_address": "ada@example.com", "ignore_existing": true },
            ]),
            422,
            "form_identifier_exists",
        ),
        (json!([new("a@example.com"), {}]), 422, "form_param_missing"),
        (json!(many), 400, "bulk_size_exceeded"),
        (json!([]), 422, "form_param_missing"),
        (json!({}), 400, "request_body_invalid"),
    ] {
        let rejected = rejection(&clerk, Method::POST, "/invitations/bulk", body.clone()).await;
        assert_eq!(rejected.status_and_code(), (status, code), "{body}");
    }
    let duplicate = json!([new("grace@example.com")]);
    let (_, rejected) = call(&clerk, Method::POST, "/invitations/bulk", duplicate).await;
    assert_eq!(rejected["errors"][0]["meta"]["email_addresses"], json!(["grace@example.com"]));
    assert_eq!(
        get(&clerk, "/invitations").await.as_array().unwrap().len(),
        1,
        "rejected batches create no invitations"
    );
    post(&clerk, "/invitations/bulk", json!([new("a@example.com"), new("b@example.com")])).await;
    assert_eq!(get(&clerk, "/invitations").await.as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn typed_client_parses_invitation_responses() -> axum_clerk::Result<()> {
    let clerk = emulator().await;
    let api = api(&clerk);
    let new = CreateInvitation::new("ada@example.com").public_metadata(json!({ "a": 1 }));
    let created = api.invitations().create(&new).await?;
    assert_eq!(
        api.invitations().list(&ListInvitations::default()).await?,
        std::slice::from_ref(&created)
    );
    let others = [CreateInvitation::new("b@example.com"), CreateInvitation::new("c@example.com")];
    assert_eq!(api.invitations().bulk_create(&others).await?.len(), 2);
    assert_eq!(api.invitations().revoke(&created.id).await?.status, InvitationStatus::Revoked);
    Ok(())
}
