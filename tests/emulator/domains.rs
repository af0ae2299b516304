//! The instance's domains over HTTP.

use axum_clerk::{
    InstanceType,
    api::{AddDomain, ChangeDomain, CreateUser, Patch, UpdateDomain},
    emulator::ClerkEmulator,
};
use http::Method;
use serde_json::{Value, json};

use super::{api, call, emulator, get, ids, post, production, refusal};

#[tokio::test]
async fn the_primary_domain_is_the_emulator_and_satellites_are_beside_it() {
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

    let path = format!("/domains/{}", primary["id"].as_str().unwrap());
    let refused = refusal(&clerk, Method::DELETE, &path, Value::Null).await;
    assert_eq!((refused.0, refused.1.as_str()), (403, "operation_not_allowed_on_primary_domain"));
    let path = format!("/domains/{}", satellite["id"].as_str().unwrap());
    assert_eq!(call(&clerk, Method::DELETE, &path, Value::Null).await.1["deleted"], true);
    assert_eq!(refusal(&clerk, Method::DELETE, &path, Value::Null).await.0, 404);
    assert_eq!(ids(&get(&clerk, "/domains").await["data"]), [primary["id"].as_str().unwrap()]);
}

#[tokio::test]
async fn browsers_go_back_to_a_satellite_while_it_is_one() {
    let clerk = production().await;
    let sign_in = async || {
        let page = format!("{}/sign-in?redirect_url=http://app.localhost:3000/", clerk.url());
        reqwest::get(page).await.unwrap().status().as_u16()
    };
    assert_eq!(sign_in().await, 422);
    let body = json!({ "name": "app.localhost", "is_satellite": true });
    let added = post(&clerk, "/domains", body).await;
    assert_eq!(added["cname_targets"][0]["host"], "clerk.app.localhost");
    assert_eq!(sign_in().await, 200);
    let path = format!("/domains/{}", added["id"].as_str().unwrap());
    let change =
        json!({ "name": "app.example.com", "proxy_url": "https://app.example.com/__clerk" });
    let (_, changed) = call(&clerk, Method::PATCH, &path, change).await;
    assert_eq!(changed["frontend_api_url"], "https://app.example.com/__clerk");
    assert_eq!(
        (&changed["name"], &changed["cname_targets"]),
        (&json!("app.example.com"), &Value::Null)
    );
    assert_eq!(sign_in().await, 422);
    let (_, cleared) = call(&clerk, Method::PATCH, &path, json!({ "proxy_url": null })).await;
    assert_eq!(cleared["proxy_url"], Value::Null);
    assert_eq!(cleared["name"], "app.example.com", "what is left out stays");
}

#[tokio::test]
async fn what_clerk_would_refuse_is_refused() {
    let (development, production) = (emulator().await, production().await);
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
        let refused = refusal(clerk, Method::POST, "/domains", body.clone()).await;
        assert_eq!(refused, (status, code.to_owned(), param.to_owned()), "{body}");
    }
    assert_eq!(get(&development, "/domains").await["total_count"], 2);
    let primary = get(&production, "/domains").await["data"][0]["id"].as_str().unwrap().to_owned();
    let taken = json!({ "name": "a.example.com" });
    let refused = refusal(&production, Method::PATCH, &format!("/domains/{primary}"), taken).await;
    assert_eq!((refused.0, refused.1.as_str()), (422, "home_url_taken"));
    assert_eq!(refusal(&production, Method::PATCH, "/domains/dmn_none", json!({})).await.0, 404);
}

#[tokio::test]
async fn another_primary_domain_signs_everybody_out() {
    let clerk = production().await;
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
            let refused =
                refusal(&clerk, method.clone(), path, json!({ "home_url": home_url })).await;
            assert_eq!((refused.0, refused.1.as_str()), (422, code), "{path} {home_url}");
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
    let refused = refusal(&development, Method::POST, "/instance/change_domain", body).await;
    assert_eq!((refused.0, refused.1.as_str()), (400, "domain_update_forbidden"));
}

#[tokio::test]
async fn the_typed_client_reads_what_is_answered() -> axum_clerk::Result<()> {
    let clerk = production().await;
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
    #[allow(deprecated)]
    api.beta_features().update_production_instance_domain(&change).await?;
    Ok(())
}
