//! Organizations, with the methods of clerk-js.

use axum_clerk::api::{CreateOrganization, GetOrganization};
use fantoccini::Client;
use serde_json::{Value, json};

use crate::{
    version::Version,
    visit::{PASSWORD, SIGN_IN, Visit, create_user},
};

flows!(
    switching_organizations_changes_what_the_app_sees,
    created_organization_can_be_activated,
    invited_user_joins_the_organization,
    pending_session_becomes_active_with_an_organization,
);

const SWITCH: &str = "await Clerk.setActive({ organization: args[0] })";

async fn switching_organizations_changes_what_the_app_sees(version: Version, browser: Client) {
    let visit = Visit::start(version, browser).await;
    let [acme, umbrella] = ["Acme", "Umbrella"]
        .map(|name| visit.clerk.create_organization(CreateOrganization::new(name)));
    visit.clerk.add_member(&acme.id, &visit.ada.id, "org:admin", []);
    visit.clerk.add_member(&umbrella.id, &visit.ada.id, "org:member", []);
    visit.sign_in().await;

    visit.js(SWITCH, json!([acme.id])).await;
    let me = visit.me().await.unwrap();
    assert_eq!((&me["organization"], &me["role"]), (&json!(acme.id), &json!("org:admin")));
    assert_eq!(visit.request("GET", "/api/orgs/acme").await.0, 200);
    assert_eq!(visit.request("GET", "/api/orgs/umbrella").await.0, 404);

    visit.js(SWITCH, json!(["umbrella"])).await;
    let me = visit.me().await.unwrap();
    assert_eq!((&me["organization"], &me["role"]), (&json!(umbrella.id), &json!("org:member")));
    assert_eq!(visit.request("GET", "/api/orgs/umbrella").await.0, 200);

    visit.open("/").await;
    assert_eq!(visit.me().await.unwrap()["organization"], umbrella.id);
    visit.js(SWITCH, json!([null])).await;
    assert_eq!(visit.me().await.unwrap()["organization"], Value::Null);
    assert_eq!(visit.request("GET", "/api/orgs/umbrella").await.0, 404);
}

async fn created_organization_can_be_activated(version: Version, browser: Client) {
    let visit = Visit::start(version, browser).await;
    visit.sign_in().await;
    let script = "
        const organization = await Clerk.createOrganization({ name: 'Acme', slug: 'acme' });
        await Clerk.setActive({ organization });
        return organization.id";
    let id = visit.js(script, json!([])).await;
    let (status, me) = visit.request("GET", "/api/orgs/acme").await;
    assert_eq!((status, &me["organization"]), (200, &id));
    assert_eq!(me["role"], "org:admin");
    let acme = visit.api().organizations().get("acme", &GetOrganization::default()).await.unwrap();
    assert_eq!(json!(acme.id), id);
}

async fn invited_user_joins_the_organization(version: Version, browser: Client) {
    let visit = Visit::start(version, browser).await;
    create_user(&visit.clerk, "Grace", "grace@example.com");
    let acme = visit.clerk.create_organization(CreateOrganization::new("Acme"));
    visit.clerk.add_member(&acme.id, &visit.ada.id, "org:admin", []);
    visit.sign_in().await;
    visit.js(SWITCH, json!([acme.id])).await;
    let script = "
        const invitation = { emailAddress: args[0], role: 'org:member' };
        await Clerk.organization.inviteMember(invitation);";
    visit.js(script, json!(["grace@example.com"])).await;
    visit.js("await Clerk.signOut({ redirectUrl: '/' })", json!([])).await;

    visit.open("/").await;
    visit.js(SIGN_IN, json!(["grace@example.com", PASSWORD])).await;
    assert_eq!(visit.request("GET", "/api/orgs/acme").await.0, 404);
    let script = "
        const { data } = await Clerk.user.getOrganizationInvitations();
        await data[0].accept();
        await Clerk.setActive({ organization: data[0].publicOrganizationData.id });";
    visit.js(script, json!([])).await;
    let (status, me) = visit.request("GET", "/api/orgs/acme").await;
    assert_eq!((status, &me["role"]), (200, &json!("org:member")));
}

async fn pending_session_becomes_active_with_an_organization(version: Version, browser: Client) {
    let visit = Visit::start(version, browser).await;
    visit.clerk.update_user_settings(|settings| settings.choose_organization = true);
    let acme = visit.clerk.create_organization(CreateOrganization::new("Acme"));
    visit.clerk.add_member(&acme.id, &visit.ada.id, "org:member", []);
    visit.open("/").await;
    visit.js(SIGN_IN, json!([crate::visit::EMAIL, PASSWORD])).await;
    assert_eq!(visit.js("return Clerk.session.status", json!([])).await, "pending");
    visit.assert_signed_out().await;
    visit.js(SWITCH, json!([acme.id])).await;
    let me = visit.assert_signed_in(&visit.ada).await;
    assert_eq!(me["organization"], acme.id);
}
