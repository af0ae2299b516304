//! Organizations over HTTP.

use std::time::Duration;

use axum_clerk::api::{
    CreateOrganization, CreateUser, GetOrganization, ListOrganizations, UpdateOrganization,
    UpdateOrganizationMetadata, UploadLogo,
};
use http::Method;
use serde_json::{Value, json};

use crate::support::{
    PNG_URL, START, api, call, claims, delete, emulator, get, id, ids, mislabeled_image, patch,
    png, post, rejection,
};

#[tokio::test]
async fn organization_is_created_listed_and_found_by_id_or_slug() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let body = json!({ "name": "Acme & Sons", "created_by": ada.id, "max_allowed_memberships": 7 });
    let acme = post(&clerk, "/organizations", body).await;
    let id = id(&acme);
    assert_eq!(acme["slug"], "acme-sons");
    assert_eq!(acme["max_allowed_memberships"], 7);
    assert_eq!(get(&clerk, &format!("/organizations/{id}")).await, acme);
    assert_eq!(get(&clerk, "/organizations/acme-sons").await, acme);
    let with_count = get(&clerk, "/organizations/acme-sons?include_members_count=true").await;
    assert_eq!(with_count["members_count"], 1, "the creator is a member");

    let second = clerk.create_organization(CreateOrganization::new("Acme Sons"));
    assert_eq!(second.slug.as_deref(), Some("acme-sons-2"), "derived slugs are made unique");
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
async fn invalid_organizations_are_rejected() {
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
        (
            json!({ "name": "Acme", "max_allowed_memberships": -1 }),
            422,
            "form_param_format_invalid",
        ),
        (
            json!({ "name": "Acme", "created_by": "user_none" }),
            400,
            "organization_creator_not_found",
        ),
        (json!({ "name": "Acme", "shoe_size": 39 }), 422, "form_param_unknown"),
    ] {
        let rejected = rejection(&clerk, Method::POST, "/organizations", body.clone()).await;
        assert_eq!(rejected.status_and_code(), (status, code), "{body}");
    }
    assert_eq!(
        get(&clerk, "/organizations").await["total_count"],
        1,
        "rejected organizations are not created"
    );
    assert_eq!(
        rejection(&clerk, Method::GET, "/organizations/none", Value::Null).await.status,
        404
    );
}

#[tokio::test]
async fn organization_is_updated() {
    let clerk = emulator().await;
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    let path = format!("/organizations/{}", acme.id);
    clerk.clock().advance(Duration::from_secs(1));
    let change = json!({
        "name": "Acme & Sons",
        "slug": "sons",
        "max_allowed_memberships": 3,
        "admin_delete_enabled": false,
        "created_at": "2001-09-09T01:46:40Z",
    });
    let changed = patch(&clerk, &path, change).await;
    assert_eq!(changed["name"], "Acme & Sons");
    assert_eq!(changed["max_allowed_memberships"], 3);
    assert_eq!(changed["admin_delete_enabled"], false);
    assert_eq!(changed["created_at"], 1_000_000_000_000_u64);
    assert_eq!(changed["updated_at"], START * 1000 + 1000);
    assert_eq!(get(&clerk, "/organizations/sons").await, changed);

    let nulls = json!({ "name": null, "slug": null, "max_allowed_memberships": null });
    assert_eq!(patch(&clerk, &path, nulls).await, changed, "null changes nothing");
    let same_slug = json!({ "slug": "sons" });
    assert_eq!(patch(&clerk, &path, same_slug).await, changed, "its own slug is not a conflict");

    clerk.create_organization(CreateOrganization::new("Other"));
    for (change, code, param) in [
        (json!({ "name": "" }), "form_param_missing", "name"),
        (json!({ "name": "New", "slug": "other" }), "form_identifier_exists", "slug"),
        (json!({ "name": "New", "slug": "" }), "form_param_format_invalid", "slug"),
        (json!({ "admin_delete_enabled": 1 }), "form_param_format_invalid", "admin_delete_enabled"),
        (json!({ "public_metadata": {} }), "form_param_unknown", "public_metadata"),
        (json!({ "created_by": "user_1" }), "form_param_unknown", "created_by"),
    ] {
        let rejected = rejection(&clerk, Method::PATCH, &path, change.clone()).await;
        assert_eq!(rejected.parts(), (422, code, param), "{change}");
    }
    assert_eq!(get(&clerk, &path).await, changed, "rejected updates change nothing");
    let rejected = rejection(&clerk, Method::PATCH, "/organizations/sons", json!({})).await;
    assert_eq!(rejected.status, 404, "updates require the ID");
}

