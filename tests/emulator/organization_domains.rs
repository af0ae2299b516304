//! Domains of organizations over HTTP.

use std::time::Duration;

use axum_clerk::api::{
    CreateOrganization, CreateOrganizationDomain, EnrollmentMode, ListAllOrganizationDomains,
    ListOrganizationDomains, UpdateOrganizationDomain, VerificationStatus,
};
use http::Method;
use serde_json::{Value, json};

use crate::support::{
    START, api, assert_invalid_query, call, emulator, get, id, ids, post, rejection,
};

#[tokio::test]
async fn domain_is_created_updated_and_deleted() {
    let clerk = emulator().await;
    let api = api(&clerk);
    let domains = api.organization_domains();
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    let new = CreateOrganizationDomain::default()
        .name("Example.com")
        .enrollment_mode(EnrollmentMode::AutomaticInvitation);
    let created = domains.create(&acme.id, &new).await.unwrap();
    assert!(created.id.starts_with("orgdmn_"));
    assert_eq!((created.name.as_str(), &created.organization_id), ("example.com", &acme.id));
    assert_eq!(created.enrollment_mode, EnrollmentMode::AutomaticInvitation);
    let affiliation = created.affiliation_verification.as_ref().unwrap();
    assert_eq!(affiliation.status, VerificationStatus::Verified, "domains are verified by default");
    assert_eq!(created.verification, created.affiliation_verification);
    assert_eq!(created.ownership_verification, None);
    assert_eq!((created.total_pending_invitations, created.total_pending_suggestions), (0, 0));

    let change = UpdateOrganizationDomain::default().verified(false);
    let changed = domains.update(&acme.id, &created.id, &change).await.unwrap();
    assert_eq!(
        (&changed.verification, &changed.enrollment_mode),
        (&None, &created.enrollment_mode)
    );
    let change =
        UpdateOrganizationDomain::default().enrollment_mode(EnrollmentMode::ManualInvitation);
    let changed = domains.update(&acme.id, &created.id, &change).await.unwrap();
    assert_eq!(changed.enrollment_mode, EnrollmentMode::ManualInvitation);

    clerk.clock().advance(Duration::from_secs(1));
    let owned = domains.verify_ownership(&acme.id, &created.id).await.unwrap();
    let ownership = owned.ownership_verification.as_ref().unwrap();
    assert_eq!(ownership.strategy, "manual_override");
    assert_eq!(ownership.verified_at.unwrap().as_millis() as u64, START * 1000 + 1000);
    clerk.clock().advance(Duration::from_secs(1));
    assert_eq!(
        domains.verify_ownership(&acme.id, &created.id).await.unwrap(),
        owned,
        "verifying again changes nothing"
    );

    let all = domains.list(&acme.id, &ListOrganizationDomains::default()).await.unwrap();
    assert_eq!(all.data, [owned]);
    assert!(domains.delete(&acme.id, &created.id).await.unwrap().deleted);
    let all = domains.list_all(&ListAllOrganizationDomains::default()).await.unwrap();
    assert_eq!(all.total_count, 0);
}

