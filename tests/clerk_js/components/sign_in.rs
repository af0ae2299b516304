//! `<SignIn/>`.

use fantoccini::Client;

use crate::{
    version::Version,
    visit::{BACKUP_CODE, EMAIL, PASSWORD, Visit},
};

flows!(
    guarded_page_is_shown_after_signing_in_with_a_password,
    wrong_password_is_reported_and_can_be_corrected,
    email_code_is_another_method,
    authenticator_app_is_the_second_step,
    backup_code_is_another_second_step,
    forgotten_password_is_reset_with_a_code,
);

/// Opens the guarded page, from which the app redirects to the sign-in page.
async fn open_guarded_page(version: Version, browser: Client) -> Visit {
    let visit = Visit::start(version, browser).await;
    visit.tab.goto(&format!("{}/page", visit.app)).await.unwrap();
    visit
}

async fn assert_guarded_page(visit: &Visit) {
    visit.wait_for_text(&format!("user: {}", visit.ada.id)).await;
    assert_eq!(visit.tab.current_url().await.unwrap().path(), "/page");
    visit.assert_signed_in(&visit.ada).await;
}

async fn guarded_page_is_shown_after_signing_in_with_a_password(version: Version, browser: Client) {
    let visit = open_guarded_page(version, browser).await;
    visit.fill("identifier", EMAIL).await;
    visit.press("Continue").await;
    visit.fill("password", PASSWORD).await;
    visit.press("Continue").await;
    assert_guarded_page(&visit).await;
}

async fn wrong_password_is_reported_and_can_be_corrected(version: Version, browser: Client) {
    let visit = open_guarded_page(version, browser).await;
    visit.fill("identifier", "grace@example.com").await;
    visit.press("Continue").await;
    visit.wait_for_text("Couldn't find your account").await;
    visit.fill("identifier", EMAIL).await;
    visit.press("Continue").await;
    visit.fill("password", "wrong password").await;
    visit.press("Continue").await;
    visit.wait_for_text("Password is incorrect").await;
    visit.assert_signed_out().await;
    visit.fill("password", PASSWORD).await;
    visit.press("Continue").await;
    assert_guarded_page(&visit).await;
}

async fn email_code_is_another_method(version: Version, browser: Client) {
    let visit = open_guarded_page(version, browser).await;
    visit.fill("identifier", EMAIL).await;
    visit.press("Continue").await;
    visit.press("Use another method").await;
    visit.press("Email code to ada@example.com").await;
    visit.type_code(&visit.wait_for_code(EMAIL).await).await;
    assert_guarded_page(&visit).await;
}

/// Enters the password of a user who has a second factor.
async fn enter_first_factor(version: Version, browser: Client) -> Visit {
    let mut visit = open_guarded_page(version, browser).await;
    visit.ada = visit.create_user_with_second_factors("grace@example.com");
    visit.fill("identifier", "grace@example.com").await;
    visit.press("Continue").await;
    visit.fill("password", PASSWORD).await;
    visit.press("Continue").await;
    visit.wait_for_text("Two-step verification").await;
    visit.assert_signed_out().await;
    visit
}

async fn authenticator_app_is_the_second_step(version: Version, browser: Client) {
    let visit = enter_first_factor(version, browser).await;
    visit.type_code(&visit.totp()).await;
    assert_guarded_page(&visit).await;
}

async fn backup_code_is_another_second_step(version: Version, browser: Client) {
    let visit = enter_first_factor(version, browser).await;
    visit.press("Use another method").await;
    visit.press("Use a backup code").await;
    visit.fill("code", BACKUP_CODE).await;
    visit.press("Continue").await;
    assert_guarded_page(&visit).await;
}

async fn forgotten_password_is_reset_with_a_code(version: Version, browser: Client) {
    let visit = open_guarded_page(version, browser).await;
    visit.fill("identifier", EMAIL).await;
    visit.press("Continue").await;
    visit.press("Forgot password?").await;
    visit.press("Reset your password").await;
    visit.type_code(&visit.wait_for_code(EMAIL).await).await;
    visit.fill("password", "another password").await;
    visit.fill("confirmPassword", "another password").await;
    visit.press("Reset Password").await;
    assert_guarded_page(&visit).await;
}
