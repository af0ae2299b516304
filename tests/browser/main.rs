//! Whole walks of a browser between apps and the emulator.

#![allow(clippy::expect_used, clippy::unwrap_used)]

mod app;
mod browser;
mod chromium;
mod flows;
mod organizations;
mod satellites;
mod tickets;

use std::time::{Duration, SystemTime};

use axum_clerk::{
    Clock, InstanceType,
    api::{CreateUser, User},
    emulator::{ClerkEmulator, ClerkEmulatorBuilder},
};

use self::browser::{Browser, Page};

const BOTH: [InstanceType; 2] = [InstanceType::Development, InstanceType::Production];

/// An emulator to start, on a clock that stands still.
fn emulator(instance_type: InstanceType) -> ClerkEmulatorBuilder {
    let clock = Clock::manual(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000));
    ClerkEmulator::builder().clock(clock).instance_type(instance_type)
}

fn ada(clerk: &ClerkEmulator) -> User {
    clerk.create_user(CreateUser::default().first_name("Ada").email_address(["ada@example.com"]))
}

/// A minute and the time that clocks may be apart, so that session tokens have expired.
fn pass_a_minute(clerk: &ClerkEmulator) {
    clerk.clock().advance(Duration::from_secs(66));
}

/// Clicks "sign in" on a page of an app, and then on a user.
async fn sign_in(browser: &mut Browser, page: &Page, user: &User) -> Page {
    let portal = browser.click(page, "sign-in").await;
    assert_eq!((portal.status.as_u16(), portal.url.path()), (200, "/sign-in"), "{}", portal.body);
    browser.submit(&portal, &[("user_id", &user.id)]).await
}

/// A browser in which Ada has just signed in to an app.
struct Walk {
    clerk: ClerkEmulator,
    ada: User,
    browser: Browser,
    app: String,
    home: Page,
}

async fn signed_in(emulator: ClerkEmulatorBuilder) -> Walk {
    let clerk = emulator.start().await.unwrap();
    let (ada, mut browser) = (ada(&clerk), Browser::new(clerk.clock()));
    let app = app::serve("127.0.0.1", clerk.config()).await;
    let home = browser.open(&app).await;
    let home = sign_in(&mut browser, &home, &ada).await;
    Walk { clerk, ada, browser, app, home }
}

#[track_caller]
fn assert_signed_in(page: &Page, user: &User) {
    assert!(page.body.contains(&format!("{} in ", user.id)), "{page:?}");
}

#[track_caller]
fn assert_signed_out(page: &Page) {
    assert!(page.status == 200 && page.body.contains("nobody in personal"), "{page:?}");
}
