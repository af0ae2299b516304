//! Organizations, as their members see them.

use axum_clerk::api::CreateOrganization;
use http::Method;
use serde_json::{Value, json};

use super::clerk_js::{ClerkJs, EMAIL, create_ada, create_user, text};
use crate::support::{PNG_URL, call, emulator, get, id, patch};

#[tokio::test]
async fn organization_is_created_updated_and_deleted() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    // Nothing listens there.
    clerk.deliver_webhooks_to("http://127.0.0.1:1/");
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let acme = browser.post("/organizations", &[("name", "Acme"), ("slug", "acme-inc")]).await;
    assert_eq!((&acme["slug"], &acme["members_count"]), (&json!("acme-inc"), &json!(1)));
    let path = format!("/organizations/{}", id(&acme));
    assert_eq!(browser.get(&path).await, acme);
    let of_backend = get(&clerk, &path).await;
    assert_eq!(of_backend["created_by"], ada.id.as_str());
    let memberships = browser.get("/me/organization_memberships").await;
    let memberships = memberships.get("data").unwrap_or(&memberships).clone();
    assert_eq!(memberships[0]["role"], "org:admin");

    let updated = browser.patch(&path, &[("name", "Acme Inc.")]).await;
    assert_eq!((&updated["name"], &updated["slug"]), (&json!("Acme Inc."), &json!("acme-inc")));
    let logo =
        browser.upload(Method::PUT, &format!("{path}/logo"), b"\x89PNG\r\n\x1a\n").await.resource();
    assert_eq!((&logo["image_url"], &logo["has_image"]), (&json!(PNG_URL), &json!(true)));
    assert_eq!(browser.delete(&format!("{path}/logo")).await["deleted"], true);
    let roles = browser.get(&format!("{path}/roles")).await;
    assert_eq!(roles["total_count"], 2);
    assert!(clerk.sent_webhooks().iter().any(|sent| sent.event_type == "organization.updated"));

    patch(&clerk, &path, json!({ "admin_delete_enabled": false })).await;
    assert_eq!(browser.call(Method::DELETE, &path, &[]).await.status, 403);
    patch(&clerk, &path, json!({ "admin_delete_enabled": true })).await;
    assert_eq!(browser.delete(&path).await["deleted"], true);
    assert_eq!(call(&clerk, Method::GET, &path, Value::Null).await.0, 404);
    assert_eq!(browser.get("/me").await["organization_memberships"], json!([]));
}

#[tokio::test]
async fn invalid_organizations_are_rejected() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    clerk.create_organization(CreateOrganization::new("Acme"));
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    for (fields, param) in
        [(&[][..], "name"), (&[("name", "")], "name"), (&[("name", "A"), ("slug", "acme")], "slug")]
    {
        let rejected = browser.call(Method::POST, "/organizations", fields).await;
        assert!((400..423).contains(&rejected.status), "{}", rejected.body);
        assert_eq!(rejected.error().2, param, "{}", rejected.body);
    }
    let path = format!("/users/{}", ada.id);
    patch(&clerk, &path, json!({ "create_organization_enabled": false })).await;
    let rejected = browser.call(Method::POST, "/organizations", &[("name", "Mine")]).await;
    assert_eq!(rejected.status, 403);
}

