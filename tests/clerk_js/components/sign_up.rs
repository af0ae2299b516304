//! `<SignUp/>`.

use axum_clerk::api::ListUsers;
use fantoccini::Client;

use crate::{
    version::Version,
    visit::{EMAIL, PASSWORD, Visit},
};

flows!(new_user_signs_up_with_an_email_code, taken_email_address_is_reported);

const GRACE: &str = "grace@example.com";

async fn new_user_signs_up_with_an_email_code(version: Version, browser: Client) {
    let visit = Visit::start(version, browser).await;
    visit.open("/sign-up").await;
    visit.fill("emailAddress", GRACE).await;
    visit.fill("password", PASSWORD).await;
    visit.press("Continue").await;
    let code = visit.wait_for_code(GRACE).await;
    visit.assert_signed_out().await;
    visit.type_code(&code).await;
    let me = visit.wait_for_me(|_| true).await;
    let grace = ListUsers::default().email_address([GRACE]);
    assert_eq!(me["user"], visit.api().users().list(&grace).await.unwrap()[0].id);
}

async fn taken_email_address_is_reported(version: Version, browser: Client) {
    let visit = Visit::start(version, browser).await;
    visit.open("/sign-up").await;
    visit.fill("emailAddress", EMAIL).await;
    visit.fill("password", PASSWORD).await;
    visit.press("Continue").await;
    visit.wait_for_text("taken").await;
    visit.assert_signed_out().await;
}