#[tokio::test]
async fn metadata_is_merged_or_replaced() {
    let clerk = emulator().await;
    let before = json!({ "plan": "free", "limits": { "seats": 3, "days": 1 } });
    let acme =
        CreateOrganization::new("Acme").public_metadata(before).private_metadata(json!({ "a": 1 }));
    let acme = clerk.create_organization(acme);
    let api = api(&clerk);

    let change = json!({ "plan": null, "limits": { "seats": 5 } });
    let change = UpdateOrganizationMetadata::default().public_metadata(change);
    let merged = api.organizations().update_metadata(&acme.id, &change).await.unwrap();
    assert_eq!(*merged.public_metadata, json!({ "limits": { "seats": 5, "days": 1 } }));
    assert_eq!(*merged.private_metadata, json!({ "a": 1 }));

    let change = UpdateOrganizationMetadata::default().public_metadata(json!({ "b": 2 }));
    let replaced = api.organizations().replace_metadata(&acme.id, &change).await.unwrap();
    assert_eq!(*replaced.public_metadata, json!({ "b": 2 }));
    assert_eq!(*replaced.private_metadata, json!({ "a": 1 }));

    let path = format!("/organizations/{}/metadata", acme.id);
    let rejected = rejection(&clerk, Method::PATCH, &path, json!({ "unsafe_metadata": {} })).await;
    assert_eq!(rejected.parts(), (422, "form_param_unknown", "unsafe_metadata"));
}

#[tokio::test]
async fn deleting_an_organization_cleans_up_its_resources() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    let path = format!("/organizations/{}", acme.id);
    let session = clerk.sign_in(&ada.id).organization(&acme.id);
    let key = clerk.create_api_key(&acme.id);
    let invitation = json!({ "email_address": "grace@example.com", "role": "org:member" });
    post(&clerk, &format!("{path}/invitations"), invitation).await;
    post(&clerk, &format!("{path}/domains"), json!({ "name": "example.com" })).await;

    let deleted = delete(&clerk, &path).await;
    assert_eq!(deleted, json!({ "object": "organization", "id": acme.id, "deleted": true }));
    for list in [
        "organizations",
        "organization_memberships",
        "organization_invitations",
        "organization_domains",
    ] {
        assert_eq!(get(&clerk, &format!("/{list}")).await["total_count"], 0, "{list}");
    }
    assert!(claims(&clerk, &session.token()).get("o").is_none());
    let session = get(&clerk, &format!("/sessions/{}", session.id())).await;
    assert_eq!(session["last_active_organization_id"], Value::Null);
    assert_eq!(get(&clerk, &format!("/api_keys/{}", key.id())).await["revoked"], true);
    assert_eq!(call(&clerk, Method::DELETE, &path, Value::Null).await.0, 404);
}

