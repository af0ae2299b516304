//! Activation of organizations by the path of a request.

use axum_clerk::{ClerkConfig, InstanceType, api::CreateOrganization, emulator::ClerkEmulator};

use crate::support::{INSTANCE_TYPES, Scenario, assert_signed_in, assert_signed_in_to, emulator};

fn config(clerk: &ClerkEmulator) -> ClerkConfig {
    clerk
        .config_builder()
        .organization_patterns(["/orgs/:slug", "/by-id/:id"])
        .personal_account_patterns(["/me"])
        .build()
        .unwrap()
}

async fn signed_in(instance_type: InstanceType) -> Scenario {
    let mut scenario = Scenario::start_with(emulator(instance_type), "127.0.0.1", config).await;
    assert_signed_in(&scenario.sign_in().await, &scenario.ada);
    scenario
}

#[tokio::test]
async fn organization_in_the_path_is_activated() {
    for instance_type in INSTANCE_TYPES {
        let Scenario { clerk, ada, mut browser, app } = signed_in(instance_type).await;
        let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
        clerk.create_organization(CreateOrganization::new("Engines").created_by(&ada.id));

        for (path, active) in [
            ("/orgs/acme".to_owned(), "acme"),
            ("/".to_owned(), "acme"),
            ("/orgs/engines".to_owned(), "engines"),
            ("/me".to_owned(), "none"),
            (format!("/by-id/{}", acme.id), "acme"),
        ] {
            let page = browser.open(format!("{app}{path}")).await;
            assert_eq!(page.url.path(), path);
            assert_signed_in_to(&page, &ada, active);
            assert!(browser.open(format!("{app}{path}")).await.redirects().is_empty());
        }
    }
}

#[tokio::test]
async fn organizations_of_others_are_not_activated() {
    for instance_type in INSTANCE_TYPES {
        let Scenario { clerk, ada, mut browser, app } = signed_in(instance_type).await;
        clerk.create_organization(CreateOrganization::new("Acme"));
        for path in ["/orgs/acme", "/orgs/none"] {
            let page = browser.open(format!("{app}{path}")).await;
            assert_signed_in_to(&page, &ada, "none");
        }
    }
}
