//! Builders of cookies.

use cookie::{Cookie, SameSite};
use time::Duration;

/// The longest lifetime that browsers allow.
const MAX_AGE: Duration = Duration::days(400);

/// Builds a cookie that ends a handshake in production. The app's server consumes it immediately.
pub(in crate::emulator) fn short_lived(name: &'static str, value: String) -> Cookie<'static> {
    let mut cookie = http_only(persistent(name.to_owned(), value));
    cookie.set_max_age(Duration::minutes(1));
    cookie
}

pub(in crate::emulator) fn persistent(name: String, value: String) -> Cookie<'static> {
    Cookie::build((name, value)).path("/").same_site(SameSite::Lax).max_age(MAX_AGE).build()
}

pub(in crate::emulator) fn http_only(mut cookie: Cookie<'static>) -> Cookie<'static> {
    cookie.set_http_only(true);
    cookie
}

pub(in crate::emulator) fn expired(name: String) -> Cookie<'static> {
    let mut cookie = persistent(name, String::new());
    cookie.set_max_age(Duration::ZERO);
    cookie
}
