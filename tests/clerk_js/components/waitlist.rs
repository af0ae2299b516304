//! `<Waitlist/>`.

use axum_clerk::{api::ListWaitlistEntries, emulator::SignUpMode};
use fantoccini::Client;

use crate::{version::Version, visit::Visit};

flows!(visitor_joins_the_waitlist);

async fn visitor_joins_the_waitlist(version: Version, browser: Client) {
    let visit = Visit::start(version, browser).await;
    visit.clerk.update_user_settings(|settings| settings.sign_up_mode = SignUpMode::Waitlist);
    visit.open("/waitlist").await;
    visit.fill("emailAddress", "grace@example.com").await;
    visit.press("Join the waitlist").await;
    let api = visit.api();
    let list = ListWaitlistEntries::default();
    let is_listed = async || {
        let entries = api.waitlist_entries().list(&list).await.unwrap();
        entries.data.iter().any(|entry| entry.email_address == "grace@example.com")
    };
    visit.wait(is_listed).await;
    visit.assert_signed_out().await;
}
