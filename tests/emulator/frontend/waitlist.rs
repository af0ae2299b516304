//! The waitlist.

use axum_clerk::emulator::SignUpMode;
use http::Method;
use serde_json::json;

use super::clerk_js::{ClerkJs, EMAIL};
use crate::support::{emulator, get, id};

#[tokio::test]
async fn visitors_join_the_waitlist_once() {
    let clerk = emulator().await;
    let browser = ClerkJs::load(&clerk).await;
    let fields = [("email_address", EMAIL)];
    let off = browser.call(Method::POST, "/waitlist", &fields).await;
    assert_eq!(off.status_and_code(), (403, "waitlist_not_enabled"));
    clerk.update_user_settings(|settings| settings.sign_up_mode = SignUpMode::Waitlist);
    let entry = browser.post("/waitlist", &fields).await;
    assert_eq!(id(&browser.post("/waitlist", &fields).await), id(&entry));
    let of_backend = get(&clerk, "/waitlist_entries").await["data"][0].clone();
    assert_eq!((id(&of_backend), &of_backend["email_address"]), (id(&entry), &json!(EMAIL)));
    let invalid = browser.call(Method::POST, "/waitlist", &[("email_address", "x")]).await;
    assert_eq!(invalid.error(), (422, "form_param_format_invalid", "email_address"));
}
