//! The instance's cookies: those of an app's origin, and that of the Frontend API's own.

use cookie::{Cookie, SameSite};
use time::Duration;

use super::{error::Result, instance::Instance, store::Session};
use crate::InstanceType;

/// As long as browsers keep any cookie.
const LASTING: Duration = Duration::days(400);

impl Instance {
    /// What an app's origin is told of a browser when a handshake ends: who is signed in, or that nobody is.
    pub(super) fn handshake_cookies(
        &self,
        client_token: &str,
        app_origin: &str,
    ) -> Result<Vec<Cookie<'static>>> {
        let mut cookies = match self.instance_type() {
            InstanceType::Development => {
                self.in_both_names("__clerk_db_jwt", client_token).to_vec()
            }
            // What ended one handshake must not end another.
            InstanceType::Production => ["__clerk_handshake", "__clerk_handshake_nonce"]
                .map(|name| removed(name.into()))
                .to_vec(),
        };
        cookies.extend(self.client_uat_cookies(client_token));
        let refresh = format!("__refresh_{}", self.cookie_suffix());
        match self
            .signed_in(client_token, |session| (session.id.clone(), session.refresh_token.clone()))
        {
            Some((session_id, refresh_token)) => {
                cookies.extend(self.session_cookies(&session_id, app_origin)?);
                cookies.push(http_only(lasting(refresh, refresh_token)));
            }
            None => {
                cookies.extend(self.no_session_cookies());
                cookies.push(removed(refresh));
            }
        }
        Ok(cookies)
    }

    /// A fresh token of a session.
    pub(super) fn session_cookies(
        &self,
        session_id: &str,
        app_origin: &str,
    ) -> Result<[Cookie<'static>; 2]> {
        let token = self.session_token(session_id, None, Some(app_origin))?;
        Ok(self.in_both_names("__session", &token))
    }

    /// When somebody signed in in a browser, in Unix seconds; 0 where nobody is.
    pub(super) fn client_uat_cookies(&self, client_token: &str) -> [Cookie<'static>; 2] {
        let since = self.signed_in(client_token, |session| session.created_at.div_euclid(1000));
        self.in_both_names("__client_uat", &since.unwrap_or(0).to_string())
    }

    pub(super) fn no_session_cookies(&self) -> [Cookie<'static>; 2] {
        ["__session".to_owned(), format!("__session_{}", self.cookie_suffix())].map(removed)
    }

    /// What the Frontend API knows a browser by. It has a suffix, since the ports of a host share their cookies.
    pub(super) fn client_cookie(&self, client_token: &str) -> Cookie<'static> {
        http_only(lasting(self.client_cookie_name(), client_token.to_owned()))
    }

    pub(super) fn client_cookie_name(&self) -> String {
        format!("__client_{}", self.cookie_suffix())
    }

    fn cookie_suffix(&self) -> &str {
        self.publishable_key.cookie_suffix()
    }

    /// Without a suffix and with it, so that every version of Clerk's libraries finds it.
    fn in_both_names(&self, name: &str, value: &str) -> [Cookie<'static>; 2] {
        [name.to_owned(), format!("{name}_{}", self.cookie_suffix())]
            .map(|name| lasting(name, value.to_owned()))
    }

    /// Looks at the session of whoever is signed in in a browser.
    pub(super) fn signed_in<T>(
        &self,
        client_token: &str,
        look: impl FnOnce(&Session) -> T,
    ) -> Option<T> {
        let store = self.store();
        Some(look(store.signed_in(store.client(client_token)?)?))
    }
}

/// Ends a handshake in production: the app's server takes it from there at once.
pub(super) fn brief(name: &'static str, value: String) -> Cookie<'static> {
    let mut cookie = http_only(lasting(name.to_owned(), value));
    cookie.set_max_age(Duration::minutes(1));
    cookie
}

fn lasting(name: String, value: String) -> Cookie<'static> {
    Cookie::build((name, value)).path("/").same_site(SameSite::Lax).max_age(LASTING).build()
}

fn http_only(mut cookie: Cookie<'static>) -> Cookie<'static> {
    cookie.set_http_only(true);
    cookie
}

fn removed(name: String) -> Cookie<'static> {
    let mut cookie = lasting(name, String::new());
    cookie.set_max_age(Duration::ZERO);
    cookie
}
