//! `<OrganizationSwitcher/>`, `<OrganizationProfile/>`, `<CreateOrganization/>` and
//! `<OrganizationList/>`.

use axum_clerk::api::{CreateOrganization, GetOrganization, Organization};
use fantoccini::Client;
use serde_json::{Value, json};

use crate::{
    version::Version,
    visit::{PASSWORD, SIGN_IN, Visit, create_user},
};

flows!(
    switcher_activates_an_organization_and_the_personal_account,
    list_activates_an_organization,
    new_organization_is_activated,
    profile_renames_the_organization,
    profile_invites_a_user_who_joins_through_the_switcher,
    profile_deletes_the_organization,
);

/// Signs in the administrator of an organization.
async fn sign_in_admin(version: Version, browser: Client) -> (Visit, Organization) {
    let visit = Visit::start(version, browser).await;
    let acme = visit.clerk.create_organization(CreateOrganization::new("Acme"));
    visit.clerk.add_member(&acme.id, &visit.ada.id, "org:admin", []);
    visit.sign_in().await;
    (visit, acme)
}

/// Opens the profile of the active organization.
async fn open_profile(version: Version, browser: Client) -> (Visit, Organization) {
    let (visit, acme) = sign_in_admin(version, browser).await;
    visit.js("await Clerk.setActive({ organization: 'acme' })", json!([])).await;
    visit.mount("OrganizationProfile").await;
    (visit, acme)
}

async fn open_switcher(visit: &Visit) {
    visit.click("//*[contains(@class, 'cl-organizationSwitcherTrigger')]").await;
}

async fn choose(visit: &Visit, name: &str) {
    visit.click(&format!("//button[contains(normalize-space(.), '{name}')][last()]")).await;
}

async fn switcher_activates_an_organization_and_the_personal_account(
    version: Version,
    browser: Client,
) {
    let (visit, acme) = sign_in_admin(version, browser).await;
    visit.mount("OrganizationSwitcher").await;
    open_switcher(&visit).await;
    choose(&visit, "Acme").await;
    visit.wait_for_me(|me| me["organization"] == acme.id.as_str()).await;
    assert_eq!(visit.request("GET", "/api/orgs/acme").await.0, 200);
    visit.open("/").await;
    visit.mount("OrganizationSwitcher").await;
    open_switcher(&visit).await;
    choose(&visit, "Personal account").await;
    visit.wait_for_me(|me| me["organization"] == Value::Null).await;
    assert_eq!(visit.request("GET", "/api/orgs/acme").await.0, 404);
}

async fn list_activates_an_organization(version: Version, browser: Client) {
    let (visit, acme) = sign_in_admin(version, browser).await;
    visit.mount("OrganizationList").await;
    choose(&visit, "Acme").await;
    visit.wait_for_me(|me| me["organization"] == acme.id.as_str()).await;
    assert_eq!(visit.request("GET", "/api/orgs/acme").await.0, 200);
}

async fn new_organization_is_activated(version: Version, browser: Client) {
    let visit = Visit::start(version, browser).await;
    visit.sign_in().await;
    visit.mount("CreateOrganization").await;
    visit.fill("name", "Umbrella").await;
    visit.press("Create organization").await;
    let me = visit.wait_for_me(|me| me["organization"].is_string()).await;
    assert_eq!(me["role"], "org:admin");
    assert_eq!(visit.request("GET", "/api/orgs/umbrella").await.0, 200);
}

async fn profile_renames_the_organization(version: Version, browser: Client) {
    let (visit, acme) = open_profile(version, browser).await;
    visit.press("Update profile").await;
    visit.fill("slug", "umbrella").await;
    visit.press("Save").await;
    let get = GetOrganization::default();
    let organizations = visit.api();
    visit
        .wait(async || {
            let acme = organizations.organizations().get(&acme.id, &get).await.unwrap();
            acme.slug.as_deref() == Some("umbrella")
        })
        .await;
    visit.js("await Clerk.session.getToken({ skipCache: true })", json!([])).await;
    assert_eq!(visit.request("GET", "/api/orgs/umbrella").await.0, 200);
}

async fn profile_invites_a_user_who_joins_through_the_switcher(version: Version, browser: Client) {
    let (visit, acme) = open_profile(version, browser).await;
    let grace = create_user(&visit.clerk, "Grace", "grace@example.com");
    visit.press("Members").await;
    visit.press("Invite").await;
    visit.type_into("[data-testid='tag-input']", "grace@example.com,").await;
    visit.press("Send invitations").await;
    let is_sent = async || {
        let messages = visit.clerk.sent_messages();
        messages.iter().any(|message| message.to == "grace@example.com" && message.url.is_some())
    };
    visit.wait(is_sent).await;
    visit.js("await Clerk.signOut({ redirectUrl: '/' })", json!([])).await;

    visit.open("/").await;
    visit.js(SIGN_IN, json!(["grace@example.com", PASSWORD])).await;
    visit.mount("OrganizationSwitcher").await;
    open_switcher(&visit).await;
    visit.press("Join").await;
    choose(&visit, "Acme").await;
    let me = visit.wait_for_me(|me| me["organization"] == acme.id.as_str()).await;
    assert_eq!(me["user"], grace.id);
    assert_eq!(me["role"], "org:member");
}

async fn profile_deletes_the_organization(version: Version, browser: Client) {
    let (visit, acme) = open_profile(version, browser).await;
    assert_eq!(visit.request("GET", "/api/orgs/acme").await.0, 200);
    visit.press("Delete organization").await;
    visit.fill("deleteOrganizationConfirmation", "Acme").await;
    visit.click("(//button[normalize-space(.)='Delete organization'])[last()]").await;
    visit.wait_for_me(|me| me["organization"] == Value::Null).await;
    assert_eq!(visit.request("GET", "/api/orgs/acme").await.0, 404);
    visit.api().organizations().get(&acme.id, &GetOrganization::default()).await.unwrap_err();
}
