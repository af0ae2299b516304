//! Organizations over HTTP.

use axum_clerk::api::{
    CreateAPIKey, CreateOrganization, CreateOrganizationInvitation, CreateUser, GetOrganization, Upload,
};
use http::Method;
use serde_json::{Value, json};

use super::{emulator, get, ids, post, refusal};

#[tokio::test]
async fn an_organization_is_created_listed_and_found_by_id_or_slug() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let body = json!({ "name": "Acme & Sons", "created_by": ada.id, "max_allowed_memberships": 7 });
    let acme = post(&clerk, "/organizations", body).await;
    let id = acme["id"].as_str().unwrap();
    assert_eq!(acme["slug"], "acme-sons");
    assert_eq!(acme["max_allowed_memberships"], 7);
    assert_eq!(get(&clerk, &format!("/organizations/{id}")).await, acme);
    assert_eq!(get(&clerk, "/organizations/acme-sons").await, acme);
    let counted = get(&clerk, "/organizations/acme-sons?include_members_count=true").await;
    assert_eq!(counted["members_count"], 1, "its creator is a member");

    let second = clerk.create_organization(CreateOrganization::new("Acme Sons"));
    assert_eq!(second.slug.as_deref(), Some("acme-sons-2"), "a derived slug gives way");
    for (query, expected) in [
        ("", vec![second.id.as_str(), id]),
        ("order_by=name", vec![id, &second.id]),
        ("order_by=members_count", vec![&second.id, id]),
        ("query=%26", vec![id]),
        (&format!("user_id={}", ada.id), vec![id]),
        (&format!("organization_id=-{id}"), vec![&second.id]),
    ] {
        let page = get(&clerk, &format!("/organizations?{query}")).await;
        assert_eq!(ids(&page["data"]), expected, "{query}");
        assert_eq!(page["total_count"], expected.len(), "{query}");
    }
    let page = get(&clerk, "/organizations?limit=1&offset=1").await;
    assert_eq!((ids(&page["data"]), &page["total_count"]), (vec![id], &json!(2)));
}

#[tokio::test]
async fn what_clerk_would_refuse_is_refused() {
    let clerk = emulator().await;
    clerk.create_organization(CreateOrganization::new("Acme"));
    for (body, status, code) in [
        (json!({}), 422, "form_param_missing"),
        (json!({ "name": "" }), 422, "form_param_missing"),
        (json!({ "name": "x".repeat(257) }), 422, "form_param_max_length_exceeded"),
        (json!({ "name": "https://example.com" }), 422, "form_param_value_invalid"),
        (json!({ "name": "<b>Acme</b>" }), 422, "form_param_value_invalid"),
        (json!({ "name": "Acme", "slug": "acme" }), 422, "form_identifier_exists"),
        (json!({ "name": "Acme", "slug": "A C" }), 422, "form_param_format_invalid"),
        (json!({ "name": "Acme", "max_allowed_memberships": -1 }), 422, "form_param_format_invalid"),
        (json!({ "name": "Acme", "created_by": "user_none" }), 400, "organization_creator_not_found"),
        (json!({ "name": "Acme", "shoe_size": 39 }), 422, "form_param_unknown"),
    ] {
        let refused = refusal(&clerk, Method::POST, "/organizations", body.clone()).await;
        assert_eq!((refused.0, refused.1.as_str()), (status, code), "{body}");
    }
    assert_eq!(get(&clerk, "/organizations").await["total_count"], 1, "a refused organization is not created");
    assert_eq!(refusal(&clerk, Method::GET, "/organizations/none", Value::Null).await.0, 404);
}

#[tokio::test]
#[should_panic(expected = "org:FEATURE:PERMISSION")]
async fn a_permission_that_no_token_could_carry_is_refused() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    clerk.add_member(&acme.id, &ada.id, "org:admin", ["billing:read"]);
}