#[tokio::test]
async fn logo_is_uploaded_and_deleted() {
    let clerk = emulator().await;
    let api = api(&clerk);
    let ada = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    let uploaded_by = |id: &str| UploadLogo::default().uploader_user_id(id);

    let with_logo =
        api.organizations().upload_logo(&acme.id, png(8), &uploaded_by(&ada.id)).await.unwrap();
    assert!(with_logo.has_image);
    assert_eq!(with_logo.image_url.as_deref(), Some(PNG_URL));
    let large = png(10 * 1024 * 1024);
    assert!(api.organizations().upload_logo(&acme.id, large, &UploadLogo::default()).await.is_ok());

    for (logo, uploader, status, code) in [
        (mislabeled_image(), ada.id.as_str(), 400, "request_body_invalid"),
        (png(10 * 1024 * 1024 + 1), &ada.id, 413, "image_too_large"),
        (png(8), "user_none", 404, "resource_not_found"),
    ] {
        let rejected =
            api.organizations().upload_logo(&acme.id, logo, &uploaded_by(uploader)).await;
        let error = rejected.unwrap_err();
        let error = error.api().unwrap();
        assert_eq!((error.status.as_u16(), error.code()), (status, Some(code)), "{error}");
    }
    let upload = |form: reqwest::multipart::Form| {
        let url = format!("{}/v1/organizations/{}/logo", clerk.url(), acme.id);
        reqwest::Client::new().put(url).bearer_auth(clerk.secret_key()).multipart(form).send()
    };
    for (field, status, code) in
        [("uploader_user_id", 400, "form_param_missing"), ("color", 422, "form_param_unknown")]
    {
        let response =
            upload(reqwest::multipart::Form::new().text(field, ada.id.clone())).await.unwrap();
        assert_eq!(response.status(), status, "{field}");
        assert_eq!(response.json::<Value>().await.unwrap()["errors"][0]["code"], code);
    }
    let path = format!("/organizations/{}/logo", acme.id);
    let rejected = rejection(&clerk, Method::PUT, &path, json!({})).await;
    assert_eq!(rejected.status_and_code(), (400, "request_body_invalid"));

    let without = api.organizations().delete_logo(&acme.id).await.unwrap();
    assert!(!without.has_image);
    assert_eq!(without.image_url, acme.image_url);
    let rejected = rejection(&clerk, Method::DELETE, &path, Value::Null).await;
    assert_eq!(rejected.status_and_code(), (404, "image_not_found"), "the logo is already deleted");
}

#[tokio::test]
async fn requested_counts_are_included() {
    let clerk = emulator().await;
    let api = api(&clerk);
    let ada = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    let empty = clerk.create_organization(CreateOrganization::new("Empty"));
    let invitation = json!({ "email_address": "grace@example.com", "role": "org:member" });
    post(&clerk, &format!("/organizations/{}/invitations", acme.id), invitation).await;

    let all = GetOrganization::default()
        .include_members_count(true)
        .include_missing_member_with_elevated_permissions(true);
    let organization = api.organizations().get("acme", &all).await.unwrap();
    assert_eq!(
        (organization.members_count, organization.pending_invitations_count),
        (Some(1), Some(1))
    );
    assert_eq!(organization.missing_member_with_elevated_permissions, Some(false));
    let organization = api.organizations().get(&empty.id, &all).await.unwrap();
    assert_eq!(
        (organization.members_count, organization.pending_invitations_count),
        (Some(0), Some(0))
    );
    assert_eq!(organization.missing_member_with_elevated_permissions, Some(true));
    let organization =
        api.organizations().get(&empty.id, &GetOrganization::default()).await.unwrap();
    assert_eq!(
        (organization.members_count, organization.missing_member_with_elevated_permissions),
        (None, None)
    );

    let page = api.organizations().list(&ListOrganizations::default().query("emp")).await.unwrap();
    assert_eq!(page.data, [organization]);
    let renamed = UpdateOrganization::default().name("Full");
    assert_eq!(api.organizations().update(&empty.id, &renamed).await.unwrap().name, "Full");
    let created = api.organizations().create(&CreateOrganization::new("New")).await.unwrap();
    assert!(api.organizations().delete(&created.id).await.unwrap().deleted);
}

#[tokio::test]
#[should_panic(expected = "org:FEATURE:PERMISSION")]
async fn permissions_with_an_invalid_key_are_rejected() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    clerk.add_member(&acme.id, &ada.id, "org:admin", ["billing:read"]);
}