/// Members without permissions, and users who are not members, are rejected by every operation.
#[tokio::test]
async fn operations_need_their_permissions() {
    let clerk = emulator().await;
    let (ada, grace) = (create_ada(&clerk), create_user(&clerk, "grace@example.com"));
    create_user(&clerk, "mallory@example.com");
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    clerk.add_member(&acme.id, &grace.id, "org:member", []);
    let admin = ClerkJs::signed_in(&clerk, EMAIL).await;
    let member = ClerkJs::signed_in(&clerk, "grace@example.com").await;
    let stranger = ClerkJs::signed_in(&clerk, "mallory@example.com").await;
    let anonymous = ClerkJs::load(&clerk).await;
    let path = format!("/organizations/{}", acme.id);
    let invitation = admin
        .post(
            &format!("{path}/invitations"),
            &[("email_address", "new@example.com"), ("role", "org:member")],
        )
        .await;
    let domain = admin.post(&format!("{path}/domains"), &[("name", "acme.example")]).await;
    let (invitation, domain) = (text(&invitation, "id"), text(&domain, "id"));
    let (get, post, patch, delete) = (Method::GET, Method::POST, Method::PATCH, Method::DELETE);
    let invite = &[("email_address", "x@example.com"), ("role", "org:admin")][..];
    let affiliation = &[("affiliation_email_address", "a@acme.example")][..];
    let bulk = &[("organization_domain_ids", domain.as_str())][..];
    let own_role = &[("role", "org:admin")][..];
    let operations = [
        (&patch, String::new(), &[("name", "Mine")][..]),
        (&delete, String::new(), &[]),
        (&delete, "/logo".into(), &[]),
        (&get, "/invitations".into(), &[]),
        (&get, "/invitations/pending".into(), &[]),
        (&post, "/invitations".into(), invite),
        (&post, "/invitations/bulk".into(), invite),
        (&post, format!("/invitations/{invitation}/revoke"), &[]),
        (&post, "/memberships".into(), &[("user_id", grace.id.as_str()), ("role", "org:admin")]),
        (&patch, format!("/memberships/{}", grace.id), own_role),
        (&delete, format!("/memberships/{}", ada.id), &[]),
        (&get, "/membership_requests".into(), &[]),
        (&post, "/membership_requests/orgreq_1/accept".into(), &[]),
        (&post, "/membership_requests/orgreq_1/reject".into(), &[]),
        (&get, "/domains".into(), &[]),
        (&post, "/domains".into(), &[("name", "mine.example")]),
        (&post, "/domains/bulk".into(), &[("names", "mine.example")]),
        (&delete, format!("/domains/{domain}"), &[]),
        (
            &post,
            format!("/domains/{domain}/update_enrollment_mode"),
            &[("enrollment_mode", "manual_invitation")],
        ),
        (&post, format!("/domains/{domain}/prepare_affiliation_verification"), affiliation),
        (&post, format!("/domains/{domain}/attempt_affiliation_verification"), &[("code", "1")]),
        (&post, format!("/domains/{domain}/prepare_ownership_verification"), &[]),
        (&post, format!("/domains/{domain}/attempt_ownership_verification"), &[]),
        (&post, "/domains/prepare_ownership_verification/bulk".into(), bulk),
        (&post, "/domains/attempt_ownership_verification/bulk".into(), bulk),
    ];
    let unchanged = async || {
        let mut state = Vec::new();
        for list in ["", "/invitations", "/memberships", "/domains"] {
            state.push(crate::support::get(&clerk, &format!("{path}{list}")).await);
        }
        state
    };
    let before = unchanged().await;
    for (method, suffix, fields) in operations {
        let path = format!("{path}{suffix}");
        let as_member = member.call(method.clone(), &path, fields).await;
        let expected = (403, "missing_organization_permission");
        assert_eq!(as_member.status_and_code(), expected, "{method} {path}");
        let as_stranger = stranger.call(method.clone(), &path, fields).await;
        let expected = (403, "not_a_member_in_organization");
        assert_eq!(as_stranger.status_and_code(), expected, "{method} {path}");
        assert!(!as_stranger.body["errors"].to_string().contains("Acme"), "{}", as_stranger.body);
        let signed_out = anonymous.call(method.clone(), &path, fields).await;
        assert_eq!(signed_out.status_and_code(), (401, "signed_out"), "{method} {path}");
    }
    for suffix in ["", "/memberships", "/roles"] {
        let path = format!("{path}{suffix}");
        assert_eq!(member.call(Method::GET, &path, &[]).await.status, 200, "{path}");
        let as_stranger = stranger.call(Method::GET, &path, &[]).await;
        assert_eq!(as_stranger.status_and_code(), (403, "not_a_member_in_organization"), "{path}");
    }
    assert_eq!(unchanged().await, before, "rejected requests change nothing");
}
