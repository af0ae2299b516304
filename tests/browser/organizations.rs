//! Organizations by path.

use axum_clerk::{
    InstanceType,
    api::{CreateOrganization, User},
    emulator::ClerkEmulator,
};

use super::{BOTH, Browser, ada, app, assert_signed_in, emulator, sign_in};

async fn signed_in_at(instance_type: InstanceType) -> (ClerkEmulator, String, Browser, User) {
    let clerk = emulator(instance_type).start().await.unwrap();
    let (ada, mut browser) = (ada(&clerk), Browser::new(clerk.clock()));
    let config = clerk
        .config_builder()
        .organization_patterns(["/orgs/:slug", "/by-id/:id"])
        .personal_account_patterns(["/me"])
        .build();
    let app = app::serve("127.0.0.1", config.unwrap()).await;
    let home = browser.open(&app).await;
    assert_signed_in(&sign_in(&mut browser, &home, &ada).await, &ada);
    (clerk, app, browser, ada)
}

#[tokio::test]
async fn a_path_activates_its_organization() {
    for instance_type in BOTH {
        let (clerk, app, mut browser, ada) = signed_in_at(instance_type).await;
        let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
        clerk.create_organization(CreateOrganization::new("Engines").created_by(&ada.id));

        for (path, active) in [
            ("/orgs/acme".to_owned(), "acme"),
            ("/".to_owned(), "acme"),
            ("/orgs/engines".to_owned(), "engines"),
            ("/me".to_owned(), "personal"),
            (format!("/by-id/{}", acme.id), "acme"),
        ] {
            let page = browser.open(format!("{app}{path}")).await;
            assert_eq!(page.url.path(), path);
            assert!(
                page.body.contains(&format!("{} in {active}<", ada.id)),
                "{instance_type:?}: {page:?}"
            );
            assert!(browser.open(format!("{app}{path}")).await.way().is_empty());
        }
    }
}

#[tokio::test]
async fn the_organization_of_others_stays_closed_and_nobody_runs_in_circles() {
    for instance_type in BOTH {
        let (clerk, app, mut browser, ada) = signed_in_at(instance_type).await;
        clerk.create_organization(CreateOrganization::new("Acme"));
        for path in ["/orgs/acme", "/orgs/none"] {
            let page = browser.open(format!("{app}{path}")).await;
            assert!(
                page.body.contains(&format!("{} in personal<", ada.id)),
                "{instance_type:?}: {page:?}"
            );
        }
    }
}
