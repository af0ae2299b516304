//! The instance's domains over HTTP.

use axum_clerk::{
    InstanceType,
    api::{AddDomain, ChangeDomain, CreateUser, Patch, UpdateDomain},
    emulator::ClerkEmulator,
};
use http::Method;
use serde_json::{Value, json};

use crate::support::{
    api, call, delete, emulator, get, id, ids, patch, post, production_emulator, rejection, visit,
};

#[tokio::test]
async fn satellites_are_listed_after_the_primary_domain() {
    let clerk = ClerkEmulator::builder().satellite("localhost").start().await.unwrap();
    let domains = get(&clerk, "/domains").await;
    assert_eq!(domains["total_count"], 2);
    let [primary, satellite] = [0, 1].map(|n: usize| &domains["data"][n]);
    assert_eq!(
        (&primary["is_satellite"], &satellite["is_satellite"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(primary["frontend_api_url"], clerk.url());
    assert_eq!(primary["accounts_portal_url"], clerk.url());
    assert_eq!(satellite["name"], "localhost");
    assert_eq!(satellite["frontend_api_url"], clerk.url().replace("127.0.0.1", "localhost"));
    assert_eq!(satellite["accounts_portal_url"], Value::Null);

    let path = format!("/domains/{}", id(primary));
    let rejected = rejection(&clerk, Method::DELETE, &path, Value::Null).await;
    assert_eq!(rejected.status_and_code(), (403, "operation_not_allowed_on_primary_domain"));
    let path = format!("/domains/{}", id(satellite));
    assert_eq!(delete(&clerk, &path).await["deleted"], true);
    assert_eq!(rejection(&clerk, Method::DELETE, &path, Value::Null).await.status, 404);
    assert_eq!(ids(&get(&clerk, "/domains").await["data"]), [id(primary)]);
}

#[tokio::test]
async fn only_registered_satellites_are_valid_redirect_targets() {
    let clerk = production_emulator().await;
    let sign_in = async || {
        let path = "/sign-in?redirect_url=http://app.localhost:3000/";
        visit(&clerk, path).await.status().as_u16()
    };
    assert_eq!(sign_in().await, 422);
    let body = json!({ "name": "app.localhost", "is_satellite": true });
    let added = post(&clerk, "/domains", body).await;
    assert_eq!(added["cname_targets"][0]["host"], "clerk.app.localhost");
    assert_eq!(sign_in().await, 200);
    let path = format!("/domains/{}", id(&added));
    let change =
        json!({ "name": "app.example.com", "proxy_url": "https://app.example.com/__clerk" });
    let updated = patch(&clerk, &path, change).await;
    assert_eq!(updated["frontend_api_url"], "https://app.example.com/__clerk");
    assert_eq!(
        (&updated["name"], &updated["cname_targets"]),
        (&json!("app.example.com"), &Value::Null)
    );
    assert_eq!(sign_in().await, 422);
    let cleared = patch(&clerk, &path, json!({ "proxy_url": null })).await;
    assert_eq!(cleared["proxy_url"], Value::Null);
    assert_eq!(cleared["name"], "app.example.com", "omitted fields keep their values");
}

#[tokio::test]
async fn invalid_domains_are_rejected() {
    let (development, production) = (emulator().await, production_emulator().await);
    let named = |name: &str| json!({ "name": name, "is_satellite": true });
    post(&development, "/domains", named("localhost:3000")).await;
    post(&production, "/domains", named("a.example.com")).await;
    for (clerk, body, status, code, param) in [
        (&development, json!({ "is_satellite": true }), 422, "form_param_missing", "name"),
        (
            &development,
            json!({ "name": "a.example.com", "is_satellite": false }),
            422,
            "primary_domain_already_exists",
            "is_satellite",
        ),
        (&development, named("localhost:3000"), 422, "home_url_taken", "name"),
        (&development, named("http://localhost"), 422, "form_param_format_invalid", "name"),
        (&development, named(""), 422, "form_param_format_invalid", "name"),
        (&production, named("localhost"), 422, "form_param_format_invalid", "name"),
        (&production, named("b.example.com:80"), 422, "form_param_format_invalid", "name"),
        (
            &development,
            json!({ "name": "b.test", "is_satellite": true, "proxy_url": "https://b.test" }),
            400,
            "domain_update_forbidden",
            "",
        ),
        (
            &production,
            json!({ "name": "b.test", "is_satellite": true, "proxy_url": "b" }),
            422,
            "form_param_format_invalid",
            "proxy_url",
        ),
    ] {
        let rejected = rejection(clerk, Method::POST, "/domains", body.clone()).await;
        assert_eq!(rejected.parts(), (status, code, param), "{body}");
    }
    assert_eq!(get(&development, "/domains").await["total_count"], 2);
    let primary = id(&get(&production, "/domains").await["data"][0]).to_owned();
    let taken = json!({ "name": "a.example.com" });
    let rejected =
        rejection(&production, Method::PATCH, &format!("/domains/{primary}"), taken).await;
    assert_eq!(rejected.status_and_code(), (422, "home_url_taken"));
    assert_eq!(
        rejection(&production, Method::PATCH, "/domains/dmn_none", json!({})).await.status,
        404
    );
}

#[tokio::test]
async fn changing_the_primary_domain_revokes_all_sessions() {
    let clerk = production_emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    post(&clerk, "/domains", json!({ "name": "b.example.com", "is_satellite": true })).await;
    for (method, path) in
        [(Method::POST, "/instance/change_domain"), (Method::PUT, "/beta_features/domain")]
    {
        for (home_url, code) in [
            (json!(null), "form_param_format_invalid"),
            (json!("example"), "form_param_format_invalid"),
            (json!("http://localhost"), "form_param_format_invalid"),
            (json!("https://me.vercel.app"), "known_hosting_domain"),
            (json!("https://b.example.com"), "home_url_taken"),
        ] {
            let rejected =
                rejection(&clerk, method.clone(), path, json!({ "home_url": home_url })).await;
            assert_eq!(rejected.status_and_code(), (422, code), "{path} {home_url}");
        }
        let session = clerk.sign_in(&ada.id);
        let (status, _) =
            call(&clerk, method, path, json!({ "home_url": "https://www.example.com" })).await;
        assert_eq!(status, 202);
        assert_eq!(get(&clerk, "/domains").await["data"][0]["name"], "example.com");
        assert_eq!(get(&clerk, &format!("/sessions/{}", session.id())).await["status"], "revoked");
    }
    let development = emulator().await;
    let body = json!({ "home_url": "https://example.com" });
    let rejected = rejection(&development, Method::POST, "/instance/change_domain", body).await;
    assert_eq!(rejected.status_and_code(), (400, "domain_update_forbidden"));
}

#[tokio::test]
async fn typed_client_parses_domain_responses() -> axum_clerk::Result<()> {
    let clerk = production_emulator().await;
    assert_eq!(clerk.config().instance_type(), Some(InstanceType::Production));
    let api = api(&clerk);
    let added = api.domains().add(&AddDomain::new("a.example.com", true)).await?;
    let change = UpdateDomain::default().proxy_url("https://a.example.com/__clerk");
    assert!(api.domains().update(&added.id, &change).await?.proxy_url.is_some());
    let change = UpdateDomain::default().proxy_url(Patch::Clear);
    assert_eq!(api.domains().update(&added.id, &change).await?, added);
    assert_eq!(api.domains().list().await?.data[1], added);
    api.domains().delete(&added.id).await?;
    let change = ChangeDomain::default().home_url("https://example.com");
    api.instance_settings().change_domain(&change).await?;
    #[expect(deprecated, reason = "covers the deprecated method")]
    api.beta_features().update_production_instance_domain(&change).await?;
    Ok(())
}