#[tokio::test]
async fn domains_are_filtered_ordered_and_paged() {
    let clerk = emulator().await;
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    let other = clerk.create_organization(CreateOrganization::new("Other"));
    let mut created = Vec::new();
    for (organization, name, mode, verified) in [
        (&acme, "b.example", "manual_invitation", true),
        (&acme, "a.example", "enterprise_sso", false),
        (&other, "c.test", "automatic_suggestion", true),
    ] {
        clerk.clock().advance(Duration::from_secs(1));
        let body = json!({ "name": name, "enrollment_mode": mode, "verified": verified });
        created
            .push(post(&clerk, &format!("/organizations/{}/domains", organization.id), body).await);
    }
    let [b, a, c] = [0, 1, 2].map(|n: usize| id(&created[n]));
    let in_acme = format!("/organizations/{}/domains", acme.id);
    for (path, expected) in [
        (in_acme.clone(), vec![a, b]),
        (format!("{in_acme}?verified=true"), vec![b]),
        (format!("{in_acme}?verified=false"), vec![a]),
        (format!("{in_acme}?enrollment_mode=enterprise_sso"), vec![a]),
        (format!("{in_acme}?enrollment_mode=-enterprise_sso"), vec![b]),
        (format!("{in_acme}?limit=1&offset=1"), vec![b]),
        ("/organization_domains".into(), vec![c, a, b]),
        (format!("/organization_domains?organization_id={}", acme.id), vec![a, b]),
        (format!("/organization_domains?query={}", other.id), vec![c]),
        ("/organization_domains?query=EXAMPLE".into(), vec![a, b]),
        ("/organization_domains?domains=c.test&domains=b.example".into(), vec![c, b]),
        ("/organization_domains?domains=example".into(), vec![]),
        ("/organization_domains?verified=true".into(), vec![c, b]),
        (
            "/organization_domains\
             ?enrollment_mode=enterprise_sso&enrollment_mode=manual_invitation"
                .into(),
            vec![a, b],
        ),
        ("/organization_domains?order_by=name".into(), vec![a, b, c]),
        ("/organization_domains?order_by=-name&limit=1".into(), vec![c]),
    ] {
        assert_eq!(ids(&get(&clerk, &path).await["data"]), expected, "{path}");
    }
    let page = get(&clerk, "/organization_domains?limit=1").await;
    assert_eq!(page["data"][0]["public_organization_data"]["name"], "Other");
    for (path, param) in [
        (format!("{in_acme}?verified=maybe"), "verified"),
        (format!("{in_acme}?enrollment_mode=none"), "enrollment_mode"),
        ("/organization_domains?query=%20".into(), "query"),
        ("/organization_domains?order_by=id".into(), "order_by"),
    ] {
        assert_invalid_query(&clerk, &path, 422, param).await;
    }
}

#[tokio::test]
async fn invalid_domains_are_rejected() {
    let clerk = emulator().await;
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    let other = clerk.create_organization(CreateOrganization::new("Other"));
    let path = format!("/organizations/{}/domains", acme.id);
    post(&clerk, &path, json!({ "name": "own.example", "verified": false })).await;
    post(
        &clerk,
        &format!("/organizations/{}/domains", other.id),
        json!({ "name": "taken.example" }),
    )
    .await;
    let unverified =
        post(&clerk, &path, json!({ "name": "taken.example", "verified": false })).await;
    for (body, code, param) in [
        (json!({}), "form_param_missing", "name"),
        (json!({ "name": "" }), "form_param_missing", "name"),
        (json!({ "name": "example" }), "form_param_format_invalid", "name"),
        (json!({ "name": "a..example" }), "form_param_format_invalid", "name"),
        (json!({ "name": "https://a.example" }), "form_param_format_invalid", "name"),
        (json!({ "name": "Gmail.com" }), "organization_domain_common", "name"),
        (
            json!({ "name": "own.example" }),
            "organization_domain_already_exists_same_organization",
            "name",
        ),
        (
            json!({ "name": "a.example", "enrollment_mode": "none" }),
            "form_param_value_invalid",
            "enrollment_mode",
        ),
        (json!({ "name": "a.example", "verified": 1 }), "form_param_format_invalid", "verified"),
        (json!({ "name": "a.example", "x": 1 }), "form_param_unknown", "x"),
    ] {
        let rejected = rejection(&clerk, Method::POST, &path, body.clone()).await;
        assert_eq!(rejected.parts(), (422, code, param), "{body}");
    }
    let third = clerk.create_organization(CreateOrganization::new("Third"));
    let third = format!("/organizations/{}/domains", third.id);
    let id = id(&unverified);
    for (method, path, body) in [
        (Method::POST, third.clone(), json!({ "name": "taken.example" })),
        (Method::PATCH, format!("{path}/{id}"), json!({ "verified": true })),
    ] {
        let rejected = rejection(&clerk, method, &path, body).await;
        assert_eq!(rejected.parts(), (422, "organization_domain_already_exists", "name"), "{path}");
    }
    for (method, path) in [
        (Method::PATCH, format!("{third}/{id}")),
        (Method::DELETE, format!("{third}/{id}")),
        (Method::POST, format!("{third}/{id}/verify_ownership")),
        (Method::GET, "/organizations/org_none/domains".into()),
    ] {
        assert_eq!(call(&clerk, method, &path, Value::Null).await.0, 404, "{path}");
    }
    assert_eq!(get(&clerk, &path).await["total_count"], 2);
    for n in 0..8 {
        post(&clerk, &path, json!({ "name": format!("n{n}.example") })).await;
    }
    let rejected = rejection(&clerk, Method::POST, &path, json!({ "name": "more.example" })).await;
    assert_eq!(rejected.status_and_code(), (403, "organization_domain_quota_exceeded"));
}
