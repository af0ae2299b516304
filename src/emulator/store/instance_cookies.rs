//! The cookies of the instance: those of an app's origin, and that of the Frontend API.

use cookie::Cookie;

use super::instance::Instance;
use crate::config::InstanceType;
use crate::emulator::http::{Result, expired, http_only, persistent};

impl Instance {
    /// Returns the cookies that a handshake sets at an app's origin.
    pub(in crate::emulator) fn handshake_cookies(
        &self,
        client_token: &str,
        app_origin: &str,
    ) -> Result<Vec<Cookie<'static>>> {
        let mut cookies = match self.instance_type() {
            InstanceType::Development => {
                self.with_and_without_suffix("__clerk_db_jwt", client_token).to_vec()
            }
            // The cookies that ended this handshake must not end another one.
            InstanceType::Production => ["__clerk_handshake", "__clerk_handshake_nonce"]
                .map(|name| expired(name.into()))
                .to_vec(),
        };
        cookies.extend(self.client_uat_cookies(client_token));
        let refresh = format!("__refresh_{}", self.cookie_suffix());
        let current = self.with_current_session(client_token, |session| {
            (session.id.clone(), session.refresh_token.clone())
        });
        if let Some((session_id, refresh_token)) = current {
            cookies.extend(self.session_cookies(&session_id, app_origin)?);
            cookies.push(http_only(persistent(refresh, refresh_token)));
        } else {
            cookies.extend(self.no_session_cookies());
            cookies.push(expired(refresh));
        }
        Ok(cookies)
    }

    /// Returns the session token cookies, with a new token.
    pub(in crate::emulator) fn session_cookies(
        &self,
        session_id: &str,
        app_origin: &str,
    ) -> Result<[Cookie<'static>; 2]> {
        let token = self.session_token(session_id, None, Some(app_origin))?;
        Ok(self.with_and_without_suffix("__session", &token))
    }

    /// Returns the cookies with the time of the sign-in in Unix seconds, or 0 if nobody is signed
    /// in.
    pub(in crate::emulator) fn client_uat_cookies(
        &self,
        client_token: &str,
    ) -> [Cookie<'static>; 2] {
        let signed_in_at =
            self.with_current_session(client_token, |session| session.created_at.div_euclid(1000));
        self.with_and_without_suffix("__client_uat", &signed_in_at.unwrap_or(0).to_string())
    }

    pub(in crate::emulator) fn no_session_cookies(&self) -> [Cookie<'static>; 2] {
        ["__session".to_owned(), format!("__session_{}", self.cookie_suffix())].map(expired)
    }

    /// Returns the cookie by which the Frontend API recognizes a browser. Its name has a suffix,
    /// because all ports of a host share their cookies.
    pub(in crate::emulator) fn client_cookie(&self, client_token: &str) -> Cookie<'static> {
        http_only(persistent(self.client_cookie_name(), client_token.to_owned()))
    }

    pub(in crate::emulator) fn client_cookie_name(&self) -> String {
        format!("__client_{}", self.cookie_suffix())
    }

    fn cookie_suffix(&self) -> &str {
        self.publishable_key.cookie_suffix()
    }

    /// Returns a cookie without and with the suffix, because Clerk's libraries look for either,
    /// depending on their version.
    fn with_and_without_suffix(&self, name: &str, value: &str) -> [Cookie<'static>; 2] {
        [name.to_owned(), format!("{name}_{}", self.cookie_suffix())]
            .map(|name| persistent(name, value.to_owned()))
    }
}
