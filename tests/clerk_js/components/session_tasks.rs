//! The tasks that `<SignIn/>` shows before the session becomes active.

use axum_clerk::api::CreateOrganization;
use fantoccini::Client;

use crate::{
    version::Version,
    visit::{EMAIL, PASSWORD, Visit},
};

flows!(
    member_chooses_an_organization_to_activate_the_session,
    new_organization_activates_the_session,
);

async fn sign_in(visit: &Visit) {
    visit.clerk.update_user_settings(|settings| settings.choose_organization = true);
    visit.open("/sign-in").await;
    visit.fill("identifier", EMAIL).await;
    visit.press("Continue").await;
    visit.fill("password", PASSWORD).await;
    visit.press("Continue").await;
    visit.wait_until("Clerk.session?.status === 'pending'").await;
    visit.assert_signed_out().await;
}

async fn member_chooses_an_organization_to_activate_the_session(version: Version, browser: Client) {
    let visit = Visit::start(version, browser).await;
    let acme = visit.clerk.create_organization(CreateOrganization::new("Acme"));
    visit.clerk.add_member(&acme.id, &visit.ada.id, "org:member", []);
    sign_in(&visit).await;
    visit.click("//button[contains(normalize-space(.), 'Acme')]").await;
    let me = visit.wait_until_signed_in(&visit.ada).await;
    assert_eq!(me["organization"], acme.id);
}

async fn new_organization_activates_the_session(version: Version, browser: Client) {
    let visit = Visit::start(version, browser).await;
    sign_in(&visit).await;
    visit.fill("name", "Umbrella").await;
    visit.press("Continue").await;
    visit.wait_until_signed_in(&visit.ada).await;
    assert_eq!(visit.request("GET", "/api/orgs/umbrella").await.0, 200);
}
