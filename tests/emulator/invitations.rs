//! Invitations to the instance over HTTP.

use std::time::Duration;

use axum_clerk::{
    api::{CreateInvitation, CreateUser, InvitationStatus, ListInvitations},
    emulator::ClerkEmulator,
};
use http::Method;
use serde_json::{Value, json};

use super::{START, api, call, claims, emulator, get, ids, post, refusal};

const DAY: u64 = 24 * 60 * 60;

async fn invite(clerk: &ClerkEmulator, email_address: &str) -> Value {
    post(clerk, "/invitations", json!({ "email_address": email_address })).await
}

fn id(invitation: &Value) -> &str {
    invitation["id"].as_str().unwrap()
}

/// The claims of the ticket in an invitation's link.
fn ticket(clerk: &ClerkEmulator, invitation: &Value) -> Value {
    let url = url::Url::parse(invitation["url"].as_str().unwrap()).unwrap();
    assert_eq!(url.path(), "/v1/tickets/accept");
    let ticket = url.query_pairs().find(|(name, _)| name == "ticket").unwrap().1.into_owned();
    claims(clerk, &ticket)
}

#[tokio::test]
async fn an_invitation_is_pending_until_its_time_is_over() {
    let clerk = emulator().await;
    let made = post(
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
        (&made["email_address"], &made["status"]),
        (&json!("ada@example.com"), &json!("pending"))
    );
    assert_eq!(made["public_metadata"], json!({ "plan": "pro" }));
    assert_eq!(made["expires_at"], (START + 2 * DAY) * 1000);
    let ticket = ticket(&clerk, &made);
    assert_eq!((&ticket["st"], &ticket["sid"]), (&json!("invitation"), &made["id"]));
    assert_eq!((&ticket["exp"], &ticket["iss"]), (&json!(START + 2 * DAY), &json!(clerk.url())));
    assert_eq!(ticket["rurl"], "https://example.com/join");
    assert_eq!(get(&clerk, "/invitations").await[0], made);

    clerk.clock().advance(Duration::from_secs(2 * DAY));
    assert_eq!(get(&clerk, "/invitations").await[0]["status"], "expired");
    assert_eq!(ids(&get(&clerk, "/invitations?status=expired").await), [id(&made)]);
    assert_eq!(get(&clerk, "/invitations?status=pending").await, json!([]));
    invite(&clerk, "ada@example.com").await;
}

#[tokio::test]
async fn a_revoked_invitation_is_not_listed_unless_asked_for() {
    let clerk = emulator().await;
    let made = invite(&clerk, "ada@example.com").await;
    let path = format!("/invitations/{}/revoke", id(&made));
    let revoked = post(&clerk, &path, Value::Null).await;
    assert_eq!((&revoked["status"], &revoked["revoked"]), (&json!("revoked"), &json!(true)));
    assert_eq!(get(&clerk, "/invitations").await, json!([]));
    assert_eq!(get(&clerk, "/invitations?status=revoked").await, json!([revoked]));
    let again = refusal(&clerk, Method::POST, &path, Value::Null).await;
    assert_eq!((again.0, again.1.as_str()), (400, "invitation_already_revoked"));
    let none = refusal(&clerk, Method::POST, "/invitations/inv_none/revoke", Value::Null).await;
    assert_eq!((none.0, none.1.as_str()), (404, "resource_not_found"));
    invite(&clerk, "ada@example.com").await;
}

#[tokio::test]
async fn invitations_are_filtered_ordered_and_paged() {
    let clerk = emulator().await;
    let mut made = Vec::new();
    for (email_address, days) in [("b@example.com", 1), ("a@example.com", 3), ("c@example.org", 2)]
    {
        clerk.clock().advance(Duration::from_secs(1));
        let body = json!({ "email_address": email_address, "expires_in_days": days });
        made.push(post(&clerk, "/invitations", body).await);
    }
    let [b, a, c] = [0, 1, 2].map(|n: usize| id(&made[n]));
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
        let refused =
            refusal(&clerk, Method::GET, &format!("/invitations?{query}"), Value::Null).await;
        assert_eq!((refused.0, refused.2.as_str()), (422, param), "{query}");
    }
}

#[tokio::test]
async fn who_cannot_be_invited_is_not() {
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
        let refused = refusal(&clerk, Method::POST, "/invitations", body.clone()).await;
        assert_eq!(refused, (status, code.to_owned(), param.to_owned()), "{body}");
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
async fn invitations_at_once_are_all_made_or_none() {
    let clerk = emulator().await;
    clerk.create_user(CreateUser::default().email_address(["ada@example.com"]));
    invite(&clerk, "grace@example.com").await;
    let one = |email_address: &str| json!({ "email_address": email_address });
    let many: Vec<Value> = (0..11).map(|n| one(&format!("{n}@example.com"))).collect();
    for (body, status, code) in [
        (json!([one("a@example.com"), one("grace@example.com")]), 400, "duplicate_record"),
        (json!([one("a@example.com"), one("A@example.com")]), 400, "duplicate_record"),
        (
            json!([one("a@example.com"), { "email_address": "ada@example.com", "ignore_existing": true }]),
            422,
            "form_identifier_exists",
        ),
        (json!([one("a@example.com"), {}]), 422, "form_param_missing"),
        (json!(many), 400, "bulk_size_exceeded"),
        (json!([]), 422, "form_param_missing"),
        (json!({}), 400, "request_body_invalid"),
    ] {
        let refused = refusal(&clerk, Method::POST, "/invitations/bulk", body.clone()).await;
        assert_eq!((refused.0, refused.1.as_str()), (status, code), "{body}");
    }
    let (_, duplicates) =
        call(&clerk, Method::POST, "/invitations/bulk", json!([one("grace@example.com")])).await;
    assert_eq!(duplicates["errors"][0]["meta"]["email_addresses"], json!(["grace@example.com"]));
    assert_eq!(
        get(&clerk, "/invitations").await.as_array().unwrap().len(),
        1,
        "nobody was invited"
    );
    post(&clerk, "/invitations/bulk", json!([one("a@example.com"), one("b@example.com")])).await;
    assert_eq!(get(&clerk, "/invitations").await.as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn the_typed_client_reads_what_is_answered() -> axum_clerk::Result<()> {
    let clerk = emulator().await;
    let api = api(&clerk);
    let new = CreateInvitation::new("ada@example.com").public_metadata(json!({ "a": 1 }));
    let made = api.invitations().create(&new).await?;
    assert_eq!(
        api.invitations().list(&ListInvitations::default()).await?,
        std::slice::from_ref(&made)
    );
    let others = [CreateInvitation::new("b@example.com"), CreateInvitation::new("c@example.com")];
    assert_eq!(api.invitations().bulk_create(&others).await?.len(), 2);
    assert_eq!(api.invitations().revoke(&made.id).await?.status, InvitationStatus::Revoked);
    Ok(())
}
