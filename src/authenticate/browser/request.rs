//! A browser's request, as all steps of its authentication see it.

use std::borrow::Cow;

use url::Url;

use super::{
    super::request::RequestHead,
    cookies::{ClerkCookies, client_uat},
};
use crate::{
    config::{ClerkConfig, InstanceType, PublishableKey, Target},
    token::{InspectedToken, Verifier},
};

/// A browser's request together with its configuration and cookies.
#[derive(Clone, Copy)]
pub(super) struct BrowserRequest<'a> {
    pub(super) head: RequestHead<'a>,
    pub(super) config: &'a ClerkConfig,
    pub(super) instance_type: InstanceType,
    pub(super) cookies: &'a ClerkCookies<'a>,
    /// Whether the suffixed cookies are used instead of the plain ones.
    pub(super) use_suffixed: bool,
}

impl<'a> BrowserRequest<'a> {
    /// Selects the set of cookies to use. Returns the request, and the session token in that set.
    pub(super) fn new(
        head: RequestHead<'a>,
        config: &'a ClerkConfig,
        publishable_key: &PublishableKey,
        cookies: &'a ClerkCookies<'a>,
        verifier: &Verifier,
    ) -> (Self, Option<InspectedToken<'a>>) {
        let plain = cookies.session.plain.as_deref().map(|token| verifier.inspect(token));
        // clerk-js sets both cookies to the same token.
        let suffixed = cookies.session.suffixed.as_deref().map(|token| match &plain {
            Some(InspectedToken::Cached(cached)) if cached.text() == token => {
                InspectedToken::Cached(cached.clone())
            }
            _ => verifier.inspect(token),
        });
        let use_suffixed = cookies.use_suffixed(config, plain.as_ref(), suffixed.as_ref());
        let instance_type = publishable_key.instance_type();
        let session = if use_suffixed { suffixed } else { plain };
        (Self { head, config, instance_type, cookies, use_suffixed }, session)
    }

    pub(super) fn is_development(self) -> bool {
        self.instance_type == InstanceType::Development
    }

    /// The time of the user's last sign-in or sign-out in Unix seconds; 0 if signed out.
    pub(super) fn client_uat(self) -> i64 {
        client_uat(self.cookies.client_uat.get(self.use_suffixed))
    }

    pub(super) fn url(self) -> Option<Url> {
        self.head.public_url(self.config)
    }

    /// The URL of the Frontend API. The path of a proxy is resolved against the request's origin.
    pub(super) fn frontend_api_url(self) -> Option<Url> {
        let frontend_api = self.config.frontend_api()?;
        if frontend_api.starts_with('/') {
            let mut url = self.url()?;
            url.set_query(None);
            url.set_path(frontend_api);
            return Some(url);
        }
        let has_scheme =
            frontend_api.starts_with("http://") || frontend_api.starts_with("https://");
        let text = if has_scheme {
            Cow::Borrowed(frontend_api)
        } else {
            format!("https://{frontend_api}").into()
        };
        Url::parse(&text).ok()
    }

    /// The organization or account that the path belongs to.
    pub(super) fn organization_target(self) -> Option<Target> {
        self.config.organization_sync().target(self.head.uri.path())
    }

    /// The token that identifies the browser to a development instance.
    pub(super) fn dev_browser_token(self) -> Option<String> {
        let cookie = || self.cookies.dev_browser.get(self.use_suffixed).map(str::to_owned);
        self.head.query("__clerk_db_jwt").or_else(cookie)
    }

    /// The number of consecutive redirects so far.
    pub(super) fn redirect_count(self) -> u32 {
        self.cookies.redirect_count.as_deref().and_then(|count| count.parse().ok()).unwrap_or(0)
    }

    /// The session token from the selected cookies or else the header, verified or not.
    pub(super) fn session_token(self) -> Option<&'a str> {
        self.cookies.session.get(self.use_suffixed).or_else(|| self.head.header_token())
    }

    /// The value of a query parameter, or else of a cookie.
    pub(super) fn query_or_cookie(self, name: &str, cookie: Option<&str>) -> Option<String> {
        self.head.query(name).or_else(|| cookie.map(str::to_owned))
    }
}
