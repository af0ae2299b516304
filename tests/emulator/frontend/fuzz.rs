//! Requests with arbitrary forms.

use axum_clerk::{
    api::CreateOrganization,
    emulator::{Requirement, SignUpMode},
};
use http::Method;
use proptest::{
    collection::vec, prelude::*, sample::select, strategy::ValueTree, test_runner::TestRunner,
};

use super::clerk_js::{ClerkJs, EMAIL, create_ada, text};
use crate::support::emulator;

const ROUTES: &str = "
    POST /client/sign_ins
    POST /client/sign_ins/SIGN_IN/prepare_first_factor
    POST /client/sign_ins/SIGN_IN/attempt_first_factor
    POST /client/sign_ins/SIGN_IN/prepare_second_factor
    POST /client/sign_ins/SIGN_IN/attempt_second_factor
    POST /client/sign_ins/SIGN_IN/reset_password
    POST /client/sign_ups
    PATCH /client/sign_ups/SIGN_UP
    POST /client/sign_ups/SIGN_UP/prepare_verification
    POST /client/sign_ups/SIGN_UP/attempt_verification
    POST /client/sessions/SESSION/touch
    POST /client/sessions/SESSION/tokens
    POST /client/sessions/SESSION/verify
    POST /client/sessions/SESSION/verify/prepare_first_factor
    POST /client/sessions/SESSION/verify/attempt_first_factor
    POST /client/sessions/SESSION/verify/attempt_second_factor
    PATCH /me
    PATCH /me/metadata
    POST /me/email_addresses
    POST /me/phone_numbers
    POST /me/totp/attempt_verification
    POST /organizations
    PATCH /organizations/ORG
    POST /organizations/ORG/invitations
    POST /organizations/ORG/invitations/bulk
    POST /organizations/ORG/memberships
    POST /organizations/ORG/domains
    POST /organizations/ORG/domains/bulk
    POST /organizations/ORG/domains/prepare_ownership_verification/bulk
    POST /waitlist
";

const PARAMS: &str = "
    strategy identifier password ticket code email_address phone_number username first_name
    unsafe_metadata legal_accepted email_address_or_phone_number email_address_id phone_number_id
    active_organization_id organization_id level name slug role user_id names enrollment_mode
    organization_domain_ids primary_email_address_id sign_out_of_other_sessions intent redirect_url
    action_complete_redirect_url transfer token locale nonsense
";

const STRINGS: &[&str] = &[
    "",
    "a",
    "true",
    "ORG",
    "SESSION",
    "org:member",
    "ada@example.com",
    "new@example.com",
    "+15555550100",
    "password",
    "email_code",
    "reset_password_email_code",
    "ticket",
    "totp",
    "passkey",
    "oauth_google",
    "email_link",
    "enterprise_sso",
    "424242",
    "correct horse",
    "first_factor",
    "{\"a\":null}",
    "[[[[",
    "https://example.com/",
    "javascript:alert(1)",
    "corp.example",
    "automatic_invitation",
    "\u{e9}\u{0}\u{202e}",
    "..",
    "a.b.c",
];

/// No request may cause a 5xx response or break the connection, and every error must have a code
/// and a message.
#[tokio::test]
async fn arbitrary_forms_get_well_formed_responses() {
    let clerk = emulator().await;
    clerk.update_user_settings(|settings| {
        settings.phone_number = Requirement::Optional;
        settings.username = Requirement::Optional;
        settings.multiple_sessions = true;
        settings.sign_up_mode = SignUpMode::Public;
    });
    let ada = create_ada(&clerk);
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let mut runner = TestRunner::deterministic();
    let names: Vec<&str> = PARAMS.split_whitespace().collect();
    let form = vec((select(names), select(STRINGS)), 0..6);
    let (mut accepted, mut rejected) = (0, 0);
    for route in ROUTES.trim().lines().cycle().take(30 * 12) {
        let (method, path) = route.trim().split_once(' ').unwrap();
        let client = browser.client().await;
        let id = |name: &str| client[name]["id"].as_str().unwrap_or("none").to_owned();
        let with_ids = |string: &str| {
            string
                .replace("SIGN_IN", &id("sign_in"))
                .replace("SIGN_UP", &id("sign_up"))
                .replace("ORG", &acme.id)
                .replace("SESSION", &browser.session_id)
        };
        let fields = form.new_tree(&mut runner).unwrap().current();
        let fields: Vec<(&str, String)> =
            fields.into_iter().map(|(name, string)| (name, with_ids(string))).collect();
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, string)| (*name, string.as_str())).collect();
        let method: Method = method.parse().unwrap();
        let answer = browser.call(method, &with_ids(path), &fields).await;
        if answer.status < 400 {
            accepted += 1;
        } else {
            assert!(answer.status < 500, "{path} {fields:?}: {}", answer.body);
            assert!(!answer.error().1.is_empty(), "{path} {fields:?}: {}", answer.body);
            rejected += 1;
        }
    }
    assert!(accepted > 20 && rejected > 50, "{accepted} accepted, {rejected} rejected");
    assert_eq!(text(&browser.get("/me").await, "id"), ada.id);
}
